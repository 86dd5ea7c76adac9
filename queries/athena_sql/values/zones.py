"""Times with a zone: the moment in UTC is the value, and the zone belongs to the type.

Pure. DuckDB holds the moment as a plain TIMESTAMP in UTC, so that it compares and sorts as Trino's.
The session's zone is UTC, as in Athena. A zone that is not known before the statement runs is
refused where it would show.
"""

import functools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type
from athena_sql.values.value import Value, bad_query, expand, not_answered, text_literal

NAME = "timestamp with time zone"
OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)
NAMES_OF_UTC = ("UTC", "Z", "GMT", "+00:00", "-00:00", "+0000")
UNKNOWN_ZONE = "this time's zone differs from row to row"


@functools.cache
def region(name: str) -> ZoneInfo:
    """Return a region's rules, which belong to the machine; raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def has_read_regions() -> bool:
    """Whether this process has read a region's rules: a translation may depend on them."""
    return region.cache_info().currsize > 0


def zoned(digits: int, zone: str | None) -> Type:
    """Return the type of times of a zone; None is a zone that is not known."""
    return Type(NAME, digits, names=(zone,))


def with_zones_of(source: Type, target: Type) -> Type:
    """Return a type with the zones that times keep in a cast; others get UTC, the session's."""
    if target.name == NAME:
        return replace(target, names=source.names if source.name == NAME else ("UTC",))
    if source.name == target.name and len(source.items) == len(target.items):
        return replace(target, items=tuple(map(with_zones_of, source.items, target.items)))
    return target


def zone_of(value: Value, place: Place) -> str:
    """Return a value's zone; raises NotAnswered where it is not known."""
    (zone,) = value.type.names
    if zone is None:
        raise not_answered(place, UNKNOWN_ZONE, "write x at time zone 'UTC'")
    return zone


def read_zone(text: str, place: Place) -> str:
    """Return a zone as Trino prints it; raises BadQuery for one that it does not know."""
    if text in NAMES_OF_UTC:
        return "UTC"
    if found := OFFSET.fullmatch(text):
        sign, hours, minutes = found.groups()
        if int(hours) <= 14 and int(minutes) < 60:
            return f"{sign}{hours}:{minutes}"
    elif re.fullmatch(r"[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+){1,2}", text):
        try:
            return region(text).key
        except (ZoneInfoNotFoundError, ValueError):
            pass
    raise bad_query(place, f"'{text}' is not a valid time zone", "write 'UTC' or 'Europe/Oslo'")


def clock_of(zone: str) -> tzinfo:
    """Return a zone as Python's `tzinfo`."""
    if zone == "UTC":
        return UTC
    if found := OFFSET.fullmatch(zone):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset, zone)
    return region(zone)


def moment_of(local: datetime, zone: str, place: Place) -> datetime:
    """Return the moment in UTC of a local time; one that stands twice is the earlier moment."""
    clock = clock_of(zone)
    moment = local.replace(tzinfo=clock).astimezone(UTC)
    if moment.astimezone(clock).replace(tzinfo=None) != local:
        raise bad_query(place, f"{local} does not exist in {zone}", "write a time that does")
    return moment.replace(tzinfo=None)


def minutes_of(zone: str) -> int | None:
    """Return the minutes by which an offset is ahead of UTC, or None for a region."""
    if zone == "UTC":
        return 0
    found = OFFSET.fullmatch(zone)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def local_time(value: Value, place: Place) -> Value:
    """Return the local time of a time with a zone, and any other value as it is.

    `trino_local(x, 'Europe/Oslo')`
    """
    if value.type.name != NAME:
        return value
    zone = zone_of(value, place)
    minutes = minutes_of(zone)
    if minutes is None:
        sql = f"trino_local({value.sql}, {text_literal(zone)})"
    else:
        sql = f"({value.sql} + to_minutes({minutes}))" if minutes else value.sql
    return Value(Type("timestamp", value.type.size), sql)


def shown_time(value: Value, place: Place) -> Value:
    """Return what the clock of a time's own zone shows, and any other value as it is."""
    if value.local_sql:
        return Value(Type("timestamp", value.type.size), value.local_sql)
    return local_time(value, place)


def from_local_time(value: Value, zone: str) -> Value:
    """Return the moment of a local time in a zone.

    `trino_from_local(x, 'Europe/Oslo')`, which fails for a time that is not there just once.
    """
    minutes = minutes_of(zone)
    if minutes is None:
        sql = expand(f"trino_from_local({{0}}, {text_literal(zone)})", value.sql)
    else:
        sql = f"({value.sql} - to_minutes({minutes}))" if minutes else value.sql
    return Value(zoned(value.type.size or 0, zone), sql)


def at_zone(value: Value, zone: str) -> Value:
    """Return the same moment in another zone."""
    return Value(zoned(value.type.size or 0, zone), value.sql)


def moment_in_utc(value: Value) -> Value:
    """Return the moment of a time with a zone as a time of UTC, any other value as it is."""
    if value.type.name != NAME:
        return value
    return Value(Type("timestamp", value.type.size), value.sql)
