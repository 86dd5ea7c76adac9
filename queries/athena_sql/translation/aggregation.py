"""GROUP BY as two queries: the inner one has keys and aggregates, the outer one everything else.

Pure. So an expression after GROUP BY sees plain columns, and DuckDB's own rules for what may stand
beside an aggregate never matter:
`select g.k1, g.a1 / g.a2 from (select x as k1, sum(y) as a1, count(*) as a2 ... group by x) as g`.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

from athena_sql.errors import SqlError
from athena_sql.functions.catalogue import AGGREGATE_NAMES
from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.translation.calls import call, find_function, ordered
from athena_sql.translation.clause import Clause
from athena_sql.translation.walk import outside_queries, walk
from athena_sql.typing.types import BIGINT, INTEGER
from athena_sql.values.value import Value, bad_query, not_answered


def has_aggregate(node: object) -> bool:
    """Whether an expression computes an aggregate of its own select."""
    return any(
        isinstance(one, nodes.Call)
        and ((one.window is None and one.name in AGGREGATE_NAMES) or one.name == "grouping")
        for one in walk(node, outside_queries)
    )


@dataclass
class Grouping:
    """The keys and aggregates of one select; `source` sees the rows before they are grouped."""

    source: Clause
    alias: str
    keys: dict[str, Value] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    aggregates: dict[str, Value] = field(default_factory=dict)

    def add_key(self, value: Value) -> Value:
        """Return the column of a key, which is computed once."""
        if value.sql not in self.keys:
            name = f"k{len(self.keys) + 1}"
            self.columns.append(f"{value.sql} as {name}")
            self.keys[value.sql] = Value(
                value.type, f"{self.alias}.{name}", value.constant, value.may_be_nan
            )
        return self.keys[value.sql]

    def key_of(self, node: Expression) -> Value | None:
        """Return the key that an expression is, or None."""
        if not self.keys or not is_key_like(node):
            return None
        try:
            return self.keys.get(self.source.value(node).sql)
        except SqlError:
            return None

    def add_aggregate(self, value: Value) -> Value:
        """Return the column of an aggregate, which is computed once."""
        if value.sql not in self.aggregates:
            name = f"a{len(self.aggregates) + 1}"
            self.columns.append(f"{value.sql} as {name}")
            self.aggregates[value.sql] = Value(
                value.type, f"{self.alias}.{name}", None, value.may_be_nan
            )
        return self.aggregates[value.sql]

    def aggregate(self, node: nodes.Call) -> Value:
        """Return an aggregate's column."""
        if inner := [one for one in inner_calls(node) if one.name in AGGREGATE_NAMES]:
            told = f"Cannot nest aggregations inside aggregation '{node.name}': [{inner[0].name}]"
            raise bad_query(node.place, told, "aggregate in a step before")
        return self.add_aggregate(aggregate_call(self.source, node, filter_of(self.source, node)))

    def grouping(self, node: nodes.Call) -> Value:
        """Return `grouping(a, b)`, an integer of one bit for each."""
        sides = []
        for argument in node.arguments:
            value = self.source.value(argument)
            if value.sql not in self.keys:
                told = "The arguments to GROUPING() must be expressions referenced by the GROUP BY"
                raise bad_query(node.place, told)
            sides.append(value.sql)
        sql = f"cast(grouping({', '.join(sides)}) as INTEGER)"
        return self.add_aggregate(Value(INTEGER, sql))


def is_key_like(node: Expression) -> bool:
    """Whether an expression could be a key: no aggregate, no window, no query is in it."""
    return not any(
        isinstance(one, nodes.Query)
        or (isinstance(one, nodes.Call) and (one.window or one.name in AGGREGATE_NAMES))
        for one in walk(node)
    )


def inner_calls(node: nodes.Call) -> list[nodes.Call]:
    """Return the calls inside a call's arguments, except window functions."""
    parts = (*node.arguments, *(item.key for item in node.order))
    return [
        one
        for part in parts
        for one in walk(part, outside_queries)
        if isinstance(one, nodes.Call) and one.window is None
    ]


def filter_of(source: Clause, node: nodes.Call) -> str:
    """Return ` filter (where ...)`, or nothing."""
    if node.condition is None:
        return ""
    test = source.condition(node.condition, "Filter expression")
    return f" filter (where {test.sql})"


# Of two arguments other than doubles, Trino takes the form for reals.
REAL_OF_NO_DOUBLE = ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept")


def aggregate_call(source: Clause, node: nodes.Call, tail: str) -> Value:
    """Return an aggregate over a select's rows; `tail` is what follows it."""
    if any(isinstance(argument, nodes.Star) for argument in node.arguments):
        if node.name != "count" or node.is_distinct:
            raise bad_query(node.place, "mismatched input '*'. Expecting: <expression>")
        return Value(BIGINT, f"count(*){tail}")
    if node.name == "count" and not node.arguments:
        return Value(BIGINT, f"count(*){tail}")
    given = [source.value(argument) for argument in node.arguments]
    if node.name == "count" and len(given) != 1:
        kinds = ", ".join(str(value.type) for value in given)
        told = f"Unexpected parameters ({kinds}) for function count. Expected: count(), count(t) T"
        raise bad_query(node.place, told, "count over a step with select distinct")
    if node.name == "listagg":
        check_list(given, node)
    if node.name in REAL_OF_NO_DOUBLE and not any(value.type.name == "double" for value in given):
        raise not_answered(
            node.place, f"{node.name}() of integers is a real", "cast one side to double"
        )
    order = order_of(source, node, given)
    distinct = "distinct " if node.is_distinct else ""
    if node.is_distinct and any(value.type.items for value in given):
        raise not_answered(
            node.place, "distinct arrays and rows are not aggregated here", "group by them"
        )
    if node.name == "array_agg" and distinct and not order:
        raise not_answered(
            node.place,
            "array_agg(distinct x) has no order: Athena's differs from one run to the next",
            "write array_agg(distinct x order by x)",
        )
    return call(find_function(node.name, node.place), given, node.place, distinct, order, tail)


def with_any_order(node: Expression) -> Expression:
    """Return `array_agg(distinct x)` as `array_agg(distinct x order by x)`, else the node.

    For a function to which the order of an array is all the same, such as cardinality.
    """
    is_unordered = isinstance(node, nodes.Call) and node.name == "array_agg" and not node.order
    if isinstance(node, nodes.Call) and is_unordered and node.is_distinct:
        keys = tuple(nodes.SortItem(one, place=one.place) for one in node.arguments)
        return copy.replace(node, order=keys)
    return node


def check_list(given: Sequence[Value], node: nodes.Call) -> None:
    """Raise BadQuery for a list of anything but texts."""
    if given[0].type.name != "varchar":
        told = f"Expected expression of varchar, but the argument has {given[0].type} type"
        raise bad_query(node.place, told, "cast it: cast(x as varchar)")


def order_of(source: Clause, node: nodes.Call, given: Sequence[Value]) -> str:
    """Return ` order by x asc nulls last` inside an aggregate, where it matters."""
    keys = [(source.value(item.key), item) for item in node.order]
    if node.is_distinct and any(key.sql not in {value.sql for value in given} for key, _ in keys):
        raise bad_query(
            node.place,
            "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
            "order by the argument",
        )
    if not keys or node.name not in ("array_agg", "listagg", "arbitrary", "any_value"):
        return ""
    return " order by " + ", ".join(sort_sql(ordered_key(key, item), item) for key, item in keys)


def ordered_key(value: Value, item: nodes.SortItem) -> str:
    """Return the SQL of a sort key; an array with a NULL cannot be put in order."""
    if value.type.name == "array":
        if value.type.element.items:
            ordered(value, item.place)
        return f"trino_without_nulls({value.sql})"
    if value.type.name in ("row", "map"):
        ordered(value, item.place)
    return value.sql


def sort_sql(sql: str, item: nodes.SortItem) -> str:
    """Return one key of an ORDER BY; NULLs are last, whichever the direction."""
    direction = "desc" if item.is_descending else "asc"
    return f"{sql} {direction} nulls {'first' if item.nulls_first else 'last'}"
