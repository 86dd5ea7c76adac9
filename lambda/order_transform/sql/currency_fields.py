"""The SQL of a row's currency, and of how much its smallest unit is; pure text."""

from dataclasses import replace

from order_transform.contract.currency_units import NO_DECIMALS, THREE_DECIMALS
from order_transform.contract.definition import Contract, Field
from order_transform.reading.currency import CURRENCY
from order_transform.reading.reading import Reading
from order_transform.sql import currency_text
from order_transform.sql.cells import cell, literal
from order_transform.sql.field_sql import FieldSql, read_text, trimmed
from order_transform.sql.number_text import NumberWords, bare_cell

FACTOR_DECIMALS = 3  # of a currency's smallest unit


def read_currency(
    field: Field, column: str | None, price: str, contract: Contract, reading: Reading
) -> FieldSql:
    """Build the SQL of the currency, which a price's cell or header states where no column does.

    `column` is the currency's own cell, None where the file has no such column; `price` is the
    price's. The value is `CASE WHEN trim(c5) <> '' THEN c5 ELSE <code beside the price> END`.
    """
    stated = stated_currency(price, contract, reading)
    if column is None:
        return FieldSql(
            field.name, field.type, "NULL", ((f"{field.name}_value", stated),), None, ()
        )
    value = f"CASE WHEN {trimmed(column)} <> '' THEN {column} ELSE {stated} END"
    own = read_text(field, column)
    return replace(own, steps=((own.value, value),), is_valid=None, problems=())


def stated_currency(price: str, contract: Contract, reading: Reading) -> str:
    """Return SQL for the code of the currency beside a price, or null.

    For prices such as `$5`: `CASE <key> WHEN '$' THEN 'USD' END` (`currency_text`).
    """
    if reading.currency is None:
        return "NULL"
    return currency_text.currency_code(currency_key_of(price, contract, reading), reading.currency)


def currency_of_row(reading: Reading, contract: Contract) -> str:
    """Return SQL for a row's currency in capital letters, or null: `upper(trim(c7))`."""
    columns = reading.records.columns.fields
    stated = "NULL"
    if reading.currency:
        stated = stated_currency(cell(columns[reading.currency.field]), contract, reading)
    if CURRENCY not in columns:
        return stated
    return f"coalesce(nullif(upper({trimmed(cell(columns[CURRENCY]))}), ''), {stated})"


def currency_key_of(price: str, contract: Contract, reading: Reading) -> str:
    """Return SQL for what stands beside the number in a price's cell, such as `$` or `eur`.

    It is `''` in a file in whose price cells nothing does.
    """
    if reading.currency is None or not reading.currency.is_from_cells:
        return "''"
    words = NumberWords(contract.words.units, contract.rules.currency_words)
    return currency_text.currency_key(
        bare_cell(price, reading.numbers[reading.currency.field], words)
    )


def smallest_unit_factor(currency: str) -> str:
    """Return SQL for how much of its currency a row's smallest unit is.

    `CASE WHEN c7 IN ('JPY', ...) THEN 1 WHEN c7 IN ('KWD', ...) THEN 0.001 ELSE 0.01 END`.
    """
    whole, thousandth = (
        ", ".join(map(literal, sorted(codes))) for codes in (NO_DECIMALS, THREE_DECIMALS)
    )
    found = f"CASE WHEN {currency} IN ({whole}) THEN 1 WHEN {currency} IN ({thousandth})"
    return f"({found} THEN 0.001 ELSE 0.01 END)::DECIMAL({1 + FACTOR_DECIMALS}, {FACTOR_DECIMALS})"
