"""Operators: arithmetic, comparisons and conditions, with Trino's types, overflow and NaN.

Pure. Source: Trino, the operators of each type; a comparison with NaN is false, `<>` true.
"""

from collections.abc import Sequence

from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import arithmetic_type, common_type
from athena_sql.typing.types import (
    BOOLEAN,
    DATE,
    DAYS,
    MAX_PRECISION,
    MONTHS,
    UNKNOWN,
    Type,
    decimal,
    digits_of,
    duckdb_type,
    is_floating,
    is_integer,
    is_number,
)
from athena_sql.values import zones
from athena_sql.values.casts import coerce
from athena_sql.values.value import NULL, Value, bad_query, expand, not_answered, untyped_null

INTERVALS = (DAYS, MONTHS)
# How Trino tells a comparison of two types: > is < with the sides changed.
TOLD = {">": "<", ">=": "<="}
MOMENTS = ("date", "timestamp", zones.NAME)
SIMPLE = ("boolean", "varchar", "varbinary", *MOMENTS, "unknown", DAYS.name, MONTHS.name)


def cannot_apply(operator: str, left: Type, right: Type, place: Place) -> Exception:
    """Return Trino's error for operands of the wrong types."""
    told = TOLD.get(operator, operator)
    return bad_query(place, f"Cannot apply operator: {left} {told} {right}", "cast one side")


def arithmetic(operator: str, left: Value, right: Value, place: Place) -> Value:
    """Return `left operator right` for + - * / %."""
    if left.type in INTERVALS or right.type in INTERVALS:
        return interval_arithmetic(operator, left, right, place)
    if operator == "-" and left.type.name in MOMENTS and right.type.name in MOMENTS:
        raise not_answered(
            place, "an interval is not answered here", "write date_diff('day', a, b)"
        )
    if left.type == right.type == UNKNOWN:
        # NULL / 0 is an integer; Trino picks it for two NULLs as well.
        raise untyped_null(place)
    kind = arithmetic_type(operator, left.type, right.type)
    if kind is None:
        raise cannot_apply(operator, left.type, right.type, place)
    if kind.name == "decimal":
        return decimal_arithmetic(operator, left, right, kind, place)
    if is_integer(kind):
        one, other = coerce(left, kind).sql, coerce(right, kind).sql
        sql = {"/": f"({one} // {other})"}.get(operator, f"({one} {operator} {other})")
        return Value(kind, sql)
    return floating_arithmetic(operator, left, right, kind)


def floating_arithmetic(operator: str, left: Value, right: Value, kind: Type) -> Value:
    """Return arithmetic of doubles, or of reals."""
    one, other = coerce(left, kind).sql, coerce(right, kind).sql
    may_be_nan = left.may_be_nan or right.may_be_nan
    if operator in "/%":
        may_be_nan = may_be_nan or not is_plain_number(right)
    return Value(kind, f"({one} {operator} {other})", may_be_nan=may_be_nan)


def is_plain_number(value: Value) -> bool:
    """Whether a value is a number written out, and not zero."""
    text = value.sql.removeprefix("cast(").partition(" as ")[0].strip("()")
    try:
        return float(text) != 0
    except ValueError:
        return False


def decimal_arithmetic(operator: str, left: Value, right: Value, kind: Type, place: Place) -> Value:
    """Return arithmetic of decimals, computed in as many digits as DuckDB has."""
    if kind.scale > MAX_PRECISION:
        raise bad_query(place, f"DECIMAL scale must be in range [0, precision (38)]: {kind.scale}")
    (p1, s1), (p2, s2) = digits_of(left.type), digits_of(right.type)
    match operator:
        case "*":
            # DuckDB multiplies two short decimals in a machine word, which may be too short.
            one = left.sql if is_long(left.type, p1 + p2) else widened(left, s1)
            other = (
                right.sql
                if is_number(right.type) and right.type.name == "decimal"
                else widened(right, 0)
            )
            sql = f"cast({one} * {other} as {duckdb_type(kind)})"
        case "/":
            zeros = kind.scale - s1 + s2
            quotient = f"trino_divide({left.sql}, {right.sql}, {zeros}, {kind.scale})"
            sql = f"cast({quotient} as {duckdb_type(kind)})"
        case "%":
            scale = max(s1, s2)
            wide = decimal(max(p1 - s1, p2 - s2) + scale, scale)
            one, other = coerce(left, wide).sql, coerce(right, wide).sql
            sql = f"cast({one} % {other} as {duckdb_type(kind)})"
        case _:
            one, other = coerce(left, kind).sql, coerce(right, kind).sql
            sql = f"cast({one} {operator} {other} as {duckdb_type(kind)})"
    return Value(kind, sql)


def is_long(kind: Type, digits: int) -> bool:
    """Whether DuckDB multiplies such a decimal in enough digits by itself."""
    return kind.name == "decimal" and (digits <= 18 or (kind.size or 0) > 18)


def widened(value: Value, scale: int) -> str:
    """Return a decimal with as many digits as there are: `cast(x as DECIMAL(38,2))`."""
    return f"cast({value.sql} as DECIMAL(38,{scale}))"


def interval_arithmetic(operator: str, left: Value, right: Value, place: Place) -> Value:
    """Return a moment moved by an interval, or an interval multiplied."""
    if left.type in INTERVALS and operator == "+" and right.type not in INTERVALS:
        left, right = right, left
    moment, interval = left, right
    if operator in "+-" and moment.type.name == zones.NAME and interval.type in INTERVALS:
        return zoned_arithmetic(operator, moment, interval, place)
    if operator in "+-" and moment.type.name in ("date", "timestamp") and right.type in INTERVALS:
        sql = f"({moment.sql} {operator} {interval.sql})"
        if moment.type == DATE:
            if interval.type == DAYS and interval.unit != "DAY":
                raise bad_query(
                    place,
                    "Cannot add hour, minutes or seconds to a date",
                    "cast the date to a timestamp first",
                )
            return Value(DATE, f"cast{sql[:-1]} as DATE)")
        # An interval of days and less has three digits of a second, so the sum has them, too.
        digits = max(moment.type.size or 0, 3 if interval.type == DAYS else 0)
        return Value(Type("timestamp", digits), sql)
    if operator == "*" and is_integer(left.type) and right.type in INTERVALS:
        left, right = right, left
    if operator == "*" and left.type in INTERVALS and is_integer(right.type):
        return Value(left.type, f"({left.sql} * {right.sql})", unit=left.unit)
    if left.type == right.type and left.type in INTERVALS and operator in "+-":
        unit = left.unit if left.unit == right.unit else ""
        return Value(left.type, f"({left.sql} {operator} {right.sql})", unit=unit)
    if left.type in INTERVALS and is_number(right.type) and operator in "*/":
        raise not_answered(place, "a part of an interval is not answered here", "write whole units")
    raise cannot_apply(operator, left.type, right.type, place)


def zoned_arithmetic(operator: str, moment: Value, interval: Value, place: Place) -> Value:
    """Return a time with a zone moved: months by its local calendar, days by 24 hours."""
    digits = max(moment.type.size or 0, 3 if interval.type == DAYS else 0)
    zone = zones.zone_of(moment, place)
    if interval.type == DAYS:
        return Value(zones.zoned(digits, zone), f"({moment.sql} {operator} {interval.sql})")
    local = zones.local_time(moment, place)
    moved = Value(Type("timestamp", digits), f"({local.sql} {operator} {interval.sql})")
    return zones.from_local_time(moved, zone)


# Comparisons -----


def compare(operator: str, left: Value, right: Value, place: Place) -> Value:
    """Return a comparison; raises BadQuery where the types do not meet."""
    kind = common_type(left.type, right.type)
    if kind is None or (kind in INTERVALS and left.type != right.type):
        raise cannot_apply(operator, left.type, right.type, place)
    return Value(BOOLEAN, comparison_sql(operator, coerce(left, kind), coerce(right, kind), place))


def comparison_sql(operator: str, left: Value, right: Value, place: Place) -> str:
    """Return the SQL of a comparison of two values of one type."""
    plain = f"({left.sql} {operator} {right.sql})"
    kind = left.type
    if kind == UNKNOWN:
        return "cast(null as boolean)"
    if kind.name == "array":
        return compared_arrays(operator, left, right, place)
    if is_floating(kind) and (left.may_be_nan or right.may_be_nan):
        name = "trino_unequal" if operator == "<>" else "trino_compared"
        return expand(f"{name}({{0}}, {{1}}, ({{0}} {operator} {{1}}))", left.sql, right.sql)
    if is_number(kind) or kind.name in SIMPLE:
        return plain
    raise not_answered(place, f"values of type {kind} are not compared here", "compare their parts")


def compared_arrays(operator: str, left: Value, right: Value, place: Place) -> str:
    """Return a comparison of arrays of simple elements, of which a NULL may be one."""
    kind = left.type.element
    is_simple = is_number(kind) or kind.name in SIMPLE
    if not is_simple or left.may_be_nan or right.may_be_nan:
        raise not_answered(
            place, f"arrays of {kind} are not compared here", "compare their elements"
        )
    if operator in ("=", "<>"):
        equal = expand("trino_equal_arrays({0}, {1})", left.sql, right.sql)
        return equal if operator == "=" else f"(not {equal})"
    return f"(trino_without_nulls({left.sql}) {operator} trino_without_nulls({right.sql}))"


def is_distinct(left: Value, right: Value, place: Place) -> Value:
    """Return `left is distinct from right`."""
    kind = common_type(left.type, right.type)
    if kind is None:
        raise cannot_apply("IS DISTINCT FROM", left.type, right.type, place)
    one, other = coerce(left, kind), coerce(right, kind)
    return Value(BOOLEAN, f"({one.sql} is distinct from {other.sql})")


def between(value: Value, low: Value, high: Value, place: Place) -> Value:
    """Return `value between low and high`: two comparisons."""
    kinds = [common_type(value.type, low.type), common_type(value.type, high.type)]
    if None in kinds:
        told = f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}"
        raise bad_query(place, told, "cast one side")
    sides = (compare(">=", value, low, place), compare("<=", value, high, place))
    return Value(BOOLEAN, f"({sides[0].sql} and {sides[1].sql})")


def negate(value: Value, place: Place) -> Value:
    """Return `-value`; the smallest integer has no opposite."""
    if value.type in INTERVALS:
        return Value(value.type, f"(- {value.sql})", unit=value.unit)
    if not is_number(value.type):
        raise bad_query(place, f"Cannot negate {value.type}", "cast it to a number")
    constant = -value.constant if isinstance(value.constant, int) else None
    if value.type.name in ("tinyint", "smallint"):
        # DuckDB's opposite has the next larger type.
        sql = f"cast(- {value.sql} as {duckdb_type(value.type)})"
        return Value(value.type, sql, constant)
    return Value(value.type, f"(- {value.sql})", constant, value.may_be_nan)


def logical(operator: str, terms: Sequence[Value], places: Sequence[Place]) -> Value:
    """Return conditions with AND or OR between them."""
    parts = [
        condition(term, place, "Logical expression term")
        for term, place in zip(terms, places, strict=True)
    ]
    joined = f" {operator.lower()} ".join(part.sql for part in parts)
    return Value(BOOLEAN, f"({joined})")


def condition(value: Value, place: Place, what: str) -> Value:
    """Return a value that has to be a condition; raises BadQuery for another type."""
    if value.type == UNKNOWN:
        return Value(BOOLEAN, "cast(null as boolean)")
    if value.type != BOOLEAN:
        told = f"{what} must evaluate to a boolean (actual: {value.type})"
        raise bad_query(place, told, "write a condition, such as x <> 0")
    return value


def choose(values: Sequence[Value]) -> tuple[Type | None, bool]:
    """Return the type in which values meet, and whether any may be NaN."""
    kind: Type | None = NULL.type
    for value in values:
        kind = common_type(kind, value.type) if kind is not None else None
    return kind, any(value.may_be_nan for value in values)
