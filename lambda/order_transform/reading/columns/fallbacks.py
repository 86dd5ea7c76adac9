"""Columns whose names may mean something else, for fields that no clear name stands for. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    Contract,
    Field,
)
from order_transform.contract.header_names import (
    header_words,
    normalise,
)
from order_transform.reading.columns.spelled_headers import aliases_of, fallback_of, spelled_header

_LONGEST_NAME = 3  # words
_MEMOS = ("memo", "memodescription")


def fall_back(
    header: Sequence[str], contract: Contract, found: Mapping[str, int], mapped: frozenset[str]
) -> dict[str, int]:
    """Fill fields that no alias filled; required fields choose first, no column serves two."""
    spellings = list(spelled_header(header, contract))
    places: dict[str, int] = {}
    for names in spellings:
        for place, name in enumerate(names):
            places.setdefault(name, place)
    taken: dict[str, int] = {}
    for field in sorted(contract.fields, key=lambda field: not field.required):
        if field.name in found:
            continue
        fallback = fallback_of(field, contract.words)
        if field.name == PRICE:
            others = [
                cell
                for cell, *names in zip(header, *spellings, strict=True)
                if fallback.keys().isdisjoint(names)
                and normalise(cell) not in contract.words.price_units
            ]
            # A named line total means that the file needs no price.
            if _is_hinted_at(field, others, contract) or (LINE_TOTAL in found.keys() & mapped):
                continue
        # A product's name may stand for its number; a line total is never a price as well.
        served = set(taken.values())
        if field.name in (PRICE, LINE_TOTAL):
            served |= set(found.values())
        for name in _likeliest_first(field, fallback, header):
            if name not in places or places[name] in served:
                continue
            if not _is_out_of_place(field, header[places[name]], header, contract, found):
                taken[field.name] = places[name]
                break
    return taken


def _likeliest_first(field: Field, names: Iterable[str], header: Sequence[str]) -> list[str]:
    """Return names in the order in which they are tried.

    Shopify's exports have the order in `Name`, and in `Receipt Number` only what its tills sold.
    """
    is_order_name = field.name == ORDER_ID and any(map(_is_of_line_item, header))
    return sorted(names, key=lambda name: not (is_order_name and name == "name"))


def _is_hinted_at(field: Field, header: Sequence[str], contract: Contract) -> bool:
    """Tell whether a column looks like this price without being called so.

    Beside a `Unit Price before Rebate`, an `Amount` is that of the whole line.
    """
    aliases, side_prices = aliases_of(field, contract.words), contract.words.side_prices
    return any(
        "".join(words[start:end]) in aliases
        for words in map(header_words, header)
        if not side_prices.intersection(words)
        for start in range(len(words))
        for end in range(start + 1, start + 1 + _LONGEST_NAME)
    )


def _is_out_of_place(
    field: Field,
    cell: str,
    header: Sequence[str],
    contract: Contract,
    found: Mapping[str, int],
) -> bool:
    """Tell whether what else is in the header says that a fallback name means something else.

    A cost is never the price where the file has revenue, too; and beside a subtotal, shipping or
    tax, a `Total` is the whole order's.
    """
    words = contract.words
    if field.name == PRICE and words.costs.intersection(header_words(cell)):
        return LINE_TOTAL in found or _has_revenue(header, contract)
    has_line_items = any(map(_is_of_line_item, header))
    if field.name == PRODUCT_ID and any(normalise(other) in _MEMOS for other in header):
        return normalise(cell) == "name"  # the customer's, in a list of an accounting program
    if field.name in (ORDER_ID, PRODUCT_ID) and normalise(cell) == "name":
        return has_line_items is (field.name == PRODUCT_ID)  # a `Name` is an order's in Shopify's
    if field.name == LINE_TOTAL:
        return has_line_items or any(normalise(other) in words.order_sums for other in header)
    return False


def _is_of_line_item(header: str) -> bool:
    """Tell whether a header is one of Shopify's line items: `Lineitem sku`, `Line: SKU`."""
    return normalise(header).startswith("lineitem") or header.strip().startswith("Line: ")


def _has_revenue(header: Sequence[str], contract: Contract) -> bool:
    line_totals = [field for field in contract.fields if field.name == LINE_TOTAL]
    costs = contract.words.costs
    revenue = {
        name
        for field in line_totals
        for name in (*aliases_of(field, contract.words), *fallback_of(field, contract.words))
    }
    columns = zip(header, *spelled_header(header, contract), strict=True)
    return any(
        revenue.intersection(names) and not costs.intersection(header_words(cell))
        for cell, *names in columns
    )


def may_be_line_total(cell: str, contract: Contract) -> bool:
    """Tell whether a header is a fallback name of the line total, too, such as `Amount`."""
    names = {form for [form] in spelled_header([cell], contract)}
    return any(
        not names.isdisjoint(fallback_of(field, contract.words))
        for field in contract.fields
        if field.name == LINE_TOTAL
    )
