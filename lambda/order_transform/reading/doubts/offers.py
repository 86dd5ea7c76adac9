"""Evidence that a price is not paid for each piece: an offer in a text, such as `3 for 2`. Pure."""

import re
from collections.abc import Iterator

from order_transform.contract.definition import (
    LINE_TOTAL,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
)
from order_transform.contract.header_names import header_words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.columns import OF_ONE_PIECE
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at

_FOR = "for|f[üu]r|pour|por|per|voor|za|за"
_FREE = "free|gratis|gr[aá]tis|offerts?|gratuite?s?|omaggio|zdarma|bedava|бесплатно"
_OFFER = re.compile(
    rf"(?<![\w.,])(?P<all>[2-9]) ?(?:{_FOR}) (?P<paid>[1-8])(?![\w.,%]|[ -](?:p[eo]|pl|spieler|ad))"
    rf"|(?<![\w.,])[2-9] ?(?:{_FOR}) (?:[£$€] ?\d|\d+(?:[.,]\d\d)? ?€)"
    r"|\bbuy (?:one|two|three|\d),? get (?:one|two|\d)|\bbogof?\b"
    rf"|(?<![\w.,])\d ?\+ ?\d (?:{_FREE})\b"
    r"|\b(?:promo\w*|ofertas?|offerta) [2-9] ?x ?[1-8](?![\w.,])"
    r"|[买買][一二两兩三\d]送[一二\d]",
    re.IGNORECASE,
)
# What is left of such texts without their digits.
_MAYBE = re.compile(rf"\b(?:{_FOR}|buy|bogof?|x)\b|\+|[买買]", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*0*(?:[2-9]|1[0-9])")
# Words, beside those of discounts, in headers of columns that may have offers.
_COLUMNS = frozenset(
    {"offer", "offers", "deal", "deals", "angebot", "aktion", "offre", "oferta", "offerta"}
    | {"name", "title", "description", "item", "product", "artikel", "bezeichnung", "designation"}
)


def offers(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows of several pieces in which an offer says that not each of them is paid.

    Not where the file has a line total: that is compared with price times quantity.
    """
    columns, words = first.columns, first.words
    if LINE_TOTAL in columns.fields or PRICE not in columns.fields:
        return
    names = words.discounts | _COLUMNS
    places = [columns.fields.get(name, -1) for name in (PRODUCT_ID, PRODUCT_NAME)]
    places += [
        place
        for place in columns.extra.values()
        if not names.isdisjoint(header_words(columns.labels[place]))
    ]
    odd = {
        place: set(filter(_is_offer, texts))
        for place in places
        if (texts := first.odd_texts(place, _may_be_offer))
    }
    quantity = columns.fields[QUANTITY]
    found = [row for row in first.rows_with(odd) if _SEVERAL.match(cell_at(row, quantity))]
    if found:
        yield Choice(
            name="column",
            value=OF_ONE_PIECE,
            certainty=Certainty.DOUBTFUL,
            evidence=f"rows of several pieces with an offer: {first.share(found)}, such as"
            f" '{shown(found[0])}'; not each piece may be paid",
            field=PRICE,
            remedy="export what was paid for the line, and read it with --price-is line",
            rows=len(found),
        )


def _may_be_offer(bare: str) -> bool:
    return _MAYBE.search(bare) is not None


def _is_offer(text: str) -> bool:
    match = _OFFER.search(text)
    return match is not None and (match["all"] or "1") > (match["paid"] or "0")
