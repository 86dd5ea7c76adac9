"""Functions that cut, move and compare dates and times by a unit, which must be a literal.

Pure.
"""

from collections.abc import Sequence

from athena_sql.functions.arguments import expect, is_moment, is_text, known_text
from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import BIGINT, DATE, TIMESTAMP, UNKNOWN, Type, is_integer
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query

DATE_UNITS = ("day", "week", "month", "quarter", "year")
UNITS = ("millisecond", "second", "minute", "hour", *DATE_UNITS)
NUMBER_OF_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def unit_of(name: str, value: Value, moment: Type, place: Place) -> str:
    """Return a unit in small letters; raises BadQuery for one that the type does not have."""
    unit = known_text(value, place, "a unit").lower()
    units = DATE_UNITS if moment == DATE else UNITS
    if unit not in units:
        title = "DATE" if moment == DATE else "TIMESTAMP"
        raise bad_query(place, f"'{unit}' is not a valid {title} field", f"use {', '.join(units)}")
    return unit


def date_trunc(name: str, given: Sequence[Value], place: Place) -> Value:
    """`cast(date_trunc('month', d) as date)`."""
    expected = "date_trunc(varchar(x), date), date_trunc(varchar(x), timestamp(p))"
    expect(name, given, place, expected, is_text, is_moment)
    kind = given[1].type if given[1].type != UNKNOWN else DATE
    unit = unit_of(name, given[0], kind, place)
    sql = f"date_trunc('{unit}', {coerce(given[1], kind).sql})"
    return Value(kind, f"cast({sql} as date)" if kind == DATE else sql)


def date_add(name: str, given: Sequence[Value], place: Place) -> Value:
    """`cast(d + to_days(cast(n as integer)) as date)`."""
    expected = "date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, timestamp(p))"
    expect(name, given, place, expected, is_text, is_integer, is_moment)
    kind = given[2].type if given[2].type != UNKNOWN else DATE
    unit = unit_of(name, given[0], kind, place)
    count = coerce(given[1], BIGINT).sql
    if unit in NUMBER_OF_MONTHS:
        interval = f"to_months(cast({count} * {NUMBER_OF_MONTHS[unit]} as integer))"
    elif unit in ("day", "week"):
        interval = f"to_days(cast({count} * {7 if unit == 'week' else 1} as integer))"
    elif unit == "millisecond":
        interval = f"to_milliseconds({count})"
    else:
        interval = f"to_{unit}s({count})"
    sql = f"({coerce(given[2], kind).sql} + {interval})"
    if kind == DATE:
        return Value(DATE, f"cast{sql[:-1]} as DATE)")
    if unit == "millisecond" and (kind.size or 0) < (TIMESTAMP.size or 0):
        sql = f"trino_round_timestamp({sql}, {kind.size})"
    return Value(kind, sql)


def date_diff(name: str, given: Sequence[Value], place: Place) -> Value:
    """`date_sub('day', a, b)`: whole units that have passed."""
    expected = (
        "date_diff(varchar(x), date, date), date_diff(varchar(x), timestamp(p), timestamp(p))"
    )
    expect(name, given, place, expected, is_text, is_moment, is_moment)
    kind = common_type(given[1].type, given[2].type) or DATE
    kind = DATE if kind == UNKNOWN else kind
    unit = unit_of(name, given[0], kind, place)
    start, end = (coerce(value, kind).sql for value in given[1:])
    return Value(BIGINT, f"date_sub('{unit}', {start}, {end})")
