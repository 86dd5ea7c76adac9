"""Values of several kinds where Trino wants one: in a case, an array, a union.

Pure. A kind is text, number, moment or condition; what is not known is let pass.
"""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from athena_sql.lint.rule import (
    Rule,
    Script,
    found,
    typed_nodes,
)
from athena_sql.lint.typed import is_moment, is_number, is_text
from athena_sql.typing.inference import choices_of
from athena_sql.typing.types import is_integer

CHOICES = (exp.Coalesce, exp.Case, exp.If, exp.Greatest, exp.Least)


def kind_of(node: exp.Expr | None) -> str:
    """Return the kind of an expression, empty where it is not known or NULL."""
    if node is None or node.type is None:
        return ""
    if is_text(node):
        return "text"
    if is_number(node):
        return "number"
    if is_moment(node):
        return "moment"
    return "condition" if node.type.is_type("boolean") else ""


def is_mixed(nodes: Iterable[exp.Expr | None]) -> bool:
    """Whether expressions are of more than one kind."""
    return len({kind_of(node) for node in nodes} - {""}) > 1


def chooses_mixed(node: exp.Expr) -> bool:
    """Whether a choice has values of several kinds, or asks for them."""
    match node:
        case exp.If() if isinstance(node.parent, exp.Case):
            return False
        case exp.Case() if node.this is not None:
            asked = [node.this, *(branch.this for branch in node.args.get("ifs") or [])]
            return is_mixed(asked) or is_mixed(choices_of(node))
        case _:
            return is_mixed(choices_of(node))


def find_unlike_columns(script: Script) -> Iterator[tuple[str, int]]:
    """Yield unions and lists of values whose columns are not all of one type."""
    if script.typed is None:
        return
    for node in script.typed.find_all(exp.SetOperation):
        pairs = zip(node.left.selects, node.right.selects, strict=False)
        if any(is_unlike(column) for column in pairs):
            yield found(node)
    for values in script.typed.find_all(exp.Values):
        rows = [
            row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions
        ]
        if any(is_unlike(column) for column in zip(*rows, strict=False)):
            yield found(values)


def is_unlike(column: Iterable[exp.Expr]) -> bool:
    """Whether the known types of a column are more than one.

    A text's length does not count, nor an integer's size.
    """
    kinds = {
        "text" if is_text(node) else "integer" if is_integer(node.type) else node.type.sql("trino")
        for node in column
        if kind_of(node) and node.type is not None
    }
    return len(kinds) > 1


RULES = (
    Rule(
        name="mixed-values",
        athena="refuses values of several kinds",
        duckdb="casts some of them",
        instead="cast them to one kind yourself",
        fails="select coalesce(quantity, '') as x from processed_orders",
        passes="select coalesce(cast(quantity as varchar), '') as x from processed_orders",
        find=typed_nodes(*CHOICES, where=chooses_mixed),
    ),
    Rule(
        name="mixed-nullif",
        athena="refuses to compare text with a number",
        duckdb="casts one side",
        instead="compare values of one kind",
        fails="select nullif(country, 0) as x from processed_orders",
        passes="select nullif(country, '0') as x from processed_orders",
        find=typed_nodes(exp.Nullif, where=lambda n: is_mixed((n.this, n.expression))),
    ),
    Rule(
        name="mixed-array",
        athena="refuses elements of several kinds",
        duckdb="casts some of them",
        instead="cast them to one kind yourself",
        fails="select array[1, 'a'] as x",
        passes="select array['1', 'a'] as x",
        find=typed_nodes(exp.Array, where=lambda n: is_mixed(n.expressions)),
    ),
    Rule(
        name="mixed-columns",
        athena="finds one type for the column, or refuses",
        duckdb="finds another",
        instead="cast both sides to one type",
        fails="select country as x from processed_orders union all "
        "select quantity from processed_orders",
        passes="select country as x from processed_orders union all "
        "select cast(quantity as varchar) from processed_orders",
        find=find_unlike_columns,
    ),
)
