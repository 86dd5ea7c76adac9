"""The SQL that reads a date of one row; pure text."""

from dataclasses import replace

from order_transform.contract.definition import Field
from order_transform.reading.dates.cells import FIRST_YEAR, LAST_YEAR
from order_transform.reading.dates.style import DateReading
from order_transform.sql import date_text
from order_transform.sql.field_sql import FieldSql, Problem, checked_field, is_null_or, trimmed
from order_transform.sql.shapes import ISO_DATE


def read_date(field: Field, cell: str, reading: DateReading) -> FieldSql:
    """Return the steps of a date: `order_date_moment`, a timestamp, and its text in ISO 8601.

    Where a cell is not plain ISO, `order_date_any_moment` stands before them, of any year.
    """
    moment, value = f"{field.name}_moment", f"{field.name}_value"
    if reading.iso:
        text = f"CASE WHEN {moment} IS NOT NULL THEN replace({cell}, ' ', 'T') END"
        steps = [(moment, f"TRY_CAST({cell} AS TIMESTAMP)"), (value, text)]
        invalid = [Problem("not_a_date", f"{moment} IS NULL")]
    else:
        any_moment = f"{field.name}_any_moment"
        text, zone = f"{field.name}_text", f"{field.name}_zone"
        clock = f"replace({moment}::VARCHAR, ' ', 'T') || {date_text.iso_offset(zone)}"
        day = f"left({moment}::VARCHAR, 10)"
        steps = [
            (text, date_text.canonical_text(trimmed(cell), reading)),
            (zone, date_text.offset_text(text, reading)),
            (any_moment, date_text.moment(text, zone, reading)),
            (moment, date_text.of_an_order(any_moment)),
            (value, f"CASE WHEN {date_text.has_clock(text, reading)} THEN {clock} ELSE {day} END"),
        ]
        invalid = [
            Problem("not_a_date", f"{any_moment} IS NULL"),
            Problem("year_out_of_range", f"{any_moment} IS NOT NULL AND {moment} IS NULL"),
        ]
    found = checked_field(field, cell, steps, f"{moment} IS NULL", invalid, [])
    if not reading.iso:
        return replace(found, any_moment=any_moment)
    return replace(
        found, cheap_value=f"replace({cell}, ' ', 'T')", matches_sample=is_iso(cell, moment)
    )


def is_iso(cell: str, moment: str) -> str:
    """Return SQL that is true for null and for a date in plain ISO 8601, and never null.

    DuckDB writes a moment faster than a pattern is matched, and most cells are written as it does:
    `CASE WHEN strlen(c1) IN (10, 16, 19) AND starts_with(MOMENT::VARCHAR, c1) THEN MOMENT BETWEEN
    TIMESTAMP '1970-01-01' AND ... ELSE coalesce(regexp_full_match(c1, '...'), true) END`.
    """
    is_as_written = f"strlen({cell}) IN (10, 16, 19) AND starts_with({moment}::VARCHAR, {cell})"
    first, last = f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31 23:59:59.999999"
    is_in_time = f"{moment} BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
    return f"CASE WHEN {is_as_written} THEN {is_in_time} ELSE {is_null_or(cell, ISO_DATE)} END"
