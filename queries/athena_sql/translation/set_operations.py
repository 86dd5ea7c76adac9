"""VALUES, and UNION, EXCEPT and INTERSECT, whose columns meet in one type.

Pure.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_sql.syntax import nodes
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.results import OutputColumn, Result, Steps, select_list
from athena_sql.typing.coercion import common_type
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, not_answered

if TYPE_CHECKING:
    from athena_sql.translation.queries import Queries


def rows_of_values(
    queries: "Queries", node: nodes.Values, outer: Clause | None, steps: Steps
) -> Result:
    """Return `select * from (values (1, 'a')) as v(c1, c2)`, each column of one type."""
    inner = Expressions(queries, (), outer, steps, clause="VALUES")
    table = [
        [inner.value(item) for item in (row.items if isinstance(row, nodes.Row) else (row,))]
        for row in node.rows
    ]
    if len({len(row) for row in table}) > 1:
        raise bad_query(node.place, "Values rows have mismatched sizes")
    columns = []
    for position, cells in enumerate(zip(*table, strict=True)):
        kind, may_be_nan = operators.choose(cells)
        if kind is None:
            told = " vs ".join(dict.fromkeys(str(cell.type) for cell in cells))
            raise bad_query(
                node.place,
                f"Values rows have mismatched types in column {position + 1}: {told}",
            )
        columns.append(OutputColumn(None, kind, may_be_nan))
    lines = ", ".join(
        "("
        + ", ".join(
            coerce(cell, column.type).sql for cell, column in zip(row, columns, strict=True)
        )
        + ")"
        for row in table
    )
    names = ", ".join(f"c{position + 1}" for position in range(len(columns)))
    alias = queries.fresh("v")
    return Result(f"select * from (values {lines}) as {alias}({names})", tuple(columns))


def set_operation(
    queries: "Queries", node: nodes.SetOperation, outer: Clause | None, steps: Steps
) -> Result:
    """Return `(...) union (...)`; a long chain is followed without going deeper."""
    chain: list[nodes.SetOperation] = []
    left: nodes.Body = node
    while isinstance(left, nodes.SetOperation):
        chain.append(left)
        left = left.left
    result = queries.body(left, outer, steps)
    for step in reversed(chain):
        result = combined(queries, step, result, queries.body(step.right, outer, steps))
    return result


def combined(queries: "Queries", node: nodes.SetOperation, left: Result, right: Result) -> Result:
    """Return two results put together, each column in the type in which both meet.

    `(select ...) union all (select cast(t1.c1 as DOUBLE) as c1 from (select ...) as t1)`
    """
    if len(left.columns) != len(right.columns):
        told = f"{len(left.columns)}, {len(right.columns)}"
        raise bad_query(node.place, f"{node.operator} query has different number of fields: {told}")
    columns = []
    for position, (one, other) in enumerate(zip(left.columns, right.columns, strict=True)):
        kind = common_type(one.type, other.type)
        if kind is None:
            raise bad_query(
                node.place,
                f"column {position + 1} in {node.operator} query has incompatible types: "
                f"{one.type}, {other.type}",
                "cast them to one type",
            )
        if kind.name == "map" and (node.is_distinct or node.operator != "UNION"):
            raise not_answered(node.place, "maps are not compared here", "write union all")
        columns.append(OutputColumn(one.name, kind, one.may_be_nan or other.may_be_nan, one.label))
    word = node.operator.lower() + ("" if node.is_distinct else " all")
    sides = [converted(queries, side, columns) for side in (left, right)]
    return Result(f"({sides[0]}) {word} ({sides[1]})", tuple(columns))


def converted(queries: "Queries", result: Result, columns: Sequence[OutputColumn]) -> str:
    """Return a result's SQL with its columns in other types.

    `select cast(t1.c1 as DOUBLE) as c1 from (select ...) as t1`
    """
    alias = queries.fresh("t")
    values = [
        coerce(Value(column.type, f"{alias}.c{position}"), target.type).sql
        for position, (column, target) in enumerate(zip(result.columns, columns, strict=True), 1)
    ]
    if values == [f"{alias}.c{position}" for position in range(1, len(values) + 1)]:
        return result.sql
    return f"select {select_list(values)} from ({result.sql}) as {alias}"
