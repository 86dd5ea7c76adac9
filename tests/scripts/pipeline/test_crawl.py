"""What a crawl changed, told from two states of the catalog."""

from orderlake.pipeline.crawl import TableState, differences

OLD = TableState("orders", {"price": "double", "note": "string"}, frozenset({("2026-11-21",)}))
NEW = TableState(
    "orders",
    {"price": "decimal(38,6)", "quantity": "int"},
    frozenset({("2026-11-21",), ("2026-11-22",), ("2026-11-23",)}),
)


def test_an_equal_catalog_has_no_differences() -> None:
    assert differences({"orders": OLD}, {"orders": OLD}) == []


def test_a_new_and_a_lost_table_are_told() -> None:
    assert differences({}, {"orders": OLD}) == ["+ table orders: columns: 2, partitions: 1"]
    assert differences({"orders": OLD}, {}) == ["- table orders"]


def test_columns_types_and_partitions_are_told() -> None:
    assert differences({"orders": OLD}, {"orders": NEW}) == [
        "+ column orders.quantity int",
        "- column orders.note",
        "~ column orders.price: double is now decimal(38,6)",
        "+ 2 partitions of orders: 2026-11-22, 2026-11-23",
    ]


def test_many_partitions_are_counted_rather_than_listed() -> None:
    days = frozenset((f"2026-11-{day:02}",) for day in range(1, 21))
    after = TableState("orders", OLD.columns, days)
    before = TableState("orders", OLD.columns, frozenset())
    assert differences({"orders": before}, {"orders": after}) == [
        "+ 20 partitions of orders: 2026-11-01, 2026-11-02, 2026-11-03 and 17 more"
    ]
