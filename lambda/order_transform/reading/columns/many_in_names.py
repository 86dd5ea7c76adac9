"""Names of prices that are not one piece's, as `Price per 100` and `Preis je Dutzend`. Pure."""

import re
from collections.abc import Sequence

from order_transform.contract.definition import PRICE, Contract
from order_transform.contract.header_names import header_words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.spelled_headers import aliases_of

_PRICES = frozenset({"price", "pricing", "preis", "prix", "precio", "prezzo", "preco", "cena"})
_WORDS = (
    "hundred|thousand|dozen|dz|doz|dtz|cwt|hundert|tausend|dutzend|tsd|douzaine|ciento|docena|mille|cento"
    "|dozzina|centena|d\u00fazia|honderd|duizend|dozijn|tuzin|au cent"
)
_MANY = re.compile(
    rf"(?<![0-9.,])(?:100|1[., ]?000)(?![0-9.,]|\s*%)|\b(?:{_WORDS})\b", re.IGNORECASE
)


def pieces_in_name(label: str) -> str:
    """Return for how many pieces a price is by its name: `100`, or nothing if it does not say."""
    found = _MANY.search(label)
    return found[0] if found else ""


def names_of_many(header: Sequence[str], contract: Contract) -> list[str]:
    """Return the headers that are the price of several pieces by their names."""
    known = aliases_of(contract.field(PRICE), contract.words) | _PRICES
    known |= {code.lower() for code in contract.currencies.codes}
    return [
        label
        for label in header
        if pieces_in_name(label) and not known.isdisjoint(header_words(label))
    ]


def tell_price_of_many(label: str, pieces: str) -> Choice[str]:
    """Tell that a column was named as the price which is that of several pieces by its name."""
    return Choice(
        name="column",
        value=label,
        certainty=Certainty.DOUBTFUL,
        evidence=f"by its name it is a price per {pieces}, and it counts as that of one piece",
        field=PRICE,
        remedy="export the price of one piece, or the money of the line and read that with"
        ' --map line_total="Header"',
    )
