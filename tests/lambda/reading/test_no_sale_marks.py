"""Columns that mark rows as no sales, or say that a quantity or a price may not count."""

from decimal import Decimal

import pytest
from order_transform.contract.parse import default_contract_text, parse_contract
from transformed import ENGINE, HASTY, Outcome, orders, run

HEADER = "order_id,sku,price,quantity,order_date"


def both(*rows: str, header: str) -> list[Outcome]:
    text = orders(*rows, header=header)
    return [run(text), run(text, engine=HASTY)]


def told(outcome: Outcome) -> set[str]:
    return {choice.name for choice in outcome.result.choices if choice.is_told}


@pytest.mark.parametrize(
    ("mark", "cell", "other"),
    [
        ("cancelled", "true", "false"),
        ("Is refunded", "Yes", "No"),
        ("Storno", "x", ""),
        ("Void?", "1", "0"),
        ("Annulée", "oui", "non"),
        ("キャンセル", "はい", ""),
        ("Cancelled at", "2024-03-16 10:00", ""),
        ("Storniert am", "16.03.2024", "00.00.0000"),
    ],
)
def test_a_mark_makes_a_row_no_sale(mark: str, cell: str, other: str) -> None:
    rows = [f"{n},A,10.00,1,2024-03-14,{other}" for n in range(4)]
    for outcome in both(*rows, f"9,B,12.00,1,2024-03-15,{cell}", header=f"{HEADER},{mark}"):
        assert outcome.column("is_sale") == [True] * 4 + [False]
        assert {part.no_sale: part.total_amount for part in outcome.result.parts} == {
            None: Decimal(40),
            mark: Decimal(12),
        }


def test_a_marked_return_of_a_negative_quantity_lowers_the_total() -> None:
    rows = ["1,A,10.00,2,2024-03-14,false", "1,A,10.00,-1,2024-03-15,true"]
    for outcome in both(*rows, header=f"{HEADER},Is return"):
        assert outcome.column("is_sale") == [True, True]


@pytest.mark.parametrize("cells", [("0.00", "5.00"), ("0", "2"), ("A", "B")])
def test_a_column_of_amounts_or_names_is_no_mark(cells: tuple[str, str]) -> None:
    rows = [f"{n},A,10.00,2,2024-03-14,{cell}" for n, cell in enumerate(cells)]
    for outcome in both(*rows, header=f"{HEADER},Refunded"):
        assert outcome.column("is_sale") == [True, True]


def test_the_mark_of_an_orders_first_line_holds_for_its_further_lines() -> None:
    rows = [
        "1,A,1.00,1,2024-03-14,2024-03-15",
        "1,B,2.00,1,,",
        "2,A,1.00,1,2024-03-14,",
        "2,B,2.00,1,,",
    ]
    for outcome in both(*rows, header=f"{HEADER},Cancelled at"):
        assert outcome.column("is_sale") == [False, False, True, True]


def test_a_status_of_several_words_is_told() -> None:
    rows = ["1,A,1.00,1,2024-03-14,Shipped", "2,A,1.00,1,2024-03-14,Cancelled by system"]
    for outcome in both(*rows, header=f"{HEADER},status"):
        assert outcome.column("is_sale") == [True, True]
        assert "no_sale" in told(outcome)
    partly = run(orders("1,A,1.00,1,2024-03-14,Partially refunded", header=f"{HEADER},status"))
    assert "no_sale" not in told(partly)


@pytest.mark.parametrize(
    ("header", "cell", "nothing", "name"),
    [
        ("Qty Refunded", "1", "0.0000", "no_sale"),
        ("Menge storniert", "2", "", "no_sale"),
        ("Discounted price", "8.00", "10.00", "column"),
        ("Member price", "8.00", "10.00", "column"),
    ],
)
def test_a_column_that_says_otherwise_is_told_where_it_says_something(
    header: str, cell: str, nothing: str, name: str
) -> None:
    quiet = [f"{n},A,10.00,2,2024-03-14,{nothing}" for n in range(4)]
    for outcome in both(*quiet, header=f"{HEADER},{header}"):
        assert name not in told(outcome)
    for outcome in both(*quiet, f"9,A,10.00,2,2024-03-14,{cell}", header=f"{HEADER},{header}"):
        assert name in told(outcome)


def test_a_price_of_many_pieces_is_refused() -> None:
    rows = ["1,A,10.00,2,2024-03-14,1", "2,A,10.00,2,2024-03-14,1.0", "3,A,1.00,1,2024-03-14,"]
    for outcome in both(*rows, header=f"{HEADER},Price unit"):
        assert outcome.result.total_amount == 41
    for outcome in both(*rows, "4,A,1250.00,200,2024-03-14,100", header=f"{HEADER},Price unit"):
        assert outcome.refusal == "unclear_unit"


def test_a_price_unit_is_the_price_only_where_the_file_has_no_other() -> None:
    rows = ["A,10.00,2,100"]
    assert run(orders(*rows, header="sku,Net price,quantity,Price unit")).refusal == "unclear_unit"
    alone = run(orders("A,2,10.00", header="sku,quantity,Price (unit)"))
    assert alone.result.total_amount == 20


@pytest.mark.parametrize("status", ["Pending", "on-hold", "Offen", "Cancelled by system"])
def test_a_status_that_may_be_no_sale_is_told_until_the_contract_names_it(status: str) -> None:
    text = orders(
        "1,A,10.00,1,paid", f"2,B,10.00,1,{status}", header="order_id,sku,price,quantity,status"
    )
    for engine in (ENGINE, HASTY):
        outcome = run(text, engine=engine)
        assert "no_sale" in told(outcome)
        assert outcome.column("is_sale") == [True, True]
        rule = f'\nsale = ["{status}"]'
        contract = parse_contract(default_contract_text().replace("\nsale = []", rule))
        sale = run(text, contract, engine=engine)
        assert "no_sale" not in told(sale)
        assert sale.column("is_sale") == [True, True]
