"""JSON orders become one row per item, with money as it is written."""

import gzip
import json
from typing import Any

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from packed import damaged
from transformed import LENIENT, Outcome, limited, run

ITEM = '{"sku": "%s", "price": %s, "quantity": %d}'
A, B = ITEM % ("a", "1.10", 2), ITEM % ("b", "2.50", 1)
SHOPIFY = {
    "id": 450789469,
    "name": "#1001",
    "order_number": 1001,
    "created_at": "2026-11-22T10:00:00+01:00",
    "cancelled_at": None,
    "currency": "EUR",
    "financial_status": "paid",
    "customer": {"id": 207119551, "email": "a@example.org"},
    "billing_address": {"country": "Germany"},
    "line_items": [
        {"id": 1, "product_id": 9, "sku": "MUG", "name": "Mug", "quantity": 2, "price": "7.95"},
        {"id": 2, "product_id": 8, "sku": "LMP", "name": "Lamp", "quantity": 1, "price": "20.00"},
    ],
}
WOOCOMMERCE = {
    "id": 727,
    "number": "727",
    "status": "completed",
    "currency": "USD",
    "date_created": "2026-11-22T16:28:02",
    "total": "29.35",
    "customer_id": 0,
    "billing": {"country": "US"},
    "line_items": [
        {"id": 315, "name": "Woo", "sku": "W", "quantity": 3, "total": "19.00", "price": 6.333333},
    ],
}
LINES = {
    "object": "list",
    "data": [
        {"amount": 1250, "quantity": 2, "description": "Plan", "price": {"product": "prod_1"}},
    ],
}
INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "number": "A-1",
    "currency": "usd",
    "created": 1795341600,
    "status": "paid",
    "customer": "cus_1",
    "lines": LINES,
}
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 500,
    "currency": "jpy",
    "created": 1795341600,
    "status": "succeeded",
    "refunded": False,
    "description": "Tea",
}


def told(outcome: Outcome) -> list[object]:
    return [c.value for c in outcome.result.choices if c.name == "shape"]


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}\n",
        f"\n{A}\n\n{B}",
        f"[{A},{B}]",
        f"[\n  {A},\n  {B}\n]\n",
        f'{{"count": 2, "orders": [{A}, {B}]}}',
        f'{{\n"orders": [\n{A},\n{B}\n]\n}}',
        f"\ufeff[{A},{B}]",
    ],
)
@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_objects_are_read_however_they_stand(text: str, pack: Any) -> None:
    outcome = run(pack(text))
    assert outcome.column("product_id") == ["a", "b"]
    assert str(outcome.result.total_amount) == "4.70"
    assert outcome.counts.records == 2


def test_an_order_with_items_becomes_one_row_per_item() -> None:
    order = {"id": "7", "date": "2026-11-22", "currency": "EUR", "items": [json.loads(A)] * 2}
    outcome = run(json.dumps([order]))
    assert outcome.column("order_id") == ["7", "7"]
    assert outcome.column("currency") == ["EUR", "EUR"]
    assert outcome.column("order_date") == ["2026-11-22", "2026-11-22"]


@pytest.mark.parametrize("item", ["id", "order_id", "order_order_id"])
def test_an_orders_names_never_replace_each_other(item: str) -> None:
    order = {"order_id": "A-1", "id": 55, "items": [json.loads(A) | {item: "i"}]}
    for facts in (order, dict(reversed(order.items()))):
        [line] = run(json.dumps([facts])).lines
        assert {"A-1", "55", "i"} <= set(map(str, line.values()))
        assert line["order_id"] == ("i" if item == "order_id" else "A-1")


def test_an_item_that_is_not_an_object_is_rejected_and_not_lost() -> None:
    order = {"order_id": "A-1", "items": [json.loads(A), None, "b"]}
    outcome = run(json.dumps([order]), LENIENT)
    assert (outcome.counts.accepted, outcome.counts.rejected) == (1, 2)


def test_a_list_of_items_that_goes_on_elsewhere_is_told() -> None:
    cut_short = INVOICE | {"lines": {**LINES, "has_more": True}}
    outcome = run(json.dumps([INVOICE, cut_short]))
    [doubt] = [c for c in outcome.result.choices if c.name == "left_out"]
    assert doubt.evidence == 'orders whose list of items goes on elsewhere ("has_more"): 1'
    assert doubt.is_told


def test_shopifys_orders_are_known() -> None:
    outcome = run(json.dumps({"orders": [SHOPIFY]}))
    assert told(outcome) == ["Shopify orders"]
    assert outcome.column("order_id") == ["#1001", "#1001"]
    assert outcome.column("product_id") == ["MUG", "LMP"]
    assert str(outcome.result.total_amount) == "35.90"
    assert outcome.column("status") == ["paid", "paid"]


def test_a_cancelled_order_is_not_a_sale() -> None:
    outcome = run(json.dumps([SHOPIFY | {"cancelled_at": "2026-11-23T10:00:00Z"}]))
    assert outcome.column("is_sale") == [False, False]


def test_woocommerces_items_have_the_lines_total_exactly() -> None:
    outcome = run(json.dumps([WOOCOMMERCE]))
    assert told(outcome) == ["WooCommerce orders"]
    assert str(outcome.result.total_amount) == "19.00"
    assert outcome.column("quantity") == [3]


@pytest.mark.parametrize(("found", "total"), [(INVOICE, "12.50"), (CHARGE, "500.00")])
def test_stripes_amounts_are_of_the_smallest_unit(found: dict[str, Any], total: str) -> None:
    outcome = run(json.dumps({"object": "list", "data": [found], "has_more": False}))
    assert outcome.refusal is None
    assert str(outcome.result.total_amount) == total
    assert outcome.column("order_date") == ["2026-11-22T10:00:00"]


def test_an_order_without_items_is_rejected_and_not_lost() -> None:
    outcome = run(json.dumps([SHOPIFY, SHOPIFY | {"line_items": []}]), LENIENT)
    assert (outcome.counts.records, outcome.counts.rejected) == (3, 1)
    [rejected] = outcome.rejects
    assert rejected["record"] == 3
    assert rejected["line"] == 1


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("wrap", ["list", "lines", "answer"])
def test_a_rejected_item_has_the_line_on_which_its_order_begins(
    wrap: str, indent: int | None
) -> None:
    orders = [{"sku": f"item-{number}", "price": "-", "quantity": 1} for number in range(4)]
    texts = {
        "list": lambda: json.dumps(orders, indent=indent),
        "lines": lambda: "\n".join(map(json.dumps, orders)),
        "answer": lambda: json.dumps(
            {"a": {"orders": [1]}, "orders": orders, "b": 1}, indent=indent
        ),
    }
    text = texts[wrap]()
    outcome = run(text, LENIENT)
    begins = 2 if indent and wrap != "lines" else 1  # the brace stands on the line above
    expected = [
        number + 2 - begins
        for number, line in enumerate(text.split("\n"))
        for _ in range(line.count("item-"))
    ]
    assert [reject["line"] for reject in outcome.rejects] == expected


@given(
    price=st.decimals(0, 10**12, places=6, allow_nan=False),
    quantity=st.integers(1, 10**6),
)
@settings(max_examples=examples(25), deadline=None)
def test_money_is_as_it_is_written(price: Any, quantity: int) -> None:
    outcome = run(f'[{{"sku": "a", "price": {price:f}, "quantity": {quantity}}}]')
    assert outcome.result.total_amount == price * quantity


def test_a_number_with_an_exponent_is_what_it_says() -> None:
    outcome = run('[{"sku": "a", "price": 1.5E+2, "quantity": 1e0}]')
    assert str(outcome.result.total_amount) == "150.00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"sku": "a"', "damaged"),
        ('[{"sku": "a"} {"sku": "b"}]', "damaged"),
        ('[{"sku": 1}, 2]', "damaged"),
        ('{"sku": "a", "price": NaN}\n', "damaged"),
        ("[" + '{"a":' * 100_000, "damaged"),
        ("[]", "empty"),
        ('{"orders": []}', "empty"),
        ('[{"name": "a"}]', "no_required_column"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text: str, code: str) -> None:
    assert run(text).refusal == code


def test_text_that_is_not_utf_8_is_refused() -> None:
    assert run(b'[{"sku": "\xe4", "price": 1, "quantity": 1}]').refusal == "damaged"


def test_one_object_may_not_be_larger_than_a_line() -> None:
    text = json.dumps([{"sku": "a" * 500_000, "price": 1, "quantity": 1}])
    assert run(text, limited(line_bytes=1000)).refusal == "line_too_long"


@given(data=st.data())
@settings(max_examples=examples(40), deadline=None)
def test_damaged_json_never_ends_in_a_traceback(data: st.DataObject) -> None:
    text = json.dumps({"orders": [SHOPIFY, WOOCOMMERCE, INVOICE]}).encode()
    outcome = run(data.draw(damaged(text, kept=2, most=8)), LENIENT)
    assert outcome.refusal or outcome.counts.records


@settings(max_examples=examples(25))
@given(broken=st.sets(st.integers(1, 5), min_size=1), keep=st.integers(0, 30), blank=st.booleans())
def test_a_broken_line_is_rejected_alone_and_the_others_are_read(
    broken: set[int], keep: int, blank: bool
) -> None:
    lines = [ITEM % (f"p{number}", "1.10", 2) for number in range(6)]
    text = [line[:keep] or "x" if number in broken else line for number, line in enumerate(lines)]
    if blank:
        text.insert(1, "")
    outcome = run("\n".join(text) + "\n")
    assert outcome.column("product_id") == [f"p{n}" for n in range(6) if n not in broken]
    assert outcome.reasons() == [[("broken_record", None)]] * len(broken)
    places = [number + 1 + blank for number in sorted(broken)]
    assert [line["line"] for line in outcome.rejects] == places


ROWS = [{"sku": "a", "price": "1.10", "qty": "2"}, {"sku": "b", "price": "2.50", "qty": "1"}]
TABLES: dict[str, Any] = {
    "columns": {name: {str(n): row[name] for n, row in enumerate(ROWS)} for name in ROWS[0]},
    "index": {str(n): row for n, row in enumerate(ROWS)},
    "split": {"columns": list(ROWS[0]), "index": [0, 1], "data": [[*r.values()] for r in ROWS]},
    "lists": {name: [row[name] for row in ROWS] for name in ROWS[0]},
}


@pytest.mark.parametrize("orientation", TABLES)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_orientations_of_pandas_are_read(orientation: str, indent: int | None) -> None:
    outcome = run(json.dumps(TABLES[orientation], indent=indent))
    assert outcome.said()[1] == run(json.dumps(ROWS)).said()[1]


def test_a_child_of_a_child_in_a_bulk_operation_is_not_a_line_of_an_order() -> None:
    order = {"id": "gid://shopify/Order/1", "name": "#1", "createdAt": "2026-03-14T10:20:30Z"}
    money = {"shopMoney": {"amount": "1.10", "currencyCode": "EUR"}}
    item = {"id": "i", "sku": "a", "quantity": 2, "originalUnitPriceSet": money}
    lines = [
        order,
        item | {"__parentId": order["id"]},
        {"id": "d", "amount": "0.10", "__parentId": "i"},
    ]
    outcome = run("\n".join(map(json.dumps, lines)) + "\n")
    assert outcome.column("order_id") == ["#1"]
    assert str(outcome.result.total_amount) == "2.20"


def test_a_page_of_items_that_goes_on_is_told() -> None:
    items = {"nodes": [{"sku": "a", "quantity": 1}], "pageInfo": {"hasNextPage": True}}
    order = {"id": "gid://shopify/Order/1", "createdAt": "2026-03-14", "lineItems": items}
    outcome = run(json.dumps([order]))
    assert "left_out" in [choice.name for choice in outcome.result.choices if not choice.is_proven]
