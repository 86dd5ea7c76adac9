"""The SQL that finds a row's currency beside its price; pure text."""

from order_transform.reading.currency import CurrencyReading
from order_transform.reading.numbers.cells import NOT_CURRENCY
from order_transform.sql.cells import literal


def currency_key(bare_price: str) -> str:
    """Return SQL for what stands beside the number in a price's bare cell, in lower case.

    `lower(regexp_replace(c3, '[0-9.,...]', '', 'g'))` is `us$` for `US$ 1.50`.
    """
    return f"lower(regexp_replace({bare_price}, {literal(NOT_CURRENCY)}, '', 'g'))"


def currency_code(key: str, reading: CurrencyReading) -> str:
    """Return SQL for the code that a price states, or null.

    `CASE KEY WHEN '$' THEN 'USD' WHEN 'eur' THEN 'EUR' END`; `'EUR'` alone where only the price's
    header has a currency.
    """
    otherwise = literal(reading.codes[""]) if "" in reading.codes else "NULL"
    whens = [
        f"WHEN {literal(name)} THEN {literal(code)}" for name, code in reading.codes.items() if name
    ]
    if not whens:
        return otherwise
    # The header's currency does not apply to a number with another text beside it.
    rest = f"WHEN '' THEN {otherwise}" if otherwise != "NULL" else ""
    return f"CASE {key} {' '.join(whens)} {rest} END"


def contradicts(key: str, column: str, reading: CurrencyReading) -> str:
    """Return SQL that is true where the file's own column names another currency than the price.

    `CASE KEY WHEN '$' THEN COLUMN IN ('eur', '€', ...) ELSE false END`.
    """
    known = " ".join(
        f"WHEN {literal(name)} THEN {currency_key(column)} IN"
        f" ({', '.join(map(literal, sorted(words)))})"
        for name, words in reading.contrary.items()
    )
    return f"CASE {key} {known} ELSE false END"
