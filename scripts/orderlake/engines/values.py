"""Values that an engine sends as text: into Python values by their Trino types, and back.

Pure. Decimals stay exact. Arrays, maps and rows stay text, as Athena prints them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from athena_sql.answer import Value

INTEGERS = ("tinyint", "smallint", "integer", "bigint")


def parse_timestamp(text: str) -> datetime:
    """Return a timestamp of `2026-01-05 10:20:30.000`, or of that and a zone.

    A zone is `UTC`, an offset such as `+02:00`, or a region such as `Europe/Oslo`.
    """
    day, clock, *zone = text.split(" ")
    if not zone:
        return datetime.fromisoformat(f"{day} {clock}")
    if zone[0][0] in "+-":
        moment = datetime.fromisoformat(f"{day} {clock}{zone[0]}")
        place: tzinfo = timezone(moment.utcoffset() or timedelta(), zone[0])
    else:
        place = UTC if zone[0] == "UTC" else ZoneInfo(zone[0])
        moment = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=place)
    return moment.astimezone(UTC).astimezone(place)


PARSERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(INTEGERS, int),
    "int": int,
    "decimal": Decimal,
    "double": float,
    "real": float,
    "float": float,
    "boolean": lambda text: text.lower() == "true",
    "date": date.fromisoformat,
    "timestamp": parse_timestamp,
}


def parse_value(kind: str, text: str | None) -> Value:
    """Return the value of a text of a Trino type, such as `decimal(38,6)`; None is NULL.

    A date that Python has no value for (the year 10000, a zone that this machine does not know)
    stays text.
    """
    if text is None:
        return None
    name = kind.partition("(")[0].partition(" ")[0]
    try:
        return PARSERS.get(name, str)(text)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        if name in ("date", "timestamp"):
            return text
        raise


def type_text(kind: str, precision: int = 0, scale: int = 0) -> str:
    """Return Trino's spelling of a type as Athena's result, or an old client's, describes it.

    Both call a timestamp(3) a timestamp.
    """
    match kind:
        case "decimal" if precision:
            return f"decimal({precision},{scale})"
        case "timestamp":
            return "timestamp(3)"
        case "timestamp with time zone":
            return "timestamp(3) with time zone"
        case "time":
            return "time(3)"
        case "float":
            return "real"
        case "int":
            return "integer"
        case _:
            return kind
