"""DuckDB over a mirror: Athena's SQL answered offline, with the catalog's types.

It opens no network connection, and its SQL can reach only the mirror's tables.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
from athena_sql.answer import Answer
from athena_sql.catalog import CatalogColumn, CatalogTable, TableName
from athena_sql.errors import UnreadableData
from athena_sql.reading.connection_settings import confine
from athena_sql.reading.sql_text import quote
from athena_sql.running.query import run_query, settle
from athena_sql.translation.translation import Translation

from orderlake.engines import QueryRequest
from orderlake.engines.checked_statement import CheckedStatement
from orderlake.engines.interrupt import stoppable
from orderlake.engines.kept_statements import KeptStatements, kept_statements
from orderlake.mirror.columns import attach_fresh, refusal_from_json
from orderlake.mirror.curated import counts_once, is_curated, rows_text, stand_ins
from orderlake.mirror.integrity import check_sizes
from orderlake.mirror.store import MirrorStore, Snapshot


@dataclass(frozen=True, slots=True)
class DuckdbEngine:
    """A DuckDB connection with the tables under their catalog names.

    `refusals` says why a table of the catalog is missing. `stand_ins` has the curated table whose
    files a table is read from. `stale_tables` names curated tables that have not exactly the rows
    of the table that they could stand in for, and `once_counted_tables` those that may leave rows
    out by the contract's rule for repeated orders. `statements` has those that were checked before.
    """

    connection: duckdb.DuckDBPyConnection
    tables: tuple[CatalogTable, ...]
    aliases: Mapping[str, TableName]
    data_fingerprint: str
    name: str = "duckdb"
    refusals: Mapping[TableName, UnreadableData] = field(default_factory=dict)
    stand_ins: Mapping[TableName, CatalogTable] = field(default_factory=dict)
    stale_tables: Sequence[str] = ()
    once_counted_tables: Sequence[str] = ()
    statements: KeptStatements | None = None

    def fingerprint(self) -> str:
        """Return the hash of the snapshot that was opened."""
        return self.data_fingerprint

    @property
    def schemas(self) -> tuple[CatalogTable, ...]:
        """The tables as a statement sees them."""
        return tuple(table.schema for table in self.tables)

    def columns_of(self, wanted: TableName) -> tuple[CatalogColumn, ...]:
        """Return the columns of a table, none where the catalog has no such table."""
        tables = {TableName(table.database, table.name): table for table in self.tables}
        return tables[wanted].all_columns if wanted in tables else ()

    def check(self, request: QueryRequest) -> CheckedStatement:
        """Return a statement as it is to run, with advice, and keep that for the next time.

        Raises SqlError for a statement that is not answered here.
        """
        if statement := self.find_kept(request):
            return statement
        from athena_sql.values.zones import has_read_regions

        from orderlake.engines.check_statement import check_statement

        schemas = self.schemas
        statement = check_statement(request, schemas, self.aliases)
        # The rules of time zones are the machine's, and may change at any time.
        if self.statements and not has_read_regions():
            self.statements.keep(request, schemas, self.aliases, statement)
        return statement

    def find_kept(self, request: QueryRequest) -> CheckedStatement | None:
        """Return a statement that was checked before, over tables of the same names and types."""
        return (
            self.statements.find(request, self.schemas, self.aliases) if self.statements else None
        )

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer, streaming: one query at a time on one engine.

        Raises UnreadableData for a table that Athena would refuse, too.
        """
        if statement := self.find_kept(request):
            return self.run(statement.translation, statement.macros)
        from athena_sql.running.macros import macros_of
        from athena_sql.translation.translate import translate

        translation = translate(
            request.name, request.sql, self.schemas, self.aliases, request.values
        )
        return self.run(translation, macros_of(translation.sql))

    def run(self, translation: Translation, macros: Sequence[str]) -> Answer:
        """Return the answer of a translated statement, which calls these macros."""
        for table in translation.tables:
            if refusal := self.refusals.get(table):
                raise refusal
        for macro in macros:
            self.connection.execute(macro)
        return run_query(self.connection, translation, stoppable)


@contextlib.contextmanager
def open_duckdb(store: MirrorStore, aliases: Mapping[str, TableName]) -> Iterator[DuckdbEngine]:
    """Yield an engine over a mirror's current snapshot, which stays locked against changes.

    Raises NoMirror, DamagedMirror and MirrorBusy.
    """
    while True:
        with store.lock(exclusive=False):
            snapshot = store.read()
            check_sizes(store, snapshot)
            with contextlib.closing(duckdb.connect()) as connection:
                settle(connection)
                if attach_fresh(connection, store, snapshot):
                    yield open_snapshot(connection, store, snapshot, aliases)
                    return
        from orderlake.mirror.fill_columns import fill_cache  # only after a change

        with store.lock(exclusive=True):
            fill_cache(store, store.read())


def open_snapshot(
    connection: duckdb.DuckDBPyConnection,
    store: MirrorStore,
    snapshot: Snapshot,
    aliases: Mapping[str, TableName],
) -> DuckdbEngine:
    """Return an engine that has one view on the cache for each catalog table, and nothing else."""
    tables = {TableName(table.database, table.name): table for table in snapshot.tables}
    curated = stand_ins(store, snapshot)
    refusals: dict[TableName, UnreadableData] = {}
    for database, name, data, refusal in connection.execute(
        "select database, name, data, refusal from cache.main.tables"
    ).fetchall():
        table = tables[TableName(database, name)]
        read_from = curated.get(TableName(database, name), table)
        if refusal:
            refusals[TableName(database, name)] = refusal_from_json(refusal)
        elif is_curated(read_from):
            add_view(connection, table, rows_text(store, snapshot, read_from))
        else:
            add_view(connection, table, f"cache.main.{data}")
    # SQL reaches nothing but the cache and the mirror's own files.
    confine(connection, store.folder / "objects", spill=store.folder / "spill")
    connection.execute("set lock_configuration = true")
    others = [t for t in snapshot.tables if is_curated(t) and t not in curated.values()]
    return DuckdbEngine(
        connection,
        snapshot.tables,
        aliases,
        snapshot.fingerprint,
        refusals=refusals,
        stand_ins=curated,
        stale_tables=[table.name for table in others if not counts_once(table)],
        once_counted_tables=[table.name for table in others if counts_once(table)],
        statements=kept_statements(store),
    )


def add_view(connection: duckdb.DuckDBPyConnection, table: CatalogTable, data: str) -> None:
    """Make a table known under its catalog name, with the catalog's columns."""
    columns = ", ".join(quote(column.name) for column in table.all_columns)
    connection.execute(f"create schema if not exists {quote(table.database)}")
    connection.execute(
        f"create view {quote(table.database)}.{quote(table.name)} as select {columns} from {data}"
    )
