"""How small the sums of a file's rows become below the first ones, because of returns."""

from collections.abc import Sequence

from order_transform.contract.definition import LINE_TOTAL, PRICE
from order_transform.reading.rows.structure import Remainder
from order_transform.sql.statements import Statements


class LowestSums:
    """Watches the running sums of quantity and money while a clean file is written.

    A row that is smaller than them adds up no rows above it; only returns make them smaller again.
    `shrinks` tells that they may have become as small as `Remainder` takes for too small.
    """

    def __init__(self, remainder: Remainder | None, decimals: int, *, knows_sums: bool) -> None:
        self._remainder = remainder
        self._unit = 10**decimals
        self._knows_sums = knows_sums
        self.shrinks = False

    @classmethod
    def of(cls, statements: Statements) -> "LowestSums":
        """Return the watch over a file, which knows no sum of a column of line totals."""
        rules, columns = statements.records.rules, statements.records.columns
        lowest = cls(
            rules.remainder if rules else None,
            statements.decimals,
            knows_sums=LINE_TOTAL not in columns.fields,
        )
        # Nor does it see single prices, so that none of them may be below 0.
        lowest.shrinks = statements.contract.field(PRICE).minimum is None
        return lowest

    def may_shrink(self, quantities: memoryview) -> bool:
        """Tell whether rows of these quantities have to be added."""
        return self._remainder is not None and not self.shrinks and min(quantities, default=0) < 0

    def add(
        self,
        above: int,
        quantities: Sequence[int],
        quantity: int,
        units: Sequence[int],
        total: int,
    ) -> None:
        """Take note of rows below `above` others, which add up to `quantity` and `total` units."""
        if self._remainder is None or above + len(quantities) <= self._remainder.rows:
            return
        first = max(self._remainder.rows - above, 0)
        pieces = quantity + _lowest(quantities, first)
        money = total + _lowest(units, first)
        self.shrinks = (
            not self._knows_sums
            or pieces < self._remainder.small_quantity
            or money < self._remainder.small_money * self._unit
        )


def _lowest(values: Sequence[int], first: int) -> int:
    """Return what the running sum of values is never below, behind the first ones."""
    return sum(values[:first]) + sum(value for value in values[first:] if value < 0)
