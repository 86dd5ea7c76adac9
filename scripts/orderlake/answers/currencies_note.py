"""What people are told of a statement that adds up money of several currencies. Pure."""

from collections.abc import Iterable

MAY_MIX = "this adds up money; where rows have several currencies, group or filter by currency"
CURRENCIES_SQL = "select distinct currency from processed_orders order by 1"


def mixed_currencies_text(currencies: Iterable[object]) -> str:
    """Return the names of currencies that were added up: EUR, JPY and rows without a currency."""
    found = [
        "rows without a currency" if currency is None else str(currency) for currency in currencies
    ]
    named = " and ".join([", ".join(found[:-1]), found[-1]])
    return f"this adds up money of several currencies ({named}); group or filter by currency"
