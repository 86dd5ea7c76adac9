"""Rows, and whole files, that by their words may not be sales: told."""

import pytest
from transformed import HASTY, Outcome, orders, run


def told(outcome: Outcome, name: str = "no_sale") -> list[str]:
    return [choice.evidence for choice in outcome.result.choices if choice.name == name]


@pytest.mark.parametrize(
    ("header", "cells", "count"),
    [
        ("Cancellation reason", ",too late", 1),
        ("Cancellation reason", ",N/A", 0),
        ("Stornogrund", ",Kundenwunsch", 1),
        ("Motif d'annulation", ",client", 1),
        ("Return reason", "too small,too large", 1),
        ("RMA number", ",RMA-77", 1),
        ("Return policy", "30 days,30 days", 0),
        ("Paid", "yes,no", 1),
        ("Bezahlt", "ja,ja", 0),
        ("livemode", "true,false", 1),
        ("Order type", "Standard,Replacement", 1),
        ("Scenario", "Actual,Forecast", 1),
        ("Auftragsart", "Normal,Gewährleistung", 1),
        ("Stage", "Closed Won,Closed Lost", 1),
        ("Sign", "+,-", 1),
        ("Vorzeichen", "1,-1", 1),
        ("Shop", "Berlin,Hamburg", 0),
        ("Refund of", ",1001", 1),
        ("Direction", "out,in", 1),
        ("Direction", "N,S", 0),
        ("Trans type", "S,R", 1),
        ("Status", "1,0", 1),
        ("Status", "5,5", 0),
        ("Status", "A,shipped", 0),
        ("Comment", ",cancelled by phone", 1),
        ("Bemerkung", ",storniert am 3.11.", 1),
        ("Comment", "return label inside,Refund policy sent", 0),
    ],
)
def test_a_column_that_says_of_a_row_that_it_is_no_sale_is_told(
    header: str, cells: str, count: int
) -> None:
    first, second = cells.split(",")
    text = orders(f"A,2,5.00,{first}", f"B,1,7.00,{second}", header=f"sku,qty,price,{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome)) == count
        assert outcome.result.total_amount == 17


@pytest.mark.parametrize(
    ("columns", "cells"), [("status", "cancelled"), ("Cancelled at", "2026-01-05")]
)
def test_a_reason_is_not_told_where_the_row_is_no_sale_already(columns: str, cells: str) -> None:
    header = f"sku,qty,price,Cancellation reason,{columns}"
    text = orders("A,2,5.00,,", f"B,1,7.00,too late,{cells}", header=header)
    for outcome in (run(text), run(text, engine=HASTY)):
        assert not told(outcome)


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("CN-3,MUG,1,5.00", 1),
        ("AV 3,MUG,1,5.00", 1),
        ("Gutschrift 3,MUG,1,5.00", 1),
        ("3,VOID Mug,1,5.00", 1),
        ("3,Storno Becher,1,5.00", 1),
        ("3,VOID Mug,-1,5.00", 0),
        ("3,15CM Glass Ball,1,5.00", 0),
        ("3,CN-100,1,5.00", 0),
        ("CNX-3,MUG,1,5.00", 0),
    ],
)
def test_a_number_or_a_product_that_begins_as_that_of_a_return_is_told(
    row: str, count: int
) -> None:
    rows = ["1,MUG,2,5.00", "2,PLA,1,7.00", row]
    text = orders(*rows, header="order_id,sku,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome)) == count


def test_a_file_of_nothing_but_returns_is_told() -> None:
    assert "every quantity is below 0" in told(run(orders("A,5.00,-2", "B,7.00,-1")))[0]
    assert not told(run(orders("A,5.00,-2", "B,7.00,1")))


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ("Quote No,sku,quantity,price,note", 1),
        ("Angebotsnummer,sku,quantity,price,note", 1),
        ("PO Number,sku,quantity,price,Supplier", 1),
        ("order_id,sku,quantity,price,Supplier", 0),
        ("name,sku,quantity,price,Reorder level", 1),
        ("order_id,sku,quantity,price,Reorder level", 0),
    ],
)
def test_a_header_of_quotes_purchases_or_stock_is_told(header: str, count: int) -> None:
    assert len(told(run(orders("1,A,2,5.00,x", header=header)))) == count


@pytest.mark.parametrize(
    ("header", "cells", "count"),
    [
        ("Tax included", "yes,no", 1),
        ("Tax included", "yes,yes", 0),
        ("Preisart", "netto,brutto", 1),
        ("Kind", "netto,netto", 0),
    ],
)
def test_prices_with_and_without_tax_in_one_file_are_told(
    header: str, cells: str, count: int
) -> None:
    first, second = cells.split(",")
    text = orders(f"A,2,5.00,{first}", f"B,1,7.00,{second}", header=f"sku,quantity,price,{header}")
    assert len(told(run(text), "taxes")) == count


@pytest.mark.parametrize(
    ("columns", "cells", "name"),
    [
        ("decimals", "2", "amounts_in"),
        ("decimals", "0", ""),
        ("qty uom,price uom", "DZ,EA", "column"),
        ("qty uom,price uom", "EA,ea", ""),
        ("uom", "DZ", ""),
    ],
)
def test_a_price_in_another_unit_is_told(columns: str, cells: str, name: str) -> None:
    outcome = run(orders(f"A,2,500,{cells}", f"B,1,700,{cells}", header=f"sku,qty,price,{columns}"))
    assert {choice.name for choice in outcome.result.choices if choice.is_told} == {name} - {""}


def test_what_was_given_away_is_no_sale() -> None:
    outcome = run(orders("A,2,5.00,N", "B,1,7.00,Y", header="sku,quantity,price,complimentary"))
    assert outcome.column("is_sale") == [True, False]


@pytest.mark.parametrize("item", ["Cash", "EC-Karte", "Espèces", "Change due"])
def test_payments_among_the_items_are_told(item: str) -> None:
    text = orders("1,MUG,2,5.00", f"1,{item},1,10.00", header="receipt,item,quantity,price")
    assert item in told(run(text), "side_items")[0]


@pytest.mark.parametrize(
    ("header", "cells", "count"),
    [
        ("tax", ("0.50", "-0.70", "0.20"), 1),
        ("Netto", ("4.20", "(5.88)", "2.00"), 1),
        ("Total cost", ("4.20", "5.88-", "2.00"), 1),
        ("net profit", ("4.20", "-5.88", "2.00"), 0),
        ("discount amount", ("0", "-5.88", "0"), 0),
        ("tax", ("0.50", "", "0.20"), 0),
    ],
)
def test_an_amount_below_0_beside_a_quantity_above_0_is_told(
    header: str, cells: tuple[str, ...], count: int
) -> None:
    rows = [f"{number},A,1,5.00,{cell}" for number, cell in enumerate(cells)]
    text = orders(*rows, header=f"order_id,sku,qty,price,{header}")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert len(told(outcome)) == count


@pytest.mark.parametrize(
    ("number", "count"),
    [("1001-R", 1), ("RMA1001", 1), ("-1001", 1), ("R-1001", 1), ("1001-A", 0), ("1003-R", 0)],
)
def test_an_order_with_the_number_of_another_and_a_sign_of_a_return_is_told(
    number: str, count: int
) -> None:
    rows = ("1001,A,1,5.00", f"{number},A,1,5.00", "1002,B,1,5.00", "1004,B,1,5.00")
    text = orders(*rows, header="order_id,sku,qty,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        assert bool(told(outcome)) == bool(count), told(outcome)
