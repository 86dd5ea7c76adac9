"""Orders in JSON as rows: one for each item, with its order's fields.

The shapes of Shopify, WooCommerce and Stripe are known by name. Any other object becomes a row of
its own names, which the contract reads as it reads a header.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from order_transform.contract.header_names import names_a_sum
from order_transform.formats.json_tables import list_of
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


def at(found: Any, *path: str) -> str:
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


def items_of(order: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return an order's items.

    An order without items stays a row, and so does an item that is not an object: the contract
    rejects both.
    """
    found = order.get(name)
    items = list_of(found)
    return [item if isinstance(item, Mapping) else {} for item in items] or [{}]


def lacks_items(order: Mapping[str, Any]) -> bool:
    """Tell whether an order says itself that its list of items goes on, as Stripe's lists do.

    https://docs.stripe.com/api/pagination
    """
    lists = (order.get(name) for name in _ITEM_LISTS)
    return any(_goes_on(found) for found in lists if isinstance(found, Mapping))


def _goes_on(found: Mapping[str, Any]) -> bool:
    page = found.get("pageInfo")  # of GraphQL
    has_next = isinstance(page, Mapping) and page.get("hasNextPage") is True
    return has_next or found.get("has_more") is True


def _any(order: Mapping[str, Any]) -> Iterator[Row]:
    """Yield one row per item under its own names.

    `order_` is put before a name of the order's that the item has, too, before `id` and `name`, and
    before that of an amount or a number of pieces, which is not each item's: `total`.
    """
    name = next((one for one in _ITEM_LISTS if isinstance(order.get(one), (list, dict))), "")
    if not name or not any(items_of(order, name)):
        yield dict(_flat(order))
        return
    facts = dict(_flat({key: value for key, value in order.items() if key != name}))
    for item in items_of(order, name):
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


ANY = Shape("orders", lambda _: True, _any, is_known=False)
