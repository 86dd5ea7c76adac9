"""Reports whose maker says that the price in them is the whole line's, as Amazon does. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from order_transform.contract.definition import PRICE, Contract, PriceIs
from order_transform.contract.header_names import normalise
from order_transform.reading.choices import Certainty, Choice

_FEWEST_HEADERS = 3  # that show whose report a file is


def maker_of_line_price(header: Sequence[str], price: int, contract: Contract) -> str:
    """Return whose report it is in which this price is the whole line's: `amazon`, or nothing."""
    names = set(map(normalise, header))
    for maker, (own, *others) in contract.words.line_prices.items():
        if normalise(header[price]) == own and len(names & set(others)) >= _FEWEST_HEADERS:
            return maker
    return ""


def read_in_report(header: str, maker: str, found: Choice[PriceIs] | None) -> Choice[PriceIs]:
    """Take the maker's word for what the price in its reports is, unless the rows say otherwise.

    `found` is what the rows say.
    """
    why = f"{header!r} is the whole line's in the reports of {maker.title()}, as it says itself"
    if found is None:
        return Choice(
            name="price_is",
            value=PriceIs.LINE,
            certainty=Certainty.SETTLED,
            evidence=f"{why} (line_prices in words.toml); prices are derived from it",
            field=PRICE,
            remedy="--price-is unit, where another program has put the price of one piece there",
        )
    if found.value is PriceIs.LINE:
        return found
    return replace(
        found,
        certainty=Certainty.DOUBTFUL,
        evidence=f"{found.evidence}, although {why}",
        remedy="--price-is line, if it is the whole line's here, too",
    )
