"""The shapes of shops' and payment providers' own JSON, known by the names in an object."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from order_transform.contract.currency_units import decimal_places
from order_transform.formats.json_shapes import ANY, Row, Shape, at, items_of


def shape_of(first: Mapping[str, Any]) -> Shape:
    """Return the shape of a file by its first object."""
    return next((shape for shape in _SHAPES if shape.is_one(first)), ANY)


def _shopify(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://shopify.dev/docs/api/admin-rest/latest/resources/order."""
    for item in items_of(order, "line_items"):
        yield {
            "order_id": at(order, "name") or at(order, "id"),
            "order_date": at(order, "created_at"),
            "customer_id": at(order, "customer", "id"),
            "country": at(order, "shipping_address", "country")
            or at(order, "billing_address", "country"),
            "currency": at(order, "currency"),
            "status": "cancelled" if at(order, "cancelled_at") else at(order, "financial_status"),
            "sku": at(item, "sku"),
            "product_name": at(item, "name") or at(item, "title"),
            "quantity": at(item, "quantity"),
            "price": at(item, "price"),
        }


def _woocommerce(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties.

    An item's `price` there is its total divided by its quantity; the total is exact.
    """
    for item in items_of(order, "line_items"):
        yield {
            "order_id": at(order, "number") or at(order, "id"),
            "order_date": at(order, "date_created"),
            "customer_id": at(order, "customer_id"),
            "country": at(order, "billing", "country"),
            "currency": at(order, "currency"),
            "status": at(order, "status"),
            "sku": at(item, "sku") or at(item, "product_id"),
            "product_name": at(item, "name"),
            "quantity": at(item, "quantity"),
            "line_total": at(item, "total"),
        }


def _stripe_invoice(invoice: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/invoices/object; amounts are in the currency's smallest unit."""
    for item in items_of(invoice, "lines"):
        currency = (at(item, "currency") or at(invoice, "currency")).upper()
        yield {
            **_stripe_facts(invoice),
            "order_id": at(invoice, "number") or at(invoice, "id"),
            "currency": currency,
            "product_id": at(item, "price", "product")
            or at(item, "pricing", "price_details", "product"),
            "product_name": at(item, "description"),
            "quantity": at(item, "quantity"),
            "line_total": _amount(at(item, "amount"), currency),
        }


def _stripe_charge(charge: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/charges/object: a payment as a whole, without products."""
    currency = at(charge, "currency").upper()
    is_refunded = charge.get("refunded") is True
    yield {
        **_stripe_facts(charge),
        "order_id": at(charge, "id"),
        "currency": currency,
        "status": "refunded" if is_refunded else at(charge, "status"),
        "product_id": "",
        "product_name": at(charge, "description"),
        "quantity": "1",
        "line_total": _amount(at(charge, "amount"), currency),
    }


def _stripe_facts(found: Mapping[str, Any]) -> Row:
    created = at(found, "created")
    if created.isdecimal() and len(created) < 12:
        created = datetime.fromtimestamp(int(created), UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "order_date": created,
        "customer_id": at(found, "customer", "id") or at(found, "customer"),
        "status": at(found, "status"),
    }


def _amount(units: str, currency: str) -> str:
    """Return an amount of the currency's smallest unit in the currency itself: `1250` is 12.50."""
    if not units.removeprefix("-").isdecimal():
        return units
    return f"{Decimal(units).scaleb(-decimal_places(currency)):f}"


def _stripe_item(item: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/checkout/sessions/line_items: an item without its order."""
    currency = at(item, "currency").upper()
    yield {
        "currency": currency,
        "product_id": at(item, "price", "product"),
        "product_name": at(item, "description"),
        "quantity": at(item, "quantity"),
        "line_total": _amount(at(item, "amount_subtotal"), currency),
    }


def _stripe_session(session: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.stripe.com/api/checkout/sessions/object, with its line items."""
    for item in items_of(session, "line_items"):
        for row in _stripe_item(item):
            yield {**_stripe_facts(session), "order_id": at(session, "id"), **row}


def _square(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://developer.squareup.com/reference/square/objects/Order."""
    for item in items_of(order, "line_items"):
        currency = at(item, "base_price_money", "currency")
        yield {
            "order_id": at(order, "id"),
            "order_date": at(order, "created_at"),
            "customer_id": at(order, "customer_id"),
            "currency": currency,
            "status": at(order, "state"),
            "product_id": at(item, "catalog_object_id") or at(item, "name"),
            "product_name": at(item, "name"),
            "quantity": at(item, "quantity"),
            "price": _amount(at(item, "base_price_money", "amount"), currency),
        }


def _klarna(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://docs.klarna.com/api/ordermanagement: amounts are in the smallest unit."""
    currency = at(order, "purchase_currency")
    for item in items_of(order, "order_lines"):
        yield {
            "order_id": at(order, "order_id"),
            "order_date": at(order, "created_at"),
            "country": at(order, "purchase_country"),
            "currency": currency,
            "status": at(order, "status"),
            "product_id": at(item, "reference") or at(item, "name"),
            "product_name": at(item, "name"),
            "quantity": at(item, "quantity"),
            "price": _amount(at(item, "unit_price"), currency),
        }


def _shopify_graphql(order: Mapping[str, Any]) -> Iterator[Row]:
    """https://shopify.dev/docs/api/admin-graphql/latest/objects/Order."""
    for item in items_of(order, "lineItems"):
        money = item.get("originalUnitPriceSet")
        price = money.get("shopMoney") if isinstance(money, Mapping) else None
        yield {
            "order_id": at(order, "name") or at(order, "id"),
            "order_date": at(order, "createdAt"),
            "customer_id": at(order, "customer", "id"),
            "currency": at(price, "currencyCode") or at(order, "currencyCode"),
            "status": "cancelled"
            if at(order, "cancelledAt")
            else at(order, "displayFinancialStatus"),
            "sku": at(item, "sku"),
            "product_name": at(item, "name") or at(item, "title"),
            "quantity": at(item, "quantity"),
            "price": at(price, "amount") or at(item, "originalUnitPrice"),
        }


def _has(*names: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda found: all(name in found for name in names)


def _is_shopify_graphql(found: Mapping[str, Any]) -> bool:
    is_order = at(found, "id").startswith("gid://shopify/Order/")
    return is_order or ("lineItems" in found and "createdAt" in found)


def _has_item(list_name: str, name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda found: name in items_of(found, list_name)[0]


_SHAPES = (
    Shape(
        "Stripe checkout sessions",
        lambda one: one.get("object") == "checkout.session" and "line_items" in one,
        _stripe_session,
    ),
    Shape(
        "Stripe line items",
        lambda one: one.get("object") == "item" and "amount_subtotal" in one,
        _stripe_item,
    ),
    Shape("Square orders", _has_item("line_items", "base_price_money"), _square),
    Shape("Klarna orders", _has("order_lines", "purchase_currency"), _klarna),
    Shape("Shopify's GraphQL orders", _is_shopify_graphql, _shopify_graphql),
    Shape("Stripe invoices", lambda one: one.get("object") == "invoice", _stripe_invoice),
    Shape("Stripe charges", lambda one: one.get("object") == "charge", _stripe_charge),
    Shape("Shopify orders", _has("line_items", "financial_status", "created_at"), _shopify),
    Shape("WooCommerce orders", _has("line_items", "date_created", "status"), _woocommerce),
)
