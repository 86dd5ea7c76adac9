"""Whether the curated table has the rows of all processed objects. It only reads.

The table's last snapshot says which objects its rows come from; a listing says which there are.
"""

from dataclasses import dataclass

from athena_sql.iceberg.manifests import Refused
from athena_sql.iceberg.snapshot import UnreadableObject, read_metadata, summary_of
from botocore.exceptions import ClientError
from order_jobs.curated.pieces import REPEATED_ORDERS, SOURCES, content_digest

from orderlake.aws.session import Aws, error_code
from orderlake.mirror.iceberg_reader import IcebergReader
from orderlake.mirror.sync import list_objects

PROCESSED = "processed/orders/"


@dataclass(frozen=True, slots=True)
class CuratedState:
    """The curated table: its rows, and whether they are those of all processed objects.

    `is_once`: orders that several exports have count in the newest one only.
    """

    table: str
    rows: int
    is_current: bool
    is_once: bool = False


def read_curated_state(aws: Aws) -> CuratedState | None:
    """Return the state of the curated table, None where there is none or it cannot be read."""
    names = aws.names
    try:
        table = aws.glue.get_table(DatabaseName=names.database, Name=names.curated_table)["Table"]
    except ClientError as error:
        if error_code(error) == "EntityNotFoundException":
            return None
        raise
    from order_transform.contract.definition import RepeatedOrders  # few lakes have the table

    location = (table.get("Parameters") or {}).get("metadata_location", "")
    try:
        summary = summary_of(read_metadata(location, IcebergReader(aws.s3).read))
    except (Refused, UnreadableObject, KeyError, ValueError):
        return None
    objects = list_objects(aws.s3, [(names.processed_bucket, PROCESSED)])
    digest = content_digest((entry.key, entry.etag) for entry in objects if entry.size_bytes)
    rows = int(summary.get("total-records", 0))
    is_once = summary.get(REPEATED_ORDERS) == RepeatedOrders.NEWEST_FILE
    return CuratedState(names.curated_table, rows, summary.get(SOURCES) == digest, is_once)
