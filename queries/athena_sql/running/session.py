"""One database session: Athena's SQL over a lake, with the columnar cache in between.

A statement names tables of any database. Each is loaded as its objects are at this moment, views
are put in as the queries that they are, and DuckDB sees nothing but the cache.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
from sqlglot import exp

from athena_sql.answer import Answer, Column
from athena_sql.catalog import CatalogColumn, CatalogTable, table_from_glue
from athena_sql.errors import BadQuery, NotPortable
from athena_sql.lint.check import check
from athena_sql.reading.cache import load_table
from athena_sql.reading.data_object import members_of
from athena_sql.running import information_schema
from athena_sql.running.lake import GlueTable, Lake
from athena_sql.running.projection import is_projected, project
from athena_sql.running.query import run_query
from athena_sql.running.views import View, decode_view, is_view
from athena_sql.statement import TableName, in_scope, parse_statement
from athena_sql.translation.translate import analyse, output_columns, to_duckdb
from athena_sql.typing.hive import trino_to_hive

CATALOGS = ("", "awsdatacatalog")
DEEPEST_VIEW = 16


@dataclass(slots=True)
class Found:
    """What a statement reads: its tables, and what they are called in the cache."""

    tables: dict[TableName, CatalogTable] = field(default_factory=dict)
    data_names: dict[TableName, str] = field(default_factory=dict)
    scanned_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """`connection` is this session's own cursor; `loading` lets one session load at a time."""

    connection: duckdb.DuckDBPyConnection
    lake: Lake
    database: str
    loading: threading.RLock
    scan_limit_bytes: int | None = None

    def describe(self, sql: str) -> tuple[Column, ...]:
        """Return a question's columns without running it."""
        return output_columns(self.analysed(sql, Found()))

    def answer(self, sql: str) -> tuple[Answer, int]:
        """Return a question's answer, streaming, and the bytes of the objects that it reads.

        Raises the errors of this package; ScanLimit before anything is read.
        """
        found = Found()
        tree = self.analysed(sql, found)
        return run_query(self.connection, self.loaded(tree, found), {}), found.scanned_bytes

    def duckdb_sql(self, sql: str) -> tuple[str, tuple[Column, ...], int]:
        """Return the statement that DuckDB runs for a question, its columns and its bytes."""
        found = Found()
        translation = to_duckdb(self.loaded(self.analysed(sql, found), found))
        return translation.sql, translation.columns, found.scanned_bytes

    def analysed(self, sql: str, found: Found) -> exp.Query:
        """Return a question's tree, typed by the catalog, with its views put in."""
        tree = self.resolved(sql, self.database, found, 0)
        return analyse("", tree, found.tables.values(), {}, {})

    def resolved(self, sql: str, database: str, found: Found, depth: int) -> exp.Query:
        """Return a question's tree with every table found in the catalog, and checked."""
        if depth > DEEPEST_VIEW:
            raise BadQuery("VIEW_IS_RECURSIVE: a view contains itself", "")
        tree = parse_statement(sql)
        here: list[CatalogTable] = []
        for node in list(tree.find_all(exp.Table)):
            if not isinstance(node.this, exp.Identifier):
                raise BadQuery("NOT_SUPPORTED: table functions are not supported", "")
            name = node.name.lower()
            if node.db or not in_scope(node, name):
                here.append(self.put_in(node, database, found, depth))
        findings = check(sql, {(t.database, t.name): t for t in here}.values(), {}, {})
        if reasons := [finding.message for finding in findings if not finding.rule.is_advice]:
            raise NotPortable("the statement", reasons)
        return tree

    def put_in(self, node: exp.Table, database: str, found: Found, depth: int) -> CatalogTable:
        """Give a node its table, or replace it by a view's query; returns what it stands for."""
        name, place = node.name.lower(), (node.db or database).lower()
        if node.catalog.lower() not in CATALOGS:
            raise BadQuery(f"CATALOG_NOT_FOUND: Catalog '{node.catalog}' not found", "")
        alias = node.alias or name
        if place == information_schema.NAME and name in information_schema.TABLES:
            rows = information_schema.rows_of(name, self.lake)
            node.replace(information_schema.subquery(name, rows, alias))
            return information_schema.described(name)
        glue_table = self.find(place, name)
        if is_view(glue_table):
            view = decode_view(glue_table)
            query = self.resolved(view.sql, view.database or place, found, depth + 1)
            node.replace(query.subquery(alias))
            return view_as_table(place, name, view)
        table = self.catalog_table(place, name, glue_table)
        found.tables[TableName(place, name)] = table
        node.set("db", exp.to_identifier(place, quoted=True))
        node.set("catalog", None)
        return table

    def find(self, database: str, name: str) -> GlueTable:
        """Return Glue's table; raises BadQuery in Athena's words where there is none."""
        table = self.lake.find_table(database, name)
        if table is not None:
            return table
        if not self.lake.has_database(database):
            raise BadQuery(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist", "")
        where = f"awsdatacatalog.{database}.{name}"
        raise BadQuery(f"TABLE_NOT_FOUND: Table '{where}' does not exist", "")

    def catalog_table(self, database: str, name: str, table: GlueTable) -> CatalogTable:
        """Return a table with its partitions: the registered ones, or those of a projection."""
        partitions = []
        if table.get("PartitionKeys") and not is_projected(table_from_glue(table, ())):
            partitions = list(self.lake.list_partitions(database, name))
        found = table_from_glue(table, partitions)
        return project(found, datetime.now(UTC)) if is_projected(found) else found

    def loaded(self, tree: exp.Query, found: Found) -> exp.Query:
        """Load what an analysed tree reads, and give its tables the cache's names."""
        wanted = {TableName(node.db, node.name) for node in tree.find_all(exp.Table)}
        named = {name: found.tables[name] for name in wanted & found.tables.keys()}
        objects = {name: self.lake.list_objects(table) for name, table in named.items()}
        found.scanned_bytes = sum(
            member.data_object.size_bytes
            for name, listed in objects.items()
            for member in members_of(found.tables[name], listed)
        )
        if self.scan_limit_bytes is not None and found.scanned_bytes > self.scan_limit_bytes:
            raise ScanLimit(found.scanned_bytes)
        for name, listed in objects.items():
            with self.loading:
                data = load_table(self.connection, found.tables[name], listed, self.lake.bring)
            found.data_names[name] = data[1:-1].replace('""', '"')
        for node in tree.find_all(exp.Table):
            if data_name := found.data_names.get(TableName(node.db, node.name)):
                node.set("this", exp.to_identifier(data_name, quoted=True))
                node.set("db", None)
        return tree


class ScanLimit(Exception):
    """A question reads more than its work group allows."""

    def __init__(self, scanned_bytes: int) -> None:
        super().__init__("Bytes scanned limit was exceeded")
        self.scanned_bytes = scanned_bytes


def view_as_table(database: str, name: str, view: View) -> CatalogTable:
    """Return a view as a table with the columns that the catalog keeps for it."""
    columns = tuple(CatalogColumn(c.name, trino_to_hive(c.type)) for c in view.columns)
    return CatalogTable(database, name, "", "", columns, (), ())
