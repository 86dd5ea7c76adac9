"""Evidence of money in several currencies: a column of exchange rates. Pure."""

import re
from collections.abc import Iterator

from order_transform.contract.definition import PRICE
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.currency import CURRENCY
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at

# Beside a word for a rate one of these says that it is one of currencies.
_OF_CURRENCIES = frozenset({"exchange", "fx", "forex", "currency", "ex", "roe"})
_RATES = frozenset({"rate", "rates", "exrate", "fxrate"})
_NAMES = (
    "wechselkurs|umrechnungskurs|devisenkurs|wahrungskurs|waehrungskurs|tauxdechange|tauxchange"
    "|courschange|tipodecambio|tipocambio|tasadecambio|tassodicambio|cambio|taxadecambio|wisselkoers"
    "|valutakurs|vaxelkurs|vekselkurs|valuuttakurssi|kurswaluty|kurswymiany|smennykurz|arfolyam"
    "|cursvalutar|dovizkuru|kur|\u043a\u0443\u0440\u0441(?:\u0432\u0430\u043b\u044e\u0442\u044b?)?|\u6c47\u7387|\u532f\u7387|\u70ba\u66ff\u30ec\u30fc\u30c8|\ud658\uc728|exchangerate|fxrate|roe|basetoorderrate|storetoorderrate"
)
_ONE = re.compile(r"1(?:[.,]0*)?")


def exchange_rates(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with different exchange rates, since no amount is multiplied by its own.

    One rate in all rows may be that of the books, and says nothing of the orders' own money.
    """
    for place in first.columns.extra.values():
        label = first.columns.labels[place]
        if not _is_rate(label):
            continue
        rates = [(cell_at(row, place).strip(), row) for row in first.rows if first.is_paid(row)]
        numbers = {rate for rate, _ in rates if re.search("[1-9]", rate)}
        found = [row for rate, row in rates if rate in numbers and not _ONE.fullmatch(rate)]
        if found and len(numbers) > 1:
            has_currencies = CURRENCY in first.columns.fields
            yield Choice(
                name=CURRENCY,
                value="not converted",
                certainty=Certainty.SETTLED if has_currencies else Certainty.DOUBTFUL,
                evidence=f"{label!r} differs from row to row, and no amount is converted by it:"
                f" {first.share(found)}, such as '{shown(found[0])}'",
                field=PRICE,
                remedy="export prices in one currency"
                + ("" if has_currencies else ", or a column with the currency of each row"),
                rows=len(found),
            )


def _is_rate(label: str) -> bool:
    words = header_words(label)
    is_rate = not (_RATES.isdisjoint(words) or _OF_CURRENCIES.isdisjoint(words))
    return is_rate or re.fullmatch(_NAMES, normalise(label)) is not None
