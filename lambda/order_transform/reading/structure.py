"""Rows that are not orders, and order fields that only the first line of an order has.

`RowRules` reads rows in the file's order: totals and further tables get a problem, and empty cells
in an order's further lines get the value from its first line. Pure, with constant memory.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    QUANTITY,
    Contract,
    FieldType,
)
from order_transform.contract.header_names import normalise
from order_transform.reading.columns import Columns, map_columns
from order_transform.reading.rows import Row

TOTAL_ROW, OTHER_TABLE = "total_row", "other_table"
_ORDER_ID = "order_id"
# What belongs to a whole order, and may stand on its first line only.
_ORDER_FIELDS = ("order_date", "customer_id", "country", "currency", "status")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d[\d.,'\u00a0\u202f ]*")


@dataclass(frozen=True, slots=True)
class RowRules:
    """The rules that tell orders from other rows of one file.

    `identity` are the places of the text fields, by which a row says what it is about; `carried`
    are the fields that are empty on an order's further lines.
    """

    columns: Columns
    contract: Contract
    identity: tuple[int, ...]
    carried: tuple[str, ...] = ()

    def apply(self, rows: Iterable[Row], tally: Counter[str] | None = None) -> Iterator[Row]:
        """Yield the rows with a problem where they are no orders, and with carried values.

        `tally` counts the rows that got values, as `carried`.
        """
        sums = _RunningSums(self.columns)
        carrier = _Carrier(self.columns, self.carried)
        in_other_table = False
        for row in rows:
            if row.problem or not any(row.cells):
                yield row
                continue
            if self.is_header(row.cells):
                in_other_table = not self._is_own_header(row.cells)
            if in_other_table:
                yield replace(row, problem=OTHER_TABLE)
            elif self.is_total(row.cells, sums):
                yield replace(row, problem=TOTAL_ROW)
                sums.restart()
            else:
                sums.add(row.cells)
                filled = carrier.fill(row.cells) if self.carried else row.cells
                if tally is not None and filled is not row.cells:
                    tally["carried"] += 1
                yield row if filled is row.cells else replace(row, cells=filled)

    def may_be_no_order(self, cells: Sequence[str]) -> bool:
        """Tell whether a row may be a header or a total; a row that is one may be.

        It costs less than `apply`, which adds up the rows above.
        """
        return self.is_header(cells) or self.is_total(cells, None)

    def is_header(self, cells: Sequence[str]) -> bool:
        """Tell whether a row is a header of orders: no digit in its numbers, and names for all."""
        fields = self.columns.fields
        places = [fields[name] for name in (PRICE, QUANTITY) if name in fields]
        for place in places:  # no generator: this is asked for thousands of rows
            if _DIGIT.search(_at(cells, place)):
                return False
        if sum(map(bool, cells)) <= len(places):
            return False
        return isinstance(map_columns(cells, self.contract), Columns)

    def is_total(self, cells: Sequence[str], sums: "_RunningSums | None") -> bool:
        """Tell whether a row is a total of the rows above it: by its label, or by its numbers.

        A label counts where no other field says what the row is about, or where the numbers are
        sums, too. Without `sums`, whatever may be a total is one.
        """
        width = len(cells)
        places = [place for place in self.identity if place < width]
        filled = [text for place in places if (text := cells[place].strip())]
        if not filled:
            return sums is None or sums.match(cells)
        totals = self.contract.words.totals
        for text in filled:
            if _is_label(text, totals):
                return len(filled) == 1 or sums is None or sums.match(cells)
        return False

    def _is_own_header(self, cells: Sequence[str]) -> bool:
        labels = self.columns.labels
        return all(
            _at(cells, place).strip() == labels[place] for place in self.columns.fields.values()
        )


def row_rules(
    columns: Columns, contract: Contract, first_rows: Sequence[Row]
) -> tuple[RowRules, bool]:
    """Return the rules of a file by its first rows, and whether any of those is no order."""
    identity = {
        place
        for name, place in columns.fields.items()
        if contract.field(name).type is FieldType.STRING and name not in ("currency", "status")
    }
    if 0 not in columns.fields.values():
        identity.add(0)
    rules = RowRules(columns, contract, tuple(sorted(identity)))
    looked_at = (row.cells for row in first_rows if not row.problem and any(row.cells))
    rows = (
        list(rules.apply(first_rows)) if any(map(rules.may_be_no_order, looked_at)) else first_rows
    )
    orders = [row.cells for row in rows if not row.problem and any(row.cells)]
    has_others = any(row.problem in (TOTAL_ROW, OTHER_TABLE) for row in rows)
    return replace(rules, carried=_carried_fields(columns, orders)), has_others


def _carried_fields(columns: Columns, orders: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the fields that are filled on the first line of orders and on no further line."""
    if _ORDER_ID not in columns.fields:
        return ()
    present = [
        name
        for name in _ORDER_FIELDS
        if (place := columns.fields.get(name)) is not None
        and not all(place < len(cells) and cells[place].strip() for cells in orders)
    ]
    if not present:
        return ()
    first_filled = dict.fromkeys([_ORDER_ID, *present], 0)
    further_filled, lines_below = dict(first_filled), dict(first_filled)
    above: Mapping[str, str] = {}
    for cells in orders:
        values = {name: _at(cells, columns.fields[name]).strip() for name in first_filled}
        is_below = bool(above) and values[_ORDER_ID] in ("", above[_ORDER_ID])
        if is_below:
            for name, value in values.items():
                further_filled[name] += bool(value)
                lines_below[name] += bool(above[name])
        else:
            for name, value in values.items():
                first_filled[name] += bool(value)
            above = values
    found = [name for name in present if lines_below[name] and not further_filled[name]]
    if found and not further_filled[_ORDER_ID]:
        return (_ORDER_ID, *found)
    # An order id that is missing here and there says nothing of the lines below it.
    return tuple(found) if further_filled[_ORDER_ID] else ()


class _Carrier:
    """Fills empty cells of an order's further lines from its first line."""

    def __init__(self, columns: Columns, carried: Sequence[str]) -> None:
        self._order = columns.fields.get(_ORDER_ID, -1)
        self._carries_order = _ORDER_ID in carried
        self._places = [columns.fields[name] for name in carried]
        self._first: list[str] = []

    def fill(self, cells: list[str]) -> list[str]:
        order = _at(cells, self._order).strip()
        same = self._first and order == _at(self._first, self._order).strip()
        if not (same or (self._first and not order and self._carries_order)):
            self._first = cells
            return cells
        empty = [place for place in self._places if not _at(cells, place).strip()]
        if not any(_at(self._first, place) for place in empty):
            return cells
        filled = cells + [""] * (max(empty) + 1 - len(cells))
        for place in empty:
            filled[place] = _at(self._first, place)
        return filled


@dataclass(slots=True)
class _RunningSums:
    """Sums of quantities and money, from the start and since the last total."""

    columns: Columns
    rows: int = 0
    since: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)

    def add(self, cells: Sequence[str]) -> None:
        self.rows += 1
        for name, value in self._values(cells).items():
            self.since[name] = self.since.get(name, 0.0) + value
            self.whole[name] = self.whole.get(name, 0.0) + value

    def restart(self) -> None:
        self.since.clear()

    def match(self, cells: Sequence[str]) -> bool:
        """Tell whether a row's quantity or money is the sum of at least two rows above it."""
        if self.rows < 2:
            return False
        values = self._values(cells)
        money = values.get(PRICE, 0.0)
        return any(
            _is_close(value, sums.get(name))
            for sums in (self.since, self.whole)
            for name, value in {**values, "product": money}.items()
            if value and name in sums
        )

    def _values(self, cells: Sequence[str]) -> dict[str, float]:
        values = {}
        for name in (QUANTITY, PRICE, LINE_TOTAL):
            place = self.columns.fields.get(name)
            if place is not None and (number := _number(_at(cells, place))) is not None:
                values[name] = number
        if PRICE in values and QUANTITY in values:
            values["product"] = values[PRICE] * values[QUANTITY]
        return values


@lru_cache(maxsize=8192)
def _is_label(text: str, totals: frozenset[str]) -> bool:
    """Tell whether a text is a word for totals, or begins with one as `Subtotal: March` does."""
    if normalise(text) in totals:
        return True
    if ":" not in text:
        return False
    first, *others = re.split(r"[\s:]+", text, maxsplit=1)
    return bool(others) and text[len(first) :].startswith(":") and normalise(first) in totals


def _is_close(value: float, expected: float | None) -> bool:
    return expected is not None and math.isclose(value, expected, rel_tol=1e-9, abs_tol=0.006)


def _number(text: str) -> float | None:
    """Return a cell's number, read in the style that its own marks suggest; only sums use it."""
    found = _NUMBER.search(text)
    if not found:
        return None
    bare = re.sub(r"[^\d.,]", "", found[0]).rstrip(".,")
    last = max(bare.rfind("."), bare.rfind(","))
    if last >= 0 and len(bare) - last - 1 != 3:
        bare = re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :]
    else:
        bare = re.sub(r"[.,]", "", bare)
    sign = -1 if "-" in text[: found.start()] or "(" in text else 1
    return sign * float(bare)


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""
