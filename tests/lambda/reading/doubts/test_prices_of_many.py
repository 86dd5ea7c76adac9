"""Prices that are not one piece's, and quantities that are not pieces: told, or refused."""

from decimal import Decimal

import pytest
from order_transform.reading.columns.many_in_names import pieces_in_name
from transformed import CONTRACT, orders, run

STEP = (
    'export that of one piece, or the money of the whole line and name it with --map line_total="'
)


@pytest.mark.parametrize(
    "header",
    [
        "price per 100", "Unit price per 1,000", "Price/100 pcs", "price_per_100", "EUR/100 Stk",
        "Preis je 100 Stück", "Preis pro Dutzend", "Price per dozen", "Prix pour 100",
        "Цена за 100 шт",
    ],
)  # fmt: skip
def test_a_price_of_many_pieces_is_no_price_of_one(header: str) -> None:
    quoted = f'"{header}"'
    refused = run(orders("A,200,5.00", header=f"sku,quantity,{quoted}"))
    assert refused.result.refusal
    code, message = refused.result.refusal
    assert code == "no_required_column"
    assert f"{header!r} is the price of several pieces" in message
    assert STEP in message
    both = run(orders("A,200,5.00,10.00", header=f"sku,quantity,{quoted},Sum of line"),
               overrides={"line_total": "Sum of line"})  # fmt: skip
    assert both.result.total_amount == 10
    named = run(orders("A,200,5.00", header=f"sku,quantity,{quoted}"), overrides={"price": header})
    assert named.result.total_amount == 1000
    assert any("price per" in choice.evidence for choice in named.result.choices if choice.is_told)


@pytest.mark.parametrize("header", ["Price (gross)", "Price incl. 10% GST", "Price 2", "Price"])
def test_other_prices_are_one_pieces(header: str) -> None:
    assert not pieces_in_name(header)


def test_goods_by_weight_are_read_by_the_money_of_the_line() -> None:
    rows = ["APPLES,1.5 kg,2.40,3.60", "PEARS,0.25,3.20,0.80"]
    refused = run(orders(*rows, header="sku,quantity,price,total"), CONTRACT)
    assert refused.refusal == "too_many_rejects"
    assert refused.result.refusal
    assert '--map price="total" --map quantity=1 reads the' in refused.result.refusal[1]
    told = run(orders(*rows, header="sku,quantity,price,total"),
               overrides={"price": "total", "quantity": "1"})  # fmt: skip
    assert told.result.total_amount == Decimal("4.40")


def test_rows_by_weight_among_others_are_told() -> None:
    outcome = run(orders("APPLES,1.5 kg,2", "PEARS,0.5,3", "MUG,2,5", "CUP,a,1",
                         header="sku,quantity,price"))  # fmt: skip
    [choice] = [one for one in outcome.result.choices if one.value == "rejected"]
    assert choice.rows == 2
    assert "such as '1.5 kg'" in choice.evidence
    assert "--map quantity=1" in choice.remedy


def test_quantities_of_several_measures_are_told() -> None:
    header = "sku,quantity,unit,price"
    outcome = run(orders("A,2,kg,3", "B,500,g,3", header=header))
    assert any("several measures, as g and kg" in one.evidence for one in outcome.result.choices)
    outcome = run(orders("A,2,kg,3", "B,5,KG,3", "C,1,pc,3", header=header))
    assert not any("measures" in one.evidence for one in outcome.result.choices)


@pytest.mark.parametrize(("unit", "count"), [("g", 1), ("ml", 1), ("kg", 0), ("pcs", 0)])
def test_quantities_of_a_small_measure_are_told(unit: str, count: int) -> None:
    text = orders(f"A,500,5.00,{unit}", f"B,200,4.00,{unit}", header="sku,qty,price,unit")
    told = [choice.evidence for choice in run(text).result.choices if choice.name == "column"]
    assert len([text for text in told if f"'unit' has {unit}" in text]) == count
