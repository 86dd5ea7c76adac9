"""The folders of a table's partitions, as Hive names them. Pure."""

from collections.abc import Sequence
from urllib.parse import quote

NULL_VALUE = "__HIVE_DEFAULT_PARTITION__"


def partition_folder(key: str, value: str | None) -> str:
    """Return `dt=2026-01-01`, with Hive's escapes and its name for NULL."""
    return f"{key}={NULL_VALUE if value is None else quote(value, safe=' -_.')}"


def location_of(table_location: str, keys: Sequence[str], values: Sequence[str]) -> str:
    """Return where the files of a partition without a location are: `s3://b/t/dt=2026-01-01/`."""
    folders = "/".join(map(partition_folder, keys, values))
    return f"{table_location.rstrip('/')}/{folders}/"
