"""Values that are written out: numbers, texts, dates, times, intervals, parameters.

Pure.
"""

import re
from datetime import date, datetime, time

from athena_sql.syntax import nodes
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAYS,
    DOUBLE,
    INTEGER,
    MAX_PRECISION,
    MONTHS,
    REAL,
    SMALLINT,
    TINYINT,
    VARCHAR,
    Type,
    decimal,
    duckdb_type,
    varchar,
)
from athena_sql.values import zones
from athena_sql.values.value import NULL, Value, bad_query, not_answered, text_literal

INTEGER_MAX, BIGINT_MAX = 2**31 - 1, 2**63 - 1
DATE_TEXT = re.compile(r"\s*[+]?(\d{4,})-(\d{1,2})-(\d{1,2})\s*", re.ASCII)
TIMESTAMP_TEXT = re.compile(
    r"\s*(\d{4,})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(.*)",
    re.ASCII,
)
REAL_TEXT = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?", re.ASCII)
INTERVAL_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
HOURS, MINUTES = r"(?P<h>\d{1,6})", r"(?P<m>\d{1,6})"
SECONDS = r"(?P<s>\d{1,6})(?:\.(?P<f>\d{1,3}))?"
INTERVAL_PARTS: dict[tuple[str, str | None], str] = {
    ("YEAR", "MONTH"): r"(?P<Y>\d{1,4})-(?P<M>\d{1,4})",
    ("DAY", "HOUR"): rf"(?P<D>\d{{1,6}}) {HOURS}",
    ("DAY", "MINUTE"): rf"(?P<D>\d{{1,6}}) {HOURS}:{MINUTES}",
    ("DAY", "SECOND"): rf"(?P<D>\d{{1,6}}) {HOURS}:{MINUTES}:{SECONDS}",
    ("HOUR", "MINUTE"): f"{HOURS}:{MINUTES}",
    ("HOUR", "SECOND"): f"{HOURS}:{MINUTES}:{SECONDS}",
    ("MINUTE", "SECOND"): f"{MINUTES}:{SECONDS}",
}
NAMED = {
    "tinyint": TINYINT,
    "smallint": SMALLINT,
    "integer": INTEGER,
    "int": INTEGER,
    "bigint": BIGINT,
}


def literal(node: nodes.Literal, is_negative: bool = False) -> Value:
    """Return a literal's value: `1.50` is decimal(3,2), `15e-1` double, `7` an integer."""
    match node.kind:
        case "null":
            return NULL
        case "boolean":
            return Value(BOOLEAN, f"cast({node.text} as BOOLEAN)")
        case "text":
            return text_value(node.text, node.place)
        case "integer":
            return integer(-int(node.text) if is_negative else int(node.text), node.place)
        case "double":
            sign = "-" if is_negative else ""
            return Value(DOUBLE, f"cast({sign}{node.text} as DOUBLE)")
    return decimal_value(node.text, node.place, is_negative)


def text_value(text: str, place: Place) -> Value:
    """Return a text; its type has its length."""
    if "\0" in text:
        raise not_answered(place, "a zero character is not answered here", "leave it out")
    return Value(varchar(len(text)), text_literal(text), text)


def integer(number: int, place: Place) -> Value:
    """Return an integer, or a bigint where it is too large for one."""
    kind = INTEGER if -INTEGER_MAX - 1 <= number <= INTEGER_MAX else BIGINT
    if not -BIGINT_MAX - 1 <= number <= BIGINT_MAX:
        raise bad_query(place, f"Invalid numeric literal: {number}", "write it with a point: 1.0")
    return Value(kind, f"cast({number} as {duckdb_type(kind)})", number)


def decimal_value(text: str, place: Place, is_negative: bool = False) -> Value:
    """Return a decimal of just the digits that are written, zeros before them aside."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    if not re.fullmatch(r"\d*", whole + fraction) or not whole + fraction:
        raise bad_query(place, f"'{text}' is not a valid DECIMAL literal")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    if precision > MAX_PRECISION:
        raise bad_query(place, f"'{text}' is not a valid DECIMAL literal", "write up to 38 digits")
    kind = decimal(precision, len(fraction))
    sign = "-" if is_negative or text.startswith("-") else ""
    digits = f"{whole or '0'}.{fraction}" if fraction else whole
    return Value(kind, f"cast('{sign}{digits}' as {duckdb_type(kind)})")


def typed_literal(node: nodes.TypedLiteral) -> Value:
    """Return DATE '...', TIMESTAMP '...', DECIMAL '...' and the like."""
    text, place = node.text, node.place
    match node.type_name:
        case "date":
            return date_value(text, place)
        case "timestamp":
            return timestamp_value(text, place)
        case "decimal":
            return decimal_value(text.strip(), place)
        case "varchar":
            value = text_value(text, place)
            return Value(VARCHAR, value.sql, value.constant)
        case "double":
            try:
                number = float(text)
            except ValueError as error:
                raise bad_query(place, f"'{text}' is not a valid DOUBLE literal") from error
            is_odd = number != number or abs(number) == float("inf")
            return Value(DOUBLE, f"cast('{number!r}' as DOUBLE)", may_be_nan=is_odd)
        case "real" if REAL_TEXT.fullmatch(text):
            return Value(REAL, f"cast('{text}' as FLOAT)")
        case name if name in NAMED:
            if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
                raise bad_query(place, f"'{text}' is not a valid {name.upper()} literal")
            kind = NAMED[name]
            integer(int(text), place)
            return Value(kind, f"cast({int(text)} as {duckdb_type(kind)})", int(text))
        case name:
            raise not_answered(
                place, f"a literal of type {name} is not answered here", "cast a text"
            )


def date_value(text: str, place: Place) -> Value:
    """Return a date; raises BadQuery for an invalid date."""
    found = DATE_TEXT.fullmatch(text)
    try:
        if not found:
            raise ValueError(text)
        day = date(*map(int, found.groups()))
    except (ValueError, OverflowError) as error:
        raise bad_query(
            place, f"'{text}' is not a valid DATE literal", "write DATE '2026-01-31'"
        ) from error
    return Value(DATE, f"cast('{day.isoformat()}' as DATE)")


def timestamp_value(text: str, place: Place) -> Value:
    """Return a timestamp, whose type has as many digits as its fraction."""
    found = TIMESTAMP_TEXT.fullmatch(text)
    step = "write TIMESTAMP '2026-01-31 10:20:30'"
    if not found:
        raise bad_query(place, f"'{text}' is not a valid TIMESTAMP literal", step)
    *parts, fraction, zone = found.groups()
    if zone and not re.match(r"[A-SU-Z+-]", zone):
        raise bad_query(place, f"'{text}' is not a valid TIMESTAMP literal", step)
    if fraction and len(fraction) > 6:
        raise not_answered(place, "a time has up to six digits here", "write fewer digits")
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        moment = datetime.combine(date(year, month, day), time(hour, minute, second))
    except (ValueError, OverflowError) as error:
        raise bad_query(place, f"'{text}' is not a valid TIMESTAMP literal", step) from error
    digits = len(fraction or "")
    kind = Type("timestamp", digits)
    if zone:
        name = zones.read_zone(zone, place)
        moment, kind = zones.moment_of(moment, name, place), zones.zoned(digits, name)
    told = moment.isoformat(sep=" ") + (f".{fraction}" if fraction else "")
    return Value(kind, f"cast('{told}' as TIMESTAMP)")


def parts_of(node: nodes.Interval) -> Value | None:
    """Return INTERVAL '1 02:03' DAY TO MINUTE as `to_milliseconds(93780000)`, or None."""
    pattern = INTERVAL_PARTS.get((node.unit, node.to_unit))
    found = pattern and re.fullmatch(rf"([+-])?{pattern}", node.text, re.ASCII)
    if not found:
        return None
    sign = node.sign * (-1 if found[1] == "-" else 1)
    parts = {name: int(text) for name, text in found.groupdict(default="0").items()}
    if node.unit == "YEAR":
        return Value(MONTHS, f"to_months({sign * (12 * parts['Y'] + parts['M'])})", unit="MONTH")
    seconds = ((parts.get("D", 0) * 24 + parts.get("h", 0)) * 60 + parts.get("m", 0)) * 60
    thousandths = int((found.groupdict().get("f") or "").ljust(3, "0"))
    total = (seconds + parts.get("s", 0)) * 1000 + thousandths
    return Value(DAYS, f"to_milliseconds({sign * total})", unit=str(node.to_unit or node.unit))


def interval(node: nodes.Interval) -> Value:
    """Return INTERVAL '3' DAY as `to_days(3)`."""
    if found := parts_of(node):
        return found
    if node.to_unit or not INTERVAL_NUMBER.fullmatch(node.text):
        if re.fullmatch(r"[+-]?\d[\d .:-]*", node.text):
            raise not_answered(
                node.place, "an interval of several parts is not answered here", "add them"
            )
        raise bad_query(node.place, f"'{node.text}' is not a valid INTERVAL literal")
    number = node.sign * int(node.text)
    kind = MONTHS if node.unit in ("YEAR", "MONTH") else DAYS
    return Value(kind, f"to_{node.unit.lower()}s({number})", unit=node.unit)


def parameter(value: object, place: Place) -> Value:
    """Return a parameter's value as a literal, whose text is quoted and never SQL."""
    match value:
        case bool():
            return Value(BOOLEAN, f"cast({str(value).lower()} as BOOLEAN)")
        case int():
            found = integer(value, place)
            return Value(BIGINT, f"cast({value} as BIGINT)", found.constant)
        case float():
            is_odd = value != value or abs(value) == float("inf")
            return Value(DOUBLE, f"cast('{value!r}' as DOUBLE)", may_be_nan=is_odd)
        case datetime():
            return timestamp_value(str(value), place)
        case date():
            return Value(DATE, f"cast('{value.isoformat()}' as DATE)")
    found = text_value(str(value), place)
    return Value(VARCHAR, found.sql, found.constant)
