"""Settle what comes first in the dates of a file that can be read in several orders."""

from collections.abc import Iterator, Sequence
from typing import Any

from order_transform.contract.definition import DateOrder, NumberStyle
from order_transform.reading.choices import Choice
from order_transform.reading.currency import CurrencyReading
from order_transform.reading.dates.cells import NUMBERS, DateForm
from order_transform.reading.dates.evidence import order_findings, plausible_orders, read_in_orders
from order_transform.reading.dates.order import (
    REMEDY,
    YearOrder,
    decide_order,
    decide_year_order,
    tell_half_converted,
    tell_month_before_dot,
)
from order_transform.reading.dates.style import DateEvidence
from order_transform.refusal import FileRefused
from order_transform.sql.cells import cell, literal
from order_transform.sql.date_text import usual_characters
from order_transform.sql.file_cells import FileCells

_YEAR_FIRST = r"^\s*((?:19|20)[0-9]{2})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})(?:\D|$)"
# The three numbers of a date, as `_impossible` extracts them.
_THREE_NUMBERS = "^([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4}|[0-9]{2})"
_FEWEST_HALF_CONVERTED = 3
_LONGEST_DAY = len("28/02/2026")


def date_order(
    source: FileCells,
    name: str,
    evidence: DateEvidence,
    style: NumberStyle,
    currency: CurrencyReading | None,
) -> Choice[DateOrder] | None:
    """Choose the order of day, month and year of one field; None where it has no such dates.

    Raises FileRefused where the contract refuses an order that the file does not prove.
    """
    orders = evidence.orders()
    if not orders:
        return None
    impossible = _impossible(source, name, orders)
    look = source.closer_look(decimal_comma=style is NumberStyle.COMMA, currency=currency)
    readings = read_in_orders(look.fields[name], orders)
    plausible = plausible_orders(readings)
    if plausible:
        readings = {order: readings[order] for order in plausible}
        impossible = {order: impossible[order] for order in plausible}
    findings = order_findings(readings, look)
    order = decide_order(name, impossible, findings, source.contract.rules.date_order)
    _refuse_if_open(source, name, order, "the month or the day first")
    return order


def year_order(source: FileCells, name: str, evidence: DateEvidence) -> Choice[YearOrder] | None:
    """Choose what stands behind the year in one field; None where it can only be the month.

    Raises FileRefused where the contract refuses an order that the file does not prove.
    """
    if not evidence.day_behind_year:
        return None
    column = cell(source.records.columns.fields[name])
    second, third = (_number(column, _YEAR_FIRST, group) for group in (2, 3))
    [(only_day, only_month, either, example)] = source.db.execute(
        "SELECT count(*) FILTER (s > 12 AND t <= 12), count(*) FILTER (s <= 12 AND t > 12),"
        " count(*) FILTER (s <= 12 AND t <= 12 AND s <> t),"
        " any_value(trim(text)) FILTER (s > 12 AND t <= 12)"
        f" FROM (SELECT {column} AS text, {second} AS s, {third} AS t FROM {source.table})"
    ).fetchall()
    order = decide_year_order(name, only_day, only_month, either, example)
    _refuse_if_open(source, name, order, "the month or the day behind the year")
    return order


def doubtful_dates(
    source: FileCells, name: str, evidence: DateEvidence
) -> Iterator[Choice[object]]:
    """Tell of dates of one field that an order alone does not explain; most files have none."""
    if evidence.month_before_dot:
        yield tell_month_before_dot(name, evidence.month_before_dot)
    if evidence.may_be_half_converted:
        yield from _half_converted(source, name)


def _half_converted(source: FileCells, name: str) -> Iterator[Choice[object]]:
    column = f"trim({cell(source.records.columns.fields[name])})"
    first, second = (_number(column, _THREE_NUMBERS, group) for group in (1, 2))
    excel = literal(NUMBERS[DateForm.EXCEL_DAYS])
    serial = f"DATE '1899-12-30' + TRY_CAST(left({column}, 5) AS INTEGER)"
    day = f"CASE WHEN regexp_full_match({column}, {excel}) THEN day({serial})"
    day += f" ELSE {_number(column, '^[0-9]{4}-[0-9]{2}-([0-9]{2})', 1)} END"
    [(texts, others, long, example, stored)] = source.db.execute(
        "SELECT count(larger), count(day), count(*) FILTER (larger > 12), any_value(text) FILTER"
        " (larger IS NOT NULL), any_value(text) FILTER (day IS NOT NULL) FROM"
        f" (SELECT {column} AS text, greatest({first}, {second}) AS larger, {day} AS day"
        f" FROM {source.table}) WHERE larger IS NOT NULL OR day IS NOT NULL HAVING max(day) <= 12"
    ).fetchall() or [(0, 0, 0, "", "")]
    # Fewer may be so by chance: four in ten days are not above 12.
    if texts and others and texts == long and texts + others >= _FEWEST_HALF_CONVERTED:
        yield tell_half_converted(name, example, stored)


def _refuse_if_open(source: FileCells, name: str, order: Choice[Any], orders: str) -> None:
    if source.contract.rules.date_order is DateOrder.REFUSE and not order.is_proven:
        raise FileRefused(
            "ambiguous_dates",
            f"{name} may have {orders}, and the file does not prove which"
            f" ({order.evidence}); {order.remedy or REMEDY}",
        )


def _impossible(source: FileCells, name: str, orders: Sequence[DateOrder]) -> dict[DateOrder, int]:
    """Count the dates of the whole file that do not exist in each order."""
    column = cell(source.records.columns.fields[name])
    # Each day is looked at once, not each row; no more of a text of ASCII matters than its start.
    day = (
        f"CASE WHEN strlen({column}) = length({column}) THEN left(trim({column}), {_LONGEST_DAY})"
        f" ELSE {column} END"
    )
    text = usual_characters("trim(day)")
    first, second, third = (_number(text, _THREE_NUMBERS, group) for group in (1, 2, 3))
    tests = {
        DateOrder.MONTH_FIRST: f"{first} > 12 OR {second} > 31",
        DateOrder.DAY_FIRST: f"{second} > 12 OR {first} > 31",
        DateOrder.YEAR_FIRST: f"{second} > 12 OR {third} > 31",
    }
    counts = ", ".join(f"coalesce(sum(n) FILTER ({tests[order]}), 0)" for order in orders)
    [row] = source.db.execute(
        f"SELECT {counts} FROM (SELECT {day} AS day, count(*) AS n FROM {source.table} GROUP BY 1)"
    ).fetchall()
    return dict(zip(orders, map(int, row), strict=True))


def _number(text: str, pattern: str, group: int) -> str:
    """Return SQL for a number that a pattern finds in a text, or null."""
    return f"TRY_CAST(regexp_extract({text}, {literal(pattern)}, {group}) AS INTEGER)"
