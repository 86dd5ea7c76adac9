"""Run query executions on DuckDB: one cache per account and region, one cursor per query.

Loaded at the first query only, so that LocalStack starts without DuckDB and a SQL parser.
"""

import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from functools import partial

import duckdb
from athena_sql.answer import Column
from athena_sql.ddl import statements as s
from athena_sql.ddl.read import check_catalog, read_statement
from athena_sql.reading.cache import open_cache
from athena_sql.reading.connection_settings import confine
from athena_sql.running.parameters import fill_parameters
from athena_sql.running.query import settle
from athena_sql.running.result_text import column_info, value_text
from athena_sql.running.session import Session

from localstack_lake.athena.definitions import Definitions
from localstack_lake.athena.descriptions import TextTable, describe
from localstack_lake.athena.execution import Cells, Execution
from localstack_lake.athena.result_files import put_manifest
from localstack_lake.athena.runner import QueryRunner
from localstack_lake.athena.saved_queries import SavedQueries
from localstack_lake.athena.writing import Writing


class LocalAthena(QueryRunner):
    """Athena on DuckDB."""

    def __init__(self, account_id: str, region: str, saved: SavedQueries) -> None:
        super().__init__(account_id, region, saved)
        self._connection = open_cache(self.folder / "columns.duckdb")
        # SQL reaches nothing but the cache and what is being loaded into it.
        confine(self._connection, self.folder, spill=self.folder / "spill")
        self._loading = threading.RLock()

    def perform(self, execution: Execution) -> None:
        """Do what the statement asks for, on a cursor of its own."""
        try:
            with closing(self._connection.cursor()) as cursor:
                settle(cursor)
                execution.interrupt = partial(interrupt, cursor)
                self.perform_on(execution, cursor)
        finally:
            with self._loading:
                self.lake.discard()

    def perform_on(self, execution: Execution, cursor: duckdb.DuckDBPyConnection) -> None:
        """Do what the statement asks for; raises what it fails with."""
        session = Session(
            cursor,
            self.lake,
            execution.database,
            self._loading,
            execution.scan_limit_bytes,
            execution.other_catalogs,
        )
        sql, parameters = self.statement_of(execution)
        statement = read_statement(sql)
        check_catalog(statement, execution.other_catalogs)
        match statement:
            case s.Select():
                self.select(execution, session, fill_parameters(statement.sql, parameters))
            case s.CreateTableAs() | s.Insert() | s.Unload():
                sql = fill_parameters(statement.sql, parameters)
                writing = Writing(session, self.lake, self.folder, execution.output_location)
                written = writing.write(statement, sql, execution.id)
                execution.scanned_bytes, execution.update_count = written.scanned, written.rows
                execution.columns = [column_info(Column("rows", "bigint"))]
                execution.manifest = put_manifest(self.lake.s3, execution, written.paths)
            case s.Explain():
                self.show(execution, explain(session, statement))
            case s.Show() | s.Describe():
                self.show(execution, describe(self.lake, execution.database, statement))
            case s.Prepare():
                self.saved.keep(execution.work_group, statement.name, statement.sql)
                self.show(execution, TextTable((), []))
            case s.Deallocate():
                self.saved.forget(execution.work_group, statement.name)
                self.show(execution, TextTable((), []))
            case _:
                Definitions(self.lake, session, execution.database).define(statement)
                self.show(execution, TextTable((), []))

    def select(self, execution: Execution, session: Session, sql: str) -> None:
        """Run a question and write its result."""
        answer, execution.scanned_bytes = session.answer(sql)
        kinds = [column.type for column in answer.columns]
        execution.columns, execution.has_header = [column_info(c) for c in answer.columns], True
        rows: Iterable[Cells] = (
            [value_text(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in answer.rows
        )
        self.store(execution, [column.name for column in answer.columns], rows)


def interrupt(cursor: duckdb.DuckDBPyConnection) -> None:
    """Interrupt what a cursor runs; one that was closed meanwhile runs nothing."""
    with suppress(duckdb.ConnectionException):
        cursor.interrupt()


def explain(session: Session, statement: s.Explain) -> TextTable:
    """Return what EXPLAIN answers: DuckDB's plan, since DuckDB is what runs here."""
    inner = read_statement(statement.sql)
    if not isinstance(inner, s.Select):
        raise ValueError("NOT_SUPPORTED: EXPLAIN of this statement")
    if "validate" in statement.options:
        session.describe(inner.sql)
        return TextTable(("Valid",), [["true"]])
    sql, _, _ = session.duckdb_sql(inner.sql)
    plan = session.connection.execute(f"explain {sql}").fetchall()
    lines = [line for _, plan_text in plan for line in str(plan_text).splitlines()]
    return TextTable(("Query Plan",), [[line] for line in ["The local Athena's plan:", *lines]])
