"""Functions of times with a zone: by their local time, or by their moment in UTC.

Pure.
"""

from collections.abc import Sequence

from athena_sql.functions.date_texts import date_format
from athena_sql.functions.date_units import UNITS, date_add, date_diff
from athena_sql.functions.table import Special
from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import common_type
from athena_sql.values import zones
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value


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
