"""Objects of JSON Lines, well and badly made, and the rows that a real Trino read in them.

Trino read them with the OpenX JSON SerDe, through the local AWS's Glue and S3.
"""

import json
from collections.abc import Sequence
from typing import Any

from orderlake.engines.trino_engine import json_value
from orderlake.results import Row
from trino_orders import FOLDER

RECORDING = FOLDER / "lines.json"
COLUMNS = (
    ("product_id", "string"),
    ("quantity", "int"),
    ("big", "bigint"),
    ("total_amount", "double"),
    ("weight", "decimal(10,2)"),
    ("ok", "boolean"),
)
TYPES = ("varchar", "integer", "bigint", "double", "decimal(10,2)", "boolean")


def cases() -> dict[str, dict[str, Any]]:
    """Return name -> `lines`, and the `rows` or the `error` that Trino answered."""
    return dict(json.loads(RECORDING.read_text("utf-8")))


def encode(lines: str) -> bytes:
    """Return the bytes of an object; bytes that are no UTF-8 are written as surrogates."""
    return lines.encode("utf-8", "surrogateescape")


def to_rows(rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Return recorded rows as values."""
    return [
        tuple(json_value(kind, cell) for kind, cell in zip(TYPES, row, strict=True)) for row in rows
    ]
