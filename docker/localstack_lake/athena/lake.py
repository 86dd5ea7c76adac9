"""The lake that the local Athena reads: this LocalStack's Glue catalog and its S3.

Glue is called as a client would, S3's listings and reads go straight to the service's code. All
calls are made in the name of the identity for which the thread works (gateway/acting.py).
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from athena_sql.catalog import CatalogTable, split_location
from athena_sql.errors import UnsupportedData
from athena_sql.iceberg.snapshot import UnreadableObject
from athena_sql.reading.data_object import DataObject
from athena_sql.running.lake import GlueTable
from athena_sql.running.missing_names import schema_not_found
from botocore.exceptions import ClientError
from localstack.aws.api import ServiceException
from localstack.aws.connect import connect_to

from localstack_lake.gateway.acting import acting_for
from localstack_lake.iam.own_calls import Fields
from localstack_lake.s3.own_calls import PAGE_KEYS, call_s3, check_s3

MISSING = ("EntityNotFoundException", "NoSuchBucket", "NoSuchKey", "404")


class LocalLake:
    """The data of one account in one region; `folder` holds bytes while they are loaded."""

    def __init__(self, account_id: str, region: str, folder: Path) -> None:
        self.account_id, self.region, self.folder = account_id, region, folder

    @cached_property
    def glue(self) -> Any:
        """A client of this LocalStack's Glue."""
        return connect_to(aws_access_key_id=self.account_id, region_name=self.region).glue

    @cached_property
    def s3(self) -> Any:
        """A client of this LocalStack's S3, for writing."""
        return connect_to(aws_access_key_id=self.account_id, region_name=self.region).s3

    def find_table(self, database: str, name: str) -> GlueTable | None:
        """Return Glue's table, or None."""
        try:
            found: GlueTable = self.glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return found

    def has_database(self, database: str) -> bool:
        """Whether the catalog has a database."""
        try:
            self.glue.get_database(Name=database)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return False
            raise
        return True

    def list_databases(self) -> Sequence[str]:
        """Return the names of all databases, sorted."""
        pages = self.glue.get_paginator("get_databases").paginate()
        return sorted(one["Name"] for page in pages for one in page["DatabaseList"])

    def list_tables(self, database: str) -> Sequence[GlueTable]:
        """Return a database's tables; raises BadQuery if no database has that name."""
        if not self.has_database(database):
            raise schema_not_found(database)
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=database)
        return [one for page in pages for one in page["TableList"]]

    def list_partitions(self, database: str, name: str) -> Sequence[GlueTable]:
        """Return a table's registered partitions."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=database, TableName=name
        )
        return [one for page in pages for one in page["Partitions"]]

    def list_objects(self, table: CatalogTable) -> Sequence[DataObject]:
        """Return the objects below a table's folders; raises UnsupportedData without a bucket.

        The files of an Iceberg table are named by it, and never replaced.
        """
        if table.iceberg is not None:
            return [
                DataObject(f.bucket, f.key, "", f.size_bytes, self.path_of(f.bucket, f.key, ""))
                for f in table.iceberg.all_files
            ]
        try:
            return [one for place in outer_folders(table) for one in self.list_folder(*place)]
        except ServiceException as error:
            raise UnsupportedData(table.location, f"{error.code}: {error.message}") from error

    def list_folder(self, bucket: str, prefix: str) -> Iterator[DataObject]:
        """Yield the objects below a prefix."""
        request: Fields = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": PAGE_KEYS}
        while True:
            page = self.call_s3("ListObjectsV2", request)
            for item in page.get("Contents") or ():
                etag = str(item["ETag"]).strip('"')
                path = self.path_of(bucket, item["Key"], etag)
                yield DataObject(bucket, item["Key"], etag, item["Size"], path)
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def path_of(self, bucket: str, key: str, etag: str) -> Path:
        """Return the path of an object's bytes while they are read."""
        digest = hashlib.sha256(f"{bucket}/{key}\0{etag}".encode()).hexdigest()
        return self.folder / f"{digest}{'.gz' if key.endswith('.gz') else ''}"

    def read_object(self, bucket: str, key: str) -> bytes:
        """Return the bytes of an object; raises UnreadableObject."""
        try:
            body = self.call_s3("GetObject", {"Bucket": bucket, "Key": key})["Body"]
        except ServiceException as error:
            reason = f"s3://{bucket}/{key} cannot be read: {error.code}: {error.message}"
            raise UnreadableObject(reason) from error
        try:
            return b"".join(body)
        finally:
            body.close()  # the body holds the object's read lock

    def check_access(self, objects: Sequence[DataObject]) -> None:
        """Raise UnsupportedData for an object that the caller may not read.

        The cache may hold its rows, because somebody else has read it.
        """
        if (identity := acting_for()) is None:
            return
        for one in objects:
            request = {"Bucket": one.bucket, "Key": one.key}
            try:
                check_s3(self.account_id, self.region, "GetObject", request, identity)
            except ServiceException as error:
                raise UnsupportedData(one.address, f"{error.code}: {error.message}") from error

    def bring(self, objects: Sequence[DataObject]) -> None:
        """Write the bytes of objects to their paths."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for one in objects:
            try:
                body = self.call_s3("GetObject", {"Bucket": one.bucket, "Key": one.key})["Body"]
            except ServiceException as error:
                raise UnsupportedData(one.address, f"{error.code}: {error.message}") from error
            try:
                with one.path.open("wb") as out:
                    for chunk in body:
                        out.write(chunk)
            finally:
                body.close()  # the body holds the object's read lock

    def discard(self) -> None:
        """Remove the bytes that were brought; the cache holds their rows."""
        for path in self.folder.glob("*"):
            path.unlink(missing_ok=True)

    def call_s3(self, operation: str, request: Fields) -> Fields:
        """Call an operation of S3 for this lake's account; raises ServiceException."""
        return call_s3(self.account_id, self.region, operation, request, acting_for())


def outer_folders(table: CatalogTable) -> list[tuple[str, str]]:
    """Return the (bucket, prefix) pairs to list, without those inside another one."""
    places = {split_location(location) for location, _ in table.folders}
    home = split_location(table.location)
    if len(places) > 1 and all(b == home[0] and p.startswith(home[1]) for b, p in places):
        return [home]
    outer: list[tuple[str, str]] = []
    for bucket, prefix in sorted(place for place in places if place[0]):
        if not (outer and outer[-1][0] == bucket and prefix.startswith(outer[-1][1])):
            outer.append((bucket, prefix))
    return outer
