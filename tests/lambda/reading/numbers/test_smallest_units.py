"""Amounts that count a currency's smallest unit."""

from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.contract.currency_units import decimal_places
from order_transform.contract.definition import AmountsIn
from transformed import HASTY, Outcome, orders, ruled, run


def units(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [
        (one.field, str(one.value), one.certainty)
        for one in outcome.result.choices
        if one.name == "amounts_in"
    ]


@pytest.mark.parametrize(
    "header", ["price_cents", "Preis (Cent)", "unit_price_minor", "price_in_ct"]
)
def test_a_header_of_cents_is_obeyed_and_told(header: str) -> None:
    outcome = run(orders("A,1250,5", "B,7,2", header=f"sku,{header},quantity"))
    assert outcome.result.total_amount == Decimal("62.64")
    assert units(outcome) == [("price", "smallest_unit", "proven")]


@settings(max_examples=examples(25))
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9), st.integers(1, 99), st.sampled_from(["EUR", "jpy", "KWD", ""])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_each_row_is_read_in_the_smallest_unit_of_its_own_currency(
    rows: list[tuple[int, int, str]],
) -> None:
    header = "sku,price_cents,quantity,currency"
    text = orders(*(f"A,{price},{pieces},{code}" for price, pieces, code in rows), header=header)
    expected = [
        Decimal(price).scaleb(-decimal_places(code.upper())) * pieces
        for price, pieces, code in rows
    ]
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.column("total_amount") == expected


def test_the_whole_lines_money_may_be_in_cents_too() -> None:
    outcome = run(orders("A,6250,5", header="sku,line_total_cents,quantity"))
    assert (outcome.result.total_amount, outcome.column("price")) == (
        Decimal("62.50"),
        [Decimal("12.50")],
    )
    assert units(outcome) == [("line_total", "smallest_unit", "proven")]


def test_a_rejected_row_keeps_the_cell_that_the_file_has() -> None:
    outcome = run(orders("A,1250,x", "B,7,2", header="sku,price_cents,quantity"))
    assert outcome.rejects[0]["cells"]["price_cents"] == "1250"


def test_an_interfaces_name_with_whole_numbers_is_settled_by_the_contract_or_refused() -> None:
    whole = orders("A,1250,5", header="sku,unit_amount,quantity")
    assert run(whole).refusal == "unclear_unit"
    settled = run(whole, ruled(amounts_in=AmountsIn.CURRENCY))
    assert settled.result.total_amount == Decimal(6250)
    assert units(settled) == [("price", "currency", "settled")]
    decimals = run(orders("A,1250,5", "B,1.50,1", header="sku,unit_amount,quantity"))
    assert decimals.result.total_amount == Decimal("6251.50")
    assert units(decimals) == [("price", "currency", "proven")]


def test_a_total_of_cents_far_below_is_no_order() -> None:
    rows = ["A,1250,5,1"] * 20
    text = orders(*rows, "Total,,100,", header="sku,price_cents,quantity,order_id")
    assert run(text, engine=HASTY).result.reject_codes == {"total_row": 1}


def test_the_step_that_a_column_of_decimals_is_told_with_settles_it() -> None:
    text = orders("A,1250,2,2", "B,550,1,2", header="sku,unit_price,quantity,decimals")
    [doubt] = [choice for choice in run(text).result.choices if choice.name == "amounts_in"]
    assert doubt.remedy.startswith("write 'unit_price_cents' for 'unit_price' in the header")
    outcome = run(text.replace("unit_price", "unit_price_cents"))
    assert outcome.result.total_amount == Decimal("30.50")
    assert units(outcome) == [("price", "smallest_unit", "proven")]
