"""The result of a transform: counts, sums, choices, and the files that were written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from order_transform.reading.choices import Choice
from order_transform.sql.parts import Part
from order_transform.writing.compression import OutputFile


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of one file. Always: `records == accepted + rejected + blank`."""

    records: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one file.

    `refusal` is a (code, message) pair for a file refused as a whole, else None. `processed`
    and `rejected` are the written files, None if there is no such row. `assumptions` say how
    the file was read; `choices` say of each decision how sure it is and why; `warnings` count,
    per field, values that were unreadable and became null. `parts` are what `total_amount` adds
    up: one for each currency, and for each status that makes a row no sale.
    A file with several tables has `members` and no outputs of its own; its counts and sums are the
    totals of its members.
    """

    counts: Counts = Counts()
    refusal: tuple[str, str] | None = None
    total_amount: Decimal = Decimal(0)
    parts: tuple[Part, ...] = ()
    quantity: int = 0
    reject_codes: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    assumptions: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice[object], ...] = ()
    processed: OutputFile | None = None
    rejected: OutputFile | None = None
    members: tuple["Member", ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a file that has several: a file of an archive, or a sheet of a workbook."""

    name: str
    result: Result
