"""Translate an Athena statement, with the catalog, into the DuckDB statement with the same answer.

Pure. It raises BadQuery for what Athena would refuse, NotAnswered for what cannot be answered
exactly here, and MissingColumns for a question that this shop's files cannot answer.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from athena_sql.answer import Column
from athena_sql.catalog import CatalogTable, TableName
from athena_sql.errors import BadQuery, MissingColumns, NotAnswered
from athena_sql.syntax import nodes
from athena_sql.syntax.queries import read_query
from athena_sql.syntax.tokens import Place
from athena_sql.translation.queries import Queries
from athena_sql.translation.results import UnknownColumn
from athena_sql.translation.tables import Catalog, TableList
from athena_sql.translation.translation import Translation
from athena_sql.translation.walk import walk
from athena_sql.typing.types import DAYS, MONTHS, Type, array, row
from athena_sql.values import zones
from athena_sql.values.value import not_answered


@functools.cache
def contract_columns() -> Mapping[str, str]:
    """Return the columns that the contract writes, with their Hive types."""
    # The local AWS translates without the contract, which is not installed beside it.
    from order_transform.contract.hive_types import shipped_hive_columns

    return shipped_hive_columns()


def translate(
    name: str,
    sql: str,
    tables: Iterable[CatalogTable],
    aliases: Mapping[str, TableName],
    values: Mapping[str, Any],
) -> Translation:
    """Return the DuckDB statement for a question to a shop's tables; `name` is for messages.

    Parameters, `:name` in the text, get their values as literals, whose text is never SQL.
    """
    known = tuple(tables)
    try:
        return translate_query(sql, TableList(known, aliases), values)
    except UnknownColumn as error:
        raise missing_columns(name, error, read_query(sql), known) from error
    except NotAnswered as error:
        raise NotAnswered(name, error.findings, error.instead) from error


def translate_query(sql: str, catalog: Catalog, values: Mapping[str, Any]) -> Translation:
    """Return the DuckDB statement for an Athena statement over a catalog."""
    query = read_query(sql)
    queries = Queries(catalog, values)
    try:
        result = queries.query(query, is_whole_statement=True)
        columns = result.columns
        names = [c.label or c.name or f"_col{position}" for position, c in enumerate(columns)]
        for column, place in zip(columns, places_of(query, len(columns)), strict=True):
            check_output(column.type, place)
    except RecursionError as error:
        step = "name a part of it with WITH"
        raise BadQuery("the statement is nested too deeply", step) from error
    told = tuple(
        Column(one, type_text(column.type)) for one, column in zip(names, columns, strict=True)
    )
    kinds = tuple(column.type for column in columns)
    return Translation(result.sql, told, kinds, frozenset(queries.read), tuple(queries.notes))


def places_of(query: nodes.Query, count: int) -> list[Place]:
    """Return the place of each column of an answer: that of the query where a star hides it."""
    items = query.body.items if isinstance(query.body, nodes.SelectQuery) else ()
    return [item.place for item in items] if len(items) == count else [query.place] * count


def check_output(kind: Type, place: Place) -> None:
    """Raise NotAnswered for an answer's column that is written in its own way by each engine."""
    if kind in (DAYS, MONTHS):
        raise not_answered(
            place, "an interval is not answered here", "write date_diff('day', a, b)"
        )
    if kind.name == zones.NAME and kind.names == (None,):
        raise not_answered(place, zones.UNKNOWN_ZONE, "write x at time zone 'UTC'")
    if kind.name == "row" and None in kind.names:
        raise not_answered(place, "a row without names is not answered here", "select its fields")
    for item in kind.items:
        check_output(item, place)


def type_text(kind: Type) -> str:
    """Return a type as Athena describes a column: `decimal(38,6)`, `array(varchar)`.

    Athena keeps times to the millisecond, even if a literal has more digits, and does not tell a
    text's length.
    """
    match kind.name:
        case "timestamp":
            return "timestamp(3)"
        case zones.NAME:
            return "timestamp(3) with time zone"
        case "varchar":
            return "varchar"
        case "map":
            key, value = (Type(type_text(item)) for item in kind.items)
            return str(Type("map", items=(key, value))).replace(", ", ",")
        case "array":
            return str(array(Type(type_text(kind.element)))).replace(", ", ",")
        case "row":
            items = [Type(type_text(item)) for item in kind.items]
            return str(row(items, kind.names)).replace(", ", ",")
    return str(kind).replace(", ", ",")


def missing_columns(
    name: str, error: UnknownColumn, query: nodes.Query, tables: Iterable[CatalogTable]
) -> BadQuery | MissingColumns:
    """Return the error for an unknown column.

    A name of the contract is a good question to files that do not have it; any other is wrong.
    """
    contract = contract_columns()
    known = {column.name for table in tables for column in table.all_columns}
    if error.name.split(".")[-1] not in contract.keys() - known:
        return BadQuery(error.message, error.next_step)
    asked = {
        one.name for one in walk(query) if isinstance(one, nodes.Identifier | nodes.Dereference)
    }
    missing = [column for column in contract if column in asked - known]
    return MissingColumns(name, missing, ", ".join(table.name for table in tables))
