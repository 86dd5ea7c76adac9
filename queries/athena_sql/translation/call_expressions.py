"""Calls of functions, each by the entry in the table, or by a rule of its own.

Pure.
"""

from athena_sql.functions.catalogue import AGGREGATE_NAMES, FUNCTIONS, WINDOW_NAMES
from athena_sql.functions.special import SPECIAL
from athena_sql.syntax import nodes
from athena_sql.translation.aggregation import with_any_order
from athena_sql.translation.calls import call, find_function, unknown_function
from athena_sql.translation.operator_expressions import OperatorExpressions
from athena_sql.translation.walk import outside_queries, walk
from athena_sql.translation.windows import window_call
from athena_sql.typing.types import VARCHAR
from athena_sql.values import operators
from athena_sql.values.value import Value, bad_query, not_answered, text_literal

# What an array's order is all the same to.
ORDER_BLIND = frozenset(
    ("cardinality", "array_sort", "array_max", "array_min", "contains", "arrays_overlap")
)

ENTRIES_OF_MAPS = ("map_keys", "map_values", "map_entries")
MAP_AGGREGATES = ("map_agg", "multimap_agg", "histogram")


def is_unordered(node: nodes.Call) -> bool:
    """Whether a call lists the entries of a map that an aggregate has just made."""
    return node.name in ENTRIES_OF_MAPS and any(
        isinstance(one, nodes.Call) and one.name in MAP_AGGREGATES for one in node.arguments
    )


class CallExpressions(OperatorExpressions):
    """Translates calls."""

    def of_call(self, node: nodes.Call) -> Value:
        """Return a function's value."""
        if node.window is not None:
            return window_call(self, node)
        if node.name in AGGREGATE_NAMES:
            return self.aggregate(node)
        if node.name in WINDOW_NAMES:
            raise bad_query(
                node.place, f"Window function {node.name} requires an OVER clause", "add over ()"
            )
        if node.is_distinct or node.order or node.condition:
            raise bad_query(
                node.place, f"{node.name} is not an aggregation function", "leave out what follows"
            )
        if own := getattr(self, f"call_{node.name}", None):
            found: Value = own(node)
            return found
        if any(isinstance(argument, nodes.Star) for argument in node.arguments):
            raise bad_query(node.place, "mismatched input '*'. Expecting: <expression>")
        if node.name in SPECIAL:
            given = [self.value(argument) for argument in node.arguments]
            return SPECIAL[node.name](node.name, given, node.place)
        if node.name not in FUNCTIONS:
            raise unknown_function(node.name, node.place)
        read = self.in_any_order if node.name in ORDER_BLIND else self.value
        given = [read(argument) for argument in node.arguments]
        if is_unordered(node):
            raise not_answered(
                node.place,
                f"{node.name}() has no order over an aggregate: Athena's differs from run to run",
                f"write array_sort({node.name}(...))",
            )
        return call(find_function(node.name, node.place), given, node.place)

    def in_any_order(self, node: nodes.Expression) -> Value:
        """Return an array whose order is all the same."""
        if isinstance(node, nodes.Call) and is_unordered(node):
            given = [self.value(argument) for argument in node.arguments]
            return call(find_function(node.name, node.place), given, node.place)
        return self.value(with_any_order(node))

    def aggregate(self, node: nodes.Call) -> Value:
        """Return an aggregate, which the grouping computes."""
        if self.clause is not None:
            raise bad_query(
                node.place,
                f"{self.clause} cannot contain aggregations, window functions or grouping "
                f"operations: [{node.name}]",
                "filter after the aggregation: having",
            )
        if self.grouping is None:
            raise bad_query(node.place, f"{node.name}() cannot stand here")
        if self.outputs is not None and any(
            isinstance(one, nodes.Identifier) and one.name in self.outputs
            for argument in node.arguments
            for one in walk(argument, outside_queries)
        ):
            raise bad_query(
                node.place,
                "Invalid reference to output projection attribute from ORDER BY aggregation",
                "order by the column's number",
            )
        return self.grouping.aggregate(node)

    def call_grouping(self, node: nodes.Call) -> Value:
        """Return `grouping(a, b)`."""
        if self.grouping is None:
            raise bad_query(node.place, "A GROUPING() operation can only be used with GROUP BY")
        return self.grouping.grouping(node)

    def call_concat(self, node: nodes.Call) -> Value:
        """Return `concat(a, b, c)`."""
        given = [self.value(argument) for argument in node.arguments]
        if len(given) < 2:
            raise bad_query(node.place, "There must be two or more concatenation arguments")
        return self.concat(given, node.place)

    def call_concat_ws(self, node: nodes.Call) -> Value:
        """Return `concat_ws(',', a, b)`."""
        given = [self.value(argument) for argument in node.arguments]
        if len(given) < 2:
            raise bad_query(node.place, "There must be two or more arguments")
        return call(find_function("concat_ws", node.place), given, node.place)

    def call_typeof(self, node: nodes.Call) -> Value:
        """Return `case when x is null then 'integer' else 'integer' end`: x may still fail."""
        if len(node.arguments) != 1:
            raise bad_query(
                node.place, "Unexpected parameters for function typeof. Expected: typeof(t)"
            )
        value = self.value(node.arguments[0])
        name = text_literal(str(value.type))
        return Value(VARCHAR, f"case when {value.sql} is null then {name} else {name} end")

    def call_mod(self, node: nodes.Call) -> Value:
        """Return `mod(a, b)`, which is `a % b`."""
        if len(node.arguments) != 2:
            raise bad_query(
                node.place, "Unexpected parameters for function mod. Expected: mod(x, y)"
            )
        left, right = (self.value(argument) for argument in node.arguments)
        return operators.arithmetic("%", left, right, node.place)
