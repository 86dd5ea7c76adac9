"""Operators, types and units that Trino does not know, or knows as something else.

Pure. Each was asked of a real Trino, whose answers are recorded among the tests.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from athena_sql.lint.rule import (
    Rule,
    Script,
    nodes,
    pairs,
    tokens,
)

UNKNOWN_TYPE_TEXT = """
    bool bytea blob clob datetime dec float float4 float8 hugeint int1 int2 int4 int8 integral long
    nchar number numeric nvarchar short signed string text ubigint uinteger
"""
UNKNOWN_TYPES = frozenset(UNKNOWN_TYPE_TEXT.split())
ODD_TYPES = frozenset(("char", "json", "real", "time", "varbinary"))
UNITS = frozenset(("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"))
FIELD_TEXT = "QUARTER WEEK DAY_OF_MONTH DAY_OF_WEEK DOW DAY_OF_YEAR DOY YEAR_OF_WEEK YOW"
FIELDS = UNITS | frozenset(FIELD_TEXT.split())
CASTS = ("cast", "try_cast")
type Finder = Callable[[Script], Iterable[tuple[str, int]]]


def find_types(names: frozenset[str]) -> Finder:
    """Return a finder of casts to the types with these names."""

    def find(script: Script) -> Iterable[tuple[str, int]]:
        callers: list[str] = []
        for token, after in pairwise(script.tokens):
            is_as = token.token_type == TokenType.ALIAS and callers and callers[-1] in CASTS
            if after.token_type == TokenType.L_PAREN:
                callers.append(token.text.lower())
            elif after.token_type == TokenType.R_PAREN and callers:
                callers.pop()
            elif is_as and after.text.lower() in names:
                yield after.text, after.line

    return find


def find_filters(script: Script) -> Iterable[tuple[str, int]]:
    """Return the filters of aggregates without the word where."""
    kinds = [token.token_type for token in script.tokens]
    for i, token in enumerate(script.tokens[:-2]):
        is_filter = kinds[i] == TokenType.FILTER and i > 0 and kinds[i - 1] == TokenType.R_PAREN
        if is_filter and kinds[i + 2] != TokenType.WHERE:
            yield "filter", token.line


def is_selected(node: exp.Expr) -> bool:
    """Whether an unnest stands where a column does."""
    parent = node.parent.parent if isinstance(node.parent, exp.Alias) else node.parent
    return isinstance(parent, exp.Select) and node.find_ancestor(exp.From, exp.Join) is None


RULES = (
    Rule(
        name="bit-operator",
        athena="knows no & | ^ ~ << >>",
        duckdb="counts bits",
        instead="use + - * / % and pow()",
        fails="select quantity & 1 as x from processed_orders",
        passes="select quantity % 2 as x from processed_orders",
        find=nodes(
            exp.BitwiseAnd,
            exp.BitwiseOr,
            exp.BitwiseXor,
            exp.BitwiseNot,
            exp.BitwiseLeftShift,
            exp.BitwiseRightShift,
        ),
    ),
    Rule(
        name="text-operator",
        athena="has neither similar to nor glob",
        duckdb="matches the text",
        instead="write like, or regexp_like(x, '...')",
        fails="select product_id from processed_orders where product_id similar to 'A.*'",
        passes="select product_id from processed_orders where regexp_like(product_id, '^A.*$')",
        find=nodes(exp.SimilarTo, exp.Glob),
    ),
    Rule(
        name="is-true",
        athena="has no is true",
        duckdb="compares",
        instead="write coalesce(x, false)",
        fails="select price from processed_orders where (quantity > 0) is true",
        passes="select price from processed_orders where coalesce(quantity > 0, false)",
        find=nodes(exp.Is, where=lambda n: isinstance(n.expression, exp.Boolean)),
    ),
    Rule(
        name="isnull",
        athena="has neither isnull nor notnull",
        duckdb="does",
        instead="write x is null",
        fails="select price from processed_orders where country isnull",
        passes="select price from processed_orders where country is null",
        find=tokens(lambda t: t.token_type in (TokenType.ISNULL, TokenType.NOTNULL)),
    ),
    Rule(
        name="between-symmetric",
        athena="has no symmetric",
        duckdb="swaps the bounds",
        instead="write the lower bound first",
        fails="select price from processed_orders where quantity between symmetric 5 and 1",
        passes="select price from processed_orders where quantity between 1 and 5",
        find=nodes(exp.Between, where=lambda n: n.args.get("symmetric") is not None),
    ),
    Rule(
        name="hexadecimal",
        athena="reads 0x1F as a number and x'1F' as bytes",
        duckdb="reads both as bytes",
        instead="write the number in decimal",
        fails="select 0x1F as x",
        passes="select 31 as x",
        find=nodes(exp.HexString),
    ),
    Rule(
        name="texts-side-by-side",
        athena="is a syntax error",
        duckdb="joins them",
        instead="write ||",
        fails="select 'a' 'b' as x",
        passes="select 'a' || 'b' as x",
        find=pairs(lambda a, b: {a.token_type, b.token_type} == {TokenType.STRING}),
    ),
    Rule(
        name="left-and-right",
        athena="has no left() and right()",
        duckdb="does",
        instead="write substr(x, 1, n) or substr(x, -n)",
        fails="select left(country, 1) as x from processed_orders",
        passes="select substr(country, 1, 1) as x from processed_orders",
        find=pairs(
            lambda a, b: (
                a.token_type in (TokenType.LEFT, TokenType.RIGHT)
                and b.token_type == TokenType.L_PAREN
            )
        ),
    ),
    Rule(
        name="unnest-in-select",
        athena="is a syntax error",
        duckdb="makes rows",
        instead="write from unnest(x) as t(y)",
        fails="select unnest(array[1, 2]) as x",
        passes="select x from unnest(array[1, 2]) as t(x)",
        find=nodes(exp.Unnest, exp.Explode, where=is_selected),
    ),
    Rule(
        name="filter-without-where",
        athena="wants the word where",
        duckdb="does not",
        instead="write filter (where ...)",
        fails="select count(*) filter (price > 1) as x from processed_orders",
        passes="select count(*) filter (where price > 1) as x from processed_orders",
        find=find_filters,
    ),
    Rule(
        name="by-name",
        athena="is a syntax error",
        duckdb="matches columns by name",
        instead="name the columns in order",
        fails="select price from processed_orders union by name select price from processed_orders",
        passes="select price from processed_orders union select price from processed_orders",
        find=nodes(exp.SetOperation, where=lambda n: bool(n.args.get("by_name"))),
    ),
    Rule(
        name="natural-join",
        athena="has none",
        duckdb="joins on all common names",
        instead="write join ... using (a, b)",
        fails="select 1 as x from processed_orders a natural join processed_orders b",
        passes="select 1 as x from processed_orders a join processed_orders b using (order_id)",
        find=nodes(exp.Join, where=lambda n: str(n.args.get("method")).upper() == "NATURAL"),
    ),
    Rule(
        name="recursive",
        athena="stops after ten rounds",
        duckdb="goes on",
        instead="write unnest(sequence(1, n))",
        fails="with recursive t(n) as (select 1 union all select n + 1 from t) select n from t",
        passes="select n from unnest(sequence(1, 3)) as t(n)",
        find=tokens(lambda token: token.token_type == TokenType.RECURSIVE),
    ),
    Rule(
        name="row",
        athena="makes a row",
        duckdb="makes a struct, with names of its own",
        instead="select columns",
        fails="select row(1, 'a') as x",
        passes="select 1 as a, 'a' as b",
        find=nodes(exp.Struct),
    ),
    Rule(
        name="distinct-over",
        athena="has no distinct in a window",
        duckdb="does",
        instead="count in a step that is grouped, and join it",
        fails="select count(distinct country) over () as x from processed_orders",
        passes="select count(country) over () as x from processed_orders",
        find=nodes(exp.Window, where=lambda n: n.this.find(exp.Distinct) is not None),
    ),
    Rule(
        name="interval-unit",
        athena="wants one number in quotes, and a unit in the singular, up to day",
        duckdb="takes more",
        instead="write interval '7' day",
        fails="select date '2026-01-01' + interval '1 day' as x",
        passes="select date '2026-01-01' + interval '1' day as x",
        find=pairs(
            lambda a, b: (
                a.token_type == TokenType.INTERVAL
                and b.token_type == TokenType.STRING
                and not b.text.lstrip("+-").isdigit()
            )
        ),
    ),
    Rule(
        name="interval-of-weeks",
        athena="knows year, month, day, hour, minute, second",
        duckdb="knows more",
        instead="write interval '7' day",
        fails="select date '2026-01-01' + interval '1' week as x",
        passes="select date '2026-01-01' + interval '7' day as x",
        find=nodes(exp.Interval, where=lambda n: str(n.args.get("unit")).upper() not in UNITS),
    ),
    Rule(
        name="extract-field",
        athena="does not know the field",
        duckdb="does",
        instead="take year, quarter, month, week, day, dow, doy, hour, minute or second",
        fails="select extract(epoch from timestamp '2026-01-01 00:00:00') as x",
        passes="select extract(year from timestamp '2026-01-01 00:00:00') as x",
        find=nodes(exp.Extract, where=lambda n: n.name.upper() not in FIELDS),
    ),
    Rule(
        name="unknown-type",
        athena="does not know the type in a query",
        duckdb="does",
        instead="write varchar, integer, bigint, double, decimal(p, s), date or timestamp",
        fails="select cast(quantity as string) as x from processed_orders",
        passes="select cast(quantity as varchar) as x from processed_orders",
        find=find_types(UNKNOWN_TYPES),
    ),
    Rule(
        name="odd-type",
        athena="pads char, rounds real, and writes json and time in its own way",
        duckdb="does not",
        instead="write varchar, double or timestamp",
        fails="select cast(country as char(3)) as x from processed_orders",
        passes="select cast(country as varchar(3)) as x from processed_orders",
        find=find_types(ODD_TYPES),
    ),
)
