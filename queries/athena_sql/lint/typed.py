"""Constructs whose answer depends on types: casts, comparisons and joins of text with numbers.

Pure. These rules look at the statement after its types were inferred from the catalog.
"""

from sqlglot import exp

from athena_sql.lint.rule import Rule, typed_nodes
from athena_sql.typing.types import (
    digits_of,
    is_decimal,
    is_floating,
    is_integer,
)

TEXT = (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR)
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def is_text(node: exp.Expr | None) -> bool:
    """Whether an expression is known to be text."""
    return node is not None and node.type is not None and node.type.this in TEXT


def is_number(node: exp.Expr | None) -> bool:
    """Whether an expression is known to be a number."""
    kind = node.type if node is not None else None
    return is_integer(kind) or is_floating(kind) or is_decimal(kind)


def is_moment(node: exp.Expr | None) -> bool:
    """Whether an expression is known to be a date or a timestamp."""
    kinds = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ)
    return node is not None and node.type is not None and node.type.this in kinds


def mixes_text(node: exp.Expr) -> bool:
    """Whether text is compared with a number, a date or a time."""
    if isinstance(node, exp.In):
        others = node.expressions
    elif isinstance(node, exp.Between):
        others = [node.args["low"], node.args["high"]]
    else:
        others = [node.expression]
    return any(
        (is_text(one) and (is_number(other) or is_moment(other)))
        for other in others
        for one, other in ((node.this, other), (other, node.this))
    )


def joins_number(node: exp.Expr) -> bool:
    """Whether `||` has a side that is no text."""
    return any(is_number(side) or is_moment(side) for side in (node.this, node.expression))


def casts_to_text(node: exp.Expr) -> bool:
    """Whether a double or a time becomes text, which the engines spell in their own ways."""
    is_spelled = is_floating(node.this.type) or (
        is_moment(node.this) and node.this.type is not None and not node.this.type.is_type("date")
    )
    return is_spelled and node.args["to"].this in TEXT


def is_unmeasured(node: exp.Expr) -> bool:
    """Whether decimals are divided whose digits cannot be inferred."""
    if isinstance(node, exp.Avg):
        return is_decimal(node.this.type) and digits_of(node.this.type) is None
    sides = (node.this, node.expression)
    return any(is_decimal(side.type) for side in sides) and any(
        digits_of(side.type) is None and not is_floating(side.type) for side in sides
    )


RULES = (
    Rule(
        name="text-compared",
        athena="refuses to compare text with a number or a date",
        duckdb="casts one side",
        instead="cast it yourself: cast(x as bigint), date(x)",
        fails="select price from processed_orders where order_id > 10",
        passes="select price from processed_orders where try_cast(order_id as bigint) > 10",
        find=typed_nodes(*COMPARISONS, exp.In, exp.Between, where=mixes_text),
    ),
    Rule(
        name="text-joined",
        athena="joins texts only",
        duckdb="casts",
        instead="write country || cast(quantity as varchar)",
        fails="select country || quantity as x from processed_orders",
        passes="select country || cast(quantity as varchar) as x from processed_orders",
        find=typed_nodes(exp.DPipe, where=joins_number),
    ),
    Rule(
        name="text-to-boolean",
        athena="takes t, true, 1, f, false, 0",
        duckdb="takes yes and no too",
        instead="write lower(x) = 'true'",
        fails="select cast(status as boolean) as x from processed_orders",
        passes="select lower(status) = 'true' as x from processed_orders",
        find=typed_nodes(
            exp.Cast,
            exp.TryCast,
            where=lambda node: is_text(node.this) and node.args["to"].is_type("boolean"),
        ),
    ),
    Rule(
        name="number-to-text",
        athena="writes 1.0E7, and times with milliseconds",
        duckdb="writes 10000000.0, and times without",
        instead="cast to decimal(p, s) first, or use date_format",
        fails="select cast(price * 1e0 as varchar) as x from processed_orders",
        passes="select cast(price as varchar) as x from processed_orders",
        find=typed_nodes(exp.Cast, exp.TryCast, where=casts_to_text),
    ),
    Rule(
        name="decimal-of-unknown-digits",
        athena="keeps the larger scale",
        duckdb="answers a double",
        instead="give the digits: cast(x as decimal(38, 6)), or cast to double",
        fails="select 1.50 / unknown_of(price) as x from processed_orders",
        passes="select 1.50 / cast(price as decimal(18, 2)) as x from processed_orders",
        find=typed_nodes(exp.Div, exp.Avg, where=is_unmeasured),
    ),
    Rule(
        name="sum-of-doubles",
        athena="adds in any order, so the last digits vary",
        duckdb="adds in another",
        instead="sum decimals: sum(cast(x as decimal(38, 6))); if it is a column of the contract, "
        "crawl again for its type: orderlake crawl",
        fails="select sum(price * 1e0) as x from processed_orders",
        passes="select sum(price) as x from processed_orders",
        find=typed_nodes(exp.Sum, where=lambda node: is_floating(node.this.type)),
        is_advice=True,
    ),
)
