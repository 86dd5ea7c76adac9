"""GROUP BY, HAVING, and the query in a query that a select with aggregates becomes.

Pure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_sql.syntax import nodes
from athena_sql.translation.aggregation import Grouping, has_aggregate
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.select_items import star
from athena_sql.typing.types import UNKNOWN
from athena_sql.values.value import Value, bad_query, not_answered

if TYPE_CHECKING:
    from athena_sql.translation.queries import Queries


# Stands for the inner query's columns, which are known once the outer one is written.
PENDING = "\x00columns\x00"


def is_aggregated(node: nodes.SelectQuery, order: Sequence[nodes.SortItem]) -> bool:
    """Whether a select groups its rows."""
    if node.groups is not None or node.having is not None:
        return True
    parts = [*node.items, *(item.key for item in order)]
    return any(has_aggregate(part) for part in parts)


def grouped(
    queries: "Queries",
    node: nodes.SelectQuery,
    base: Clause,
    order: Sequence[nodes.SortItem],
    source_sql: str,
) -> tuple[Expressions, str]:
    """Return what translates expressions after GROUP BY, and the source with a gap for its columns.

    ` from (select <gap> from orders as t1 group by t1.country) as g2`, where `columns_of_groups`
    fills the gap: `t1.country as k1, sum(t1.quantity) as a1`.
    """
    source = Expressions(
        queries,
        base.fields,
        base.outer,
        base.steps,
        clause="GROUP BY clause",
        windows=base.windows,
    )
    grouping = Grouping(source, queries.fresh("g"))
    group_sql = group_by_sql(node, grouping, base)
    source.clause = None
    inner = Expressions(
        queries, base.fields, base.outer, base.steps, grouping, windows=base.windows
    )
    return inner, f" from (select {PENDING}{source_sql}{group_sql}) as {grouping.alias}"


def having(node: nodes.SelectQuery, inner: Clause) -> str:
    """Return ` where g2.a1 > 3`, the filter of the groups."""
    if node.having is None:
        return ""
    return f" where {inner.condition(node.having, 'HAVING clause').sql}"


def columns_of_groups(grouping: Grouping) -> str:
    """Return the inner query's keys and aggregates: `t1.country as k1, count(*) as a1`."""
    return ", ".join(grouping.columns) or "count(*) as a0"


def group_by_sql(node: nodes.SelectQuery, grouping: Grouping, base: Clause) -> str:
    """Return ` group by x, rollup (a, b)`; the keys are noted."""
    if node.groups is None:
        return ""
    if node.is_group_distinct and sum(group.kind != "simple" for group in node.groups) > 1:
        raise not_answered(
            node.place, "GROUP BY DISTINCT is not answered here", "write grouping sets"
        )
    pieces: list[str] = []
    for group in node.groups:
        sets = [[key_sql(key, group, node, grouping, base) for key in keys] for keys in group.sets]
        match group.kind:
            case "simple":
                pieces += [key for keys in sets for key in keys] or ["()"]
            case "sets":
                inside = ", ".join(f"({', '.join(keys)})" for keys in sets)
                pieces.append(f"grouping sets ({inside})")
            case kind:
                pieces.append(f"{kind} ({', '.join(key for keys in sets for key in keys)})")
    if pieces == ["()"]:
        return ""
    return f" group by {', '.join(dict.fromkeys(pieces))}"


def key_sql(
    node: nodes.Expression,
    group: nodes.Group,
    select: nodes.SelectQuery,
    grouping: Grouping,
    base: Clause,
) -> str:
    """Return one key's SQL; a number is the position of a column."""
    is_complex = group.kind != "simple"
    if is_complex and not isinstance(node, nodes.Identifier | nodes.Dereference):
        told = node.text if isinstance(node, nodes.Literal) else "this is another expression"
        raise bad_query(
            node.place,
            f"GROUP BY expression must be a column reference: {told}",
            "name the column",
        )
    if isinstance(node, nodes.Literal) and node.kind == "integer":
        value = positioned(int(node.text), node, select, grouping, base)
    else:
        value = grouping.source.value(node)
    if value.type == UNKNOWN:
        value = Value(value.type, "cast(null as INTEGER)")
    if isinstance(node, nodes.Literal) and node.kind != "integer":
        # DuckDB would take a text for a name, or a number for a position.
        value = Value(value.type, f"({value.sql})", value.constant)
    if value.type.name == "map":
        raise not_answered(node.place, "maps are not grouped here", "group by their parts")
    grouping.add_key(value)
    return value.sql


def positioned(
    position: int,
    node: nodes.Expression,
    select: nodes.SelectQuery,
    grouping: Grouping,
    base: Clause,
) -> Value:
    """Return the column of the select at a position, from 1."""
    values: list[Value] = []
    for item in select.items:
        if isinstance(item, nodes.AllColumns):
            values += [value for value, _ in star(item, grouping.source, base.fields)]
        elif len(values) + 1 == position:
            if has_aggregate(item.value):
                raise bad_query(
                    node.place,
                    "GROUP BY clause cannot contain aggregations, window functions or "
                    "grouping operations",
                )
            values.append(grouping.source.value(item.value))
        else:
            values.append(Value(UNKNOWN, "null"))
    if not 1 <= position <= len(values):
        raise bad_query(node.place, f"GROUP BY position {position} is not in select list")
    return values[position - 1]
