"""Rows that a column calls returned, cancelled or credited although they count as sales."""

import pytest
from order_transform.reading.choices import Choice
from transformed import HASTY, Outcome, orders, run

HEADER = "order_id,sku,price,quantity"


def told(outcome: Outcome) -> list[Choice[object]]:
    return [choice for choice in outcome.result.choices if choice.name == "no_sale"]


@pytest.mark.parametrize(
    ("header", "cells", "evidence"),
    [
        ("status,Item status", ("paid,shipped", "paid,Cancelled"), "'Item status' is 'Cancelled'"),
        (
            "status,Belegart",
            ("paid,Rechnung", "paid,Gutschrift"),
            "'Belegart' is 'Gutschrift' in 1",
        ),
        ("Movement", ("out", "Return"), "'Movement' is 'Return' in 1 of the first 2 rows"),
        ("DR/CR", ("DR", "CR"), "'DR/CR' is 'DR' in 1 and 'CR' in 1 of the first 2 rows"),
        ("Soll-/Haben-Kennzeichen", ("S", "H"), "is 'S' in 1 and 'H' in 1"),
    ],
)
def test_a_return_in_a_column_that_is_not_read_is_told(
    header: str, cells: tuple[str, str], evidence: str
) -> None:
    text = orders(f"1,A,5,2,{cells[0]}", f"2,A,5,2,{cells[1]}", header=f"{HEADER},{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        [choice] = told(outcome)
        assert evidence in choice.evidence
        assert outcome.column("is_sale") == [True, True]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Coupon", ("expired", "failed")),  # not words about a return, nor a status of the order
        ("DR/CR", ("DR", "DR")),
        ("Note", ("to return soon", "")),
        ("Type", ("Cash", "Credit")),  # how it was paid
        ("Card", ("Credit", "Debit")),
    ],
)
def test_other_columns_are_not_taken_for_it(header: str, cells: tuple[str, str]) -> None:
    outcome = run(orders(f"1,A,5,2,{cells[0]}", f"2,A,5,2,{cells[1]}", header=f"{HEADER},{header}"))
    assert told(outcome) == []
    assert outcome.column("is_sale") == [True, True]


def test_a_return_with_a_negative_quantity_lowers_the_total_and_is_not_told() -> None:
    rows = ("1,A,5,2,paid,Invoice", "2,A,5,-2,paid,Credit note")
    assert told(run(orders(*rows, header=f"{HEADER},status,Document"))) == []


def test_a_row_that_is_no_sale_anyway_is_not_told() -> None:
    rows = ("1,A,5,2,paid,shipped", "2,A,5,2,cancelled,Cancelled", "3,A,5,0,paid,Cancelled")
    assert told(run(orders(*rows, header=f"{HEADER},status,Item status"))) == []


def test_a_file_without_a_quantity_is_looked_at_too() -> None:
    text = orders(
        "1,A,5,paid,shipped", "2,A,5,paid,Cancelled", header=f"{HEADER[:-9]},status,Item status"
    )
    assert told(run(text, overrides={"quantity": "1"}))


def test_a_document_type_makes_a_credit_note_no_sale() -> None:
    outcome = run(orders("1,A,5,2,Invoice", "2,A,5,2,Credit", header=f"{HEADER},Document type"))
    assert outcome.column("is_sale") == [True, False]
