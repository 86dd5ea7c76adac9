"""DuckDB over a mirror: Athena's SQL answered offline, with the catalog's types.

It opens no connection to anywhere, and the SQL it runs can reach nothing but the mirror's tables.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
from athena_sql.answer import Answer, Column, Row
from athena_sql.catalog import CatalogTable
from athena_sql.errors import QueryFailed
from athena_sql.statement import TableName, parameter_names, parse_statement
from athena_sql.translation.macros import MACROS
from athena_sql.translation.translate import Translation, analyse, to_duckdb
from athena_sql.typing.types import duckdb_to_trino

from orderlake.engines import Ask
from orderlake.engines.interrupt import stoppable
from orderlake.mirror.columnar import (
    data_name,
    is_fresh,
    quote,
    refresh,
)
from orderlake.mirror.integrity import check_sizes
from orderlake.mirror.store import MirrorStore, Snapshot

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class DuckdbEngine:
    """A DuckDB connection that holds the tables, under their catalog names, and Trino's macros."""

    connection: duckdb.DuckDBPyConnection
    tables: tuple[CatalogTable, ...]
    aliases: Mapping[str, TableName]
    data_fingerprint: str
    name: str = "duckdb"

    def fingerprint(self) -> str:
        """Return the hash of the snapshot that was opened."""
        return self.data_fingerprint

    def answer(self, ask: Ask) -> Answer:
        """Return the answer, streaming: one query at a time on one engine."""
        tree = parse_statement(ask.sql)
        names = set(parameter_names(tree))
        translation = to_duckdb(analyse(ask.name, tree, self.tables, self.aliases, ask.values))
        values = {name: ask.values[name] for name in names}
        try:
            with stoppable():
                cursor = self.connection.execute(translation.sql, values or None)
        except duckdb.Error as error:
            raise failure(error) from error
        return Answer(columns_of(translation, cursor), stream(cursor))


def columns_of(translation: Translation, cursor: duckdb.DuckDBPyConnection) -> tuple[Column, ...]:
    """Return names and Trino types: as inferred, or as DuckDB has them where that is unknown."""
    described = [(str(name), str(kind)) for name, kind, *_ in cursor.description or ()]
    inferred = [column.type for column in translation.columns]
    if len(inferred) != len(described):
        inferred = ["unknown"] * len(described)
    return tuple(
        Column(name, known if known != "unknown" else duckdb_to_trino(kind))
        for known, (name, kind) in zip(inferred, described, strict=True)
    )


def stream(cursor: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Yield the rows of a result without holding it."""
    try:
        while rows := fetch(cursor):
            yield from rows
    except duckdb.Error as error:
        raise failure(error) from error


def fetch(cursor: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the next rows; the first ones may take as long as the whole statement."""
    with stoppable():
        return cursor.fetchmany(ROWS_AT_ONCE)


def failure(error: duckdb.Error) -> QueryFailed:
    """Return the failure in DuckDB's words, without the excerpt of the translated SQL."""
    return QueryFailed("duckdb", " ".join(str(error).split("\n\nLINE ")[0].split()))


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set a fresh connection up to answer as Trino does."""
    # A time zone without rules: from_iso8601_timestamp and the like must not depend on the machine.
    connection.execute("set TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)


@contextlib.contextmanager
def open_duckdb(store: MirrorStore, aliases: Mapping[str, TableName]) -> Iterator[DuckdbEngine]:
    """Yield an engine over a mirror's present snapshot, which stays locked against changes.

    Raises NoMirror, DamagedMirror, MirrorBusy, and UnreadableData for what Athena would refuse.
    """
    while True:
        with store.lock(exclusive=False):
            snapshot = store.read()
            check_sizes(store, snapshot)
            if is_fresh(store, snapshot):
                with contextlib.closing(attach(store, snapshot)) as connection:
                    yield DuckdbEngine(connection, snapshot.tables, aliases, snapshot.fingerprint)
                return
        with store.lock(exclusive=True):
            refresh(store, store.read())


def attach(store: MirrorStore, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """Return a connection in which every catalog table is a view on the cache, and nothing else."""
    connection = duckdb.connect()
    prepare(connection)
    connection.execute(f"attach '{str(store.cache_path).replace("'", "''")}' as cache (read_only)")
    for table in snapshot.tables:
        columns = ", ".join(quote(column.name) for column in table.all_columns)
        connection.execute(f"create schema if not exists {quote(table.database)}")
        connection.execute(
            f"create view {quote(table.database)}.{quote(table.name)} as "  # noqa: S608
            f"select {columns} from cache.main.{data_name(table)}"
        )
    connection.execute(f"set temp_directory = '{str(store.folder / 'spill').replace("'", "''")}'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
