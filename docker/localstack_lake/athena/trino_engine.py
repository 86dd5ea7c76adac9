"""Run query executions on Trino; what only changes the catalog is done here, as without Trino."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from athena_sql.answer import Column
from athena_sql.catalog import split_location
from athena_sql.ddl import statements as s
from athena_sql.ddl.read import check_catalog, read_statement
from athena_sql.errors import BadQuery
from athena_sql.running.parameters import fill_parameters
from athena_sql.running.result_text import column_info
from athena_sql.running.session import ScanLimit

from localstack_lake.athena.definitions import Definitions
from localstack_lake.athena.descriptions import TextTable, describe
from localstack_lake.athena.execution import Cells, Execution
from localstack_lake.athena.result_files import put_manifest
from localstack_lake.athena.runner import QueryRunner
from localstack_lake.athena.saved_queries import SavedQueries
from localstack_lake.athena.trino_client import Page, TrinoClient
from localstack_lake.athena.trino_sql import (
    DEFAULT_VACUUM_SECONDS,
    VACUUM_SECONDS,
    TrinoStatement,
    place,
    read_vacuum,
    to_trino,
    vacuum,
    with_own_catalog,
)
from localstack_lake.athena.trino_values import cell_text


class TrinoAthena(QueryRunner):
    """Athena on Trino."""

    def __init__(
        self, account_id: str, region: str, saved: SavedQueries, client: TrinoClient
    ) -> None:
        super().__init__(account_id, region, saved)
        self.client = client

    def perform(self, execution: Execution) -> None:
        """Do what the statement asks for."""
        sql, parameters = self.statement_of(execution)
        if parameters:
            sql = fill_parameters(sql, parameters)
        sql = with_own_catalog(sql, execution.other_catalogs)
        translated = self.translate(execution, sql)
        if translated is not None:
            self.run_on_trino(execution, translated)
        else:
            self.change_catalog(execution, read_statement(sql))

    def translate(self, execution: Execution, sql: str) -> TrinoStatement | None:
        """Return what Trino runs, or None for what concerns the catalog only."""
        if execution.substatement_type == "VACUUM":
            return vacuum(sql, execution.database, self.vacuum_seconds(execution, read_vacuum(sql)))
        if execution.substatement_type == "DROP_TABLE":
            return self.drop_iceberg(execution, sql)
        folder = execution.output_location.rpartition("/")[0]
        return to_trino(sql, execution.database, folder, execution.id)

    def drop_iceberg(self, execution: Execution, sql: str) -> TrinoStatement | None:
        """Return the statement that drops an Iceberg table with its data, as Athena does."""
        statement = read_statement(sql)
        if not isinstance(statement, s.DropTable):
            return None
        name = statement.table
        table = self.lake.find_table(name.database or execution.database, name.name) or {}
        if (table.get("Parameters") or {}).get("table_type", "").upper() != "ICEBERG":
            return None
        step = f"drop table {place(name, execution.database)}"
        return TrinoStatement((step,), ("DDL", "DROP_TABLE", ".txt"))

    def vacuum_seconds(self, execution: Execution, table: s.Name) -> int:
        """Return the age of snapshots that VACUUM removes, which a table's property says."""
        inner = place(s.Name(table.database, f"{table.name}$properties"), execution.database)
        sql = f"select value from {inner} where key = '{VACUUM_SECONDS}'"
        rows = [row for page in self.client.pages(sql, execution.database) for row in rows_of(page)]
        return int(rows[0][0]) if rows else DEFAULT_VACUUM_SECONDS

    def run_on_trino(self, execution: Execution, statement: TrinoStatement) -> None:
        """Run the statements one after another and keep the answer of the first."""
        first, *rest = statement.steps
        if statement.location and self.objects_in(statement.location):
            raise BadQuery(
                f"HIVE_PATH_ALREADY_EXISTS: Target directory already exists: {statement.location}",
                "",
            )
        pages = self.watched(execution, first, statement.session)
        columns, pages = first_columns(pages)
        if statement.shows == "rows":
            execution.columns = [column_info(Column(c["name"], kind_of(c))) for c in columns]
            execution.has_header = True
            self.store(execution, [c["name"] for c in columns], cells_of(columns, pages))
        elif statement.shows == "lines":
            texts = [cells[0] or "" for cells in cells_of(columns, pages)]
            lines = [line for text in texts for line in text.splitlines()]
            self.show(execution, TextTable((columns[0]["name"],), [[line] for line in lines]))
        else:
            for page in pages:
                execution.update_count = page.get("updateCount", execution.update_count)
        for step in rest:
            for _ in self.watched(execution, step, statement.session):
                pass
        if statement.shows == "nothing":
            self.finish_change(execution, statement.location)

    def finish_change(self, execution: Execution, location: str) -> None:
        """Leave what Athena leaves of a statement that answers no rows.

        Clients read the data files of a table that a question made from its manifest. Trino does
        not say which files an INSERT or a change of an Iceberg table wrote: it has no manifest.
        """
        if execution.update_count is None:
            self.show(execution, TextTable((), []))
            return
        execution.columns = [column_info(Column("rows", "bigint"))]
        if location:
            execution.manifest = put_manifest(self.lake.s3, execution, self.objects_in(location))

    def objects_in(self, location: str) -> list[str]:
        """Return the addresses of the objects in a folder."""
        return [one.address for one in self.lake.list_folder(*split_location(location))]

    def watched(self, execution: Execution, sql: str, session: Mapping[str, str]) -> Iterator[Page]:
        """Yield Trino's answers; stops Trino where the query is cancelled or scans too much."""
        before = execution.scanned_bytes
        for page in self.client.pages(sql, execution.database, session):
            scanned = before + page.get("stats", {}).get("physicalInputBytes", 0)
            execution.scanned_bytes = scanned
            if execution.scan_limit_bytes is not None and scanned > execution.scan_limit_bytes:
                raise ScanLimit(scanned)
            if execution.is_done:
                raise BadQuery("USER_CANCELED: Query was canceled", "")
            yield page

    def change_catalog(self, execution: Execution, statement: s.Statement) -> None:
        """Do what needs no engine: DDL of Hive's tables, SHOW, DESCRIBE, prepared statements."""
        check_catalog(statement, execution.other_catalogs)
        match statement:
            case s.Show() | s.Describe():
                self.show(execution, describe(self.lake, execution.database, statement))
                return
            case s.Prepare():
                self.saved.keep(execution.work_group, statement.name, statement.sql)
            case s.Deallocate():
                self.saved.forget(execution.work_group, statement.name)
            case s.Execute():
                raise BadQuery("NOT_SUPPORTED: EXECUTE of EXECUTE", "")
            case _:
                describer = Describer(self.client, execution.database)
                Definitions(self.lake, describer, execution.database).define(statement)
        self.show(execution, TextTable((), []))


@dataclass(frozen=True, slots=True)
class Describer:
    """Tells the columns of a view's question."""

    client: TrinoClient
    database: str

    def describe(self, sql: str) -> tuple[Column, ...]:
        """Return a question's columns without its rows."""
        pages = self.client.pages(f"select * from ({sql}) limit 0", self.database)
        columns, pages = first_columns(pages)
        for _ in pages:
            pass
        return tuple(Column(c["name"], kind_of(c)) for c in columns)


def first_columns(pages: Iterator[Page]) -> tuple[list[dict[str, Any]], Iterator[Page]]:
    """Return the columns of an answer, and all of its pages."""
    seen: list[Page] = []
    for page in pages:
        seen.append(page)
        if page.get("columns"):
            return list(page["columns"]), chain(seen, pages)
    return [], iter(seen)


def kind_of(column: Mapping[str, Any]) -> str:
    """Return a column's type without spaces between its parts: `decimal(38,2)`."""
    return str(column["type"]).replace(", ", ",")


def cells_of(columns: list[dict[str, Any]], pages: Iterable[Page]) -> Iterator[Cells]:
    """Yield the rows of all pages as texts."""
    signatures = [column["typeSignature"] for column in columns]
    for page in pages:
        for row in rows_of(page):
            yield [cell_text(value, one) for value, one in zip(row, signatures, strict=True)]


def rows_of(page: Page) -> list[list[Any]]:
    """Return the rows of one page."""
    return page.get("data") or []
