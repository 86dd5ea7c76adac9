"""Casts to numbers and booleans, as Trino computes them.

Pure. Source: Trino, `type` package; each was compared with a real Trino.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import (
    VARCHAR,
    Type,
    digits_of,
    duckdb_type,
    is_floating,
    is_integer,
    is_number,
)
from athena_sql.values.checked_cast import checked_template, impossible, plain
from athena_sql.values.value import Value, expand, not_answered

# Below 10**15 a double's nearest decimal of that many digits is the only one (IEEE 754, 15 digits).
SAFE_DIGITS = 15
WORD_DIGITS = 18
INTEGER_TITLES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INT",
    "bigint": "BIGINT",
}


def to_integer(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to an integer; halves go away from zero, a text is digits and a sign."""
    source = value.type
    if source.name == "varchar":
        template = f"try_cast(trino_integer_text({{0}}) as {duckdb_type(target)})"
        message = f"'Cannot cast ''' || {{0}} || ''' to {INTEGER_TITLES[target.name]}'"
        return checked_template(template, value, target, is_safe, message)
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
        return checked_template(template, value, target, is_safe, message)
    if source.name == "double":
        return double_to_decimal(value, target, is_safe)
    if source.name == "boolean":
        return plain(Value(source, f"cast({value.sql} as integer)"), target, is_safe)
    if is_integer(source) or source.name == "decimal":
        return plain(value, target, is_safe)
    if source.name == "real":
        raise not_answered(place, "a real's digits are not told here", "cast it to double")
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
        return checked_template("trino_text_to_double({0})", value, target, is_safe, message)
    if is_number(source) or source.name == "boolean":
        return plain(value, target, is_safe)
    raise impossible(source, target, place)


def to_boolean(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to a boolean; a text is t, true, 1, f, false or 0."""
    source = value.type
    if source.name == "varchar":
        message = "'Cannot cast ''' || {0} || ''' to BOOLEAN'"
        return checked_template("trino_text_to_boolean({0})", value, target, is_safe, message)
    if is_number(source):
        return f"({value.sql} <> 0)"
    raise impossible(source, target, place)
