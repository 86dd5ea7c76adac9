"""All findings about a statement: errors that stop it, and advice.

Pure. Without a catalog the contract's own table stands in, so that files are checked anywhere.
The translation decides what is answered; the rules explain, and give advice where it is answered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from athena_sql.answer import Value
from athena_sql.catalog import CatalogColumn, CatalogTable, TableName
from athena_sql.errors import (
    BadQuery,
    BadSyntax,
    MissingColumns,
    NotAnswered,
    NotPortable,
    UnknownTable,
)
from athena_sql.lint import answered, foreign, meaning, spelling, unstable
from athena_sql.lint.rule import Finding, Rule, Script
from athena_sql.statement import DIALECT, parse_statement
from athena_sql.translation.translate import contract_columns, translate
from athena_sql.translation.translation import Translation

RULES: tuple[Rule, ...] = (
    *meaning.RULES,
    *foreign.RULES,
    *spelling.RULES,
    *answered.RULES,
    *unstable.RULES,
)
CONTRACT_TABLE = CatalogTable(
    database="orders",
    name="processed_orders",
    location="",
    serde="",
    columns=tuple(CatalogColumn(name, kind) for name, kind in contract_columns().items()),
    partition_keys=(CatalogColumn("dt", "string"),),
    partitions=(),
)
PLACE = re.compile(r"^line (\d+)(?::\d+)?: ")


def check(
    sql: str,
    tables: Iterable[CatalogTable] = (CONTRACT_TABLE,),
    aliases: Mapping[str, TableName] | None = None,
    values: Mapping[str, Value] | None = None,
) -> list[Finding]:
    """Return the findings about a statement; raises BadQuery for one that is not a query.

    A finding stops the statement unless it is advice. A statement with names that the catalog lacks
    gets the rules that work without types.
    """
    translation, refusal = try_translation(sql, tables, aliases or {}, values or {})
    found = rule_findings(sql, translation)
    if translation is not None:
        return [Finding(replace(one.rule, is_advice=True), one.found, one.line) for one in found]
    if any(not one.rule.is_advice for one in found) or refusal is None:
        return found
    if isinstance(refusal, BadSyntax):
        raise refusal
    return [*found, finding_of(refusal)]


def advise(
    name: str,
    sql: str,
    tables: Iterable[CatalogTable],
    aliases: Mapping[str, TableName],
    values: Mapping[str, Value],
) -> list[Finding]:
    """Return the advice on a statement that DuckDB answers; raises the reason if it does not.

    Athena refuses a BadQuery, too; a rule explains NotPortable; NotAnswered is the rest.
    """
    translation, refusal = try_translation(sql, tables, aliases, values)
    found = rule_findings(sql, translation)
    if translation is not None:
        return found
    if reasons := [finding.message for finding in found if not finding.rule.is_advice]:
        raise NotPortable(name, reasons)
    match refusal:
        case NotAnswered():
            raise NotAnswered(name, refusal.findings, refusal.instead)
        case BadQuery():
            raise refusal
    return found


def try_translation(
    sql: str,
    tables: Iterable[CatalogTable],
    aliases: Mapping[str, TableName],
    values: Mapping[str, Value],
) -> tuple[Translation | None, BadQuery | NotAnswered | None]:
    """Return the translation or the reason why it fails; neither if only the files are at fault."""
    try:
        return translate("", sql, tables, aliases, values), None
    except (MissingColumns, UnknownTable):
        return None, None
    except (BadQuery, NotAnswered) as error:
        return None, error


def rule_findings(sql: str, translation: Translation | None) -> list[Finding]:
    """Return what the rules find; a statement that their parser does not read has nothing."""
    try:
        tree = parse_statement(sql)
        tokens = tuple(Dialect.get_or_raise(DIALECT).tokenize(sql))
    except BadQuery:
        if translation is None:
            return []
        raise
    except SqlglotError:
        return []
    script = Script(tokens=tokens, tree=tree, translation=translation)
    return [
        Finding(rule, found, line)
        for rule in RULES
        for found, line in dict.fromkeys(rule.find(script))
    ]


def finding_of(refusal: BadQuery | NotAnswered) -> Finding:
    """Return a refusal of the translation as a finding."""
    if isinstance(refusal, NotAnswered):
        rule, text, instead = answered.NOT_ANSWERED, refusal.findings[0], refusal.instead
    else:
        rule, text, instead = answered.REFUSED, refusal.message, refusal.next_step
    place = PLACE.match(text)
    told = text[place.end() :] if place else text
    return Finding(replace(rule, instead=instead), told, int(place[1]) if place else 0)
