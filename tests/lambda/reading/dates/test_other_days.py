"""A file without the day of its orders: the day of another event is told."""

import pytest
from transformed import Outcome, orders, run

BASE = "sku,price,quantity"


def other_days(outcome: Outcome) -> list[object]:
    wanted = ("column", "order_date")
    choices = outcome.result.choices
    return [c.value for c in choices if (c.name, c.field) == wanted and c.is_told]


@pytest.mark.parametrize("header", ["Ship Date", "Paid at", "date_shipped", "付款时间"])
def test_a_day_of_payment_or_shipping_alone_is_the_orders_and_told(header: str) -> None:
    outcome = run(orders("P-1,2,3,2026-11-03", header=f"{BASE},{header}"))
    assert outcome.column("order_date") == ["2026-11-03"]
    assert other_days(outcome) == [header]


@pytest.mark.parametrize("header", ["Order Date", "Date", "Invoice Date", "Created at"])
def test_the_day_of_the_order_needs_no_note(header: str) -> None:
    assert other_days(run(orders("P-1,2,3,2026-11-03", header=f"{BASE},{header}"))) == []


def test_a_mapped_day_of_payment_needs_no_note() -> None:
    text = orders("P-1,2,3,2026-11-03", header=f"{BASE},Paid at")
    assert other_days(run(text, overrides={"order_date": "Paid at"})) == []


def test_beside_the_day_of_the_order_the_other_passes_through() -> None:
    outcome = run(orders("P-1,2,3,2026-11-03,2026-11-09", header=f"{BASE},Order Date,Ship Date"))
    assert outcome.column("order_date") == ["2026-11-03"]
    assert other_days(outcome) == []
