"""The sums of a file's rows are never lower than it is said of them."""

from array import array
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st
from order_transform.reading.rows.structure import Remainder
from order_transform.writing.lowest_sums import LowestSums

FIRST = Remainder(small_quantity=10, small_money=10, rows=3)


def shrinks(quantities: list[int], size: int, *, knows_sums: bool = True) -> bool:
    """Add rows of one price of 1.00, in blocks of a size."""
    lowest = LowestSums(FIRST, 2, knows_sums=knows_sums)
    for start in range(0, len(quantities), size):
        block = quantities[start : start + size]
        above = sum(quantities[:start])
        if lowest.may_shrink(memoryview(array("q", block))):
            units = [100 * quantity for quantity in block]
            lowest.add(start, block, above, units, 100 * above)
    return lowest.shrinks


@given(st.lists(st.integers(-30, 30)), st.integers(1, 9))
def test_sums_that_do_not_shrink_stay_as_large_as_said(below: list[int], size: int) -> None:
    quantities = [5, -5, 20, *below]
    lowest = min(list(accumulate(quantities))[2:])
    assert shrinks(quantities, size) or lowest >= 10
    if size == 1:
        assert shrinks(quantities, size) == (lowest < 10)


def test_few_returns_leave_the_sums_large_and_many_do_not() -> None:
    assert not shrinks([20, 5, 5, *[4, -1] * 50], 10)
    assert shrinks([20, 0, 0, 4, *[-4] * 5], 10)


def test_a_file_of_line_totals_says_nothing_once_it_has_a_return() -> None:
    assert not shrinks([20, 5, 5, 4], 10, knows_sums=False)
    assert shrinks([20, 5, 5, -1], 10, knows_sums=False)
