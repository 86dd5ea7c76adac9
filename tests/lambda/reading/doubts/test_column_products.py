"""Columns that are price times quantity whatever they are called, and what that says of prices."""

from decimal import Decimal

import pytest
from order_transform.reading.choices import Choice
from transformed import HASTY, Outcome, orders, run

HEADER = "order_id,sku,quantity"


def told(outcome: Outcome) -> list[Choice[object]]:
    return [choice for choice in outcome.result.choices if choice.name == "column"]


def both(text: str) -> list[Outcome]:
    return [run(text), run(text, engine=HASTY)]


@pytest.mark.parametrize(
    ("header", "rows", "price_is", "total"),
    [
        ("Item Price,Worth", ("2,5,10", "3,4,12"), "unit", 22),
        ("Amount,Verkaufsrate", ("2,10,5", "3,12,4"), "line", 22),
    ],
)
def test_what_the_file_multiplies_proves_what_its_price_means(
    header: str, rows: tuple[str, ...], price_is: str, total: int
) -> None:
    text = orders(
        *(
            f"{number},{sku},{row}"
            for number, (sku, row) in enumerate(zip("AB", rows, strict=True))
        ),
        header=f"{HEADER},{header}",
    )
    for outcome in both(text):
        [choice] = [one for one in outcome.result.choices if one.name == "price_is"]
        assert (choice.value, choice.certainty) == (price_is, "proven")
        assert sum(outcome.column("total_amount")) == Decimal(total)
        assert told(outcome) == []


def test_one_row_proves_nothing() -> None:
    outcome = run(orders("1,A,2,5,10", "2,B,1,5,5", header=f"{HEADER},Item Price,Worth"))
    assert outcome.result.refusal
    assert outcome.result.refusal[0] == "unclear_price"


@pytest.mark.parametrize(
    ("rows", "example"),
    [
        (("2,5,10", "3,4,12", "2,5,9.50"), "a row of 2 at 5 with 9.50"),
        (("200,5,10", "300,4,12", "1,7,7"), "a row of 200 at 5 with 10"),  # for a hundred pieces
        (("2,1,24", "3,1,36"), "a row of 2 at 1 with 24"),  # a quantity of dozens
    ],
)
def test_a_total_that_differs_is_told_whatever_it_is_called(
    rows: tuple[str, ...], example: str
) -> None:
    for outcome in both(
        orders(*(f"{n},A,{row}" for n, row in enumerate(rows)), header=f"{HEADER},price,Worth")
    ):
        [choice] = told(outcome)
        assert "'Worth' is price times quantity in" in choice.evidence
        assert f"({example})" in choice.evidence


def test_a_total_of_numbers_with_a_decimal_comma_is_told() -> None:
    text = "sku;quantity;price;Worth\nA;2;5,50;11,00\nB;3;4,00;12,00\nC;2;1.000,00;1.900,00\n"
    [choice] = told(run(text))
    assert "a row of 2 at 1000.00 with 1900.00" in choice.evidence


def test_a_price_that_is_another_column_times_the_quantity_is_told() -> None:
    for outcome in both(
        orders("1,A,2,10,5", "2,B,3,12,4", header=f"{HEADER},Unit price,Verkaufsrate")
    ):
        [choice] = told(outcome)
        assert choice.evidence.startswith("'Unit price' is 'Verkaufsrate' times the quantity")


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Worth", ("2,5,10", "3,4,12")),  # it fits
        ("Receipt", ("2,5,1", "4,6,2", "3,20,5")),  # a tenth and a twelfth of it by chance
        ("Worth", ("2,5,10", "2,5,10")),  # always the same order
        ("Store", ("2,5,10", "3,4,7", "4,4,9")),  # one row fits by chance
        ("Basket", ("2,5,22", "3,4,22")),  # of the whole order
        ("Date", ("2,5,2026-01-05", "3,4,2026-01-06")),
        ("Subtotal", ("2,5,10", "3,4,12", "4,5,25")),  # of the order, by its name
    ],
)
def test_other_numbers_are_not_taken_for_a_total(header: str, rows: tuple[str, ...]) -> None:
    assert (
        told(run(orders(*(f"1,A,{row}" for row in rows), header=f"{HEADER},price,{header}"))) == []
    )
