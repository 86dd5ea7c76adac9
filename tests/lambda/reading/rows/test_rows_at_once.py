"""Whether any of many rows may be no order is the same as whether one by itself may be."""

from hypothesis import given
from hypothesis import strategies as st
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.rows.csv_rows import Row
from order_transform.reading.rows.structure import row_rules

CONTRACT = parse_contract(default_contract_text())
HEADERS = (
    ["order_id", "sku", "qty", "price"],
    ["", "order_id", "product", "qty", "price", "type", "note"],
)
CELLS = [
    *("", " ", "A-1", "MUG", "2", "10.50", "2026-11-22", "10", "Sum 41", "Total Gym"),
    *("Total", " total: 3", "TOTAL", "Итого", "合計", "Furniture Total", "№ 3", "Sub-total"),
    *("Payout", "Refund", "order_id", "sku", "qty", "price", "Type"),
]


@given(
    st.sampled_from(HEADERS),
    st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=8), max_size=4),
)
def test_some_rows_may_be_no_orders_where_one_of_them_may(
    header: list[str], rows: list[list[str]]
) -> None:
    columns = map_columns(header, CONTRACT)
    assert isinstance(columns, Columns)
    looked_at = [Row(number, 1, cells) for number, cells in enumerate(rows, 2)]
    rules, _ = row_rules(columns, CONTRACT, looked_at, None, is_whole=False)
    assert rules.some_may_be_no_orders(rows) == any(map(rules.may_be_no_order, rows))
