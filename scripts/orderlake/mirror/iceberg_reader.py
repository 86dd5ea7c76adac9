"""What Iceberg tables consist of now, as their own metadata in S3 says. It only reads."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from athena_sql.catalog import table_from_glue
from athena_sql.iceberg.snapshot import UnreadableObject, is_iceberg, with_snapshot
from botocore.exceptions import ClientError

from orderlake.mirror.iceberg import FIELD

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# S3's answers to an object that is not there, or that the caller may not read.
REFUSALS = ("NoSuchKey", "NoSuchBucket", "AccessDenied", "403", "404", "PermanentRedirect")


@dataclass(frozen=True, slots=True)
class IcebergReader:
    """Finds the current columns and files of Iceberg tables in S3."""

    s3: "S3Client"

    def complete(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an entry of the snapshot, with its columns and files if it is an Iceberg table."""
        if not is_iceberg(entry["Table"]):
            return entry
        table = with_snapshot(table_from_glue(entry["Table"], ()), entry["Table"], self.read)
        columns = {column.name: column.type for column in table.columns}
        files = asdict(table.iceberg) if table.iceberg else {}
        return {**entry, FIELD: {"columns": columns, **files}}

    def read(self, bucket: str, key: str) -> bytes:
        """Return an object's bytes; raises UnreadableObject."""
        try:
            return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if (code := str(error.response.get("Error", {}).get("Code"))) in REFUSALS:
                reason = f"s3://{bucket}/{key} cannot be read: {code}"
                raise UnreadableObject(reason) from error
            raise
