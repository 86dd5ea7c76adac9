"""Run every rule over a statement.

Pure. Without a catalog the contract's own table stands in, so that files are checked anywhere.
"""

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from athena_sql.answer import Value
from athena_sql.catalog import CatalogColumn, CatalogTable
from athena_sql.errors import BadQuery, MissingColumns
from athena_sql.lint import (
    arguments,
    foreign,
    functions,
    meaning,
    mixed,
    moments,
    spelling,
    typed,
    unstable,
)
from athena_sql.lint.rule import Finding, Rule, Script
from athena_sql.statement import (
    DIALECT,
    TableName,
    parameter_names,
    parse_statement,
)
from athena_sql.translation.translate import CONTRACT_COLUMNS, analyse

RULES: tuple[Rule, ...] = (
    *meaning.RULES,
    *foreign.RULES,
    *spelling.RULES,
    *functions.RULES,
    *typed.RULES,
    *arguments.RULES,
    *mixed.RULES,
    *moments.RULES,
    *unstable.RULES,
)
CONTRACT_TABLE = CatalogTable(
    database="orders",
    name="processed_orders",
    location="",
    serde="",
    columns=tuple(CatalogColumn(name, kind) for name, kind in CONTRACT_COLUMNS.items()),
    partition_keys=(CatalogColumn("dt", "string"),),
    partitions=(),
)


def check(
    sql: str,
    tables: Iterable[CatalogTable] = (CONTRACT_TABLE,),
    aliases: Mapping[str, TableName] | None = None,
    values: Mapping[str, Value] | None = None,
) -> list[Finding]:
    """Return what is not portable in a statement; raises BadQuery for one that does not parse.

    A statement whose names are not in the catalog gets the rules that need no types.
    """
    tree = parse_statement(sql)
    script = Script(
        tokens=tuple(Dialect.get_or_raise(DIALECT).tokenize(sql)),
        tree=tree,
        typed=typed_tree(tree, tables, aliases or {}, values or {}),
    )
    return [
        Finding(rule, found, line)
        for rule in RULES
        for found, line in dict.fromkeys(rule.find(script))
    ]


def typed_tree(
    tree: exp.Query,
    tables: Iterable[CatalogTable],
    aliases: Mapping[str, TableName],
    values: Mapping[str, Value],
) -> exp.Query | None:
    """Return the statement with its types, or None where its names cannot be resolved."""
    names = dict.fromkeys(parameter_names(tree), "")
    try:
        return analyse("", tree, tables, aliases, names | dict(values))
    except (BadQuery, MissingColumns):
        return None
