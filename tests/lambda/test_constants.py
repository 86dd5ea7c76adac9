"""A value for every row of a file that has no column for a field: told, and never by itself."""

from dataclasses import replace
from typing import Any

from order_transform.reading.choices import Certainty
from transformed import HASTY, LENIENT, Outcome, orders, run

SINGLES = orders("Mug,7.50", "Pen,1.20", header="product,price")


def given(outcome: Outcome) -> list[tuple[str, object]]:
    choices = outcome.result.choices
    return [(one.field, one.value) for one in choices if one.certainty is Certainty.SETTLED]


def test_a_file_without_quantities_is_refused_by_itself() -> None:
    refused = run(SINGLES).result.refusal
    assert refused is not None
    assert "no quantity column" in refused[1]
    assert "--map quantity=1" in refused[1]


def test_an_option_gives_every_row_a_quantity_and_is_told() -> None:
    for engine in (HASTY, None):
        options: dict[str, Any] = {"engine": engine} if engine else {}
        outcome = run(SINGLES, overrides={"quantity": "1"}, **options)
        assert outcome.column("quantity") == [1, 1]
        assert [str(total) for total in outcome.column("total_amount")] == ["7.50", "1.20"]
        assert given(outcome) == [("quantity", "1")]


def test_the_contract_gives_values_only_where_a_column_is_missing() -> None:
    values: dict[str, str | int] = {"quantity": 2, "currency": "EUR"}
    fields = tuple(replace(field, if_no_column=values.get(field.name)) for field in LENIENT.fields)
    contract = replace(LENIENT, fields=fields)
    outcome = run(SINGLES, contract)
    assert outcome.column("quantity") == [2, 2]
    assert outcome.column("currency") == ["EUR", "EUR"]
    own = run(orders("Mug,7.50,3,USD", header="product,price,qty,currency"), contract)
    assert (own.column("quantity"), own.column("currency")) == ([3], ["USD"])
    assert given(own) == []


def test_blank_lines_and_repeated_headers_stay_what_they_are() -> None:
    text = orders(
        "Mug,7.50", "", "product,price", " , ", "Pen,x", "Bag,1,2", header="product,price"
    )
    outcome = run(text, overrides={"quantity": "1"})
    assert outcome.column("product_id") == ["Mug"]
    assert outcome.counts.blank == 2
    assert [reason[0][0] for reason in outcome.reasons()] == [
        "repeated_header",
        "not_a_number",
        "too_many_cells",
    ]


def test_a_column_that_is_called_by_a_number_is_a_column() -> None:
    outcome = run(orders("Mug,7.50,4", header="product,price,1"), overrides={"quantity": "1"})
    assert outcome.column("quantity") == [4]


def test_a_value_that_is_given_wins_over_a_column() -> None:
    outcome = run(orders("Mug,7.50,4", header="product,price,qty"), overrides={"quantity": "1"})
    assert outcome.column("quantity") == [1]
    assert outcome.column("qty") == ["4"]
