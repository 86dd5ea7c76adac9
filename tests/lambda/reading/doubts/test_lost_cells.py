"""Rows that have lost cells, and files that have lost their end."""

import pytest
from transformed import HASTY, orders, run

HEADER = "sku,quantity,price,tax"
FULL = ("A,1,3.25,0.50", "B,2,4.49,0.70", "C,1,9.99,1.99")


def _told(text: str) -> list[str]:
    outcome, hasty = run(text), run(text, engine=HASTY)
    names = [choice.name for choice in outcome.result.choices if choice.is_told]
    assert names == [choice.name for choice in hasty.result.choices if choice.is_told]
    return names


@pytest.mark.parametrize("place", [0, 3])
def test_a_row_that_lacks_a_cell_which_all_others_fill_is_told(place: int) -> None:
    assert _told(orders(*FULL[:place], "5,4,0.80", *FULL[place:], header=HEADER)) == ["shifted"]


def test_a_program_that_leaves_empty_cells_out_at_the_end_of_rows_is_not_doubted() -> None:
    header = "sku,quantity,price,note"
    assert _told(orders("A,1,3.25,urgent", "B,2,4.49", "C,1,9.99,gift", header=header)) == []
    assert _told(orders("A,1,3.25,", "B,2,4.49", "C,1,9.99,gift", header=header)) == []


@pytest.mark.parametrize(
    ("name", "cells", "cut"),
    [
        ("tax", ("3.50", "12.99", "8.49"), "8."),
        ("tax", ("3.50", "12.99", "8.49"), "8"),
        ("order_date", ("2026-11-22", "2026-11-05", "2026-12-19"), "2026-12-1"),
    ],
)
def test_a_file_that_ends_within_its_last_number_or_date_is_told(
    name: str, cells: tuple[str, ...], cut: str
) -> None:
    whole = orders(*(f"A,1,2.25,{cell}" for cell in cells), header=f"sku,quantity,price,{name}")
    assert _told(whole.rstrip("\n")) == []
    assert "cut_short" in _told(f"{whole}A,1,2.25,{cut}")
    assert "cut_short" not in _told(f"{whole}A,1,2.25,{cut}\n")


def test_numbers_without_zeros_at_their_end_are_not_taken_for_cut_ones() -> None:
    for last in ("3.5", "12", "7."):
        text = orders("A,1,3.25", "B,1,12.99", f"C,1,{last}", header="sku,quantity,price")
        assert _told(text.rstrip("\n")) == [], last


def test_a_file_of_whole_blocks_without_a_line_end_is_told() -> None:
    text = orders(*("MUG,1,350" for _ in range(900)), header="sku,quantity,price")
    assert _told(text[:4096]) == ["cut_short"]
    assert _told(text[:4095]) == []
