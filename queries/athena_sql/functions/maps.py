"""Functions of maps that take no lambda, and the aggregates that make maps.

A map's keys are of plain types and never NULL; two equal keys are an error, as in Trino.
"""

from collections.abc import Sequence

from athena_sql.functions.table import Family
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type, duckdb_type
from athena_sql.values.value import Value, expand, not_answered

MAPS = Family("scalar")
MAP_AGGREGATES = Family("aggregate")
# The entries of a group, with room for FILTER.
COLLECTED = "array_agg(struct_pack(key := {0}, value := {1})){tail}"


def check_key(kind: Type, value: Value, place: Place) -> None:
    """Raise NotAnswered for keys that are compared in another way by each engine."""
    if kind.items or value.may_be_nan:
        raise not_answered(place, f"keys of type {kind} are not answered here", "use texts as keys")


def map_of_arrays(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_map(keys, values)`."""
    check_key(result.items[0], given[0], place)
    return expand("trino_map({0}, {1})", *(value.sql for value in given))


def map_of_entries(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_map_from_entries(a)`, of rows of two fields."""
    check_key(result.items[0], given[0], place)
    return f"trino_map_from_entries({given[0].sql})"


def map_agg(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_map_agg(array_agg(struct_pack(...)))`: a key's first value stays."""
    check_key(result.items[0], given[0], place)
    return f"trino_map_agg({COLLECTED})"


def multimap_agg(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_multimap_agg(array_agg(struct_pack(...)))`: all values of each key."""
    check_key(result.items[0], given[0], place)
    return f"trino_multimap_agg({COLLECTED})"


def histogram(given: Sequence[Value], result: Type, place: Place) -> str:
    """`cast(histogram(x) as MAP(VARCHAR, BIGINT))`."""
    check_key(result.items[0], given[0], place)
    return f"cast(histogram({{0}}){{tail}} as {duckdb_type(result)})"


def map_concat(given: Sequence[Value], result: Type, place: Place) -> str:
    """`trino_map_concat(trino_map_concat(a, b), c)`: a key's last value stays."""
    found, *rest = (value.sql for value in given)
    for one in rest:
        found = f"trino_map_concat({found}, {one})"
    return found


add = MAPS.add
add("map", "array(K), array(V) -> map(K,V)", map_of_arrays)
add("map_from_entries", "array(row(K,V)) -> map(K,V)", map_of_entries)
add("element_at", "map(K,V), K -> V", "{0}[{1}]")
add("map_keys", "map(K,V) -> array(K)", "map_keys({0})")
add("map_values", "map(K,V) -> array(V)", "map_values({0})")
add("map_entries", "map(K,V) -> array(row(K,V))", "trino_map_entries({0})")
add("cardinality", "map(K,V) -> bigint", "cast(cardinality({0}) as bigint)")
add("map_concat", "map(K,V), map(K,V)... -> map(K,V)", map_concat)
add = MAP_AGGREGATES.add
add("map_agg", "K, V -> map(K,V)", map_agg)
add("multimap_agg", "K, V -> map(K,array(V))", multimap_agg)
add("histogram", "K -> map(K,bigint)", histogram)
