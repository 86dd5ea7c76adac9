"""What decides whether 1.250 is 1250, where every price can be read both ways."""

from decimal import Decimal

import pytest
from order_transform.contract.definition import NumberStyle
from transformed import orders, ruled, run

PROVEN = {
    "a quantity has to be whole": ("sku,price,quantity", ["a,5,1.250", "b,7,1"], "comma"),
    "a zero before the mark": ("sku,price,quantity", ["a,0.125,1", "b,1.250,1"], "dot"),
    "a zero before a comma": ("sku,price,quantity", ['a,"0,125",1', 'b,"1,250",1'], "comma"),
    "thousands without a mark": ("sku,price,quantity", ["a,1500,1", "b,1.250,1"], "dot"),
    "small numbers without a mark": ("sku,price,quantity", ["a,80,1", "b,1.250,1"], "comma"),
    "another column": ("sku,price,quantity,vat", ['a,1.250,1,"237,50"'], "comma"),
    "another column of dots": ("sku,price,quantity,vat", ['a,"1,250",1,237.50'], "dot"),
    "its own total": ("sku,price,quantity,sum", ["a,1.250,4,5"], "dot"),
    "its own total in thousands": ("sku,price,quantity,sum", ["a,1.250,4,5000"], "comma"),
}


@pytest.mark.parametrize(("header", "rows", "style"), PROVEN.values(), ids=PROVEN)
@pytest.mark.parametrize("contract", list(NumberStyle))
def test_the_file_proves_its_number_style(
    header: str, rows: list[str], style: str, contract: NumberStyle
) -> None:
    outcome = run(orders(*rows, header=header), ruled(number_style=contract))
    [choice] = [one for one in outcome.result.choices if one.name == "number_style"]
    assert (choice.value, choice.certainty) == (style, "proven")


def test_german_habits_read_a_point_as_a_thousands_separator_and_are_told() -> None:
    text = "Artikelnummer;Menge;Einzelpreis;Bestelldatum\nA1;2;1.250;28.2.2026\n"
    outcome = run(text)
    assert outcome.column("total_amount") == [Decimal(2500)]
    [choice] = [one for one in outcome.result.choices if one.name == "number_style"]
    assert (choice.value, choice.certainty, choice.is_told) == ("comma", "doubtful", True)
    assert "semicolons part the cells" in choice.evidence


def test_without_evidence_the_contract_decides_and_that_is_told() -> None:
    outcome = run(orders("a,1.250,2"))
    assert outcome.column("total_amount") == [Decimal("2.500")]
    [choice] = [one for one in outcome.result.choices if one.name == "number_style"]
    assert (choice.certainty, choice.is_told) == ("settled", True)


def test_evidence_that_contradicts_itself_decides_nothing() -> None:
    outcome = run(orders("a,0.125,1", "b,80,1.250"))
    [choice] = [one for one in outcome.result.choices if one.name == "number_style"]
    assert choice.certainty == "settled"
    assert "begins with a zero" in choice.evidence
    assert "is whole only" in choice.evidence


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("150.000 ₫", "99.000 ₫"), 249_000),
        (("Rp150.000", "Rp 99.000"), 249_000),
        (("1.200 Ft", "3.500 Ft"), 4_700),
        (('"15,900원"', '"9,900원"'), 25_800),
    ],
)
def test_a_currency_without_decimals_proves_the_thousands(
    cells: tuple[str, str], total: int
) -> None:
    outcome = run(orders(*(f"A,{cell},1" for cell in cells)))
    assert outcome.result.total_amount == total
    [style] = [choice for choice in outcome.result.choices if choice.name == "number_style"]
    assert style.is_proven
