"""S3 as a crawl reads it: listings in pages and ranges of bytes, from LocalStack's own S3.

It reads with the permissions of the crawler's role, translates S3's errors into the crawler's and
decides nothing.
"""

from collections.abc import Iterator

from glue_crawler.errors import BucketMissingError, ListingRefusedError, ObjectUnreadableError
from glue_crawler.objects.listing import StoredObject
from localstack.aws.api import ServiceException

from localstack_lake.iam.own_calls import Fields
from localstack_lake.s3.own_calls import PAGE_KEYS, call_s3


class S3Store:
    """The S3 that an identity sees from one region. Safe to use from several threads."""

    def __init__(self, account_id: str, region: str, identity: str | None) -> None:
        self._account_id = account_id
        self._region = region
        self._identity = identity

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield objects in key order, a page at a time."""
        request: Fields = {
            "Bucket": bucket,
            "Prefix": prefix,
            "StartAfter": start_after,
            "MaxKeys": PAGE_KEYS,
        }
        while True:
            page = self._list_page(request)
            for item in page.get("Contents") or ():
                yield StoredObject(item["Key"], item["Size"], item["ETag"])
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    def _list_page(self, request: Fields) -> Fields:
        try:
            return self._call("ListObjectsV2", request)
        except ServiceException as error:
            if error.code == "NoSuchBucket":
                raise BucketMissingError(request["Bucket"]) from error
            url = f"s3://{request['Bucket']}/{request['Prefix']}"
            raise ListingRefusedError(url, _describe(error)) from error

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return part of an object. A range beyond its end is empty."""
        wanted = f"bytes={start}-{start + length - 1}"
        try:
            answer = self._call("GetObject", {"Bucket": bucket, "Key": key, "Range": wanted})
        except ServiceException as error:
            if error.code == "InvalidRange":
                return b""
            raise ObjectUnreadableError(f"s3://{bucket}/{key}", _describe(error)) from error
        body = answer["Body"]
        try:
            return b"".join(body)
        finally:
            # The body holds the object's read lock until it is closed.
            body.close()

    def _call(self, operation: str, request: Fields) -> Fields:
        return call_s3(self._account_id, self._region, operation, request, self._identity)


def _describe(error: ServiceException) -> str:
    return f"{error.message} (Service: Amazon S3; Error Code: {error.code})"
