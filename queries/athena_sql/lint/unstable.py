"""Statements whose answer may differ from one run to the next, on either engine.

Pure. Most are advice: they stop `lint`, and are only mentioned to an ad-hoc query.
"""

from collections.abc import Iterable

from sqlglot import exp

from athena_sql.lint.rule import (
    Rule,
    Script,
    nodes,
    text_and_line,
)


def find_unnamed(script: Script) -> Iterable[tuple[str, int]]:
    """Return the outermost columns that have neither a name nor an alias."""
    return [
        text_and_line(node)
        for node in script.tree.selects
        if not isinstance(node, exp.Alias | exp.Column | exp.Star)
    ]


def find_unordered_limit(script: Script) -> Iterable[tuple[str, int]]:
    """Return limits that cut rows in no order."""
    return [
        text_and_line(query.args["limit"])
        for query in script.tree.find_all(exp.Query)
        if query.args.get("limit") and not query.args.get("order")
    ]


def find_unordered_aggregate(script: Script) -> Iterable[tuple[str, int]]:
    """Return collected arrays and lists without an order."""
    return [
        text_and_line(node)
        for node in script.tree.find_all(exp.ArrayAgg, exp.GroupConcat)
        if not node.find(exp.Order)
    ]


RULES = (
    Rule(
        name="sample",
        athena="gives other rows each time",
        duckdb="too",
        instead="filter on a column",
        fails="select price from processed_orders tablesample bernoulli (10)",
        passes="select price from processed_orders where quantity % 10 = 0",
        find=nodes(exp.TableSample),
    ),
    Rule(
        name="clock",
        athena="answers by its own clock",
        duckdb="too",
        instead="take the date as a parameter: :today",
        fails="select current_date as x",
        passes="select date '2026-01-01' as x",
        find=nodes(exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Localtimestamp),
        is_advice=True,
    ),
    Rule(
        name="limit-without-order",
        athena="gives any rows",
        duckdb="gives others",
        instead="order by columns that tell every row apart",
        fails="select price from processed_orders limit 3",
        passes="select price from processed_orders order by 1 limit 3",
        find=find_unordered_limit,
        is_advice=True,
    ),
    Rule(
        name="collect-without-order",
        athena="collects in any order",
        duckdb="in another",
        instead="order inside: array_agg(x order by x)",
        fails="select array_agg(price) as x from processed_orders",
        passes="select array_agg(price order by price) as x from processed_orders",
        find=find_unordered_aggregate,
        is_advice=True,
    ),
    Rule(
        name="unnamed-column",
        athena="names it _col0",
        duckdb="names it by its text",
        instead="give it a name: ... as total",
        fails="select count(*) from processed_orders",
        passes="select count(*) as orders from processed_orders",
        find=find_unnamed,
        is_advice=True,
    ),
)
