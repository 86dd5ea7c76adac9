"""What an engine answers: typed columns and rows of Python values, read once.

Pure. Types are in Trino's spelling, values are exact: decimals as Decimal, never as float.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

type Scalar = bool | int | float | Decimal | str | bytes | date | datetime
type Value = Scalar | list[Value] | dict[str, Value] | None
type Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer; `type` as Trino spells it, such as `decimal(38,6)`."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """Whether its values are aligned to the right and can be drawn as bars."""
        return self.type.startswith(("tinyint", "smallint", "integer", "bigint")) or (
            self.type.startswith(("real", "double", "decimal"))
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's answer. `rows` may be consumed once and may still be streaming.

    `scanned_bytes` and `cost_usd` are None for an engine that charges nothing.
    """

    columns: tuple[Column, ...]
    rows: Iterator[Row]
    scanned_bytes: int | None = None
    cost_usd: Decimal | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)
