"""What a price means: one piece's or the whole line's, by evidence, by the contract, or refused."""

import random
from decimal import Decimal

import pytest
from order_transform.contract.definition import PriceIs
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.price_evidence import Sale, count_repeats
from order_transform.reading.price_meaning import decide_price
from order_transform.refusal import FileRefused
from transformed import CONTRACT, Outcome, orders, ruled, run

AMOUNT = "sku,quantity,amount"
GROWING = ["MUG,1,7.50", "MUG,2,15.00", "PEN,10,12.00", "PEN,1,1.20"]
STEADY = ["MUG,1,7.50", "MUG,2,7.50", "PEN,10,1.20", "PEN,1,1.20"]


def price_is(outcome: Outcome) -> tuple[str, str]:
    [choice] = [choice for choice in outcome.result.choices if choice.name == "price_is"]
    return str(choice.value), choice.certainty.value


def test_a_cell_that_grows_with_the_quantity_is_the_whole_lines() -> None:
    outcome = run(orders(*GROWING, header=AMOUNT))
    assert price_is(outcome) == ("line", "proven")
    assert outcome.column("total_amount") == list(map(Decimal, ("7.50", "15.00", "12.00", "1.20")))
    assert outcome.column("price") == list(map(Decimal, ("7.50", "7.50", "1.20", "1.20")))
    assert outcome.column("price_is_derived") == [True] * 4
    assert any(choice.is_told for choice in outcome.result.choices if choice.name == "price_is")


def test_a_cell_that_stays_the_same_is_one_pieces() -> None:
    outcome = run(orders(*STEADY, header=AMOUNT))
    assert price_is(outcome) == ("unit", "proven")
    assert outcome.result.total_amount == Decimal("7.50") * 3 + Decimal("1.20") * 11
    assert "price_is_derived" not in outcome.lines[0]


def test_a_name_for_one_pieces_price_gives_way_to_loud_evidence_only() -> None:
    header = "sku,quantity,price"
    assert price_is(run(orders(*GROWING, header=header))) == ("line", "proven")
    assert price_is(run(orders(*GROWING[:2], header=header))) == ("unit", "doubtful")


def test_quantities_of_one_make_no_difference() -> None:
    assert price_is(run(orders("MUG,1,7.50", "PEN,-1,1.20", header=AMOUNT))) == ("unit", "proven")


def test_a_line_total_that_looks_like_a_price_is_told() -> None:
    looks_like_one = run(orders(*STEADY, header="sku,quantity,Line Total"))
    assert price_is(looks_like_one) == ("line", "doubtful")
    assert looks_like_one.result.total_amount == Decimal("17.40")
    assert price_is(run(orders(*GROWING, header="sku,quantity,Line Total"))) == ("line", "proven")


def test_single_pieces_above_say_nothing_of_an_amount_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("order_transform.sql.price_evidence._UNCLEAR_RECORDS", 3)
    ones = ["MUG,1,7.50", "PEN,1,1.20", "CUP,1,2.00", "TEA,1,3.00"]
    assert price_is(run(orders(*ones, *GROWING, header=AMOUNT))) == ("line", "proven")
    assert price_is(run(orders(*ones, header=AMOUNT))) == ("unit", "proven")
    assert run(orders(*ones, "BAG,2,9.00", header=AMOUNT), CONTRACT).refusal == "unclear_price"


@pytest.mark.parametrize("rows", [["MUG,1,7.50,7.50", "PEN,-1,1.20,-1.20"], ["MUG,2,0,0"], []])
def test_a_line_total_that_no_row_of_several_pieces_compares_changes_nothing(
    rows: list[str],
) -> None:
    outcome = run(orders(*rows, header="sku,quantity,price,line total"))
    assert outcome.result.total_amount == sum(outcome.column("line_total"), Decimal(0))
    assert outcome.result.counts.accepted == len(rows)


def test_an_amount_that_no_row_explains_is_refused_with_what_settles_it() -> None:
    rows = orders("MUG,2,7.50", "PEN,3,1.20", header=AMOUNT)
    refused = run(rows, CONTRACT)
    assert refused.refusal == "unclear_price"
    assert refused.result.refusal is not None
    for step in ('--map price="amount"', '--map line_total="amount"', 'price_is = "unit"'):
        assert step in refused.result.refusal[1]
    assert run(rows, overrides={"price": "amount"}).result.total_amount == Decimal("18.60")
    by_line = run(rows, overrides={"line_total": "amount"})
    assert by_line.result.total_amount == Decimal("8.70")
    assert by_line.column("price") == [Decimal("3.75"), Decimal("0.40")]


@pytest.mark.parametrize(("rule", "total"), [(PriceIs.UNIT, "18.60"), (PriceIs.LINE, "8.70")])
def test_the_contract_settles_an_amount_and_that_is_told(rule: PriceIs, total: str) -> None:
    rows = orders("MUG,2,7.50", "PEN,3,1.20", header=AMOUNT)
    outcome = run(rows, ruled(price_is=rule))
    assert price_is(outcome) == (rule.value, "settled")
    assert outcome.result.total_amount == Decimal(total)


def test_the_files_own_line_total_decides() -> None:
    header = "sku,quantity,price,line_total"
    unit = run(orders("A,3,10.00,30.00", "B,2,4.00,8.00", header=header))
    assert price_is(unit) == ("unit", "proven")
    line = run(orders("A,3,30.00,30.00", "B,2,8.00,8.00", header=header))
    assert price_is(line) == ("line", "proven")
    assert line.column("price") == [10, 4]
    assert line.result.total_amount == 38


def test_a_line_total_that_differs_is_told_with_a_row() -> None:
    header = "sku,quantity,price,line_total"
    outcome = run(orders("A,3,10.00,30.00", "B,2,4.00,7.20", header=header))
    assert price_is(outcome) == ("unit", "doubtful")
    [choice] = [choice for choice in outcome.result.choices if choice.name == "price_is"]
    assert "1 of 2 rows" in choice.evidence
    assert "2 at 4.00 with 7.20" in choice.evidence


def test_a_derived_price_is_exact_or_rounded_half_up_to_six_places() -> None:
    outcome = run(orders("A,3,10.00", "B,7,-0.50", "C,-4,-10", header="sku,qty,line total"))
    assert outcome.column("price") == [Decimal("3.333333"), Decimal("2.50")]
    assert outcome.column("total_amount") == [10, -10]
    assert outcome.reasons() == [[("below_minimum", "price")]]


def test_a_status_decides_what_is_a_sale() -> None:
    header = "sku,qty,price,status"
    rows = ["A,1,2,paid", "B,1,2,VOIDED", "C,1,2,", "D,1,2,Payment Failed", "E,1,2,Storniert"]
    assert run(orders(*rows, header=header)).column("is_sale") == [True, False, True, False, False]
    assert run(orders("A,1,2")).column("is_sale") == [True]


@pytest.mark.parametrize("seed", range(3))
def test_prices_that_change_from_sale_to_sale_are_still_those_of_one_piece(seed: int) -> None:
    chance = random.Random(seed)
    sales = [
        Sale(f"P{number % 50}", round(chance.uniform(1, 500), 2), chance.randint(1, 9))
        for number in range(5_000)
    ]
    evidence = count_repeats(sales)
    assert evidence.same_share > 5 * evidence.same_cell  # by chance
    columns = map_columns(["sku", "quantity", "price"], CONTRACT)
    assert isinstance(columns, Columns)
    assert decide_price(columns, evidence, PriceIs.REFUSE).value is PriceIs.UNIT
    unclear = map_columns(["sku", "quantity", "amount"], CONTRACT)
    assert isinstance(unclear, Columns)
    with pytest.raises(FileRefused):
        decide_price(unclear, evidence, PriceIs.REFUSE)


def test_a_price_that_grows_with_the_quantity_in_few_rows_is_told() -> None:
    outcome = run(orders("A,10,1", "A,20,2"))
    [choice] = [choice for choice in outcome.result.choices if choice.name == "price_is"]
    assert choice.value == "unit"
    assert "grows with the quantity of a product in 2 rows" in choice.evidence
    assert not choice.is_proven


AMAZON = "amazon-order-id,purchase-date,fulfillment-channel,sku,quantity,item-price,item-tax"


def test_an_item_price_of_amazon_is_the_whole_lines_by_its_documentation() -> None:
    row = "1-1,2024-03-01,Amazon,{},{},{},0"
    outcome = run(orders(row.format("A", 2, 20), row.format("B", 3, 45), header=AMAZON), CONTRACT)
    assert outcome.result.total_amount == 65
    assert price_is(outcome) == ("line", "settled")
    rows = [row.format("A", pieces, 20) for pieces in (1, 2, 3)]
    outcome = run(orders(*rows, header=AMAZON), CONTRACT)
    assert outcome.result.total_amount == 120
    assert price_is(outcome) == ("unit", "doubtful")
    few = "order_id,sku,quantity,item-price,item-tax"
    assert run(orders("1,A,2,20,0", header=few), CONTRACT).refusal == "unclear_price"


def test_a_note_ends_once_its_remedy_is_followed() -> None:
    header = "sku,quantity,price,line total"
    rows = ["A,2,10,18", "B,1,5,5"]
    said = {"price": "line total"}
    outcome = run(orders(*rows, header=header), ruled(price_is=PriceIs.LINE), overrides=said)
    assert outcome.result.total_amount == 23
    assert price_is(outcome) == ("line", "settled")
    [choice] = [choice for choice in outcome.result.choices if choice.is_told]
    assert "'line total' was named as the price" in choice.evidence
    growing = run(orders(*GROWING[:2], header="sku,quantity,price"), ruled(price_is=PriceIs.UNIT))
    assert price_is(growing) == ("unit", "settled")


def test_the_lines_money_counts_for_any_number_of_pieces() -> None:
    header = "sku,quantity,Net price,Price unit,Net value"
    rows = ["A,200,5.00,100,10.00", "B,3,4.00,1,12.00"]
    assert run(orders(*rows, header=header)).refusal == "unclear_unit"
    outcome = run(orders(*rows, header=header), overrides={"line_total": "Net value"})
    assert outcome.result.total_amount == 22
    assert [choice.name for choice in outcome.result.choices if choice.is_told] == ["price_is"]
