"""Syntax that both engines accept, but with different meanings.

Pure. Each rule looks at the statement as it is written, without types.
"""

from collections.abc import Callable, Iterable

from sqlglot import exp

from athena_sql.lint.rule import (
    Rule,
    Script,
    nodes,
    text_and_line,
)
from athena_sql.translation.translate import contract_columns


def find_alias_uses(part: str) -> Callable[[Script], Iterable[tuple[str, int]]]:
    """Return a finder of a select's aliases inside one of its clauses."""

    def find(script: Script) -> Iterable[tuple[str, int]]:
        # Where every name was resolved to a column, none of them was an alias. Unresolved, a name
        # of the contract may be a column that these files lack, which is told elsewhere.
        if script.translation is not None:
            return
        lacked = contract_columns()
        for select in script.tree.find_all(exp.Select):
            clause = select.args.get(part)
            for column in clause.find_all(exp.Column) if clause else ():
                name = column.name.lower()
                if not column.table and name not in lacked and is_only_alias(select, name):
                    yield text_and_line(column)

    return find


def is_only_alias(select: exp.Select, name: str) -> bool:
    """Whether a name is given by this select to something else than a column of that name."""
    for node in select.selects:
        if isinstance(node, exp.Alias) and node.alias.lower() == name.lower():
            return not isinstance(node.this, exp.Column) or node.this.name.lower() != name.lower()
    return False


RULES = (
    Rule(
        name="decimal-without-digits",
        athena="takes decimal(38,0)",
        duckdb="takes decimal(18,3)",
        instead="give both digits: decimal(18, 2)",
        fails="select cast(price as decimal) as x from processed_orders",
        passes="select cast(price as decimal(18, 2)) as x from processed_orders",
        find=nodes(
            exp.Cast,
            exp.TryCast,
            where=lambda n: n.args["to"].is_type("decimal") and not n.args["to"].expressions,
        ),
    ),
    Rule(
        name="with-ties",
        athena="keeps the ties of the last row",
        duckdb="drops them",
        instead="filter on rank() over (order by ...) <= n",
        fails="select price from processed_orders order by 1 fetch first 3 rows with ties",
        passes="select price from processed_orders order by 1 fetch first 3 rows only",
        find=nodes(exp.LimitOptions, where=lambda n: bool(n.args.get("with_ties"))),
    ),
    Rule(
        name="group-by-alias",
        athena="does not see aliases there",
        duckdb="does",
        instead="write the column's number: group by 1",
        fails="select lower(country) as c, count(*) as n from processed_orders group by c",
        passes="select lower(country) as c, count(*) as n from processed_orders group by 1",
        find=find_alias_uses("group"),
    ),
    Rule(
        name="having-alias",
        athena="does not see aliases there",
        duckdb="does",
        instead="repeat the expression",
        fails="select country, count(*) as n from processed_orders group by 1 having n > 1",
        passes="select country, count(*) as n from processed_orders group by 1 having count(*) > 1",
        find=find_alias_uses("having"),
    ),
    Rule(
        name="where-alias",
        athena="does not see aliases there",
        duckdb="does",
        instead="repeat the expression, or select from a named step",
        fails="select price * 2e0 as double_price from processed_orders where double_price > 1",
        passes="select price * 2e0 as double_price from processed_orders where price * 2e0 > 1",
        find=find_alias_uses("where"),
    ),
    Rule(
        name="count-distinct-several",
        athena="refuses several arguments",
        duckdb="counts rows",
        instead="count over a step with select distinct",
        fails="select count(distinct country, price) as n from processed_orders",
        passes="select count(distinct country) as n from processed_orders",
        find=nodes(
            exp.Count,
            where=lambda n: isinstance(n.this, exp.Distinct) and len(n.this.expressions) > 1,
        ),
    ),
    Rule(
        name="subscript",
        athena="fails on an index or a key that is missing",
        duckdb="answers NULL",
        instead="write element_at(x, 1)",
        fails="select split(country, ',')[5] as x from processed_orders",
        passes="select element_at(split(country, ','), 5) as x from processed_orders",
        find=nodes(exp.Bracket, where=lambda n: not n.args.get("safe")),
    ),
    Rule(
        name="time-zone",
        athena="keeps the zone with the value",
        duckdb="loses it",
        instead="keep times in UTC",
        fails="select timestamp '2026-01-01 00:00:00' at time zone 'UTC' as x",
        passes="select timestamp '2026-01-01 00:00:00' as x",
        find=nodes(exp.AtTimeZone),
    ),
)
