"""Read the schema of a Parquet file from its footer, as Glue types it.

Only the footer is fetched. DuckDB reads it, out of a file with a hole where the data would be.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render

MAGIC = b"PAR1"
# The footer's length and the magic word end the file: parquet.apache.org/docs/file-format/.
_TRAILER = 8
_NAMES = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "integer": "int",
    "bigint": "bigint",
    "utinyint": "smallint",
    "usmallint": "int",
    "uinteger": "bigint",
    "float": "float",
    "double": "double",
    "date": "date",
    "blob": "binary",
}


class UnreadableFooterError(Exception):
    """The footer cannot be read; the message says why."""


def read_parquet(read: Callable[[int, int], bytes], size_bytes: int) -> tuple[Schema, int]:
    """Return columns and rows of a Parquet file, through `read(start, length)`.

    Raises `UnreadableFooterError`.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UnreadableFooterError("reading Parquet needs duckdb, which is not here") from error
    trailer = read(max(0, size_bytes - _TRAILER), _TRAILER)
    if len(trailer) < _TRAILER or trailer[4:] != MAGIC:
        raise UnreadableFooterError("it ends without a Parquet footer")
    length = int.from_bytes(trailer[:4], "little") + _TRAILER
    if length > size_bytes:
        raise UnreadableFooterError("its footer is longer than the file")
    with tempfile.TemporaryDirectory(prefix="glue-crawler-") as folder:
        path = Path(folder, "footer.parquet")
        with path.open("wb") as file:
            file.write(MAGIC)
            file.truncate(size_bytes)
            file.seek(size_bytes - length)
            file.write(read(size_bytes - length, length))
        try:
            with duckdb.connect() as connection:
                found = connection.read_parquet(str(path))
                names, types = found.columns, found.types
                counted = connection.execute(
                    "select num_rows from parquet_file_metadata(?)", [str(path)]
                ).fetchone()
        except duckdb.Error as error:
            raise UnreadableFooterError(str(error).split("\n")[0]) from error
    columns = [
        Column(name.lower(), _to_hive(kind), (name,))
        for name, kind in zip(names, types, strict=True)
    ]
    return Schema(tuple(columns)), int(counted[0]) if counted else 0


def _to_hive(kind: Any) -> HiveType:
    """Return the Hive type of a DuckDB type."""
    match kind.id:
        case "list" | "array":
            return Array(_to_hive(kind.children[0][1]))
        case "struct":
            fields = ((name.lower(), _to_hive(part)) for name, part in kind.children)
            return Struct(tuple(fields))
        case "map":
            key, value = (_to_hive(part) for _, part in kind.children)
            return Scalar(f"map<{render(key)},{render(value)}>")
        case "decimal":
            digits = dict(kind.children)
            return Scalar(f"decimal({digits['precision']},{digits['scale']})")
        case name if name.startswith("timestamp"):
            return Scalar("timestamp")
        case name:
            return Scalar(_NAMES.get(name, "string"))
