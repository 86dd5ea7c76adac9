"""Comparisons of doubles that may not be numbers: 0e0 / 0e0 is unequal to all, itself included.

Pure. DuckDB takes NaN for the largest number and for equal to itself. JSON cannot hold one, so a
column of a table never does; only what was computed is compared with care.
"""

from collections.abc import Iterable

from sqlglot import exp

from athena_sql.translation.macros import Rule, call
from athena_sql.typing.types import is_floating

MARK = "may_be_nan"
MAKERS = (exp.Div, exp.Mod, exp.Sqrt, exp.Ln, exp.Log, exp.Pow)
NAMED_MAKERS = {"nan", "infinity", "acos", "asin", "log2", "log10"}


def may_be_nan(node: exp.Expr) -> bool:
    """Whether a value is a double that some operation in it can make NaN."""
    if not is_floating(node.type):
        return False
    return any(part.meta.get(MARK) or makes_nan(part) for part in node.walk())


def makes_nan(node: exp.Expr) -> bool:
    """Whether an operation makes NaN of some numbers; dividing by a plain one but 0 does not."""
    if isinstance(node, exp.Div) and isinstance(node.expression, exp.Literal):
        return is_floating(node.type) and float(node.expression.name) == 0
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in NAMED_MAKERS
    return isinstance(node, MAKERS) and is_floating(node.type)


def mark_columns(tree: exp.Query) -> None:
    """Mark the columns that have the name of a value which some step of the statement computes.

    By name alone: one more column compared with care does no harm.
    """
    names: set[str] = set()
    while found := set(computed_names(tree)) - names:
        names |= found
        for column in tree.find_all(exp.Column):
            if column.name in names:
                column.meta[MARK] = True


def computed_names(tree: exp.Query) -> Iterable[str]:
    """Yield the names of all outputs, of steps too, that may be NaN."""
    for select in tree.find_all(exp.Select):
        for output in select.selects:
            if may_be_nan(output.unalias()):
                yield output.alias_or_name


def rewrite_comparison(node: exp.Expr) -> exp.Expr:
    """A comparison with NaN is false, and `<>` true; in a join's condition it stays as it is."""
    left, right = node.this, node.expression
    if not (may_be_nan(left) or may_be_nan(right)) or is_of_join(node):
        return node
    return call(
        "trino_unequal" if isinstance(node, exp.NEQ) else "trino_compared", left, right, node
    )


def rewrite_between(node: exp.Expr) -> exp.Expr:
    """`x between a and b` is two comparisons, where any of the three may be NaN."""
    value, low, high = node.this, node.args["low"], node.args["high"]
    if not any(map(may_be_nan, (value, low, high))) or is_of_join(node):
        return node
    sides = (exp.GTE(this=value, expression=low), exp.LTE(this=value.copy(), expression=high))
    return exp.Paren(this=exp.and_(*map(rewrite_comparison, sides), wrap=False))


def is_of_join(node: exp.Expr) -> bool:
    """Whether a join looks its partners up by the comparison."""
    return isinstance(node.find_ancestor(exp.Join, exp.Query), exp.Join)


RULES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), rewrite_comparison),
    exp.Between: rewrite_between,
}
