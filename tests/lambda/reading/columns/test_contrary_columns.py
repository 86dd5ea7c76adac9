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
