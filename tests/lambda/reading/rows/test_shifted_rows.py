"""Rows whose cells a delimiter in a text without quotes has shifted."""

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from transformed import HASTY, orders, run

HEADER = "sku,city,quantity,price,note"
FITTING = ["B,Rome,1,5.00,", "C,Oslo,3,7.00,gift"]


@settings(max_examples=examples(25))
@given(
    rows=st.permutations([*FITTING, "A,Paris, 75001,2,9.99,"]),
    mark=st.sampled_from(",;\t|"),
    beyond=st.integers(0, 2),
    city=st.sampled_from(["Oslo", '"Oslo, Norway"']),
)
def test_a_row_that_fills_the_last_column_and_has_more_cells_is_rejected(
    rows: list[str], mark: str, beyond: int, city: str
) -> None:
    text = orders(*rows, header=HEADER).replace("Oslo", city).replace(",", mark)
    text = text.replace(f"9.99{mark}", f"9.99{mark}" + beyond * mark)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.counts.accepted == 2
        assert outcome.result.reject_codes == {"shifted_cells": 1}


@pytest.mark.parametrize(
    "rows",
    [
        [f"{row}," for row in FITTING],  # each row ends with a comma more than the header
        [*FITTING, "D,Paris,2,9.99,,"],  # the last column is empty here, too
        ["B,Rome,1,5.00,gift", "D,Paris,2,9.99,gift,"],  # no row leaves it empty
    ],
)
def test_a_further_empty_cell_alone_rejects_no_row(rows: list[str]) -> None:
    outcome = run(orders(*rows, header=HEADER))
    assert outcome.counts.accepted == len(rows)
