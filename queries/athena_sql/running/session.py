"""One database session: Athena's SQL over a lake, with the columnar cache in between.

A statement names tables of any database. Each is loaded as its objects are at this moment, views
are put in as the queries that they are, and DuckDB sees nothing but the cache.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from athena_sql.answer import Answer, Column
from athena_sql.catalog import CatalogTable, TableName, table_from_glue
from athena_sql.ddl.read import catalog_not_found
from athena_sql.ddl.words import CATALOG
from athena_sql.iceberg.snapshot import is_iceberg, with_snapshot
from athena_sql.reading.cache import load_table
from athena_sql.running import information_schema, partitions_table
from athena_sql.running.lake import GlueTable, Lake
from athena_sql.running.macros import define_macros
from athena_sql.running.missing_names import schema_not_found, table_not_found
from athena_sql.running.projection import is_projected, project
from athena_sql.running.query import run_query
from athena_sql.running.scans import find_scans, stub_names
from athena_sql.running.table_reading import TableReading
from athena_sql.running.views import decode_view, is_view
from athena_sql.translation.tables import QuerySource, TableSource
from athena_sql.translation.translate import translate_query
from athena_sql.translation.translation import Translation
from athena_sql.typing.types import quote


@dataclass(slots=True)
class Found:
    """The tables that a statement reads, with their names in the cache."""

    tables: dict[TableName, CatalogTable] = field(default_factory=dict)
    data_names: dict[TableName, str] = field(default_factory=dict)
    scanned_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """`connection` is this session's own cursor; `loading` lets one plan or load at a time.

    `other_catalogs` are further names of the Glue catalog, in small letters.
    """

    connection: duckdb.DuckDBPyConnection
    lake: Lake
    database: str
    loading: threading.RLock
    scan_limit_bytes: int | None = None
    other_catalogs: frozenset[str] = frozenset()

    def describe(self, sql: str) -> tuple[Column, ...]:
        """Return a question's columns without running it."""
        return self.translated(sql, Found()).columns

    def answer(self, sql: str) -> tuple[Answer, int]:
        """Return a question's answer, streaming, and the bytes of the objects that it reads.

        Raises the errors of this package; ScanLimit before the question runs.
        """
        found = Found()
        translation = self.loaded(sql, found)
        return run_query(self.connection, translation), found.scanned_bytes

    def duckdb_sql(self, sql: str) -> tuple[str, tuple[Column, ...], int]:
        """Return the statement that DuckDB runs for a question, its columns and its bytes."""
        found = Found()
        translation = self.loaded(sql, found)
        return translation.sql, translation.columns, found.scanned_bytes

    def translated(self, sql: str, found: Found) -> Translation:
        """Return a question's translation; its tables have the names that `found` gives them."""
        return translate_query(sql, SessionCatalog(self, self.database, found), {})

    def find(self, database: str, name: str) -> GlueTable:
        """Return Glue's table; raises BadQuery in Athena's words if it does not exist."""
        table = self.lake.find_table(database, name)
        if table is not None:
            return table
        if database != information_schema.NAME and not self.lake.has_database(database):
            raise schema_not_found(database)
        raise table_not_found(database, name)

    def catalog_table(self, database: str, name: str, table: GlueTable) -> CatalogTable:
        """Return a table with its partitions: the registered ones, or those of a projection.

        An Iceberg table comes with the files of its current snapshot.
        """
        if is_iceberg(table):
            return with_snapshot(table_from_glue(table, ()), table, self.lake.read_object)
        partitions = []
        if table.get("PartitionKeys") and not is_projected(table_from_glue(table, ())):
            partitions = list(self.lake.list_partitions(database, name))
        found = table_from_glue(table, partitions)
        return project(found, datetime.now(UTC)) if is_projected(found) else found

    def loaded(self, sql: str, found: Found) -> Translation:
        """Load what a question reads, and return its translation over the cache's tables."""
        tables = {name: found.tables[name] for name in self.translated(sql, found).tables}
        planned = self.translated(sql, Found(found.tables, stub_names(tables)))
        define_macros(self.connection, planned.sql)
        with self.loading:
            scans = find_scans(self.connection, tables, planned.sql)
        readings = {
            name: TableReading(table, self.lake.list_objects(table), scans[name])
            for name, table in tables.items()
        }
        self.count(found, (reading.text_bytes() for reading in readings.values()))
        for name, one in readings.items():
            self.lake.check_access(one.objects)
            with self.loading:
                found.data_names[name] = load_table(
                    self.connection, one.table, one.objects, self.lake.bring, one.partitions
                )
        self.count(found, (reading.column_bytes(self.connection) for reading in readings.values()))
        return self.translated(sql, found)

    def count(self, found: Found, sizes: Iterable[int]) -> None:
        """Add bytes to those that a question reads; raises ScanLimit where they are too many."""
        found.scanned_bytes += sum(sizes)
        if self.scan_limit_bytes is not None and found.scanned_bytes > self.scan_limit_bytes:
            raise ScanLimit(found.scanned_bytes)


@dataclass(frozen=True, slots=True)
class SessionCatalog:
    """The tables that a session's statement, or a view in it, finds by name."""

    session: Session
    database: str
    found: Found

    def find(self, parts: tuple[str, ...]) -> TableSource | QuerySource:
        """Return a table, or a query for a view and for the tables of information_schema."""
        *before, name = parts
        place = before[-1] if before else self.database
        known = self.session.other_catalogs | {CATALOG}
        if len(before) > 1 and before[0] not in known:
            raise catalog_not_found(before[0])
        if place == information_schema.NAME and name in information_schema.TABLES:
            rows = information_schema.rows_of(name, self.session.lake)
            return QuerySource(information_schema.query_text(name, rows), self)
        if name.endswith(partitions_table.ENDING):
            return self.find_partitions(place, name.removesuffix(partitions_table.ENDING))
        full = TableName(place, name)
        if full not in self.found.tables:
            glue_table = self.session.find(place, name)
            if is_view(glue_table):
                view = decode_view(glue_table)
                inner = SessionCatalog(self.session, view.database or place, self.found)
                return QuerySource(view.sql, inner)
            table = self.session.catalog_table(place, name, glue_table)
            self.found.tables[full] = table
        data_name = self.found.data_names.get(full, f"{quote(place)}.{quote(name)}")
        return TableSource(self.found.tables[full], data_name)

    def find_partitions(self, database: str, name: str) -> QuerySource:
        """Return the partitions of a table, which has to have partition keys."""
        glue_table = self.session.find(database, name)
        if not glue_table.get("PartitionKeys"):
            raise table_not_found(database, f"{name}{partitions_table.ENDING}")
        table = self.session.catalog_table(database, name, glue_table)
        return QuerySource(partitions_table.query_text(table), self)

    def columns_hint(self) -> str:
        """Return nothing: Athena gives no hint."""
        return ""


class ScanLimit(Exception):
    """A query reads more than its work group allows."""

    def __init__(self, scanned_bytes: int) -> None:
        super().__init__("Bytes scanned limit was exceeded")
        self.scanned_bytes = scanned_bytes
