"""What files have in common, as values, and their JSON form. Pure.

A status without a second file, or without a changed one, needs no engine for them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A product of an order at one moment that several files have; `files` are processed keys.

    `amount` is what all of them but the largest add up to, in `currency` (None where rows name
    none). `moment` is the order's, None where it has none.
    """

    order_id: str
    product_id: str
    moment: str | None
    currency: str | None
    amount: Decimal
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepeatedLines:
    """The lines with the largest amounts first, `MOST_LINES` of them; figures are of all.

    `amounts` has one amount per currency: two currencies are never added up.
    """

    count: int
    amounts: Mapping[str | None, Decimal]
    lines: tuple[RepeatedLine, ...]


@dataclass(frozen=True, slots=True)
class FileComparison:
    """What the files have in common, as of a sync; `found` is None where `problem` says why.

    `stray` files are in no registered partition, so they were not compared.
    """

    found: RepeatedLines | None = None
    as_of: datetime | None = None
    stray: int = 0
    problem: str = ""


def lines_to_json(found: RepeatedLines) -> dict[str, Any]:
    """Return repeated lines as JSON, with amounts as exact texts."""
    return {
        "count": found.count,
        "amounts": [[currency, str(amount)] for currency, amount in found.amounts.items()],
        "lines": [asdict(line) | {"amount": str(line.amount)} for line in found.lines],
    }


def lines_from_json(document: Mapping[str, Any]) -> RepeatedLines:
    """Return the repeated lines that `lines_to_json` wrote."""
    changed = (
        {"amount": Decimal(line["amount"]), "files": tuple(line["files"])}
        for line in document["lines"]
    )
    return RepeatedLines(
        document["count"],
        {currency: Decimal(amount) for currency, amount in document["amounts"]},
        tuple(
            RepeatedLine(**(line | values))
            for line, values in zip(document["lines"], changed, strict=True)
        ),
    )
