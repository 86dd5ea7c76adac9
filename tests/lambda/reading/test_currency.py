"""The currency beside a price, or in its header, is the row's where no column says otherwise."""

from typing import Any

import pytest
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.reading.choices import Choice
from order_transform.sql.engine import Engine
from transformed import HASTY, Outcome, orders, ruled, run

BESIDE = {
    "€ 5": "EUR",
    "5,00 €": "EUR",
    "£5": "GBP",
    "CHF 5.-": "CHF",
    "Fr. 5": "CHF",
    "100 JPY": "JPY",
    "R$ 5,00": "BRL",
    "5 zł": "PLN",
    "5 Kč": "CZK",
    "₺5": "TRY",
    "5 TL": "TRY",
    "US$5": "USD",
    "us$ 5": "USD",
    "$5 USD": "USD",
    "$5 CAD": "CAD",
    "A$5": "AUD",
    "5 руб.": "RUB",
    "₹1,00,000": "INR",
    "-€5": "EUR",
    "5 EUR / Stk.": "EUR",
    "円 500": "JPY",
    "500円": "JPY",
    "５００円": "JPY",
    "5 ft": "HUF",
}
SHARED = {"$5": "USD", "5 kr": "SEK", "kr. 5": "SEK", "¥500": "JPY", "Rs. 5": "INR", "Rs 5": "INR"}
IN_HEADER = {
    "Preis (EUR)": "EUR",
    "price_usd": "USD",
    "Unit Price GBP": "GBP",
    "Unit Price [CHF]": "CHF",
    "Price (€)": "EUR",
    "Price €": "EUR",
    "UnitPriceUSD": "USD",
    "Unit Price (EUR) incl. VAT": "EUR",
}


def priced(*cells: str, header: str = "price", **options: Any) -> Outcome:
    rows = [f'p,"{cell}",1' for cell in cells]
    return run(orders(*rows, header=f"sku,{header},quantity"), **options)


def choices(outcome: Outcome) -> list[Choice[object]]:
    return [choice for choice in outcome.result.choices if choice.name == "currency"]


@pytest.mark.parametrize(("cell", "code"), BESIDE.items(), ids=BESIDE)
def test_a_currency_beside_a_price_becomes_the_rows(cell: str, code: str) -> None:
    outcome = priced(cell)
    if outcome.lines:
        assert outcome.column("currency") == [code]
    else:  # a negative price
        assert outcome.reasons() == [[("below_minimum", "price")]]
    assert all(choice.is_proven for choice in choices(outcome))


@pytest.mark.parametrize(("cell", "code"), SHARED.items(), ids=SHARED)
def test_a_sign_of_several_currencies_follows_the_contract_and_is_told(
    cell: str, code: str
) -> None:
    outcome = priced(cell)
    assert outcome.column("currency") == [code]
    [choice] = choices(outcome)
    assert (choice.certainty, choice.is_told) == ("settled", True)
    assert "may be" in choice.evidence


def test_the_contracts_rule_for_a_sign_can_be_changed() -> None:
    assert priced("$5", contract=ruled(currency_of_sign=("$ CAD",))).column("currency") == ["CAD"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Artikelnummer;Pris;Antal\na;5 kr;1\n", "SEK"),
        ("商品编号,单价,数量\na,¥5,1\n", "CNY"),
    ],
)
def test_the_headers_language_chooses_among_the_currencies_of_a_sign(text: str, code: str) -> None:
    outcome = run(text)
    assert outcome.column("currency") == [code]
    assert [choice.is_told for choice in choices(outcome)] == [True]


def test_a_file_with_several_currencies_keeps_each_rows_own() -> None:
    outcome = priced("$7.50", "€1.20", "£20.00", "100 JPY", "5")
    assert outcome.column("currency") == ["USD", "EUR", "GBP", "JPY", None]


@pytest.mark.parametrize(("header", "code"), IN_HEADER.items(), ids=IN_HEADER)
def test_a_currency_in_the_prices_header_is_every_rows(header: str, code: str) -> None:
    text = orders("p,5,1", "q,6.50,2", header=f"sku,{header},quantity")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert outcome.column("currency") == [code, code]


@pytest.mark.parametrize("header", ["price", "Unit Price", "Price each", "Price USD/EUR"])
def test_a_header_without_one_currency_gives_none(header: str) -> None:
    [line] = priced("5", header=header).lines
    assert line.get("currency") is None


def test_the_header_says_which_dollar_stands_in_the_cells() -> None:
    outcome = priced("$5", header="Price (CAD)")
    assert outcome.column("currency") == ["CAD"]
    assert not any(choice.is_told for choice in choices(outcome))


def test_the_files_own_column_wins_and_a_contradiction_is_told() -> None:
    header = "sku,price,quantity,currency"
    outcome = run(orders("a,$5,1,EUR", "b,€6,1,EUR", "c,€7,1,", "d,$8,1,CAD", header=header))
    assert outcome.column("currency") == ["EUR", "EUR", "EUR", "CAD"]
    told = [choice.evidence for choice in choices(outcome) if choice.is_told]
    assert any("in 1 records" in evidence and "'$5'" in evidence for evidence in told)


def test_a_column_that_agrees_with_the_signs_is_told_of_its_signs_only() -> None:
    header = "sku,price,quantity,currency"
    outcome = run(orders("a,$5,1,CAD", "b,€6,1,€", "c,€7,1,Euro", header=header))
    assert outcome.column("currency") == ["CAD", "€", "Euro"]
    told = [choice for choice in choices(outcome) if choice.is_told]
    assert [(choice.value, choice.field) for choice in told] == [
        ("Euro", "currency"),
        ("€", "currency"),
    ]
    assert all("may be EUR" in choice.evidence for choice in told)


@pytest.mark.parametrize("engine", [None, HASTY])
def test_a_column_that_contradicts_the_prices_header_is_told(engine: Engine | None) -> None:
    text = orders("a,5,1,EUR", "b,6,1,EUR", header="sku,price_usd,quantity,currency")
    outcome = run(text, engine=engine) if engine else run(text)
    assert outcome.column("currency") == ["EUR", "EUR"]
    assert [choice.is_told for choice in choices(outcome)] == [True]


def test_a_sign_that_no_list_knows_is_told() -> None:
    outcome = priced("\u20a1 5")
    assert outcome.column("price") == [5]
    assert [choice.is_told for choice in choices(outcome)] == [True]


def test_a_contract_without_a_currency_writes_none() -> None:
    text = default_contract_text().replace('currency = { type = "string" }\n', "")
    outcome = priced("€5", contract=parse_contract(text))
    assert "currency" not in outcome.lines[0]


def test_the_currency_beside_prices_speaks_for_an_order_of_dates() -> None:
    outcome = run(orders("a,€5,1,03/04/2026", header="sku,price,quantity,order_date"))
    assert outcome.column("order_date") == ["2026-04-03"]
