"""Syntax that DuckDB and the parser accept, but that is an error in Athena.

Pure. The tree no longer shows much of it, so the rules look at the tokens.
"""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from athena_sql.lint.rule import (
    Rule,
    Script,
    nodes,
    pairs,
    tokens,
)

BEFORE_A_VALUE = (TokenType.SELECT, TokenType.COMMA, TokenType.L_PAREN, TokenType.EQ)


def find_limit_before_offset(script: Script) -> Iterable[tuple[str, int]]:
    """Athena wants the offset first."""
    depth_of_limit: set[int] = set()
    depth = 0
    for token in script.tokens:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if token.token_type in (TokenType.SELECT, TokenType.L_PAREN):
            depth_of_limit.discard(depth)
        elif token.token_type == TokenType.LIMIT:
            depth_of_limit.add(depth)
        elif token.token_type == TokenType.OFFSET and depth in depth_of_limit:
            yield "limit ... offset", token.line


RULES = (
    Rule(
        name="from-first",
        athena="is a syntax error",
        duckdb="selects every column",
        instead="write select first",
        fails="from processed_orders",
        passes="select price from processed_orders",
        find=lambda script: [
            ("from", token.line)
            for token in script.tokens[:1]
            if token.token_type == TokenType.FROM
        ],
    ),
    Rule(
        name="double-colon",
        athena="is a syntax error",
        duckdb="casts",
        instead="write cast(x as type)",
        fails="select price::integer as x from processed_orders",
        passes="select cast(price as integer) as x from processed_orders",
        find=tokens(lambda token: token.token_type == TokenType.DCOLON),
    ),
    Rule(
        name="double-equals",
        athena="is a syntax error",
        duckdb="compares",
        instead="write =",
        fails="select price from processed_orders where price == 1e0",
        passes="select price from processed_orders where price = 1e0",
        find=tokens(lambda token: token.text == "=="),
    ),
    Rule(
        name="interval-without-quotes",
        athena="is a syntax error",
        duckdb="runs",
        instead="write interval '1' day",
        fails="select date '2026-01-01' + interval 1 day as x",
        passes="select date '2026-01-01' + interval '1' day as x",
        find=pairs(
            lambda first, second: (
                first.token_type == TokenType.INTERVAL and second.token_type == TokenType.NUMBER
            )
        ),
    ),
    Rule(
        name="bare-list",
        athena="is a syntax error",
        duckdb="makes a list or a struct",
        instead="write array[1, 2] or cast(row(1) as row(a integer))",
        fails="select [1, 2] as x",
        passes="select array[1, 2] as x",
        find=pairs(
            lambda first, second: (
                second.token_type == TokenType.L_BRACE
                or (second.token_type == TokenType.L_BRACKET and first.token_type in BEFORE_A_VALUE)
            )
        ),
    ),
    Rule(
        name="trailing-comma",
        athena="is a syntax error",
        duckdb="runs",
        instead="remove the comma",
        fails="select price, from processed_orders",
        passes="select price from processed_orders",
        find=pairs(
            lambda first, second: (
                first.token_type == TokenType.COMMA
                and second.token_type in (TokenType.FROM, TokenType.R_PAREN, TokenType.WHERE)
            )
        ),
    ),
    Rule(
        name="star-except",
        athena="is a syntax error",
        duckdb="leaves columns out",
        instead="name the columns",
        fails="select * exclude (price) from processed_orders",
        passes="select product_id, quantity from processed_orders",
        find=nodes(
            exp.Star,
            where=lambda n: any(n.args.get(part) for part in ("except_", "replace", "rename")),
        ),
    ),
    Rule(
        name="distinct-on",
        athena="is a syntax error",
        duckdb="keeps one row per key",
        instead="filter on row_number() over (partition by ... order by ...) = 1",
        fails="select distinct on (country) country, price from processed_orders",
        passes="select distinct country, price from processed_orders",
        find=nodes(exp.Distinct, where=lambda n: n.args.get("on") is not None),
    ),
    Rule(
        name="group-by-all",
        athena="takes all for a column",
        duckdb="groups by every plain column",
        instead="write the columns' numbers",
        fails="select country, count(*) as n from processed_orders group by all",
        passes="select country, count(*) as n from processed_orders group by 1",
        find=nodes(exp.Group, where=lambda n: bool(n.args.get("all"))),
    ),
    Rule(
        name="semi-join",
        athena="is a syntax error",
        duckdb="filters by the other table",
        instead="write where x in (select ...)",
        fails="select a.price from processed_orders a semi join processed_orders b using (price)",
        passes="select price from processed_orders where price in (select 1e0 as one)",
        find=nodes(
            exp.Join,
            where=lambda n: (
                str(n.args.get("kind") or n.args.get("method") or "").upper()
                in ("SEMI", "ANTI", "ASOF", "POSITIONAL")
            ),
        ),
    ),
    Rule(
        name="ilike",
        athena="has no ilike",
        duckdb="does",
        instead="write lower(x) like '...'",
        fails="select country from processed_orders where country ilike 'no%'",
        passes="select country from processed_orders where lower(country) like 'no%'",
        find=nodes(exp.ILike),
    ),
    Rule(
        name="limit-before-offset",
        athena="is a syntax error",
        duckdb="runs",
        instead="write offset n limit m",
        fails="select price from processed_orders order by 1 limit 5 offset 2",
        passes="select price from processed_orders order by 1 offset 2 limit 5",
        find=find_limit_before_offset,
    ),
)
