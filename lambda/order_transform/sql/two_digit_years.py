"""Tell of dates whose year has two digits: what they are read as, and what else the file states."""

from collections.abc import Iterator
from dataclasses import replace

from order_transform.reading.choices import Choice
from order_transform.reading.closer_look import RECORDS, Circumstances
from order_transform.reading.dates.cells import FIRST_YEAR, LAST_YEAR
from order_transform.reading.dates.two_digit_years import TwoDigitYears, decide_century
from order_transform.sql import date_text
from order_transform.sql.cells import cell, literal
from order_transform.sql.engine import FileDatabase
from order_transform.sql.statements import Statements

# A day in digits with a year of four: 2026-03-05, 05.03.2026.
_YEAR = r"\b(?:([0-9]{4})[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}))\b"


def two_digit_years(
    db: FileDatabase, statements: Statements, around: Circumstances
) -> Iterator[Choice[object]]:
    """Yield a choice for each date field that has years of two digits; most files have none."""
    dates = statements.reading.dates
    short = {name: _short_moment(statements, name) for name in dates if _is_short(statements, name)}
    if not short:
        return
    found, dated = [], []
    for name in dates:
        [(rows, oldest, old_cell, newest, new_cell, year)] = db.execute(
            dates_by_year(statements, name, short.get(name, "NULL::TIMESTAMP"))
        ).fetchall()
        if rows:
            found.append(TwoDigitYears(name, rows, oldest, old_cell, newest, new_cell))
        if year:
            dated.append(year)
    if not found:
        return
    others = [year for (year,) in db.execute(other_years(statements)).fetchall() if year]
    for field in found:
        yield decide_century(field, dated, others, around)


def _is_short(statements: Statements, name: str) -> bool:
    return any("%y" in form for form in statements.reading.dates[name].formats)


def _short_moment(statements: Statements, name: str) -> str:
    """Return SQL for the moment of a date with a year of two digits, null for any other date."""
    reading = statements.reading.dates[name]
    formats = tuple(form for form in reading.formats if "%y" in form)
    short = replace(reading, formats=formats, forms={})
    return date_text.moment(f"{name}_text", f"{name}_zone", short)


def dates_by_year(statements: Statements, name: str, short: str) -> str:
    """Select how many dates have a year of two digits, the oldest, the newest, and other years.

    `SELECT count(short), min(short)::DATE, arg_min(c3, short), max(short)::DATE,
    arg_max(c3, short), max(year(order_date_moment)) FILTER (short IS NULL) FROM (...)`.
    """
    moment = f"{name}_moment"
    text = next(field.cell for field in statements.fields if field.name == name)
    in_range = f"CASE WHEN {moment} IS NOT NULL THEN {short} END"
    return (
        f"SELECT count(short), min(short)::DATE, arg_min({text}, short), max(short)::DATE,"
        f" arg_max({text}, short), max(year({moment})) FILTER (short IS NULL)"
        f" FROM (SELECT *, {in_range} AS short FROM {statements.rows(ordered=True)})"
    )


def other_years(statements: Statements) -> str:
    """Select the newest year of four digits in the dates of each further column's first records.

    For a file with one such column: `SELECT max(year) FROM (SELECT ... FROM (SELECT c5 AS text FROM
    (...) LIMIT 5000)) WHERE year BETWEEN 1970 AND 2049`.
    """
    columns = map(cell, statements.records.columns.extra.values())
    texts = f"concat_ws(' ', {', '.join(columns) or 'NULL'})"
    years = (
        f"regexp_extract(text, {literal(_YEAR)}, 1) || regexp_extract(text, {literal(_YEAR)}, 2)"
    )
    return (
        f"SELECT max(year) FROM (SELECT TRY_CAST({years} AS INTEGER) AS year FROM"
        f" (SELECT {texts} AS text FROM {statements.rows()} LIMIT {RECORDS}))"
        f" WHERE year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    )
