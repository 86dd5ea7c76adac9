"""Ids that mean no value, or look like days, in a row that no look at some rows sees."""

import pytest
from transformed import HASTY, orders, run

COUNT = 9_000
PLACE = 4_000  # neither among the first rows nor in one of the blocks that are looked at


def _told(texts: dict[int, str], column: str = "sku") -> list[str]:
    rows = []
    for number in range(COUNT):
        cells = {
            "order_id": f"ORD-{number:06}",
            "sku": f"SKU-{number % 700:05}",
            "customer_id": "C1",
        }
        if number in texts:
            cells[column] = texts[number]
        rows.append(f"{cells['order_id']},{cells['sku']},{cells['customer_id']},2.50,1")
    text = orders(*rows, header="order_id,sku,customer_id,price,quantity")
    outcomes = [run(text), run(text, engine=HASTY)]
    found = [
        [choice.evidence for choice in outcome.result.choices if choice.name == "texts"]
        for outcome in outcomes
    ]
    assert found[0] == found[1]
    assert all(outcome.counts.accepted == COUNT for outcome in outcomes)
    return found[0]


@pytest.mark.parametrize("column", ["order_id", "sku", "customer_id"])
def test_null_in_one_of_many_rows_is_told(column: str) -> None:
    [evidence] = _told({PLACE: "NULL"}, column)
    assert "'NULL' stands in 1 row" in evidence


@pytest.mark.parametrize("text", ["3-Jan", "Mrz-26", "03. Mai"])
def test_a_product_that_became_a_day_is_told(text: str) -> None:
    [evidence] = _told({PLACE: text, PLACE + 1: text})
    assert f"'{text}', in 2 rows" in evidence


def test_products_that_only_look_like_it_are_not_told() -> None:
    assert _told({PLACE: "SET-12", PLACE + 1: "3-JAN", PLACE + 2: "NULL-1", PLACE + 3: "A-1"}) == []


def test_what_the_first_rows_have_shown_is_not_told_again() -> None:
    [evidence] = _told({3: "NULL", PLACE: "NULL"})
    assert "at least 1 row" in evidence


def test_another_doubt_about_a_column_does_not_hide_such_a_text() -> None:
    found = _told({3: "ABC-1", 5: "abc-1", PLACE: "NULL", PLACE + 1: "3-Jan"})
    assert [evidence.split(" ")[0] for evidence in found] == ["'ABC-1'", "'NULL'", "'3-Jan',"]
