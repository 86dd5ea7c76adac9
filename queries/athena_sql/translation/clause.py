"""The clause that an expression is in: the columns it can see, and what it may contain.

Pure. The modules `*_expressions` translate one kind of expression each, `expressions` has all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.translation.names import Field
from athena_sql.translation.walk import outside_queries, walk
from athena_sql.values import operators
from athena_sql.values.value import Value, bad_query

if TYPE_CHECKING:
    from athena_sql.translation.aggregation import Grouping
    from athena_sql.translation.queries import Queries
    from athena_sql.translation.results import StepRows


@dataclass
class Clause:
    """Translates the expressions of one clause.

    `fields` are the columns in sight, `outer` the expressions of the query around this one.
    `grouping` is there after GROUP BY, `outputs` in ORDER BY: the select's own columns by name.
    `clause` names a clause that may have no aggregates and windows.
    """

    queries: "Queries"
    fields: Sequence[Field] = ()
    outer: "Clause | None" = None
    steps: "Mapping[str, StepRows]" = field(default_factory=dict)
    grouping: "Grouping | None" = None
    outputs: Mapping[str, Sequence[Value]] | None = None
    clause: str | None = None
    windows: Mapping[str, nodes.Window] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)

    def value(self, node: Expression) -> Value:
        """Return what an expression stands for."""
        is_key_like = self.grouping is not None and not isinstance(node, nodes.Literal)
        if is_key_like and not self.mentions_output(node) and (key := self.key_of(node)):
            return key
        method = getattr(self, METHODS.get(type(node).__name__, ""), None)
        if method is None:
            raise bad_query(node.place, "this is not an expression")
        found: Value = method(node)
        return found

    def condition(self, node: Expression, what: str) -> Value:
        """Return an expression that has to be a condition."""
        return operators.condition(self.value(node), node.place, what)

    def mentions_output(self, node: Expression) -> bool:
        """Whether an expression names a column of the select, in ORDER BY."""
        return self.outputs is not None and any(
            isinstance(one, nodes.Identifier) and one.name in self.outputs
            for one in walk(node, outside_queries)
        )

    def key_of(self, node: Expression) -> Value | None:
        """Return the key of GROUP BY that an expression is, or None."""
        return self.grouping.key_of(node) if self.grouping is not None else None

    def can_see(self, parts: tuple[str, ...]) -> bool:
        """Whether a name is that of a column, here or around."""
        raise NotImplementedError

    def seen_from_inside(self, parts: tuple[str, ...], node: Expression) -> Value:
        """Return a column for a query inside this one."""
        raise NotImplementedError


# The method of a kind of node: of_is_null for IsNull.
METHODS = {
    kind.__name__: "of" + re.sub(r"([A-Z])", r"_\1", kind.__name__).lower()
    for kind in get_args(Expression)
}
