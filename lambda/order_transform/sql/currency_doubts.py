"""Settle which currency a row has by what stands beside its price, and tell of contradictions."""

from collections.abc import Mapping
from dataclasses import replace

from order_transform.contract.currency_units import THREE_DECIMALS
from order_transform.contract.definition import LINE_TOTAL, PRICE
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import groups_of
from order_transform.reading.currency import CURRENCY, CurrencyReading, read_currency
from order_transform.reading.numbers.style import NumberReading
from order_transform.reading.reading import Reading
from order_transform.sql.cells import cell, literal
from order_transform.sql.currency_fields import currency_key_of, currency_of_row
from order_transform.sql.currency_text import contradicts
from order_transform.sql.field_sql import trimmed
from order_transform.sql.file_cells import FileCells


def currency_of_file(
    source: FileCells, numbers: Mapping[str, NumberReading]
) -> tuple[CurrencyReading | None, tuple[Choice[object], ...]]:
    """Decide how a row gets the currency beside its price, and tell of contradictions.

    Where the file has a column for it, that column wins in each row.
    """
    columns, contract = source.records.columns, source.contract
    places = columns.fields
    money = next((name for name in (PRICE, LINE_TOTAL) if name in places), None)
    if not money or all(field.name != CURRENCY for field in contract.fields):
        return None, ()
    groups = groups_of(columns, contract)
    header = columns.labels[places[money]]
    found = read_currency(money, numbers[money].currencies, header, groups, contract)
    if found is None or CURRENCY not in places:
        return found, ()
    reading = Reading(source.records, numbers, currency=found)
    key = currency_key_of(cell(places[money]), contract, reading)
    column = cell(places[CURRENCY])
    contrary = contradicts(key, column, found)
    [(count, price, own, empty)] = source.db.execute(
        f"SELECT count(*) FILTER (contrary), any_value(price) FILTER (contrary),"
        f" any_value(own) FILTER (contrary), count(*) FILTER ({trimmed('own')} = '') FROM"
        f" (SELECT {cell(places[money])} AS price, {column} AS own, {contrary} AS contrary"
        f" FROM {source.table})"
    ).fetchall()
    if not empty:  # Every row has its own currency, and no sign has to be read.
        found = replace(found, choices=())
    if not count:
        return found, ()
    stated = f"'{price}'" if found.is_from_cells else f"the header '{header}'"
    contradiction: Choice[object] = Choice(
        name=CURRENCY,
        value="as in its own column",
        certainty=Certainty.DOUBTFUL,
        evidence=f"in {count:,} records the price contradicts it, as {stated} does '{own}'",
        field=CURRENCY,
        remedy="correct the export, or leave its currency column out",
    )
    return found, (contradiction,)


def has_three_decimals(source: FileCells, numbers: Mapping[str, NumberReading]) -> bool:
    """Tell whether a row has a currency with three decimals, such as KWD."""
    currency, _ = currency_of_file(source, numbers)
    reading = Reading(source.records, numbers, currency=currency)
    row_currency = currency_of_row(reading, source.contract)
    codes = ", ".join(map(literal, sorted(THREE_DECIMALS)))
    [(is_there,)] = source.select(f"count(*) FILTER ({row_currency} IN ({codes})) > 0")
    return bool(is_there)
