"""Trees that say in DuckDB what Trino means: one small function for each construct that differs.

Pure. Each takes a node whose types are inferred and returns its replacement, or the node itself.
"""

import re
from collections.abc import Mapping

from sqlglot import exp

from athena_sql.translation import array_rewrites, nan_rewrites, text_rewrites
from athena_sql.translation.macros import Rule, call
from athena_sql.typing.types import (
    decimal_type,
    digits_of,
    is_decimal,
    is_floating,
    is_integer,
)

# Below 10**15 a double's nearest decimal of that many digits is the only one (IEEE 754, 15 digits).
SAFE_DIGITS = 15
WORD_DIGITS = 18
TEXT = frozenset({exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR})


def cast(node: exp.Expr, kind: exp.DataType | str) -> exp.Cast:
    """Return a cast that no other rewrite will look at again."""
    return exp.Cast(this=node, to=exp.DataType.build(kind, dialect="duckdb"), _type=kind)


def rewrite_division(node: exp.Expr) -> exp.Expr:
    """Integers divide to an integer, decimals to a decimal of the larger scale, half up."""
    left, right = node.this, node.expression
    if is_integer(left.type) and is_integer(right.type):
        return exp.Paren(this=exp.IntDiv(this=grouped(left), expression=grouped(right)))
    if is_decimal(node.type):
        return divide_decimals(left, right, node.type)
    node.set("typed", False)
    return node


def grouped(node: exp.Expr) -> exp.Expr:
    """Return an operand in parentheses where it is itself an operation."""
    return exp.Paren(this=node.copy()) if isinstance(node, exp.Binary) else node.copy()


def divide_decimals(left: exp.Expr, right: exp.Expr, kind: exp.DataType | None) -> exp.Expr:
    """Return `left / right` as the decimal type given; their digits must be known."""
    target, dividend, divisor = digits_of(kind), digits_of(left.type), digits_of(right.type)
    if not (target and dividend and divisor):
        return exp.Div(this=left.copy(), expression=right.copy())
    scale = target[1]
    zeros = scale - dividend[1] + divisor[1]
    quotient = call("trino_divide", left, right, max(zeros, 0), scale)
    return cast(quotient, kind or "double")


def innermost(node: exp.Expr) -> exp.Expr:
    """Return the aggregate inside a filter or a window."""
    while isinstance(node, exp.Filter | exp.Window | exp.IgnoreNulls | exp.RespectNulls):
        node = node.this
    return node


def is_wrapped(node: exp.Expr) -> bool:
    """Whether a filter or a window belongs to the node, which then is rewritten with it."""
    return isinstance(node.parent, exp.Filter | exp.Window) and node.parent.this is node


def with_aggregate(node: exp.Expr, aggregate: exp.Expr) -> exp.Expr:
    """Return a copy of a filtered or windowed aggregate with another aggregate inside."""
    copy = node.copy()
    inner = innermost(copy)
    if inner is copy:
        return aggregate
    inner.replace(aggregate)
    return copy


def rewrite_aggregate(node: exp.Expr) -> exp.Expr:
    """`sum` of integers is a bigint; `avg` of decimals a decimal of the argument's type."""
    if is_wrapped(node):
        return node
    match innermost(node):
        case exp.Sum(this=argument) if is_integer(argument.type):
            return cast(node.copy(), "bigint")
        case exp.Corr():
            # One row, or no spread, correlates to nothing: NULL, where DuckDB says NaN.
            nothing = cast(exp.Literal.string("nan"), "double")
            return exp.Nullif(this=node.copy(), expression=nothing)
        case exp.Avg(this=argument) if is_decimal(argument.type):
            total = with_aggregate(node, exp.Sum(this=argument.copy()))
            count = with_aggregate(node, exp.Count(this=argument.copy(), big_int=True))
            scale = (digits_of(argument.type) or (0, 0))[1]
            return cast(call("trino_divide", total, count, 0, scale), argument.type or "double")
    return node


def rewrite_cast(node: exp.Expr) -> exp.Expr:
    """Casts whose result differs: double to integer or decimal, text to number, date or time."""
    source, target = node.this.type, node.args["to"]
    if is_integer(target) and is_floating(source):
        node.set("this", exp.Round(this=node.this.copy()))
    elif is_decimal(target) and is_floating(source):
        return cast_double_to_decimal(node, target)
    elif target.this in TEXT and target.expressions:
        length = int(target.expressions[0].name)
        return call("left", exp.Cast(this=node.this.copy(), to=exp.DataType.build("text")), length)
    elif source is not None and source.this in TEXT and (name := TEXT_CHECKS.get(target.this)):
        if not is_plain_date(node):
            node.set("this", call(name, node.this))
        if target.this == exp.DType.TIMESTAMP:
            # The digits that a literal's type carries would cut its fraction in DuckDB.
            node.set("to", exp.DataType.build("timestamp"))
            return call("trino_milliseconds", node)
    return node


TEXT_CHECKS = {
    **dict.fromkeys(
        (exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT),
        "trino_integer_text",
    ),
    exp.DType.DECIMAL: "trino_decimal_text",
    exp.DType.DOUBLE: "trino_double_text",
    exp.DType.DATE: "trino_date_text",
    exp.DType.TIMESTAMP: "trino_timestamp_text",
}


def is_plain_date(node: exp.Expr) -> bool:
    """Whether a cast is of a date written out, as in DATE '2026-01-01', which needs no check."""
    return (
        node.args["to"].is_type("date")
        and isinstance(node.this, exp.Literal)
        and re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.this.name) is not None
    )


def cast_double_to_decimal(node: exp.Expr, target: exp.DataType) -> exp.Expr:
    """Return the decimal nearest to the double's shortest digits, as Java's BigDecimal.valueOf.

    The short way is DuckDB's own cast, taken where it provably gives the same: k = x * 10**scale
    has at most 15 digits and k / 10**scale, which IEEE 754 rounds correctly, is x again. Else the
    double's digits are read as text.
    """
    value, (precision, scale) = node.this, digits_of(target) or (38, 0)
    text = exp.Cast(this=value.copy(), to=exp.DataType.build("text"))
    whole = type(node)(this=text, to=target.copy(), safe=isinstance(node, exp.TryCast))
    if scale > SAFE_DIGITS:
        return whole
    limit = exp.Literal.number(f"1e{SAFE_DIGITS - scale}")
    power = exp.Literal.number(f"1e{scale}")
    product = exp.Round(this=exp.Mul(this=grouped(value), expression=power.copy()))
    back = exp.EQ(
        this=exp.Div(this=product, expression=power, typed=False, safe=False),
        expression=grouped(value),
    )
    short = exp.And(this=exp.LT(this=exp.Abs(this=value.copy()), expression=limit), expression=back)
    # DuckDB keeps 18 digits in a machine word, and adds them many times faster than 38.
    near = exp.TryCast(this=value.copy(), to=decimal_type(WORD_DIGITS, scale), safe=True)
    either = exp.If(this=short, true=near, false=whole)
    if precision >= WORD_DIGITS:
        return either
    return type(node)(this=either, to=target.copy(), safe=isinstance(node, exp.TryCast))


def rewrite_date(node: exp.Expr) -> exp.Expr:
    """`date(text)` takes a date and nothing after it."""
    if node.this.type is not None and node.this.type.this in TEXT:
        return cast(call("trino_date_text", node.this), "date")
    return node


def rewrite_date_diff(node: exp.Expr) -> exp.Expr:
    """`date_diff` counts whole units that have passed, not boundaries crossed."""
    unit = exp.Literal.string(node.args["unit"].name.lower())
    # sqlglot keeps the later moment first.
    return call("date_sub", unit, node.expression, node.this)


def rewrite_date_result(node: exp.Expr) -> exp.Expr:
    """Truncating a date, or moving it by days or more, gives a date and not a timestamp."""
    subject = node.this.type
    if subject is not None and subject.this == exp.DType.DATE and node.type == subject:
        return cast(node.copy(), "date")
    return node


def rewrite_round(node: exp.Expr) -> exp.Expr:
    """`round` of a decimal to some digits keeps the scale, one digit wider."""
    if is_decimal(node.type):
        return cast(node.copy(), node.type or "double")
    return node


def rewrite_whole(node: exp.Expr) -> exp.Expr:
    """`ceil`, `floor` and `sign` keep the kind of their argument: of an integer, an integer."""
    return node if node.type is None else cast(node.copy(), node.type)


def rewrite_extract(node: exp.Expr) -> exp.Expr:
    """The day of the week runs from Monday, 1, to Sunday, 7."""
    if node.name.upper() in ("DOW", "DAY_OF_WEEK"):
        return exp.Anonymous(this="isodow", expressions=[node.expression.copy()])
    if node.name.upper() in ("YOW", "YEAR_OF_WEEK"):
        return exp.Anonymous(this="isoyear", expressions=[node.expression.copy()])
    return node


RULES: Mapping[type[exp.Expr], Rule] = {
    exp.Div: rewrite_division,
    exp.Sum: rewrite_aggregate,
    exp.Avg: rewrite_aggregate,
    exp.Corr: rewrite_aggregate,
    exp.Filter: rewrite_aggregate,
    exp.Window: rewrite_aggregate,
    exp.Cast: rewrite_cast,
    exp.TryCast: rewrite_cast,
    exp.Date: rewrite_date,
    exp.DateDiff: rewrite_date_diff,
    exp.TimestampTrunc: rewrite_date_result,
    exp.DateTrunc: rewrite_date_result,
    exp.DateAdd: rewrite_date_result,
    exp.DateSub: rewrite_date_result,
    exp.Add: rewrite_date_result,
    exp.Sub: rewrite_date_result,
    exp.Round: rewrite_round,
    exp.Extract: rewrite_extract,
    **dict.fromkeys((exp.Ceil, exp.Floor, exp.Sign), rewrite_whole),
    **text_rewrites.RULES,
    **array_rewrites.RULES,
    **nan_rewrites.RULES,
}


def rewrite(tree: exp.Query) -> exp.Query:
    """Apply every rule to an annotated tree, the inner nodes before the outer ones, in place."""
    nan_rewrites.mark_columns(tree)
    for node in reversed(list(tree.bfs())):
        rule = RULES.get(type(node))
        if rule is None or node.parent is None:
            continue
        replacement = rule(node)
        if replacement is not node:
            replacement.type = node.type
            node.replace(replacement)
    return tree
