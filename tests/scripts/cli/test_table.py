"""Tables on a terminal: whole columns, none cut."""

from hypothesis import given
from hypothesis import strategies as st
from orderlake.cli.table import GAP, fitting_groups


@given(st.lists(st.integers(1, 120), min_size=1, max_size=12), st.integers(20, 200))
def test_every_column_stands_once_and_fits_where_it_can(widths: list[int], width: int) -> None:
    groups = fitting_groups(widths, width)
    shown = [position for group in groups for position in group if position]
    assert shown == list(range(1, len(widths)))
    assert all(group[0] == 0 for group in groups)
    for group in groups:
        needed = sum(widths[n] for n in group) + GAP * (len(group) - 1)
        assert needed <= width or len(group) <= 2


def test_a_table_that_fits_is_one() -> None:
    assert fitting_groups([10, 20, 30], 80) == [[0, 1, 2]]
    assert fitting_groups([10, 40, 40], 80) == [[0, 1], [0, 2]]
