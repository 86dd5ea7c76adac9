"""Columns beside price and quantity which say that their product is not what counts: told."""

import pytest
from transformed import HASTY, Outcome, orders, run


def told(outcome: Outcome) -> dict[str, str]:
    choices = [choice for choice in outcome.result.choices if choice.is_told]
    return {choice.name: choice.evidence for choice in choices}


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        ("Pack Size", "12 1", "multiplier"),
        ("Pack Size", "1 1", ""),
        ("Pack Size", "500g 1kg", ""),  # the size of a product
        ("Pack Size", "2 1", ""),  # the quantity itself
        ("case_qty", "12 24", "multiplier"),
        ("Stück je VE", "10er 1", "multiplier"),
        ("Colisage", "6 6", "multiplier"),
        ("Unidades por caja", "6 6", "multiplier"),
        ("入数", "6 6", "multiplier"),
        ("Nights", "3 4", "multiplier"),
        ("Number of months", "12 12", "multiplier"),
        ("Month", "12 12", ""),
        ("Persons", "4 2", "multiplier"),
        ("Anzahl Lizenzen", "5 1", "multiplier"),
        ("Licences", "3 1", "multiplier"),
        ("Guests", "4 2", ""),  # at a table
        ("Installments", "3 1", ""),  # the price is the whole one
        ("Free qty", "1 0", "column"),
        ("Qté offerte", "1 0", "column"),
        ("Bonus", "1 0", "column"),
        ("Bonus", "1.50 0.00", ""),
        ("Bonus points", "15 7", ""),
        ("Gratis", "2 0", "column"),
        ("Gift wrap price", "5.00 0.00", "surcharge"),
        ("gift_wrap", "1 0", ""),  # a yes and a no
        ("Extra info", "5.00 7.00", ""),
        ("Metallzuschlag", "5.00 0", "surcharge"),
        ("Pfand", "0.25 0.08", "surcharge"),
        ("Supplément", "1.50 0", "surcharge"),
        ("Recargo", "1.50 0", "surcharge"),
        ("ラッピング料", "300 0", "surcharge"),
        ("Commission", "5.00 7.00", ""),  # what the shop pays
        ("Qty Shipped", "1 1", "column"),
        ("Qty Shipped", "2.00 1.00", ""),
        ("Qty Shipped", "0 1", ""),  # not yet
        ("Cases", "24 12", "column"),
        ("Gelieferte Menge", "1 1", "column"),
        ("Backordered", "1 0", "no_sale"),
        ("Amount charged", "8.00 7.00", "column"),
        ("Amount charged", "10.00 6.50", "column"),  # of one piece
        ("Amount charged", "10.00 7.00", ""),
        ("Amount charged", "11.90 8.33", ""),  # with the tax, or a delivery
        ("Final amount (EUR)", "€8.00 €7.00", "column"),
        ("Zahlbetrag", "8.00 7.00", "column"),
        ("Montant réglé", "8.00 7.00", "column"),
        ("実支払額", "8.00 7.00", "column"),
        ("Charged cents", "800 700", ""),
        ("Amount paid by", "3.00 2.00", ""),
    ],
)
def test_a_column_that_may_change_a_rows_money_is_told(header: str, cells: str, name: str) -> None:
    first, second = cells.split()
    text = orders(f"A,2,5.00,{first}", f"B,1,7.00,{second}", header=f"sku,Qty,price,{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert list(told(outcome)) == [name] * bool(name)
        assert outcome.result.total_amount == 17
        if name:
            assert repr(header) in told(outcome)[name]


@pytest.mark.parametrize(
    ("totals", "names"),
    [("10.00 7.00", []), ("120.00 84.00", ["price_is", "multiplier"]), ("0 0", ["multiplier"])],
)
def test_a_pack_size_is_not_told_where_the_files_own_total_leaves_it_out(
    totals: str, names: list[str]
) -> None:
    first, second = totals.split()
    header = "sku,quantity,price,line_total,pack size"
    text = orders(f"A,2,5.00,{first},12", f"B,1,7.00,{second},12", header=header)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert list(told(outcome)) == names


def test_an_own_total_that_differs_is_told_where_every_quantity_is_1() -> None:
    text = orders("A,1,5.00,5.95", "B,1,7.00,7.00", header="sku,quantity,price,line_total")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert "in 1 of 2 rows (as in a row of 1 at 5.00" in told(outcome)["price_is"]


def test_what_was_paid_is_compared_in_every_row() -> None:
    rows = [f"SKU-{number % 9},2,5.00,10.00" for number in range(3_000)]
    rows[2_500] = "SKU-1,2,5.00,8.50"
    text = orders(*rows, header="sku,Qty,price,Final total")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert "'Final total' is less than 'price' times the quantity" in told(outcome)["column"]
        assert told(outcome)["column"].endswith(": 1")


def test_what_was_paid_of_rows_that_are_not_sales_is_not_told() -> None:
    rows = ("A,2,5.00,0.00,cancelled", "B,1,7.00,7.00,shipped")
    assert not told(run(orders(*rows, header="sku,Qty,price,Amount paid,status")))


def test_what_was_paid_is_compared_with_a_line_total_that_is_read() -> None:
    rows = ("A,2,10.00,9.00", "B,1,7.00,7.00", "A,1,5.00,5.00")
    outcome = run(orders(*rows, header="sku,Qty,Line Total,Total paid"))
    assert "'Total paid' is less than 'Line Total', such as '9.00'" in told(outcome)["column"]
