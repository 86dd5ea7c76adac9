"""Excel writes `="001"` so that a text stays one: only what is quoted is the cell."""

from decimal import Decimal

import pytest
from order_transform.sql.engine import Engine
from transformed import ENGINE, HASTY, run

UNQUOTED = """Order ID,Product,Quantity,Unit Price,Note
="001",Mug,="2",="7.50",="x"
="002",Pen,="10",="1.20",
"""
QUOTED = UNQUOTED.replace('="', '"=""').replace('",', '""",').replace('"\n', '"""\n')


@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
@pytest.mark.parametrize("text", [UNQUOTED, QUOTED], ids=["unquoted", "quoted"])
def test_a_text_of_excel_is_its_quoted_part(text: str, engine: Engine) -> None:
    outcome = run(text, engine=engine)
    assert outcome.column("order_id") == ["001", "002"]
    assert outcome.column("quantity") == [2, 10]
    assert outcome.column("price") == [Decimal("7.50"), Decimal("1.20")]
    assert outcome.column("note") == ["x", None]


def test_a_header_of_excels_texts_is_a_header() -> None:
    outcome = run('="Order ID",="Product",="Quantity",="Price"\n="001",="Mug",="2",="7.50"\n')
    assert outcome.lines[0]["order_id"] == "001"
    assert outcome.column("total_amount") == [Decimal("15.00")]


def test_a_text_that_only_begins_like_one_stays_as_it_is() -> None:
    outcome = run('sku,price,quantity,note\n"=""a"" + 1",5,1,"<a href=""b"">"\n')
    assert outcome.column("product_id") == ['="a" + 1']
    assert outcome.column("note") == ['<a href="b">']
