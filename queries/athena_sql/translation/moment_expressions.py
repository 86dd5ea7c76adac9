"""The clock, and times with a zone.

Pure. The zone of a time is known before the statement runs, or the time does not show.
"""

import re
from collections.abc import Sequence

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.tokens import Place
from athena_sql.translation.clause import Clause
from athena_sql.typing.coercion import is_coercible
from athena_sql.typing.types import DOUBLE, Type, varchar
from athena_sql.values import literals, zones
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, expand, not_answered, null_of

MOST_DIGITS = 6
ISO_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)([+-]\d{2}:?\d{2})", re.ASCII
)


class MomentExpressions(Clause):
    """Translates the clock's functions, AT TIME ZONE, and what makes times with a zone."""

    def call_now(self, node: nodes.Call) -> Value:
        """Return `date_trunc('millisecond', ...)` of the statement's own time, in UTC."""
        self.arguments_of(node, 0)
        return zones.at_zone(clock(3), "UTC")

    def call_current_timestamp(self, node: nodes.Call) -> Value:
        """Return the statement's own time in UTC, to as many digits as asked for."""
        return zones.at_zone(clock(digits_of(node)), "UTC")

    def call_localtimestamp(self, node: nodes.Call) -> Value:
        """Return the statement's own time without a zone."""
        return clock(digits_of(node))

    def call_from_unixtime(self, node: nodes.Call) -> Value:
        """Return `trino_from_unixtime(x)`: seconds since 1970, in UTC or in a zone."""
        seconds, *rest = self.arguments_of(node, 1, 2)
        if not is_coercible(seconds.type, DOUBLE):
            raise unexpected(node, [seconds], "from_unixtime(double)")
        zone = zone_named(rest[0], node.place) if rest else "UTC"
        sql = expand("trino_from_unixtime({0})", coerce(seconds, DOUBLE).sql)
        return Value(zones.zoned(3, zone), sql)

    def call_from_iso8601_timestamp(self, node: nodes.Call) -> Value:
        """Return `trino_iso8601_utc(x)`, which fails for an offset other than Z.

        The offset of a text that is written out is kept, and what a clock shows needs no zone.
        """
        (text,) = self.arguments_of(node, 1)
        if text.type.name != "varchar":
            raise unexpected(node, [text], "from_iso8601_timestamp(varchar)")
        if isinstance(text.constant, str) and (found := ISO_TIME.fullmatch(text.constant)):
            day, time, offset = found.groups()
            moment = literals.timestamp_value(f"{day} {time} {offset}", node.place)
            return Value(zones.zoned(3, moment.type.names[0]), moment.sql)
        sql = expand("trino_iso8601_utc({0})", text.sql)
        local = expand("trino_iso8601_shown({0})", text.sql)
        return Value(zones.zoned(3, "UTC"), sql, local_sql=local)

    def of_at_time_zone(self, node: nodes.AtTimeZone) -> Value:
        """Return the same moment in another zone; a time without a zone is one of UTC."""
        zone = zone_named(self.value(node.zone), node.zone.place)
        return zones.at_zone(self.moment(node.operand, node.place), zone)

    def call_at_timezone(self, node: nodes.Call) -> Value:
        """Return the same moment in another zone."""
        _, zone = self.arguments_of(node, 2)
        moment = self.moment(node.arguments[0], node.place)
        return zones.at_zone(moment, zone_named(zone, node.place))

    def call_with_timezone(self, node: nodes.Call) -> Value:
        """Return the moment at which a zone's clock shows a time."""
        local, zone = self.arguments_of(node, 2)
        if local.type.name != "timestamp":
            raise unexpected(node, [local, zone], "with_timezone(timestamp(p), varchar(x))")
        return zones.from_local_time(local, zone_named(zone, node.place))

    def call_to_iso8601(self, node: nodes.Call) -> Value:
        """Return `strftime(x, '%Y-%m-%dT%H:%M:%S')`, with the digits of its type and a Z."""
        (value,) = self.arguments_of(node, 1)
        digits = value.type.size or 0
        size = digits + 1 if digits else 0
        match value.type.name:
            case "date":
                return Value(varchar(16), f"cast({value.sql} as varchar)")
            case "timestamp":
                text = f"replace(trino_timestamp_to_text({value.sql}, {digits}), ' ', 'T')"
                return Value(varchar(22 + size), text)
            case zones.NAME if value.type.names == ("UTC",):
                text = f"replace(trino_timestamp_to_text({value.sql}, {digits}), ' ', 'T')"
                return Value(varchar(28 + size), f"({text} || 'Z')")
            case zones.NAME:
                told = "to_iso8601() of a zone other than UTC is not answered here"
                raise not_answered(node.place, told, "write x at time zone 'UTC'")
        raise unexpected(node, [value], "to_iso8601(date), to_iso8601(timestamp(p))")

    # Parts -----

    def moment(self, node: nodes.Expression, place: Place) -> Value:
        """Return a time whose zone is put aside: a text's offset needs not be known."""
        is_text = isinstance(node, nodes.Call) and node.name == "from_iso8601_timestamp"
        if is_text and isinstance(node, nodes.Call) and len(node.arguments) == 1:
            text = self.value(node.arguments[0])
            if text.type.name == "varchar":
                sql = expand("trino_iso8601_moment({0})", text.sql)
                return Value(Type("timestamp", 3), sql)
        value = self.value(node)
        if value.type.name not in ("timestamp", zones.NAME):
            raise bad_query(
                place,
                f"Type of value must be a time or timestamp with or without time zone "
                f"(actual {value.type})",
                "cast it to timestamp",
            )
        return value

    def zoned_text(self, text: str, target: Type, node: nodes.Cast) -> Value:
        """Return a text that is written out as a time with a zone."""
        place = node.place
        try:
            value = literals.timestamp_value(text, place)
        except BadQuery:
            if not node.is_safe:
                raise
            return Value(zones.zoned(target.size or 0, "UTC"), null_of(target))
        zone = value.type.names[0] if value.type.names else "UTC"
        digits = target.size or 0
        if digits < (value.type.size or 0):
            raise not_answered(place, "more digits than the type has", "write fewer digits")
        return Value(zones.zoned(digits, zone), value.sql)

    def arguments_of(self, node: nodes.Call, *counts: int) -> list[Value]:
        """Return a call's arguments; raises BadQuery for another number of them."""
        values = [self.value(argument) for argument in node.arguments]
        if len(values) not in counts:
            raise unexpected(node, values, f"{node.name}() of {counts[0]} arguments")
        return values


def unexpected(node: nodes.Call, given: Sequence[Value], expected: str) -> Exception:
    """Return Trino's error for arguments of other types than a function takes."""
    kinds = ", ".join(str(value.type) for value in given)
    told = f"Unexpected parameters ({kinds}) for function {node.name}. Expected: {expected}"
    return bad_query(node.place, told, "cast the arguments, or give others")


def zone_named(value: Value, place: Place) -> str:
    """Return the zone that a text names; raises NotAnswered for a text of the data."""
    if not isinstance(value.constant, str):
        raise not_answered(
            place, "a zone that is not written out is not known here", "write it out"
        )
    return zones.read_zone(value.constant, place)


def digits_of(node: nodes.Call) -> int:
    """Return how many digits of a second are asked for."""
    if not node.arguments:
        return 3
    (digits,) = node.arguments
    if not isinstance(digits, nodes.Literal) or int(digits.text) > MOST_DIGITS:
        raise not_answered(node.place, "a time has up to six digits here", "write fewer digits")
    return int(digits.text)


def clock(digits: int) -> Value:
    """Return the statement's own time in UTC: `trino_cut_timestamp(timezone('UTC', now()), 3)`."""
    return Value(
        Type("timestamp", digits), f"trino_cut_timestamp(timezone('UTC', now()), {digits})"
    )
