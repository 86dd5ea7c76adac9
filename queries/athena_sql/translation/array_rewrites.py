"""Functions of arrays whose answer differs, each told to DuckDB with Trino's meaning.

Pure. A NULL inside an array is what they differ on, and an index of 0.
"""

from collections.abc import Mapping

from sqlglot import exp

from athena_sql.translation.macros import Rule, call, is_literal_above
from athena_sql.typing.types import is_integer


def rewrite_element_at(node: exp.Expr) -> exp.Expr:
    """There is no element 0, and to ask for it is an error."""
    (index,) = node.expressions
    if not node.args.get("safe") or is_literal_above(index, 1):
        return node
    return call("trino_element_at", node.this, index)


def rewrite_sequence(node: exp.Expr) -> exp.Expr:
    """A sequence of integers holds bigints; without a step it runs down where it must."""
    start, end, step = (node.args.get(part) for part in ("start", "end", "step"))
    if not start or not end or not is_integer(start.type):
        return node
    wide = [exp.Cast(this=n.copy(), to=exp.DataType.build("bigint")) for n in (start, end)]
    return call("trino_steps", *wide, step) if step else call("trino_sequence", *wide)


RULES: Mapping[type[exp.Expr], Rule] = {
    exp.ArrayMax: lambda node: call("trino_array_max", node.this),
    exp.ArrayMin: lambda node: call("trino_array_min", node.this),
    exp.ArrayContains: lambda node: call("trino_contains", node.this, node.expression),
    exp.ArrayPosition: lambda node: call("trino_array_position", node.this, node.expression),
    exp.ArraySlice: lambda node: call(
        "trino_slice", node.this, node.args["start"], node.args["end"]
    ),
    exp.Bracket: rewrite_element_at,
    exp.GenerateSeries: rewrite_sequence,
}
