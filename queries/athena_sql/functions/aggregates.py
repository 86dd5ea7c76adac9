"""Aggregates, and the functions of windows.

A template's {distinct}, {order} and {tail} (FILTER, OVER) stand where DuckDB wants them. A function
that makes one leaves the arguments to {0} and {1}, too: a text in them may look like a part.
"""

from collections.abc import Sequence

from athena_sql.functions.table import Family, Template
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type, duckdb_type, is_floating
from athena_sql.values.value import Value, not_answered

AGGREGATES = Family("aggregate")
WINDOWS = Family("window")
add = AGGREGATES.add


def average_decimal(given: Sequence[Value], result: Type, place: Place) -> str:
    """A sum divided by a count, half up: `cast(trino_divide(sum(x), count(x), 0, 2) as ...)`."""
    total, count = "sum({distinct}{0}){tail}", "count({distinct}{0}){tail}"
    divided = f"trino_divide({total}, {count}, 0, {result.scale})"
    return f"cast({divided} as {duckdb_type(result)})"


def extreme_by(name: str) -> Template:
    """Return a maker of `arg_max_null(x, y)`, which keeps a NULL that belongs to the largest."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        plain = f"{name}({{0}}, {{1}}){{tail}}"
        if name == "arg_min_null" or not given[1].may_be_nan:
            return plain
        number = "if(isnan({1}), null, {1})"
        return f"if(count({number}){{tail}} > 0, {name}({{0}}, {number}){{tail}}, {plain})"

    return make


def largest(given: Sequence[Value], result: Type, place: Place) -> str:
    """`max(x)`; NaN is taken only where there is nothing else, unlike in DuckDB."""
    plain = "max({distinct}{0}){tail}"
    if not given[0].may_be_nan or not is_floating(given[0].type):
        return plain
    return f"coalesce(max({{distinct}}if(isnan({{0}}), null, {{0}})){{tail}}, {plain})"


def few(name: str) -> Template:
    """Return a maker of `max(x, 3)`, the three largest; how many has to be written out."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        values, count = given
        if not isinstance(count.constant, int) or not 1 <= count.constant <= 10_000:
            raise not_answered(place, "a number that is not written out", "write max(x, 3)")
        if values.may_be_nan:
            raise not_answered(place, "the largest of what may be NaN", "filter with is_nan(x)")
        return f"{name}({{0}}, {count.constant}){{tail}}"

    return make


ONE = "({distinct}{0}{order}){tail}"
add("count", "T -> bigint", f"count{ONE}")
add("count_if", "boolean -> bigint", "count({distinct}if({0}, 1, null)){tail}")
add("sum", "bigint -> bigint", f"cast(sum{ONE} as bigint)")
add("sum", "double -> double", f"sum{ONE}")
add("sum", "decimal(p,s) -> decimal(38,s)", f"sum{ONE}")
add("avg", "bigint -> double", f"avg{ONE}")
add("avg", "double -> double", f"avg{ONE}")
add("avg", "decimal(p,s) -> decimal(p,s)", average_decimal)
add("min", "E -> E", f"min{ONE}", orders=(0,))
add("max", "E -> E", largest, orders=(0,))
add("min", "E, bigint -> array(E)", few("min"), orders=(0,))
add("max", "E, bigint -> array(E)", few("max"), orders=(0,))
add("max_by", "V, K -> V", extreme_by("arg_max_null"), orders=(1,))
add("min_by", "V, K -> V", extreme_by("arg_min_null"), orders=(1,))
add("arbitrary any_value", "T -> T", f"any_value{ONE}")
add("array_agg", "T -> array(T)", f"array_agg{ONE}")
add("bool_and every", "boolean -> boolean", f"bool_and{ONE}")
add("bool_or", "boolean -> boolean", f"bool_or{ONE}")
for name in ("stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"):
    add(name, "double -> double", f"{name}{ONE}")
add("geometric_mean", "double -> double", f"geomean{ONE}", makes_nan=True)
add("bitwise_and_agg", "bigint -> bigint", f"bit_and{ONE}")
add("bitwise_or_agg", "bigint -> bigint", f"bit_or{ONE}")
for name in ("covar_pop", "covar_samp"):
    add(name, "double, double -> double", f"{name}({{0}}, {{1}}){{tail}}")
# One row, or no spread, correlates to nothing: NULL, where DuckDB says NaN.
for name in ("corr", "regr_slope", "regr_intercept"):
    add(
        name,
        "double, double -> double",
        f"nullif({name}({{0}}, {{1}}){{tail}}, cast('nan' as double))",
    )
add("listagg", "varchar(x), varchar(y) -> varchar", "string_agg({distinct}{0}, {1}{order}){tail}")
add("listagg", "varchar(x) -> varchar", "string_agg({distinct}{0}, ''{order}){tail}")

add = WINDOWS.add
for name in ("row_number", "rank", "dense_rank"):
    add(name, "-> bigint", f"{name}(){{tail}}")
for name in ("percent_rank", "cume_dist"):
    add(name, "-> double", f"{name}(){{tail}}")
add("ntile", "bigint -> bigint", "ntile(trino_positive({0}, 'Buckets')){tail}")
for name in ("first_value", "last_value"):
    add(name, "T -> T", f"{name}({{0}}{{nulls}}){{tail}}")
add("nth_value", "T, bigint -> T", "nth_value({0}, trino_positive({1}, 'Offset'){nulls}){tail}")
for name in ("lag", "lead"):
    add(name, "T -> T", f"{name}({{0}}{{nulls}}){{tail}}")
    add(
        name,
        "T, bigint -> T",
        f"{name}({{0}}, trino_not_negative({{1}}, 'Offset'){{nulls}}){{tail}}",
    )
    add(
        name,
        "T, bigint, T -> T",
        f"{name}({{0}}, trino_not_negative({{1}}, 'Offset'), {{2}}{{nulls}}){{tail}}",
    )
