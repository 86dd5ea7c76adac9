"""ORDER BY, LIMIT and OFFSET of a query.

Pure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_sql.syntax import nodes
from athena_sql.translation.aggregation import ordered_key, sort_sql
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.results import Output, by_name
from athena_sql.values.value import bad_query, not_answered

if TYPE_CHECKING:
    from athena_sql.translation.queries import Queries


def order_expressions(queries: "Queries", inner: Clause, outputs: Sequence[Output]) -> Expressions:
    """Return what translates the keys of ORDER BY, which see the select's own columns first."""
    return Expressions(
        queries,
        inner.fields,
        inner.outer,
        inner.steps,
        inner.grouping,
        by_name(outputs),
        None,
        inner.windows,
    )


def order_sql(
    order: Sequence[nodes.SortItem],
    inner: Clause,
    outputs: Sequence[Output],
    is_distinct: bool,
) -> str:
    """Return ` order by 1 asc nulls last, ...`."""
    pieces: list[str] = []
    known = {value.sql: position for position, (value, _) in enumerate(outputs, start=1)}
    for item in order:
        key = item.key
        if isinstance(key, nodes.Literal) and key.kind == "integer":
            position = int(key.text)
            if not 1 <= position <= len(outputs):
                raise bad_query(key.place, f"ORDER BY position {position} is not in select list")
            value = outputs[position - 1][0]
        else:
            value = inner.value(key)
            if is_distinct and value.sql not in known:
                raise bad_query(
                    key.place,
                    "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                    "select the expression, or order by its number",
                )
            if isinstance(key, nodes.Literal):
                continue
        sql = ordered_key(value, item)
        if is_distinct and sql != value.sql:
            raise not_answered(
                key.place, "distinct arrays are not put in order here", "group by them"
            )
        is_output = sql == value.sql and value.sql in known
        pieces.append(sort_sql(str(known[value.sql]) if is_output else sql, item))
    return f" order by {', '.join(pieces)}" if pieces else ""


def limits_sql(queries: "Queries", node: nodes.Query) -> str:
    """Return ` limit 3 offset 1`."""
    pieces = []
    for word, count in (("limit", node.limit), ("offset", node.offset)):
        if count is None:
            continue
        value = Expressions(queries).value(count)
        if not isinstance(value.constant, int) or value.constant < 0:
            raise bad_query(count.place, f"{word.upper()} must be a whole number, at least 0")
        pieces.append(f" {word} {value.constant}")
    return "".join(pieces)
