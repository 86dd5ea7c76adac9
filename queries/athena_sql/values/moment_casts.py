"""Casts to dates and times, with a zone and without, as Trino computes them.

Pure. Source: Trino, `DateTimeUtils`; each was compared with a real Trino.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type
from athena_sql.values import zones
from athena_sql.values.checked_cast import checked_template, impossible, plain
from athena_sql.values.value import Value, not_answered

MAX_FRACTION_DIGITS = 6


def zoned_cast(value: Value, target: Type, is_safe: bool, place: Place) -> Value:
    """Return a cast to a time with a zone: its own, that of a text that is known, or UTC."""
    digits = target.size or 0
    if digits > MAX_FRACTION_DIGITS:
        raise not_answered(place, "a time has up to six digits here", "write timestamp(6)")
    match value.type.name:
        case "date":
            return Value(zones.zoned(digits, "UTC"), f"cast({value.sql} as TIMESTAMP)")
        case "timestamp":
            sql = to_timestamp(value, Type("timestamp", digits), is_safe, place)
            return Value(zones.zoned(digits, "UTC"), sql)
        case zones.NAME:
            moment = Value(Type("timestamp", value.type.size), value.sql)
            sql = to_timestamp(moment, Type("timestamp", digits), is_safe, place)
            return Value(zones.zoned(digits, value.type.names[0]), sql)
        case "varchar":
            told = "the zone of a text that is not written out is not known here"
            raise not_answered(place, told, "cast it to timestamp, or use from_iso8601_timestamp")
    raise impossible(value.type, target, place)


def to_date(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a date."""
    if value.type.name == "varchar":
        message = "'Value cannot be cast to date: ' || {0}"
        return checked_template("trino_text_to_date({0})", value, target, is_safe, message)
    if value.type.name == "timestamp":
        return plain(value, target, is_safe)
    raise impossible(value.type, target, place)


def to_timestamp(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a timestamp of some digits, rounded half up."""
    source, digits = value.type, target.size or 0
    if digits > MAX_FRACTION_DIGITS:
        raise not_answered(place, "a time has up to six digits here", "write timestamp(6)")
    match source.name:
        case "varchar":
            message = "'Value cannot be cast to timestamp: ' || {0}"
            template = f"trino_round_timestamp(trino_text_to_timestamp({{0}}), {digits})"
            return checked_template(template, value, target, is_safe, message)
        case "date":
            return plain(value, target, is_safe)
        case "timestamp":
            is_shorter = digits < (source.size or 0)
            return f"trino_round_timestamp({value.sql}, {digits})" if is_shorter else value.sql
    raise impossible(source, target, place)
