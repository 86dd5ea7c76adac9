"""Casts as Trino computes them, as DuckDB's SQL: of text, of numbers, of moments, of arrays.

Pure. Source: Trino, `type` package and `DateTimeUtils`; each was compared with a real Trino.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    UNKNOWN,
    VARCHAR,
    Type,
    digits_of,
    duckdb_type,
    field_name,
    holds_floating,
    holds_text,
    is_floating,
    is_integer,
    is_number,
    quote,
)
from athena_sql.values import zones
from athena_sql.values.value import (
    LONG_SQL,
    Value,
    escape,
    expand,
    fail,
    null_of,
    refused,
    text_literal,
    wrong,
)

# Below 10**15 a double's nearest decimal of that many digits is the only one (IEEE 754, 15 digits).
SAFE_DIGITS = 15
WORD_DIGITS = 18
MAX_FRACTION_DIGITS = 6
INTEGER_TITLES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INT",
    "bigint": "BIGINT",
}
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


def zoned_cast(value: Value, target: Type, is_safe: bool, place: Place) -> Value:
    """Return a cast to a time with a zone: its own, that of a text that is known, or UTC."""
    digits = target.size or 0
    if digits > MAX_FRACTION_DIGITS:
        raise refused(place, "a time has up to six digits here", "write timestamp(6)")
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
            raise refused(place, told, "cast it to timestamp, or use from_iso8601_timestamp")
    raise impossible(value.type, target, place)


def cast_sql(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return the SQL of a cast between two different types."""
    source = value.type
    if target.name in ODD_TYPES or (source.name in ODD_TYPES and source.name != "real"):
        raise refused(
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


def impossible(source: Type, target: Type, place: Place) -> Exception:
    """Return Trino's error for a cast that it does not know."""
    return wrong(place, f"Cannot cast {source} to {target}")


def plain(value: Value, target: Type, is_safe: bool) -> str:
    """Return DuckDB's own cast: `try_cast(x as BIGINT)`."""
    return f"{'try_cast' if is_safe else 'cast'}({value.sql} as {duckdb_type(target)})"


def checked(template: str, value: Value, target: Type, is_safe: bool, message: str) -> str:
    """Return a template that gives NULL for what cannot be cast, or one that fails there.

    `message` is SQL with {0} for the value.
    """
    if is_safe:
        return expand(template, value.sql)
    failing = fail(message, target)
    return expand(
        f"case when ({template}) is null and {{0}} is not null then {failing} else {template} end",
        value.sql,
    )


def to_text(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to varchar; a text is cut to the length, another value has to fit."""
    source = value.type
    if source.name == "varchar":
        is_shorter = target.size is not None and (source.size is None or source.size > target.size)
        return f"left({value.sql}, {target.size})" if is_shorter else value.sql
    match source.name:
        case "double":
            text = expand("trino_double_to_text({0})", value.sql)
        case "timestamp":
            text = f"trino_timestamp_to_text({value.sql}, {source.size})"
        case zones.NAME:
            local, zone = zones.local_time(value, place), zones.zone_of(value, place)
            told = f"trino_timestamp_to_text({local.sql}, {source.size})"
            text = f"({told} || {text_literal(f' {zone}')})"
        case "decimal" if source.size == source.scale:
            # DuckDB leaves out the zero before the point: -.05.
            text = f"regexp_replace(cast({value.sql} as varchar), '^(-?)[.]', '\\10.')"
        case "boolean" | "tinyint" | "smallint" | "integer" | "bigint" | "decimal" | "date":
            text = f"cast({value.sql} as varchar)"
        case "array" | "row":
            raise impossible(source, target, place)
        case _:
            raise refused(place, f"the text of a {source} is not written here", "format its parts")
    if target.size is None:
        return text
    template = f"if(length({{0}}) <= {target.size}, {{0}}, null)"
    message = f"'Value ' || {{0}} || ' cannot be represented as {target}'"
    return checked(template, Value(VARCHAR, text), target, is_safe, message)


def to_integer(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to an integer; halves go away from zero, a text is digits and a sign."""
    source = value.type
    if source.name == "varchar":
        template = f"try_cast(trino_integer_text({{0}}) as {duckdb_type(target)})"
        message = f"'Cannot cast ''' || {{0}} || ''' to {INTEGER_TITLES[target.name]}'"
        return checked(template, value, target, is_safe, message)
    if is_floating(source):
        return plain(Value(source, f"round({value.sql})"), target, is_safe)
    if is_number(source) or source.name == "boolean":
        return plain(value, target, is_safe)
    raise impossible(source, target, place)


def to_decimal(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a decimal, half away from zero."""
    source = value.type
    if source.name == "varchar":
        template = f"try_cast(trino_decimal_text({{0}}) as {duckdb_type(target)})"
        message = f"'Cannot cast VARCHAR ''' || {{0}} || ''' to {str(target).upper()}'"
        return checked(template, value, target, is_safe, message)
    if source.name == "double":
        return double_to_decimal(value, target, is_safe)
    if source.name == "boolean":
        return plain(Value(source, f"cast({value.sql} as integer)"), target, is_safe)
    if is_integer(source) or source.name == "decimal":
        return plain(value, target, is_safe)
    if source.name == "real":
        raise refused(place, "a real's digits are not told here", "cast it to double")
    raise impossible(source, target, place)


def double_to_decimal(value: Value, target: Type, is_safe: bool) -> str:
    """Return the decimal nearest to the double's shortest digits, as Java's BigDecimal.valueOf.

    The short way is DuckDB's own cast, taken where it provably gives the same: k = x * 10**scale
    has at most 15 digits and k / 10**scale, which IEEE 754 rounds correctly, is x again. Else the
    double's digits are read as text.
    """
    precision, scale = digits_of(target)
    whole = plain(Value(VARCHAR, "cast({0} as varchar)"), target, is_safe)
    if scale > SAFE_DIGITS:
        return expand(whole, value.sql)
    # DuckDB keeps 18 digits in a machine word, and adds them many times faster than 38.
    sql = (
        f"if(abs({{0}}) < 1e{SAFE_DIGITS - scale} "
        f"and round({{0}} * 1e{scale}) / 1e{scale} = {{0}}, "
        f"try_cast({{0}} as decimal({WORD_DIGITS},{scale})), {whole})"
    )
    if precision < WORD_DIGITS:
        sql = plain(Value(VARCHAR, sql), target, is_safe)
    # Whichever way a value goes, the column has one type.
    return f"cast({expand(sql, value.sql)} as {duckdb_type(target)})"


def to_double(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a double; a text is spelled as in Java."""
    source = value.type
    if source.name == "varchar":
        message = "'Cannot cast ''' || {0} || ''' to DOUBLE'"
        return checked("trino_text_to_double({0})", value, target, is_safe, message)
    if is_number(source) or source.name == "boolean":
        return plain(value, target, is_safe)
    raise impossible(source, target, place)


def to_boolean(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a boolean; a text is t, true, 1, f, false or 0."""
    source = value.type
    if source.name == "varchar":
        message = "'Cannot cast ''' || {0} || ''' to BOOLEAN'"
        return checked("trino_text_to_boolean({0})", value, target, is_safe, message)
    if is_number(source):
        return f"({value.sql} <> 0)"
    raise impossible(source, target, place)


def to_date(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a date."""
    if value.type.name == "varchar":
        message = "'Value cannot be cast to date: ' || {0}"
        return checked("trino_text_to_date({0})", value, target, is_safe, message)
    if value.type.name == "timestamp":
        return plain(value, target, is_safe)
    raise impossible(value.type, target, place)


def to_timestamp(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a timestamp of some digits, rounded half up."""
    source, digits = value.type, target.size or 0
    if digits > MAX_FRACTION_DIGITS:
        raise refused(place, "a time has up to six digits here", "write timestamp(6)")
    match source.name:
        case "varchar":
            message = "'Value cannot be cast to timestamp: ' || {0}"
            template = f"trino_round_timestamp(trino_text_to_timestamp({{0}}), {digits})"
            return checked(template, value, target, is_safe, message)
        case "date":
            return plain(value, target, is_safe)
        case "timestamp":
            is_shorter = digits < (source.size or 0)
            return f"trino_round_timestamp({value.sql}, {digits})" if is_shorter else value.sql
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
        raise refused(place, "try_cast of a map is not answered here", "write cast")
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
