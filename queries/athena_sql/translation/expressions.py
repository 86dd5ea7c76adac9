"""Expressions: each node of the tree becomes a value with its Trino type and its DuckDB SQL.

Pure. What Trino refuses raises BadQuery with Trino's message; what cannot be answered exactly
raises NotPortable.
"""

from athena_sql.syntax import nodes
from athena_sql.translation.call_expressions import CallExpressions
from athena_sql.translation.calls import call, find_function
from athena_sql.translation.map_expressions import MapExpressions
from athena_sql.translation.moment_expressions import MomentExpressions
from athena_sql.translation.name_expressions import NameExpressions
from athena_sql.translation.query_expressions import QueryExpressions
from athena_sql.translation.type_names import read_type
from athena_sql.typing.types import (
    BOOLEAN,
    DATE,
)
from athena_sql.values import literals, zones
from athena_sql.values.casts import cast
from athena_sql.values.value import Value, bad_query, not_answered

EXTRACTED_TEXT = """
    year quarter month week day day_of_month day_of_week dow day_of_year doy year_of_week yow
    hour minute second
"""
EXTRACTED = frozenset(EXTRACTED_TEXT.split())


class Expressions(
    NameExpressions, QueryExpressions, MapExpressions, MomentExpressions, CallExpressions
):
    """Translates every kind of expression."""

    def of_literal(self, node: nodes.Literal) -> Value:
        """Return a number, a text, true, false or NULL."""
        return literals.literal(node)

    def of_typed_literal(self, node: nodes.TypedLiteral) -> Value:
        """Return DATE '2026-01-31' and the like."""
        return literals.typed_literal(node)

    def of_interval(self, node: nodes.Interval) -> Value:
        """Return INTERVAL '3' DAY."""
        return literals.interval(node)

    def of_parameter(self, node: nodes.Parameter) -> Value:
        """Return a parameter's value."""
        return literals.parameter(self.queries.parameter(node), node.place)

    def of_star(self, node: nodes.Star) -> Value:
        """Refuse a star outside count(*)."""
        raise bad_query(node.place, "mismatched input '*'. Expecting: <expression>")

    def of_cast(self, node: nodes.Cast) -> Value:
        """Return CAST or TRY_CAST; a cast that is worth a word is noted."""
        value, target = self.value(node.operand), read_type(node.target)
        if target.name == zones.NAME and isinstance(value.constant, str):
            return self.zoned_text(value.constant, target, node)
        if value.type.name == "double" and target.name == "varchar":
            self.queries.note("number-to-text", "a double as varchar", node.place)
        is_column = isinstance(node.operand, nodes.Identifier | nodes.Dereference)
        if value.type.name == "decimal" and is_column and target.name == "varchar":
            self.queries.note("number-to-text", f"a {value.type} as varchar", node.place)
        if value.type.name == "varchar" and target == BOOLEAN:
            self.queries.note("text-to-boolean", "a text as boolean", node.place)
        return cast(value, target, node.is_safe, node.place)

    def of_extract(self, node: nodes.Extract) -> Value:
        """Return `extract(year from x)`."""
        if node.unit not in EXTRACTED:
            raise bad_query(node.place, f"Invalid EXTRACT field: {node.unit}")
        operand = self.value(node.operand)
        if operand.type == DATE and node.unit in ("hour", "minute", "second"):
            told = f"Cannot extract {node.unit.upper()} from date"
            raise bad_query(node.operand.place, told, "extract it from a timestamp")
        return call(find_function(node.unit, node.place), [operand], node.place)

    def of_lambda(self, node: nodes.Lambda) -> Value:
        """Refuse a lambda outside a call, or in a call of a function that does not take one."""
        raise not_answered(
            node.place,
            "a lambda is not answered here",
            "use one in transform, filter, reduce, zip_with, any_match or map_filter",
        )
