"""Amounts that a comma without quotes has split in two cells."""

from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from transformed import HASTY, orders, run

HEADER = "order_id,sku,price,quantity,status"


@settings(max_examples=examples(25))
@given(
    prices=st.lists(st.decimals(0, 9999, places=2), min_size=1, max_size=5),
    quantity=st.integers(1, 999),
    spare=st.sampled_from([",", ",,"]),
)
def test_no_amount_that_a_comma_splits_is_read_without_a_word(
    prices: list[Decimal], quantity: int, spare: str
) -> None:
    rows = [f"1,MUG,{price},{quantity},paid".replace(".", ",") + spare[1:] for price in prices]
    for header in (HEADER, HEADER + spare):
        outcome = run(orders(*rows, header=header))
        assert outcome.counts.accepted == 0
        assert set(outcome.result.reject_codes) == {"split_number"}


@pytest.mark.parametrize("cell", ["10,50", "$10,50", "10,50 €", "1.250,00", "1,250.00"])
def test_a_row_is_rejected_where_its_price_fills_a_column_without_a_name(cell: str) -> None:
    text = orders("MUG,5,1,", f"BAG,{cell},2", header="sku,price,quantity,")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.counts.accepted == 1
        assert outcome.result.reject_codes == {"split_number": 1}


def test_it_is_rejected_far_below_the_rows_that_are_looked_at_first() -> None:
    text = orders(*["MUG,5,1,"] * 50, "BAG,10,50,2", header="sku,price,quantity,")
    assert run(text, engine=HASTY).result.reject_codes == {"split_number": 1}


@pytest.mark.parametrize(
    "rows",
    [
        ["A,10,50,1", "B,3,5,2"],  # a quantity of one digit
        ["A,10,5,1", "", "B,3,5,2"],  # each row that has cells fills the last column
        ["A,10.50,50,1", "B,3,25,2"],  # a price with decimals
        ["A,10,50,", "B,3,25,"],  # nothing to spare
        ["A,10,50,x", "B,3,25,y"],  # no quantity would be left
    ],
)
def test_whole_prices_beside_other_numbers_are_read_without_a_doubt(rows: list[str]) -> None:
    outcome = run(orders(*rows, header="sku,price,quantity,rating"))
    assert outcome.counts.accepted == 2
    assert "split_numbers" not in [choice.name for choice in outcome.result.choices]


@pytest.mark.parametrize("name", ["note", "Delivery city", "Bemerkung"])
def test_one_digit_behind_a_comma_is_told_where_a_column_of_texts_has_digits_only(
    name: str,
) -> None:
    text = orders("A,10,5,1", "B,3,2,2", header=f"sku,price,quantity,{name}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.is_doubtful
    assert not run(orders("A,10,5,1", "B,3,2,x", header=f"sku,price,quantity,{name}")).is_doubtful


@pytest.mark.parametrize("name", ["note", ""])
def test_one_digit_behind_a_comma_is_told_where_whole_prices_leave_a_column_empty(
    name: str,
) -> None:
    text = orders("A,10,5,1", "B,3,5,2", "C,4,2", header=f"sku,price,quantity,{name}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.counts.accepted == 3
        assert "split_numbers" in [choice.name for choice in outcome.result.choices]


def test_one_digit_is_told_far_below_the_rows_that_are_looked_at_first() -> None:
    text = orders(*["MUG,5,1,"] * 50, "BAG,10,5,2", header="sku,price,quantity,")
    assert run(text, engine=HASTY).is_doubtful


def test_a_rate_in_the_last_column_of_each_row_is_not_taken_for_cents() -> None:
    rows = ("1,MUG,2,10,19", "2,CUP,1,5,19")
    for last, count in (("VAT rate", 0), ("points", 1)):
        result = run(orders(*rows, header=f"order_id,sku,quantity,price,{last}")).result
        assert [choice.name for choice in result.choices].count("split_numbers") == count
