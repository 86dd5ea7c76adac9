"""Orders in JSON as rows: one for each item, with its order's fields.

The shapes of Shopify, WooCommerce and Stripe are known by name. Any other object becomes a row of
its own names, which the contract reads as it reads a header.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from order_transform.contract.currency_units import decimal_places
from order_transform.contract.header_names import names_a_sum
from order_transform.formats.json_text import Number

Row = dict[str, str]
# The names of lists of items in orders of other shapes.
_ITEM_LISTS = ("line_items", "lineItems", "items", "order_items", "lines", "products")


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of object: its name, how it is recognised, and the rows that it becomes.

    `is_known`: it is a shop's own shape, and only some of its fields are read.
    """

    name: str
    is_one: Callable[[Mapping[str, Any]], bool]
    rows: Callable[[Mapping[str, Any]], Iterator[Row]]
    is_known: bool = True


def shape_of(first: Mapping[str, Any]) -> Shape:
    """Return the shape of a file by its first object."""
    return next((shape for shape in _SHAPES if shape.is_one(first)), _ANY)


def _at(found: Any, *path: str) -> str:
    """Return the text at a path of names; empty if a name is missing."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return text_of(found)


def text_of(value: Any) -> str:
    """Return a value as the text of a cell: null is empty, a list stays JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Number) and ("e" in value or "E" in value):
        return _without_exponent(value)
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _without_exponent(number: str) -> str:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    # A number of very many digits is for the contract to reject, as it is written.
    return f"{value:f}" if abs(value.adjusted()) < 40 else number


def _items(order: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return an order's items.

    An order without items stays a row, and so does an item that is not an object: the contract
    rejects both.
    """
    found = order.get(name)
    if isinstance(found, Mapping):  # Stripe has its lists in an object
        found = found.get("data")
    items = found if isinstance(found, list) else []
    return [item if isinstance(item, Mapping) else {} for item in items] or [{}]


def lacks_items(order: Mapping[str, Any]) -> bool:
    """Tell whether an order says itself that its list of items goes on, as Stripe's lists do.

    https://docs.stripe.com/api/pagination
    """
    lists = (order.get(name) for name in _ITEM_LISTS)
    return any(isinstance(found, Mapping) and found.get("has_more") is True for found in lists)


def _shopify(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://shopify.dev/docs/api/admin-rest/latest/resources/order."""
    for item in _items(order, "line_items"):
        yield {
            "order_id": _at(order, "name") or _at(order, "id"),
            "order_date": _at(order, "created_at"),
            "customer_id": _at(order, "customer", "id"),
            "country": _at(order, "shipping_address", "country")
            or _at(order, "billing_address", "country"),
            "currency": _at(order, "currency"),
            "status": "cancelled" if _at(order, "cancelled_at") else _at(order, "financial_status"),
            "sku": _at(item, "sku"),
            "product_name": _at(item, "name") or _at(item, "title"),
            "quantity": _at(item, "quantity"),
            "price": _at(item, "price"),
        }


def _woocommerce(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties.

    An item's `price` there is its total divided by its quantity; the total is exact.
    """
    for item in _items(order, "line_items"):
        yield {
            "order_id": _at(order, "number") or _at(order, "id"),
            "order_date": _at(order, "date_created"),
            "customer_id": _at(order, "customer_id"),
            "country": _at(order, "billing", "country"),
            "currency": _at(order, "currency"),
            "status": _at(order, "status"),
            "sku": _at(item, "sku") or _at(item, "product_id"),
            "product_name": _at(item, "name"),
            "quantity": _at(item, "quantity"),
            "line_total": _at(item, "total"),
        }


def _stripe_invoice(invoice: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/invoices/object; amounts are in the currency's smallest unit."""
    for item in _items(invoice, "lines"):
        currency = (_at(item, "currency") or _at(invoice, "currency")).upper()
        yield {
            **_stripe_facts(invoice),
            "order_id": _at(invoice, "number") or _at(invoice, "id"),
            "currency": currency,
            "product_id": _at(item, "price", "product")
            or _at(item, "pricing", "price_details", "product"),
            "product_name": _at(item, "description"),
            "quantity": _at(item, "quantity"),
            "line_total": _amount(_at(item, "amount"), currency),
        }


def _stripe_charge(charge: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/charges/object: a payment as a whole, without products."""
    currency = _at(charge, "currency").upper()
    is_refunded = charge.get("refunded") is True
    yield {
        **_stripe_facts(charge),
        "order_id": _at(charge, "id"),
        "currency": currency,
        "status": "refunded" if is_refunded else _at(charge, "status"),
        "product_id": "",
        "product_name": _at(charge, "description"),
        "quantity": "1",
        "line_total": _amount(_at(charge, "amount"), currency),
    }


def _stripe_facts(found: Mapping[str, Any]) -> Row:
    created = _at(found, "created")
    if created.isdecimal() and len(created) < 12:
        created = datetime.fromtimestamp(int(created), UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "order_date": created,
        "customer_id": _at(found, "customer", "id") or _at(found, "customer"),
        "status": _at(found, "status"),
    }


def _amount(units: str, currency: str) -> str:
    """Return an amount of the currency's smallest unit in the currency itself: `1250` is 12.50."""
    if not units.removeprefix("-").isdecimal():
        return units
    return f"{Decimal(units).scaleb(-decimal_places(currency)):f}"


def _any(order: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row per item under its own names.

    `order_` is put before a name of the order's that the item has, too, before `id` and `name`, and
    before that of an amount or a number of pieces, which is not each item's: `total`.
    """
    name = next((one for one in _ITEM_LISTS if isinstance(order.get(one), (list, dict))), "")
    if not name or not any(_items(order, name)):
        yield dict(_flat(order))
        return
    facts = dict(_flat({key: value for key, value in order.items() if key != name}))
    for item in _items(order, name):
        row = dict(_flat(item))
        yield {**_beside(facts, row), **row}


def _beside(order: Row, item: Row) -> Row:
    """Return an order's fields under names that no other field of it or of the item has."""
    named: Row = {}
    for key, value in order.items():
        is_order_s = key in item or key in ("id", "name") or names_a_sum(key)
        name = f"order_{key}" if is_order_s and not key.lower().startswith("order") else key
        while name in item or name in named or (name != key and name in order):
            name = f"order_{name}"
        named[name] = value
    return named


def _flat(found: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{start}{name}_")
        else:
            yield f"{start}{name}", text_of(value)


def _has(*names: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda found: all(name in found for name in names)


_ANY = Shape("orders", lambda _: True, _any, is_known=False)
_SHAPES = (
    Shape("Stripe invoices", lambda one: one.get("object") == "invoice", _stripe_invoice),
    Shape("Stripe charges", lambda one: one.get("object") == "charge", _stripe_charge),
    Shape("Shopify orders", _has("line_items", "financial_status", "created_at"), _shopify),
    Shape("WooCommerce orders", _has("line_items", "date_created", "status"), _woocommerce),
)
