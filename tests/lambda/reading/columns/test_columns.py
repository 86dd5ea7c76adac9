"""Headers against the contract: aliases, fallbacks, overrides, names that pass through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.columns.problems import ColumnProblem
from transformed import CONTRACT

BASE = ["sku", "price", "quantity"]


def mapped(*header: str, **overrides: str) -> dict[str, str]:
    found = map_columns(header, CONTRACT, overrides)
    assert isinstance(found, Columns), found
    return {name: header[place] for name, place in found.fields.items()}


def refused(*header: str, **overrides: str) -> ColumnProblem:
    found = map_columns(header, CONTRACT, overrides)
    assert isinstance(found, ColumnProblem)
    return found


@pytest.mark.parametrize(
    "header", ["UnitPrice", "unit_price", " Unit Price ", "UNIT-PRICE", "\ufeffPrice"]
)
def test_case_spaces_and_punctuation_do_not_count(header: str) -> None:
    assert mapped("sku", header, "quantity")["price"] == header


@pytest.mark.parametrize(
    "header",
    [
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"],
        ["Order ID", "Product", "Quantity Ordered", "Price Each", "Order Date"],
        ["Name", "Lineitem sku", "Lineitem price", "Lineitem quantity", "Created at"],
        ["Bestellnummer", "Artikelnummer", "Einzelpreis", "Menge", "Bestelldatum"],
    ],
)
def test_known_exports_need_no_options(header: list[str]) -> None:
    assert {"order_id", "product_id", "price", "quantity", "order_date"} <= mapped(*header).keys()


def test_every_alias_of_the_contract_finds_its_field() -> None:
    for field in CONTRACT.fields:
        for alias in (field.name, *field.aliases):
            others = {"product_id": "sku", "price": "price", "quantity": "quantity"}
            others.pop(field.name, None)
            found = map_columns([alias, *others.values()], CONTRACT)
            assert isinstance(found, Columns), (field.name, alias)
            assert found.fields[field.name] == 0, alias


def test_two_columns_for_one_field_are_both_named() -> None:
    problem = refused("sku", "price", "Unit Price", "quantity")
    assert problem.code == "ambiguous_columns"
    assert "'price'" in problem.message
    assert "'Unit Price'" in problem.message
    assert "--map price=" in problem.message


@pytest.mark.parametrize(
    "header",
    [
        "Price EUR",
        "Unit Price (USD)",
        "unitPriceUsd",
        "price_usd",
        "Preis [CHF] inkl. MwSt",
        "Pris kr",
        "Item Price ex VAT",
        "Unit Price Tax Incl.",
        "Unit price, excluding tax (EUR)",
    ],
)
def test_a_currency_or_a_tax_at_the_end_of_a_header_does_not_count(header: str) -> None:
    assert mapped("sku", header, "quantity")["price"] == header


def test_a_header_is_more_than_its_ending() -> None:
    assert mapped("sku", "price", "units")["quantity"] == "units"
    assert "no quantity" in refused("sku", "price", "net").message
    assert "no quantity" in refused("sku", "price", "Quantity A", "Quantity R").message


def test_an_exact_name_wins_over_one_with_an_ending() -> None:
    assert mapped("sku", "price", "price_usd", "quantity")["price"] == "price"
    assert mapped("sku", "price", "Quantity (units)", "Units")["quantity"] == "Units"


def test_two_columns_that_part_only_in_their_endings_are_both_named() -> None:
    problem = refused("sku", "Price excl. VAT", "Price incl. VAT", "quantity")
    assert problem.code == "ambiguous_columns"
    assert "'Price excl. VAT' and 'Price incl. VAT'" in problem.message


def test_a_column_that_may_be_the_price_lets_no_other_pass_for_it() -> None:
    assert mapped("sku", "Qty", "Amount")["price"] == "Amount"
    rebated = mapped("sku", "Qty", "Unit Price before Rebate", "Amount")
    assert (rebated.get("price"), rebated["line_total"]) == (None, "Amount")
    header = ("sku", "Qty", "Purchase Price", "List Price")
    assert "no price column" in refused(*header).message
    assert mapped(*header, price="List Price")["price"] == "List Price"


def test_an_override_settles_which_column_is_meant() -> None:
    header = ["sku", "price", "Unit Price", "quantity"]
    assert mapped(*header, price="Unit Price")["price"] == "Unit Price"
    assert mapped(*header, price="unitprice")["price"] == "Unit Price"


def test_an_override_that_names_no_column_shows_those_there_are() -> None:
    problem = refused(*BASE, price="Cost")
    assert problem.code == "no_required_column"
    assert "'sku', 'price', 'quantity'" in problem.message


def test_an_override_takes_its_column_from_the_field_that_would_have_it() -> None:
    assert mapped("sku", "code", "price", "quantity", product_id="code")["product_id"] == "code"


def test_what_is_missing_is_named() -> None:
    problem = refused("sku", "amount_due")
    assert problem.code == "no_required_column"
    assert problem.missing == 2
    assert "no price and no quantity" in problem.message


def test_no_column_serves_two_fields() -> None:
    found = mapped("name", "price", "quantity")
    assert found["product_id"] == "name"
    assert list(found.values()).count("name") == 1


@given(st.lists(st.text(max_size=8), max_size=12))
def test_every_column_has_one_name_and_no_name_two_columns(header: list[str]) -> None:
    found = map_columns([*BASE, *header], CONTRACT)
    if isinstance(found, Columns):
        places = [*found.fields.values(), *found.extra.values()]
        assert sorted(places) == list(range(len(BASE) + len(header)))
        reserved = {field.name for field in CONTRACT.fields} | {"total_amount", "dt"}
        assert not reserved & found.extra.keys()
        assert len(set(found.labels)) == len(found.labels)
