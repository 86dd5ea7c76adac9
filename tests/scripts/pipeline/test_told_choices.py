"""Choices about a file as sentences."""

from orderlake.pipeline.inventory import summarize_report
from orderlake.pipeline.status import carried_rows
from orderlake.pipeline.told_choices import ToldChoice, in_contract, joined

LEFT_EMPTY = ToldChoice(
    "carried_down", "country", "left empty", "doubtful", "at least 1 row", "fill it in", 1
)


def test_choices_that_differ_in_their_field_alone_are_told_once() -> None:
    currency = ToldChoice(
        "carried_down", "currency", "left empty", "doubtful", "at least 1 row", "fill it in", 1
    )
    other = ToldChoice("price_is", "price", "unit", "doubtful")
    both = joined([LEFT_EMPTY, other, currency])
    assert [choice.summary for choice in both] == [
        "empty cells of country, currency stay empty (carried_down: doubtful)",
        "price is read as the price of one piece (price_is: doubtful)",
    ]


def test_a_choice_without_a_phrase_has_its_name() -> None:
    assert ToldChoice("currency", "price", "USD", "settled").summary == (
        "currency of price is USD (settled)"
    )


def test_rows_that_stay_without_their_orders_values_do_not_count_as_rows_that_got_them() -> None:
    choice = {
        "name": "carried_down",
        "field": "country",
        "value": "left empty",
        "certainty": "doubtful",
        "evidence": "at least 1 row",
        "remedy": "fill it in",
        "told": True,
        "rows": 8,
    }
    report = {"outcome": "done", "source": {"key": "raw/a.csv"}, "choices": [choice]}
    assert carried_rows(summarize_report(report)) == 0
    carried = {"value": "country", "field": "", "certainty": "proven", "remedy": ""}
    assert carried_rows(summarize_report(report | {"choices": [choice | carried]})) == 8


def test_options_of_transform_become_lines_of_the_contract() -> None:
    text = 'use --price-is line, --map price="Net Price", or --map quantity=1'
    assert in_contract(text) == (
        'use price_is = "line" under [rules], aliases = ["Net Price"] under [fields.price],'
        " or if_no_column = 1 under [fields.quantity], for files without such a column"
    )
    assert in_contract("set date_order in the contract") == "set date_order in the contract"
