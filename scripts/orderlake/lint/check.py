"""Run every rule over a statement.

Pure. Without a catalog the contract's own table stands in, so that files are checked anywhere.
"""

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from orderlake.catalog import CatalogColumn, CatalogTable
from orderlake.dialect.statement import DIALECT, TableName, parameter_names, parse_statement
from orderlake.dialect.translate import CONTRACT_COLUMNS, analyse
from orderlake.errors import BadQuery, MissingColumns, UnknownName
from orderlake.lint import (
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
from orderlake.lint.rule import Finding, Rule, Script
from orderlake.query_files import Query
from orderlake.results import Value

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
    except (BadQuery, MissingColumns, UnknownName):
        return None


def check_query(query: Query) -> list[Finding]:
    """Return what is not portable in a query file, by the contract's columns.

    A parameter without a default is taken for an empty text or a one of its type.
    """
    given = {
        parameter.name: "2026-01-01" if parameter.type == "date" else "1"
        for parameter in query.parameters
        if parameter.default is None
    }
    return check(query.sql, values=query.bind(given))
