"""What functions and operators are given: too many arguments, or of a kind that Trino refuses.

Pure. The kinds are those of the statement's inferred types; what is not known is let pass.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from athena_sql.lint.rule import (
    Rule,
    Script,
    nodes,
    typed_nodes,
)
from athena_sql.lint.typed import is_moment, is_number, is_text
from athena_sql.typing.types import is_floating

# Forms with more arguments that the engines take differently: the most that agree.
MOST_ARGUMENTS = {
    "array_sort": 1,
    "max": 1,
    "max_by": 2,
    "min": 1,
    "min_by": 2,
    "split": 2,
    "strpos": 2,
    "unnest": 1,
}
LEAST_ARGUMENTS = {"listagg": 2}
TEXT_ARGUMENTS: Mapping[type[exp.Expr], tuple[str, ...]] = {
    exp.Lower: ("this",),
    exp.Upper: ("this",),
    exp.Length: ("this",),
    exp.Substring: ("this",),
    exp.Concat: ("expressions",),
    exp.ConcatWs: ("expressions",),
    exp.Replace: ("this", "expression", "replacement"),
    exp.Trim: ("this", "expression"),
    exp.Split: ("this", "expression"),
    exp.SplitPart: ("this", "delimiter"),
    exp.StrPosition: ("this", "substr"),
    exp.StartsWith: ("this", "expression"),
    exp.Pad: ("this", "fill_pattern"),
    exp.Like: ("this", "expression"),
    exp.RegexpLike: ("this", "expression"),
    exp.RegexpExtract: ("this", "expression"),
    exp.RegexpReplace: ("this", "expression", "replacement"),
    exp.JSONExtractScalar: ("this",),
    exp.DPipe: ("this", "expression"),
}
OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET)
CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET)
# Functions of several kinds of arguments, which cannot tell the kind of a bare NULL.
UNTYPED_NULL = (exp.Concat, exp.DPipe, exp.JSONExtractScalar, exp.Length, exp.Lower, exp.Substring)
NOT_RE2 = re.compile(r"\(\?(?:[=!>]|<)|[*+?}]\+|\\[1-9]|\\[kGZ]")
OPTIONAL_GROUP = re.compile(r"\)(?:[?*]|\{0)|\|")
GROUP = re.compile(r"(?<!\\)\((?!\?)")


def count_arguments(script: Script) -> Iterator[tuple[str, int, int]]:
    """Yield name, number of arguments and line of every call."""
    names: list[str] = []
    counts: list[int] = []
    before = None
    for token in script.tokens:
        if token.token_type in CLOSING and counts:
            yield names.pop(), counts.pop(), token.line
        elif counts:
            # The first token inside makes one argument, each comma one more.
            counts[-1] = max(counts[-1], 1) + (token.token_type == TokenType.COMMA)
        if token.token_type in OPENING:
            is_call = before is not None and token.token_type == TokenType.L_PAREN
            names.append(before.text.lower() if is_call and before else "")
            counts.append(0)
        before = token


def find_sizes(script: Script) -> Iterable[tuple[str, int]]:
    """Return the calls with more or fewer arguments than agree."""
    for name, count, line in count_arguments(script):
        if count > MOST_ARGUMENTS.get(name, count) or count < LEAST_ARGUMENTS.get(name, 0):
            yield f"{name}() with {count}", line


def is_no_text(node: exp.Expr) -> bool:
    """Whether an expression is known to be something else than text."""
    is_condition = node.type is not None and bool(node.type.is_type("boolean"))
    return is_number(node) or is_moment(node) or is_condition


def has_no_text(node: exp.Expr) -> bool:
    """Whether a function of texts is given something else; arrays may be joined too."""
    given: list[exp.Expr] = []
    for part in TEXT_ARGUMENTS[type(node)]:
        value = node.args.get(part)
        given += value if isinstance(value, list) else [value] if value is not None else []
    if isinstance(node, exp.Concat | exp.DPipe) and any(
        side.type is not None and side.type.this == exp.DType.ARRAY for side in given
    ):
        return False
    if isinstance(node, UNTYPED_NULL) and any(isinstance(side, exp.Null) for side in given):
        return True
    return any(is_no_text(argument) for argument in given)


def is_not_boolean(node: exp.Expr | None) -> bool:
    """Whether an expression is known to be neither true nor false."""
    return is_text(node) or is_number(node) or is_moment(node)


def asks_no_boolean(node: exp.Expr) -> bool:
    """Whether a condition is no condition."""
    match node:
        case exp.And() | exp.Or():
            return is_not_boolean(node.this) or is_not_boolean(node.expression)
        case exp.Case():
            branches = node.args.get("ifs") or []
            return node.this is None and any(is_not_boolean(branch.this) for branch in branches)
        case exp.If() if isinstance(node.parent, exp.Case):
            return False
        case _:
            return is_not_boolean(node.this)


def has_java_pattern(node: exp.Expr) -> bool:
    """Whether a pattern, or a replacement, is one that only Java's engine takes."""
    pattern, replacement = node.expression, node.args.get("replacement")
    named = isinstance(replacement, exp.Literal) and "${" in replacement.name
    return named or (isinstance(pattern, exp.Literal) and bool(NOT_RE2.search(pattern.name)))


def has_uncertain_group(node: exp.Expr) -> bool:
    """Whether the group to extract may be missing from a match, or from the pattern."""
    pattern, group = node.expression, node.args.get("group")
    if not isinstance(pattern, exp.Literal) or not isinstance(group, exp.Literal):
        return False
    groups = len(GROUP.findall(pattern.name))
    is_optional = int(group.name) > 0 and bool(OPTIONAL_GROUP.search(pattern.name))
    return int(group.name) > groups or is_optional


RULES = (
    Rule(
        name="argument-count",
        athena="has another form of the function",
        duckdb="does not, or answers otherwise",
        instead="use the short form: max(x), split(x, ','), listagg(x, ',')",
        fails="select split(country, ',', 2) as x from processed_orders",
        passes="select split(country, ',') as x from processed_orders",
        find=find_sizes,
    ),
    Rule(
        name="not-a-text",
        athena="takes texts only",
        duckdb="casts",
        instead="cast it yourself: cast(x as varchar)",
        fails="select concat(country, quantity) as x from processed_orders",
        passes="select concat(country, cast(quantity as varchar)) as x from processed_orders",
        find=typed_nodes(*TEXT_ARGUMENTS, where=has_no_text),
    ),
    Rule(
        name="not-a-condition",
        athena="wants true or false",
        duckdb="takes any number but 0 for true",
        instead="write x <> 0",
        fails="select price from processed_orders where quantity",
        passes="select price from processed_orders where quantity <> 0",
        find=typed_nodes(
            exp.Where,
            exp.Having,
            exp.Not,
            exp.And,
            exp.Or,
            exp.Case,
            exp.If,
            exp.CountIf,
            exp.LogicalAnd,
            exp.LogicalOr,
            where=asks_no_boolean,
        ),
    ),
    Rule(
        name="sum-of-conditions",
        athena="sums numbers only",
        duckdb="counts what is true",
        instead="write count_if(x)",
        fails="select sum(price > 1) as x from processed_orders",
        passes="select count_if(price > 1) as x from processed_orders",
        find=typed_nodes(
            exp.Sum, exp.Avg, where=lambda n: bool(n.this.type and n.this.type.is_type("boolean"))
        ),
    ),
    Rule(
        name="correlation-of-integers",
        athena="answers a real",
        duckdb="answers a double",
        instead="cast one side to double",
        fails="select corr(quantity, 1) as x from processed_orders",
        passes="select corr(quantity, price * 1e0) as x from processed_orders",
        find=typed_nodes(
            exp.Corr,
            exp.CovarPop,
            exp.CovarSamp,
            where=lambda n: not is_floating(n.this.type) and not is_floating(n.expression.type),
        ),
    ),
    Rule(
        name="java-pattern",
        athena="knows look-ahead, named groups and back references",
        duckdb="does not",
        instead="use a pattern without them",
        fails="select regexp_like(country, 'a(?=b)') as x from processed_orders",
        passes="select regexp_like(country, 'ab') as x from processed_orders",
        find=nodes(exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace, where=has_java_pattern),
    ),
    Rule(
        name="optional-group",
        athena="answers NULL for a group that did not take part, and fails for one too many",
        duckdb="answers an empty text",
        instead="make the group part of every match: (x?) for (x)?",
        fails="select regexp_extract(country, 'N(O)?', 1) as x from processed_orders",
        passes="select regexp_extract(country, 'N(O?)', 1) as x from processed_orders",
        find=nodes(exp.RegexpExtract, where=has_uncertain_group),
    ),
)
