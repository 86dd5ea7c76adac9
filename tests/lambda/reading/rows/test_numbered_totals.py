"""Items in numbered columns beside the row's own total."""

import pytest
from order_transform.reading.choices import Choice
from transformed import orders, run

HEADER = "order,sku,quantity,price,sku_2,quantity_2,price_2,subtotal,total"


def several_items(*rows: str, header: str = HEADER) -> Choice[object]:
    outcome = run(orders(*rows, header=header))
    [choice] = [one for one in outcome.result.choices if one.name == "several_items"]
    return choice


@pytest.mark.parametrize(
    ("rows", "is_proven", "counts"),
    [
        (["1,A,1,2.00,B,3,4.00,14.00,19.00", "2,A,1,2.00,,,,2.00,7.00"], True, "in 2 of 2"),
        (["1,A,1,2.00,B,3,4.00,14.00,19.00", "2,A,1,2.00,,,,3.00,7.00"], False, "in 1 of 2"),
        (["1,A,1,2.00,B,3,4.00,,14.00", "2,A,1,x,,,,3.00,7.00"], True, "in 1 of 1"),
    ],
)
def test_the_items_are_compared_with_the_totals_of_their_row(
    rows: list[str], is_proven: bool, counts: str
) -> None:
    choice = several_items(*rows)
    assert choice.is_proven is is_proven
    assert counts in choice.evidence


def test_numbers_with_a_decimal_comma_are_compared_too() -> None:
    header = HEADER.replace(",", ";")
    choice = several_items("1;A;1;2,00;B;3;4,00;14,00;14,00", header=header)
    assert choice.is_proven
    assert "in 1 of 1" in choice.evidence


def test_without_a_total_nothing_is_said_of_it() -> None:
    header = HEADER.removesuffix(",subtotal,total")
    assert "total" not in several_items("1,A,1,2.00,B,3,4.00", header=header).evidence
