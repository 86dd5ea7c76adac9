"""Sums of the rows above a row, by which a row that adds them up is known. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isclose

from order_transform.contract.definition import LINE_TOTAL, PRICE, QUANTITY
from order_transform.reading.columns.columns import Columns

_NUMBER = re.compile(r"\d[\d.,'\u00a0\u202f ]*")
_PRODUCT = "product"
_FEWEST_ROWS = 3  # above one that is their total, though it may be an order by its other cells


@dataclass(slots=True)
class RunningSums:
    """Sums of quantities and money, from the start and since the last total."""

    columns: Columns
    rows: int = 0
    since: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    _has_groups: bool = False  # until then both sums are the same
    _last: tuple[Sequence[str], dict[str, float]] | None = None  # a row is asked for twice

    def add(self, cells: Sequence[str]) -> None:
        """Add the numbers of one order."""
        self.rows += 1
        for name, value in self._values(cells).items():
            self.since[name] = self.since.get(name, 0.0) + value
            self.whole[name] = self.whole.get(name, 0.0) + value

    def restart(self) -> None:
        """Begin a group of rows that has a total of its own."""
        self._has_groups = True
        self.since.clear()

    def match(self, cells: Sequence[str]) -> bool:
        """Tell whether a row's quantity or money is the sum of at least two rows above it."""
        if self.rows < 2:
            return False
        values = self._values(cells)
        price = values.get(PRICE, 0.0)
        # No generator and no call of ours: this is asked for every row.
        for sums in (self.since, self.whole) if self._has_groups else (self.whole,):
            for name, above in sums.items():
                value = price if name == _PRODUCT else values.get(name, 0.0)
                if value and isclose(value, above, rel_tol=1e-9, abs_tol=0.006):
                    return True
        return False

    def match_in_all(self, cells: Sequence[str]) -> bool:
        """Tell whether a row's quantity and its money are both sums of at least two rows above."""
        values = self._values(cells)
        money = values.get(LINE_TOTAL, values.get(PRICE))
        if self.rows < 2 or QUANTITY not in values or money is None:
            return False
        return any(
            _is_same(values[QUANTITY], sums.get(QUANTITY))
            and any(_is_same(money, sums.get(name)) for name in (LINE_TOTAL, _PRODUCT))
            for sums in ((self.since, self.whole) if self._has_groups else (self.whole,))
        )

    def match_with_count(self, cells: Sequence[str]) -> bool:
        """Tell whether a row's money is that of all rows above it, and its quantity their number.

        Or the sum of their quantities.
        """
        values = self._values(cells)
        money = values.get(LINE_TOTAL, values.get(PRICE))
        return (
            self.rows >= _FEWEST_ROWS
            and money is not None
            and values.get(QUANTITY) in (self.rows, self.whole.get(QUANTITY))
            and any(_is_same(money, self.whole.get(name)) for name in (LINE_TOTAL, _PRODUCT))
        )

    def smallest(self, *names: str) -> float:
        """Return the smallest size of these sums of the whole file, and of price times quantity."""
        names = (*names, _PRODUCT) if PRICE in names else names
        return min((abs(self.whole[name]) for name in names if name in self.whole), default=0.0)

    def _values(self, cells: Sequence[str]) -> dict[str, float]:
        if self._last and self._last[0] is cells:
            return self._last[1]
        values = {}
        for name in (QUANTITY, PRICE, LINE_TOTAL):
            place = self.columns.fields.get(name, -1)
            if 0 <= place < len(cells) and (number := _number(cells[place])) is not None:
                values[name] = number
        if PRICE in values and QUANTITY in values:
            values[_PRODUCT] = values[PRICE] * values[QUANTITY]
        self._last = cells, values
        return values


def _is_same(value: float, above: float | None) -> bool:
    return above is not None and bool(value) and isclose(value, above, rel_tol=1e-9, abs_tol=0.006)


@lru_cache(maxsize=8192)  # prices and quantities repeat
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
