"""The nodes of queries and relations. Pure.

Two nodes are equal when they say the same, wherever they stand.
"""

from athena_sql.syntax.expression_nodes import Expression, SortItem, Window
from athena_sql.syntax.node import Node


class NamedTable(Node):
    """A table by its name: catalog, database and name, as many as are written."""

    parts: tuple[str, ...]


class Unnest(Node):
    """UNNEST(a, b) WITH ORDINALITY."""

    items: tuple[Expression, ...]
    with_ordinality: bool


class DerivedTable(Node):
    """A query in parentheses that stands for a table."""

    query: "Query"
    is_lateral: bool = False


class Aliased(Node):
    """A relation with a name of its own, and maybe names for its columns."""

    relation: "Relation"
    alias: str
    columns: tuple[str, ...]


class Join(Node):
    """Two relations joined; `kind` is CROSS, INNER, LEFT, RIGHT or FULL."""

    kind: str
    left: "Relation"
    right: "Relation"
    condition: Expression | None = None
    using: tuple[str, ...] = ()


Relation = NamedTable | Unnest | DerivedTable | Aliased | Join


class Item(Node):
    """One expression of a SELECT, with its alias."""

    value: Expression
    alias: str | None
    label: str | None = None


class AllColumns(Node):
    """`*`, or `base.*`."""

    base: Expression | None
    aliases: tuple[str, ...] = ()


class Group(Node):
    """One element of GROUP BY: `kind` is simple, rollup, cube or sets."""

    kind: str
    sets: tuple[tuple[Expression, ...], ...]


class SelectQuery(Node):
    """SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW."""

    is_distinct: bool
    items: tuple[Item | AllColumns, ...]
    source: Relation | None
    where: Expression | None
    groups: tuple[Group, ...] | None
    is_group_distinct: bool
    having: Expression | None
    windows: tuple[tuple[str, Window], ...]


class Values(Node):
    """VALUES (1, 'a'), (2, 'b')."""

    rows: tuple[Expression, ...]


class SetOperation(Node):
    """UNION, INTERSECT or EXCEPT of two queries."""

    operator: str
    is_distinct: bool
    left: "Body"
    right: "Body"


class Step(Node):
    """One named query of a WITH."""

    name: str
    columns: tuple[str, ...]
    query: "Query"


class Query(Node):
    """A whole query: its steps, its body, its order and its limits."""

    steps: tuple[Step, ...]
    body: "Body"
    order: tuple[SortItem, ...] = ()
    offset: Expression | None = None
    limit: Expression | None = None
    with_ties: bool = False


Body = SelectQuery | Values | SetOperation | Query | NamedTable
