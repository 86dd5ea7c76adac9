"""Tables without a header of their own, below the orders or beside them: told."""

import pytest
from transformed import HASTY, Outcome, orders, run

HEADER = "order_id,sku,product_name,quantity,price"
ORDERS = ["1001,MUG,Mug,2,7.95", "1002,PLA,Plate,1,12.00", "1003,BOW,Bowl,3,5.00"]
GAP = ",,,,"


def told(outcome: Outcome, name: str) -> list[str]:
    return [choice.evidence for choice in outcome.result.choices if choice.name == name]


@pytest.mark.parametrize(
    "below",
    [
        [GAP, "MUG,Mug,,2,15.90", "PLA,Plate,,1,12.00", "BOW,Bowl,,3,15.00"],
        ["Summary,,,,", ",,Mug,2,15.90", ",,Others,4,27.00"],
        [",MUG,,2,15.90", ",PLA,,1,12.00", ",BOW,,3,15.00"],
        ["Cash,,,5,30.90", "Card,,,1,12.00"],
    ],
)
def test_rows_that_together_have_the_money_of_all_above_are_told(below: list[str]) -> None:
    text = orders(*ORDERS, *below, header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        [evidence] = told(outcome, "totals")
        assert "have together the money of all rows above" in evidence
        assert not told(outcome, "further_tables")


def test_orders_of_one_piece_with_the_money_of_those_above_are_not_told() -> None:
    rows = ["1,A,Mug,1,5.00", "2,A,Mug,1,5.00", "3,A,,1,5.00", "4,A,,1,5.00"]
    assert not told(run(orders(*rows, header=HEADER)), "totals")


@pytest.mark.parametrize(
    ("gap", "row", "count"),
    [
        ("Stock on hand,,,,", "MUG,,Mug,120,4.00", 1),
        (GAP, "2001,,Mug,120,4.00", 1),
        (GAP, "MUG,1001,Mug,1,7.95", 1),  # the columns in another order
        (GAP, "1004,MUG,Mug,1,7.95", 0),
        ("Tuesday,,,,", "1004,MUG,Mug,1,7.95", 0),
    ],
)
def test_rows_of_another_kind_below_a_gap_are_told(gap: str, row: str, count: int) -> None:
    text = orders(*ORDERS, gap, row, header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "further_tables")) == count


def test_rows_that_are_rejected_as_another_table_are_not_told() -> None:
    outcome = run(orders(*ORDERS, GAP, "City,Name,Title,Sum,Mean", "X,,Y,1,2", header=HEADER))
    assert outcome.result.reject_codes == {"other_table": 2}
    assert not told(outcome, "further_tables")


def test_rows_of_another_kind_at_the_end_of_a_long_file_are_told() -> None:
    rows = [f"{number},MUG,Mug,1,9.99" for number in range(1000, 2500)]
    [evidence] = told(run(orders(*rows, GAP, "MUG,,Mug,7,4", header=HEADER)), "further_tables")
    assert "1 of the last " in evidence


@pytest.mark.parametrize("title", ["Returns", "Retouren", "Cancelled orders"])
@pytest.mark.parametrize(("quantity", "count"), [("1", 1), ("-1", 0)])
def test_rows_below_a_line_that_says_returns_are_told(
    title: str, quantity: str, count: int
) -> None:
    text = orders(*ORDERS, title, f"1001,MUG,Mug,{quantity},7.95", header=HEADER)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "no_sale")) == count


@pytest.mark.parametrize(("last", "count"), [(",,,", 2), (",,Bowls,15.00", 0)])
def test_fields_of_a_table_beside_the_orders_are_told(last: str, count: int) -> None:
    rows = [",,Mugs,15.90", ",,Plates,12.00", last]
    text = orders(
        *(f"{order}{beside}" for order, beside in zip(ORDERS, rows, strict=True)),
        header=f"{HEADER},,category,total",
    )
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome, "column")) == count
