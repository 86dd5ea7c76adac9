"""Functions of arrays that take no lambda."""

from collections.abc import Sequence

from athena_sql.functions.table import Family, Template
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import BIGINT, BOOLEAN, MONTHS, VARCHAR, Type, duckdb_type, is_floating
from athena_sql.values.casts import cast
from athena_sql.values.value import Value, escape, expand, not_answered

ARRAYS = Family("scalar")
add = ARRAYS.add


def array_join(given: Sequence[Value], result: Type, place: Place) -> str:
    """`array_to_string([cast(e as varchar) for e in a], ',')`, NULLs left out or replaced."""
    values, _, *replacement = given
    element = Value(values.type.element, "e", may_be_nan=values.may_be_nan)
    text = cast(element, VARCHAR, False, place).sql
    if replacement:
        text = f"coalesce({text}, {{2}})"
    template = f"list_transform({{0}}, lambda e: {text})"
    if not replacement:
        template = f"list_filter({template}, lambda e: e is not null)"
    template = f"if({{1}} is null, null, array_to_string({template}, {{1}}))"
    if replacement:
        template = f"if({{2}} is null, null, {template})"
    return expand(template, *(value.sql for value in given))


def sequence(given: Sequence[Value], result: Type, place: Place) -> str:
    """`generate_series(1, 3, 1)`, checked; without a step it counts towards the end."""
    low, high, *step = (value.sql for value in given)
    steps = step[0] if step else "if({0} <= {1}, 1, -1)"
    template = "trino_sequence({0}, {1}, " + ("{2}" if step else steps) + ")"
    return expand(template, low, high, *step)


add("cardinality", "array(E) -> bigint", "len({0})")


def of_numbers(name: str) -> Template:
    """Return a maker of a search that finds no NaN, not even by NaN."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        values, wanted = (value.sql for value in given)
        sql = expand(f"{name}({{0}}, {{1}})", values, wanted)
        if not any(value.may_be_nan for value in given) or not is_floating(given[1].type):
            return sql
        nothing = "false" if result == BOOLEAN else "0"
        none = f"if({{0}} is null, null, cast({nothing} as {duckdb_type(result)}))"
        if result == BOOLEAN:
            none = "if({0} is null or trino_has_null({0}), null, false)"
        return expand(f"if(isnan({{1}}), {none}, {escape(sql)})", values, wanted)

    return make


def array_max(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_array_max(a)`; NaN is taken only where there is nothing else."""
    values = given[0]
    if not values.may_be_nan or not is_floating(result):
        return expand("trino_array_max({0})", values.sql)
    numbers = "list_filter({0}, lambda n: n is null or not isnan(n))"
    return expand(f"coalesce(trino_array_max({numbers}), trino_array_max({{0}}))", values.sql)


add("contains", "array(T), T -> boolean", of_numbers("trino_contains"), orders=(0, 1))
add("element_at", "array(E), bigint -> E", "trino_element_at({0}, {1})")
add("array_max", "array(T) -> T", array_max, orders=(0,))
add("array_min", "array(T) -> T", "trino_array_min({0})", orders=(0,))
add("array_sort", "array(E) -> array(E)", "list_sort({0}, 'ASC', 'NULLS LAST')")
add("array_position", "array(T), T -> bigint", of_numbers("trino_array_position"), orders=(0, 1))
add("array_join", "array(T), varchar -> varchar", array_join)
add("array_join", "array(T), varchar, varchar -> varchar", array_join)
add("slice", "array(E), bigint, bigint -> array(E)", "trino_slice({0}, {1}, {2})")
add("flatten", "array(array(E)) -> array(E)", "trino_flatten({0})")
add("reverse", "array(E) -> array(E)", "list_reverse({0})")


def of_plain(template: str) -> Template:
    """Return a maker of an array function that compares elements; NaN is not answered."""

    def make(given: Sequence[Value], result: Type, place: Place) -> str:
        if any(value.may_be_nan for value in given):
            raise not_answered(place, "the repeats of what may be NaN", "filter with is_nan(x)")
        return expand(template, *(value.sql for value in given))

    return make


add(
    "array_remove", "array(T), T -> array(T)", of_plain("trino_array_remove({0}, {1})"), orders=(0,)
)
add("arrays_overlap", "array(T), array(T) -> boolean", of_plain("trino_overlap({0}, {1})"))
add("repeat", "E, integer -> array(E)", "list_transform(trino_times({1}), lambda i: {0})")


def sequence_of_dates(given: Sequence[Value], result: Type, place: Place) -> str:
    """`list_transform(trino_sequence(19000, 19003, 1), lambda d: date '1970-01-01' + d)`."""
    low, high, *step = given
    if step and step[0].type == MONTHS:
        months = f"trino_months({step[0].sql})"
        return expand("trino_month_sequence({0}, {1}, {2})", low.sql, high.sql, months)
    if step and step[0].unit != "DAY":
        raise not_answered(
            place, "dates in steps of hours are not answered here", "write interval '1' day"
        )
    ends = [Value(BIGINT, f"trino_day_number({value.sql})") for value in (low, high)]
    days = [Value(BIGINT, f"cast(extract(day from {one.sql}) as bigint)") for one in step]
    numbers = sequence([*ends, *days], result, place)
    return f"list_transform({numbers}, lambda d: cast('1970-01-01' as date) + cast(d as integer))"


def sequence_of_times(given: Sequence[Value], result: Type, place: Place) -> str:
    """`list_transform(trino_sequence(0, 7200000000, 3600000000), lambda i: t + ...)`."""
    low, high, step = (value.sql for value in given)
    return expand("trino_time_sequence({0}, {1}, {2})", low, high, f"trino_microseconds({step})")


for name, template in {
    "array_distinct": "trino_distinct({0})",
    "array_union": "trino_distinct({0} || {1})",
    "array_except": "trino_except({0}, {1})",
    "array_intersect": "if(len({0}) < len({1}), trino_common({1}, {0}), trino_common({0}, {1}))",
}.items():
    both = "" if name == "array_distinct" else ", array(T)"
    add(name, f"array(T){both} -> array(T)", of_plain(template), orders=(0,))
add("sequence", "date, date -> array(date)", sequence_of_dates)
add("sequence", "date, date, interval day to second -> array(date)", sequence_of_dates)
add("sequence", "date, date, interval year to month -> array(date)", sequence_of_dates)
add(
    "sequence",
    "timestamp(p), timestamp(p), interval day to second -> array(timestamp(p))",
    sequence_of_times,
)
add("sequence", "bigint, bigint -> array(bigint)", sequence)
add("sequence", "bigint, bigint, bigint -> array(bigint)", sequence)
