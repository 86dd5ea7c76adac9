"""Functions whose pattern, path or unit decides the SQL and must therefore be a literal.

Pure. Each function takes the call's translated arguments and its place, and returns its value.
"""

import re
from collections.abc import Callable, Sequence

from athena_sql.functions.formatted import format_text
from athena_sql.patterns import dates, joda, json_path, regular
from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    UNKNOWN,
    VARCHAR,
    Type,
    array,
    is_integer,
    varchar,
)
from athena_sql.values import zones
from athena_sql.values.casts import cast, coerce
from athena_sql.values.value import Value, escape, expand, refused, text_literal, wrong

type Special = Callable[[str, Sequence[Value], Place], Value]
# Patterns of places alone, which both engines replace alike: `\b`, `^`.
PLACES = re.compile(r"(\\[bBAz])+")
DATE_UNITS = ("day", "week", "month", "quarter", "year")
UNITS = ("millisecond", "second", "minute", "hour", *DATE_UNITS)
NUMBER_OF_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def unexpected(name: str, given: Sequence[Value], place: Place, expected: str) -> Exception:
    """Return Trino's error for arguments of other types than a function takes."""
    kinds = ", ".join(str(value.type) for value in given)
    return wrong(
        place,
        f"Unexpected parameters ({kinds}) for function {name}. Expected: {expected}",
        "cast the arguments, or give others",
    )


def ambiguous(place: Place) -> Exception:
    """Return Trino's error for a NULL that fits several forms of a function."""
    told = "Could not choose a best candidate operator. Explicit type casts must be added."
    return wrong(place, told, "cast the NULL")


def expect(
    name: str, given: Sequence[Value], place: Place, expected: str, *wanted: Callable[[Type], bool]
) -> None:
    """Raise BadQuery where the arguments are not of the types wanted."""
    if len(given) != len(wanted) or not all(
        value.type == UNKNOWN or test(value.type) for value, test in zip(given, wanted, strict=True)
    ):
        raise unexpected(name, given, place, expected)
    if any(value.type == UNKNOWN for value in given) and not name.startswith("regexp"):
        raise ambiguous(place)


def is_text(kind: Type) -> bool:
    """Whether a type is a varchar."""
    return kind.name == "varchar"


def is_moment(kind: Type) -> bool:
    """Whether a type is a date or a timestamp."""
    return kind.name in ("date", "timestamp", zones.NAME)


def known_text(value: Value, place: Place, what: str) -> str:
    """Return a text that is known now; raises NotPortable for one of the data."""
    if not isinstance(value.constant, str):
        raise refused(place, f"{what} that is not written out is not answered here", "write it out")
    return value.constant


# Regular expressions -----


def pattern_of(value: Value, place: Place) -> regular.Pattern:
    """Return a pattern for RE2; raises NotPortable for one that it takes otherwise."""
    text = known_text(value, place, "a pattern")
    try:
        return regular.read_pattern(text)
    except regular.NotRegular as error:
        raise refused(
            place,
            f"the pattern '{text}' has {error.reason}, which is not matched here",
            "write it with plain groups and classes",
        ) from error


def subject_of(value: Value, pattern: regular.Pattern) -> str:
    """Return the text to search; where the pattern has a `$`, it may not end with a line end."""
    text = coerce(value, VARCHAR).sql
    return expand("trino_without_last_line_end({0})", text) if pattern.has_end else text


def group_of(given: Sequence[Value], pattern: regular.Pattern, place: Place) -> int:
    """Return the group that a third argument asks for: one that is part of every match, or 0."""
    group = given[2].constant if len(given) > 2 else 0
    if not isinstance(group, int):
        raise refused(place, "a group that is not written out is not answered here", "write it out")
    if not 0 <= group <= len(pattern.groups):
        raise wrong(place, f"Pattern has {len(pattern.groups)} groups. Cannot access group {group}")
    if group and not pattern.groups[group - 1]:
        raise refused(
            place,
            f"group {group} may have no part in a match",
            "make it part of every match: (x?) for (x)?",
        )
    return group


def regexp_like(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_matches(x, 'a\d')`."""
    expect(name, given, place, "regexp_like(varchar(x), joniregexp)", is_text, is_text)
    pattern = pattern_of(given[1], place)
    re2 = pattern.re2
    text = coerce(given[0], VARCHAR).sql
    if pattern.has_end:
        # Nothing is taken out of the text, so a last line end may be part of the match.
        re2 = re2.replace(r"\z", r"(?:\n?\z)")
    return Value(BOOLEAN, f"regexp_matches({text}, {text_literal(re2)})")


def regexp_extract(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`trino_regexp_extract(x, '(\d+)', 1)`: NULL where nothing matches."""
    expected = (
        "regexp_extract(varchar(x), joniregexp), regexp_extract(varchar(x), joniregexp, bigint)"
    )
    tests = (is_text, is_text, is_integer)[: max(len(given), 2)]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    group = group_of(given, pattern, place)
    text = subject_of(given[0], pattern)
    sql = expand(f"trino_regexp_extract({{0}}, {escape(text_literal(pattern.re2))}, {group})", text)
    return Value(result_text(given[0]), sql)


def regexp_parts(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_extract_all(x, '\d+', 0)`, `string_split_regex(x, ',')`, or how many match."""
    expected = f"{name}(varchar(x), joniregexp)"
    is_list = name == "regexp_extract_all"
    tests = (is_text, is_text, is_integer)[: 3 if is_list and len(given) > 2 else 2]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    if pattern.may_be_empty:
        raise refused(place, "a pattern that matches nothing at all is not used here", "use +")
    group = group_of(given, pattern, place)
    subject, re2 = subject_of(given[0], pattern), text_literal(pattern.re2)
    parts = array(result_text(given[0]))
    match name:
        case "regexp_extract_all":
            return Value(parts, f"regexp_extract_all({subject}, {re2}, {group})")
        case "regexp_split":
            return Value(parts, f"string_split_regex({subject}, {re2})")
    return Value(BIGINT, f"cast(len(regexp_extract_all({subject}, {re2})) as bigint)")


def result_text(value: Value) -> Type:
    """Return the type of a part of a text: a varchar of its length."""
    return varchar(value.type.size) if is_text(value.type) else varchar(0)


def regexp_replace(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_replace(x, '(\d+)', '<\1>', 'g')`."""
    expected = (
        "regexp_replace(varchar(x), joniregexp), regexp_replace(varchar(x), joniregexp, varchar(y))"
    )
    tests = (is_text, is_text, is_text)[: max(len(given), 2)]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    if pattern.may_be_empty and not PLACES.fullmatch(pattern.re2):
        raise refused(place, "a pattern that matches nothing at all is not replaced here", "use +")
    replacement = ""
    if len(given) > 2:
        text = known_text(given[2], place, "a replacement")
        try:
            replacement = regular.read_replacement(text, pattern)
        except regular.NotRegular as error:
            raise wrong(place, error.reason) from error
    sql = (
        f"regexp_replace({subject_of(given[0], pattern)}, {text_literal(pattern.re2)}, "
        f"{text_literal(replacement)}, 'g')"
    )
    return Value(replaced_type(given), sql)


def replaced_type(given: Sequence[Value]) -> Type:
    """Return the type of a replacement: x + max(x * y / 2, y) * (x + 1) characters at most."""
    size = given[0].type.size if is_text(given[0].type) else 0
    if len(given) < 3:
        return varchar(size)
    other = given[2].type.size if is_text(given[2].type) else 0
    if size is None or other is None:
        return VARCHAR
    return varchar(size + max(size * other // 2, other) * (size + 1))


# JSON -----


def json_extract_scalar(name: str, given: Sequence[Value], place: Place) -> Value:
    """`trino_json_scalar(x, '$."a"')`."""
    expected = "json_extract_scalar(json, jsonpath), json_extract_scalar(varchar(x), jsonpath)"
    expect(name, given, place, expected, is_text, is_text)
    path = known_text(given[1], place, "a JSON path")
    told = json_path.duckdb_path(path)
    if told is None:
        raise wrong(place, f"Invalid JSON path: '{path}'")
    if json_path.is_uncertain(path):
        raise refused(place, f"the path {path} has a name of digits or quotes", "rename the key")
    text = coerce(given[0], VARCHAR).sql
    return Value(
        result_text(given[0]),
        expand(f"trino_json_scalar({{0}}, {escape(text_literal(told))})", text),
    )


# Dates and times -----


def unit_of(name: str, value: Value, moment: Type, place: Place) -> str:
    """Return a unit in small letters; raises BadQuery for one that the type does not have."""
    unit = known_text(value, place, "a unit").lower()
    units = DATE_UNITS if moment == DATE else UNITS
    if unit not in units:
        title = "DATE" if moment == DATE else "TIMESTAMP"
        raise wrong(place, f"'{unit}' is not a valid {title} field", f"use {', '.join(units)}")
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


def date_format(name: str, given: Sequence[Value], place: Place) -> Value:
    """`strftime(t, '%m')`; format_datetime is the same with a pattern of Joda's."""
    expected = f"{name}(timestamp(p), varchar(x))"
    expect(name, given, place, expected, is_moment, is_text)
    moment = coerce(given[0], TIMESTAMP if given[0].type.name == "date" else given[0].type)
    if moment.type == UNKNOWN:
        moment = coerce(moment, TIMESTAMP)
    fields = joda.read_fields if name == "format_datetime" else dates.split_fields

    def make(text: str) -> str:
        return dates.format_sql(fields(text), moment.sql)

    return Value(VARCHAR, dated(make, given[1], place))


def date_parse(name: str, given: Sequence[Value], place: Place) -> Value:
    """`case when regexp_full_match(x, ...) then make_date(...) end`."""
    expect(name, given, place, "date_parse(varchar(x), varchar(y))", is_text, is_text)
    text = coerce(given[0], VARCHAR).sql
    return Value(TIMESTAMP, dated(lambda pattern: dates.parse_sql(pattern, text), given[1], place))


def dated(make: Callable[[str], str], pattern: Value, place: Place) -> str:
    """Return the SQL for a date pattern; raises BadQuery or NotPortable for one without meaning."""
    text = known_text(pattern, place, "a date pattern")
    try:
        return make(text)
    except dates.NotAPattern as error:
        if error.is_trinos:
            raise wrong(place, error.reason) from error
        raise refused(place, error.reason, error.instead) from error


def date(name: str, given: Sequence[Value], place: Place) -> Value:
    """`cast(x as date)`."""
    expected = "date(timestamp(p)), date(timestamp(p) with time zone), date(varchar(x))"
    expect(name, given, place, expected, lambda kind: is_text(kind) or is_moment(kind))
    return cast(given[0], DATE, False, place)


def in_local_time(special: Special) -> Special:
    """Return a function of times that works on local time; its time is one of the same zone."""

    def make(name: str, given: Sequence[Value], place: Place) -> Value:
        with_zone = [value for value in given if value.type.name == zones.NAME]
        if not with_zone:
            return special(name, given, place)
        if special is date_format:
            return special(name, [zones.shown_time(value, place) for value in given], place)
        found = special(name, [zones.local_time(value, place) for value in given], place)
        if found.type.name == "timestamp":
            return zones.from_local_time(found, zones.zone_of(with_zone[0], place))
        return found

    return make


def zoned_difference(name: str, given: Sequence[Value], place: Place) -> Value:
    """`date_sub('hour', a, b)`: hours and less by the moments, days and more by local time."""
    if len(given) != 3 or not any(value.type.name == zones.NAME for value in given):
        return date_diff(name, given, place)
    unit, *sides = given
    kind = common_type(*(value.type for value in sides))
    if kind is None or kind.name != zones.NAME:
        return date_diff(name, given, place)
    values = [coerce(value, kind) for value in sides]
    if str(unit.constant).lower() in UNITS[:4]:
        moments = map(zones.moment_in_utc, values)
        return date_diff(name, [unit, *moments], place)
    return date_diff(name, [unit, *(zones.local_time(value, place) for value in values)], place)


def zoned_sum(name: str, given: Sequence[Value], place: Place) -> Value:
    """`x + to_hours(3)`: hours and less move the moment, days and more the local time."""
    if len(given) != 3 or given[2].type.name != zones.NAME:
        return date_add(name, given, place)
    if str(given[0].constant).lower() not in UNITS[:4]:
        return in_local_time(date_add)(name, given, place)
    found = date_add(name, [*given[:2], zones.moment_in_utc(given[2])], place)
    return zones.at_zone(found, zones.zone_of(given[2], place))


SPECIAL: dict[str, Special] = {
    "regexp_like": regexp_like,
    "regexp_extract": regexp_extract,
    "regexp_replace": regexp_replace,
    "regexp_extract_all": regexp_parts,
    "regexp_split": regexp_parts,
    "regexp_count": regexp_parts,
    "format": format_text,
    "json_extract_scalar": json_extract_scalar,
    "date_trunc": in_local_time(date_trunc),
    "date_add": zoned_sum,
    "date_diff": zoned_difference,
    "date_format": in_local_time(date_format),
    "format_datetime": in_local_time(date_format),
    "date_parse": date_parse,
    "date": date,
}
