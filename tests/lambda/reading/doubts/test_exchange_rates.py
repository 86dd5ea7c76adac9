"""Columns of exchange rates: no amount is converted by them, which is told."""

import pytest
from transformed import HASTY, Outcome, orders, run


def _told(outcome: Outcome) -> list[str]:
    return [
        choice.certainty.value
        for choice in outcome.result.choices
        if choice.name == "currency" and choice.is_told
    ]


@pytest.mark.parametrize(
    ("header", "cells", "certainty"),
    [
        ("exchange_rate,currency", ("1,EUR", "0.92,USD"), "settled"),
        ("FX rate", ("1", "0.92"), "doubtful"),
        ("Wechselkurs", ("1.0000", "0.92"), "doubtful"),
        ("Taux de change", ("1", "1.17"), "doubtful"),
        ("FX rate", ("0.92", "0.92"), ""),  # that of the books
        ("FX rate", ("1", "1.0"), ""),
        ("tax rate", ("7", "19"), ""),
    ],
)
def test_rates_that_differ_from_row_to_row_are_told(
    header: str, cells: tuple[str, str], certainty: str
) -> None:
    text = orders(f"A,2,3.50,{cells[0]}", f"B,1,4.25,{cells[1]}", header=f"sku,qty,price,{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert _told(outcome) == ([certainty] if certainty else [])
