"""What type Trino gives each expression, where sqlglot's own inference says less or otherwise.

Pure. The rules for decimals are those of Trino's documentation ("Decimal functions and
operators"); an expression whose type stays unknown is left unknown, never guessed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.optimizer.annotate_types import TypeAnnotator

from athena_sql.typing.types import (
    decimal_type,
    digits_of,
    is_decimal,
    is_floating,
    is_integer,
)

BIGINT_MAX = 2**63 - 1
INT_MAX = 2**31 - 1


def annotate_literal(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`1.50` is decimal(3,2), `15e-1` is double, `7` is integer or bigint by its size."""
    text = node.name
    if node.is_string:
        kind = exp.DataType.build("varchar")
    elif "e" in text.lower():
        kind = exp.DataType.build("double")
    elif "." in text:
        whole, _, fraction = text.partition(".")
        kind = decimal_type(max(len(whole.lstrip("0")) + len(fraction), 1), len(fraction))
    else:
        kind = exp.DataType.build("int" if int(text) <= INT_MAX else "bigint")
    annotator._set_type(node, kind)


def common_type(left: exp.DataType | None, right: exp.DataType | None) -> exp.DataType | None:
    """Return the type that both sides become in a comparison, a case or a coalesce."""
    if is_floating(left) or is_floating(right):
        is_double = any(side is not None and side.is_type("double") for side in (left, right))
        return exp.DataType.build("double" if is_double else "real", dialect="trino")
    one, other = digits_of(left), digits_of(right)
    if one is None or other is None:
        return None
    (p1, s1), (p2, s2) = one, other
    if not is_decimal(left) and not is_decimal(right):
        return exp.DataType.build("bigint" if max(p1, p2) == 19 else "int")
    scale = max(s1, s2)
    return decimal_type(max(p1 - s1, p2 - s2) + scale, scale)


def arithmetic_type(node: exp.Expr) -> exp.DataType | None:
    """Return the type of `+ - * / %` over numbers, or None where a side is no known number."""
    left, right = node.this.type, node.expression.type
    common = common_type(left, right)
    if common is None or not is_decimal(common):
        return common
    (p1, s1), (p2, s2) = digits_of(left) or (0, 0), digits_of(right) or (0, 0)
    scale = max(s1, s2)
    match node:
        case exp.Mul():
            return decimal_type(p1 + p2, s1 + s2)
        case exp.Div():
            return decimal_type(p1 + s2 + max(s2 - s1, 0), scale)
        case exp.Mod():
            return decimal_type(min(p1 - s1, p2 - s2) + scale, scale)
        case _:
            return decimal_type(max(p1 - s1, p2 - s2) + scale + 1, scale)


def annotate_arithmetic(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """Give arithmetic Trino's type; dates and intervals are left to sqlglot."""
    if kind := arithmetic_type(node):
        annotator._set_type(node, kind)
    elif isinstance(node, exp.Binary) and not is_decimal(node.type):
        annotator._annotate_binary(node)


def annotate_sum(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`sum` of integers is bigint, of decimal(p,s) decimal(38,s), of real real, else double."""
    kind = node.this.type
    if is_integer(kind):
        annotator._set_type(node, exp.DataType.build("bigint"))
    elif is_decimal(kind):
        digits = digits_of(kind)
        annotator._set_type(node, decimal_type(38, digits[1]) if digits else kind)
    else:
        annotator._set_type(node, kind)


def annotate_average(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`avg` of decimal(p,s) is decimal(p,s), of real real, of anything else double."""
    kind = node.this.type
    keeps = is_decimal(kind) or is_floating(kind)
    annotator._set_type(node, kind if keeps else exp.DataType.build("double"))


def annotate_same(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`min`, `max`, `abs`, window values, parentheses and minus keep the type of their argument."""
    annotator._set_type(node, node.this.type)


def annotate_round(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`round(decimal(p,s))` is decimal(p-s+1,0); with digits, decimal(p+1,s)."""
    digits = digits_of(node.this.type)
    if not digits or not is_decimal(node.this.type):
        annotator._set_type(node, node.this.type)
        return
    precision, scale = digits
    if node.args.get("decimals") is None:
        annotator._set_type(node, decimal_type(precision - scale + min(scale, 1), 0))
    else:
        annotator._set_type(node, decimal_type(precision + 1, scale))


def annotate_whole(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`ceil` and `floor` of decimal(p,s) are whole: decimal(p-s+1,0); `sign` is decimal(1,0)."""
    kind = node.this.type
    digits = digits_of(kind)
    if digits and is_decimal(kind):
        precision, scale = digits
        whole = 1 if isinstance(node, exp.Sign) else precision - scale + min(scale, 1)
        kind = decimal_type(whole, 0)
    annotator._set_type(node, kind)


def annotate_array(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """An array's elements have the type that all of them can become."""
    element = node.expressions[0].type if node.expressions else None
    for other in node.expressions[1:]:
        element = common_type(element, other.type) or element
    kind = exp.DataType(this=exp.DType.ARRAY, nested=True)
    if element is not None and element.this not in (exp.DType.UNKNOWN, exp.DType.NULL):
        kind.set("expressions", [element.copy()])
    annotator._set_type(node, kind)


def annotate_transform(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`transform` makes an array of what its lambda answers."""
    answer = node.expression.this.type if isinstance(node.expression, exp.Lambda) else None
    kind = exp.DataType(this=exp.DType.ARRAY, nested=True)
    if answer is not None and answer.this not in (exp.DType.UNKNOWN, exp.DType.NULL):
        kind.set("expressions", [answer.copy()])
    annotator._set_type(node, kind)


def annotate_joined(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`||` and `concat` join arrays to an array, and anything else to a text."""
    sides = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
    arrays = [side.type for side in sides if side.type and side.type.this == exp.DType.ARRAY]
    annotator._set_type(node, arrays[0] if arrays else exp.DataType.build("varchar"))


def annotate_sequence(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`sequence` of integers is an array of bigints, whatever they are; of dates, of dates."""
    start = node.args["start"].type
    element = "bigint" if is_integer(start) else start.sql("trino") if start else "unknown"
    annotator._set_type(node, exp.DataType.build(f"array({element})", dialect="trino"))


def annotate_double(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """Correlations and the like are doubles."""
    annotator._set_type(node, exp.DataType.build("double"))


def annotate_choice(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`coalesce`, `case`, `if`, `greatest`: the type that all the values can become."""
    values = choices_of(node)
    kind = values[0].type if values else None
    for value in values[1:]:
        if value.type is None or value.type.this == exp.DType.NULL:
            continue
        known = kind is not None and kind.this != exp.DType.NULL
        kind = (common_type(kind, value.type) or kind) if known else value.type
    annotator._set_type(node, kind)


def choices_of(node: exp.Expr) -> list[exp.Expr]:
    """Return the expressions among which a node chooses its value."""
    match node:
        case exp.Case() | exp.If():
            branches = [branch.args["true"] for branch in node.args.get("ifs") or [node]]
            default = node.args.get("default") or node.args.get("false")
            return branches + ([default] if default is not None else [])
        case exp.Nullif():
            return [node.this]
        case _:
            return [node.this, *node.expressions]


def annotate_cast(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """A cast has the type it names; a decimal without digits is decimal(38,0)."""
    kind = node.args["to"]
    annotator._set_type(
        node, decimal_type(38, 0) if kind.is_type("decimal") and not kind.expressions else kind
    )


def annotate_bigint(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """Parts of dates, differences of dates and counts are bigint."""
    annotator._set_type(node, exp.DataType.build("bigint"))


def annotate_integer(annotator: TypeAnnotator, node: exp.Expr) -> None:
    """`grouping` is an integer."""
    annotator._set_type(node, exp.DataType.build("int"))


BIGINT_FUNCTIONS = (
    exp.Year,
    exp.Quarter,
    exp.Month,
    exp.Day,
    exp.Hour,
    exp.Minute,
    exp.Second,
    exp.WeekOfYear,
    exp.DayOfWeekIso,
    exp.DayOfYear,
    exp.DayOfMonth,
    exp.YearOfWeek,
    exp.ArrayPosition,
    exp.Extract,
    exp.DateDiff,
    exp.Length,
    exp.StrPosition,
    exp.ArraySize,
)
type Annotator = Callable[[TypeAnnotator, exp.Expr], None]
OWN: Mapping[type[exp.Expr], Annotator] = {
    exp.Literal: annotate_literal,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), annotate_arithmetic),
    **dict.fromkeys(BIGINT_FUNCTIONS, annotate_bigint),
    **dict.fromkeys((exp.Cast, exp.TryCast), annotate_cast),
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc, exp.ArgMax, exp.ArgMin), annotate_same),
    **dict.fromkeys((exp.Ceil, exp.Floor, exp.Sign), annotate_whole),
    **dict.fromkeys((exp.Concat, exp.DPipe), annotate_joined),
    **dict.fromkeys((exp.Corr, exp.CovarPop, exp.CovarSamp), annotate_double),
    exp.Array: annotate_array,
    exp.Transform: annotate_transform,
    exp.ArrayFilter: annotate_same,
    exp.GenerateSeries: annotate_sequence,
    exp.Grouping: annotate_integer,
    exp.Sum: annotate_sum,
    exp.Avg: annotate_average,
    exp.Round: annotate_round,
    **dict.fromkeys(
        (exp.Min, exp.Max, exp.Abs, exp.Neg, exp.Paren, exp.Lag, exp.Lead, exp.Filter),
        annotate_same,
    ),
    **dict.fromkeys((exp.FirstValue, exp.LastValue, exp.NthValue, exp.Window), annotate_same),
    **dict.fromkeys(
        (exp.Coalesce, exp.Case, exp.If, exp.Greatest, exp.Least, exp.Nullif), annotate_choice
    ),
}


def trino_metadata() -> dict[Any, Any]:
    """Return sqlglot's inference rules for Athena with Trino's own put over them."""
    rules = dict(Dialect.get_or_raise("athena").EXPRESSION_METADATA)
    return rules | {node: {"annotator": annotator} for node, annotator in OWN.items()}
