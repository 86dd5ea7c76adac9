"""Headers whose numbers count the smallest unit of a currency. Pure."""

import re

from order_transform.contract.header_names import header_words

_WORDS = frozenset(
    [
        "cent",
        "cents",
        "ct",
        "cts",
        "pence",
        "penny",
        "centimes",
        "centavos",
        "centimos",
        "centesimi",
        "groszy",
        "minor",
    ]
)
# What such words look like at a header's end: `price_in_cents`, `amount_minor_units`.
HEADER_ENDINGS = _WORDS | {f"in{word}" for word in _WORDS} | {"minorunit", "minorunits"}
# Names of Stripe's API, whose amounts are of the smallest unit; other programs use them, too.
# https://docs.stripe.com/api/prices/object
_API_NAMES = re.compile(r"(?:\w+_)?(?:unit_amount|amount_total|amount_subtotal)(?:_decimal)?")


def in_smallest_unit(header: str) -> bool:
    """Tell whether a header says that its numbers are of cents: `price_cents`, `Preis (Cent)`."""
    return not _WORDS.isdisjoint(header_words(header))


def may_be_in_smallest_unit(header: str) -> bool:
    """Tell whether a header says so, or is one of an interface that counts so."""
    return in_smallest_unit(header) or _API_NAMES.fullmatch(header.strip()) is not None
