"""Functions of numbers."""

from collections.abc import Sequence

from athena_sql.functions.table import Family, Template
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type, duckdb_type
from athena_sql.values.value import Value, not_answered

NUMBERS = Family("scalar")
add = NUMBERS.add
INTEGERS = ("tinyint", "smallint", "integer", "bigint")
WHOLE = "decimal(p - s + min(s, 1), 0)"


def keep(template: str) -> Template:
    """Return a maker of a template's SQL, cast to the result: `cast(ceil(x) as DECIMAL(9,0))`."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        sql = template.format(*(value.sql for value in given))
        return f"cast({sql} as {duckdb_type(result)})"

    return make


def round_decimal(given: Sequence[Value], result: Type, place: Place) -> str:
    """`cast(round(x, 2) as DECIMAL(11,2))`; digits that are not written out take the long way."""
    value, digits = given
    if isinstance(digits.constant, int):
        places = min(digits.constant, value.type.scale)
        if places < -37:
            return f"cast({value.sql} * 0 as {duckdb_type(result)})"
        return f"cast(round({value.sql}, {places}) as {duckdb_type(result)})"
    rounded = f"trino_round_decimal({value.sql}, {digits.sql}, {value.type.scale})"
    return f"cast({rounded} as {duckdb_type(result)})"


def truncate_decimal(given: Sequence[Value], result: Type, place: Place) -> str:
    """`cast(trunc(x, 2) as DECIMAL(9,3))`."""
    value, digits = given
    if not isinstance(digits.constant, int):
        raise not_answered(place, "digits that are not written out", "write truncate(x, 2)")
    places = max(min(digits.constant, value.type.scale), -38)
    return f"cast(trunc({value.sql}, {places}) as {duckdb_type(result)})"


def choose_extreme(name: str) -> Template:
    """Return a maker of `greatest` or `least`, which are NULL where any argument is."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        sides = [value.sql for value in given]
        missing = " or ".join(f"{side} is null" for side in sides)
        chosen = f"{name}({', '.join(sides)})"
        if name == "greatest" and any(value.may_be_nan for value in given):
            # NaN is taken only where there is nothing else.
            numbers = (f"if(isnan({side}), null, {side})" for side in sides)
            chosen = f"coalesce(greatest({', '.join(numbers)}), {sides[0]})"
        return f"case when {missing} then null else {chosen} end"

    return make


for kind in INTEGERS:
    for name in ("ceil", "ceiling", "floor", "round"):
        add(name, f"{kind} -> {kind}", "{0}")
    add("abs", f"{kind} -> {kind}", keep("abs({0})"))
    add("sign", f"{kind} -> {kind}", keep("sign({0})"))
    add("round", f"{kind}, integer -> {kind}", keep("round({0}, {1})"))
for name in ("ceil", "ceiling", "floor", "abs", "round"):
    add(name, "double -> double", f"{name}({{0}})")
add("sign", "double -> double", "if(isnan({0}), {0}, cast(sign({0}) as double))")
add("round", "double, integer -> double", "round({0}, {1})")
for name in ("ceil", "ceiling", "floor", "round"):
    function = name.replace("ceiling", "ceil")
    add(name, f"decimal(p,s) -> {WHOLE}", keep(f"{function}({{0}})"))
add("truncate", "decimal(p,s) -> decimal(max(p - s, 1), 0)", keep("trunc({0})"))
add("truncate", "decimal(p,s), integer -> decimal(p,s)", truncate_decimal)
add("truncate", "double -> double", "trunc({0})")
add("abs", "decimal(p,s) -> decimal(p,s)", keep("abs({0})"))
add("sign", "decimal(p,s) -> decimal(1,0)", keep("sign({0})"))
add("round", "decimal(p,s), integer -> decimal(min(38, p + 1), s)", round_decimal)

add("sqrt", "double -> double", "trino_sqrt({0})", makes_nan=True)
add("ln", "double -> double", "trino_ln({0})", makes_nan=True)
add("log10", "double -> double", "trino_log10({0})", makes_nan=True)
add("log2", "double -> double", "trino_log2({0})", makes_nan=True)
add("pow power", "double, double -> double", "pow({0}, {1})", makes_nan=True)
add("log", "double, double -> double", "(trino_ln({1}) / trino_ln({0}))", makes_nan=True)
add("bitwise_and", "bigint, bigint -> bigint", "({0} & {1})")
add("bitwise_or", "bigint, bigint -> bigint", "({0} | {1})")
add("bitwise_xor", "bigint, bigint -> bigint", "xor({0}, {1})")
add("bitwise_not", "bigint -> bigint", "(~{0})")
add("to_base", "bigint, bigint -> varchar(64)", "trino_to_base({0}, {1})")
add("exp", "double -> double", "exp({0})", makes_nan=True)
add(
    "width_bucket",
    "double, double, double, bigint -> bigint",
    "trino_width_bucket({0}, {1}, {2}, {3})",
)
add("pi", "-> double", "pi()")
add("e", "-> double", "exp(1e0)")
add("nan", "-> double", "cast('nan' as double)", makes_nan=True)
add("infinity", "-> double", "cast('inf' as double)", makes_nan=True)
add("is_nan", "double -> boolean", "isnan({0})")
add("is_finite", "double -> boolean", "isfinite({0})")
add("is_infinite", "double -> boolean", "isinf({0})")
add("greatest", "E... -> E", choose_extreme("greatest"), orders=(0,))
add("least", "E... -> E", choose_extreme("least"), orders=(0,))
