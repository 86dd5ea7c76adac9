"""Tables on a terminal: whole columns, none cut."""

from athena_sql.answer import Column
from hypothesis import given
from hypothesis import strategies as st
from orderlake.cli.table import EDGES, GAP, draw_table, fitting_groups
from rich.console import Console


@given(st.lists(st.integers(1, 120), min_size=1, max_size=12), st.integers(20, 200))
def test_every_column_stands_once_and_fits_where_it_can(widths: list[int], width: int) -> None:
    groups = fitting_groups(widths, width)
    shown = [position for group in groups for position in group if position]
    assert shown == list(range(1, len(widths)))
    assert all(group[0] == 0 for group in groups)
    for group in groups:
        needed = sum(widths[n] for n in group) + GAP * (len(group) - 1) + EDGES
        assert needed <= width or len(group) <= 2


def test_a_table_that_fits_is_one() -> None:
    assert fitting_groups([10, 20, 30], 80) == [[0, 1, 2]]
    assert fitting_groups([10, 40, 40], 80) == [[0, 1], [0, 2]]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_no_word_is_broken_where_the_columns_of_a_group_fit(widths: list[int]) -> None:
    columns = [(Column("w" * width, "varchar"), ("x",)) for width in widths]
    for group in fitting_groups(widths, 80):
        console = Console(width=80)
        with console.capture() as captured:
            console.print(draw_table([columns[n] for n in group]))
        assert [len(word) for word in captured.get().split() if "w" in word] == [
            widths[n] for n in group
        ]
