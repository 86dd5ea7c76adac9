"""CAST, TRY_CAST and the conversions that Trino makes by itself, as DuckDB's SQL.

Pure. Source: Trino, `type` package and `DateTimeUtils`; each was compared with a real Trino.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    UNKNOWN,
    Type,
    duckdb_type,
    field_name,
    holds_floating,
    holds_text,
    quote,
)
from athena_sql.values import zones
from athena_sql.values.checked_cast import impossible
from athena_sql.values.moment_casts import to_date, to_timestamp, zoned_cast
from athena_sql.values.number_casts import to_boolean, to_decimal, to_double, to_integer
from athena_sql.values.text_casts import to_text
from athena_sql.values.value import (
    LONG_SQL,
    Value,
    escape,
    expand,
    not_answered,
    null_of,
    text_literal,
)

ODD_TYPES = ("char", "varbinary", "json", "time", "real")


def coerce(value: Value, target: Type) -> Value:
    """Return a value as a type that Trino turns it into by itself."""
    source = value.type
    if source == target:
        return value
    if source == UNKNOWN:
        return Value(target, null_of(target))
    if source.name == target.name == "varchar":
        return Value(target, value.sql, value.constant)
    if target.name == "array":
        inner = coerce(Value(source.element, "e"), target.element)
        sql = (
            value.sql if inner.sql == "e" else f"list_transform({value.sql}, lambda e: {inner.sql})"
        )
        return Value(target, sql, may_be_nan=value.may_be_nan)
    if target.name == "row":
        sql = row_cast(value.sql, source, target, Place())
        return Value(target, sql, may_be_nan=value.may_be_nan)
    if target.name == "timestamp" and source.name == "timestamp":
        return Value(target, value.sql)
    if duckdb_type(source) == duckdb_type(target):
        return Value(target, value.sql, value.constant, value.may_be_nan)
    sql = f"cast({value.sql} as {duckdb_type(target)})"
    return Value(target, sql, value.constant, value.may_be_nan)


def cast(value: Value, target: Type, is_safe: bool, place: Place) -> Value:
    """Return CAST or TRY_CAST of a value; raises BadQuery where Trino knows no such cast."""
    source = value.type
    if source == UNKNOWN:
        return Value(target, null_of(target))
    target = zones.with_zones_of(source, target)
    if source == target:
        return value
    if target.name == zones.NAME:
        return zoned_cast(value, target, is_safe, place)
    sql = cast_sql(value, target, is_safe, place)
    # Only text spells NaN; another number keeps what it was.
    may_be_nan = holds_floating(target) and (value.may_be_nan or holds_text(source))
    constant = (
        value.constant if source.name == target.name == "varchar" and sql == value.sql else None
    )
    return Value(target, sql, constant, may_be_nan)


def cast_sql(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return the SQL of a cast between two different types."""
    source = value.type
    if target.name in ODD_TYPES or (source.name in ODD_TYPES and source.name != "real"):
        raise not_answered(
            place, f"a cast from {source} to {target} is not answered here", "leave it out"
        )
    if source.name == zones.NAME and target.name in ("date", "timestamp"):
        value = zones.shown_time(value, place)
        if value.type == target:
            return value.sql
    match target.name:
        case "varchar":
            return to_text(value, target, is_safe, place)
        case "tinyint" | "smallint" | "integer" | "bigint":
            return to_integer(value, target, is_safe, place)
        case "decimal":
            return to_decimal(value, target, is_safe, place)
        case "double":
            return to_double(value, target, is_safe, place)
        case "boolean":
            return to_boolean(value, target, is_safe, place)
        case "date":
            return to_date(value, target, is_safe, place)
        case "timestamp":
            return to_timestamp(value, target, is_safe, place)
        case "array" if source.name == "array":
            return to_array(value, target, is_safe, place)
        case "map" if source.name == "map":
            return to_map(value, target, is_safe, place)
        case "row" if (
            source.name == "row" and len(source.items) == len(target.items) and not is_safe
        ):
            return row_cast(value.sql, source, target, place)
    raise impossible(source, target, place)


def to_array(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast of every element; where one cannot be cast, TRY_CAST gives NULL for all."""
    element = Value(value.type.element, "e", may_be_nan=value.may_be_nan)
    inner = cast(element, target.element, is_safe, place)
    if inner.sql == "e":
        return value.sql
    template = f"list_transform({{0}}, lambda e: {escape(inner.sql)})"
    if is_safe:
        template = f"trino_whole_array({{0}}, {template})"
    return expand(template, value.sql)


def to_map(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast of every key and value; two keys may not become one."""
    if is_safe:
        raise not_answered(place, "try_cast of a map is not answered here", "write cast")
    parts = []
    for name, source, kind in zip(
        ("map_keys", "map_values"), value.type.items, target.items, strict=True
    ):
        inner = cast(Value(source, "e", may_be_nan=value.may_be_nan), kind, False, place)
        whole = f"{name}({{0}})"
        parts.append(
            whole if inner.sql == "e" else f"list_transform({whole}, lambda e: {escape(inner.sql)})"
        )
    return expand(f"trino_map({', '.join(parts)})", value.sql)


def row_cast(sql: str, source: Type, target: Type, place: Place) -> str:
    """Return a row with each field cast: `struct_pack(a := cast(x[1] as BIGINT), ...)`."""
    whole = sql if len(sql) <= LONG_SQL else "r"
    fields = []
    for position, (one, other) in enumerate(zip(source.items, target.items, strict=True)):
        part = Value(one, f"struct_extract({whole}, {text_literal(field_name(source, position))})")
        is_implicit = common_type(one, other) == other
        inner = coerce(part, other) if is_implicit else cast(part, other, False, place)
        fields.append(f"{quote(field_name(target, position))} := {inner.sql}")
    packed = f"if({whole} is null, null, struct_pack({', '.join(fields)}))"
    return packed if whole == sql else f"list_transform([{sql}], lambda r: {packed})[1]"
