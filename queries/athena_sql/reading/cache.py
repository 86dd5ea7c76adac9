"""The columnar cache: a DuckDB file with the typed rows of data objects, loaded only once.

The objects always win: every row belongs to an object's ETag, a table's name says for which columns
it was made, and a cache that is damaged, or was made by other code or another DuckDB, is thrown
away.
"""

import contextlib
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.reading.cache_version import cache_version
from athena_sql.reading.columns import OBJECT_COLUMN, TableColumns, columns_of_table
from athena_sql.reading.connection_settings import CACHE_SETTINGS, NO_PROGRESS_BAR
from athena_sql.reading.data_object import DataObject, Member, members_of
from athena_sql.reading.duckdb_errors import unreadable
from athena_sql.reading.formats import check_table, loader_of
from athena_sql.reading.json_lines import Source
from athena_sql.reading.sql_text import quote

type Bring = Callable[[list[DataObject]], None]


def open_cache(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the cache, which is created unless a usable one exists."""
    with contextlib.suppress(duckdb.Error):
        connection = duckdb.connect(path, config=CACHE_SETTINGS)
        with contextlib.suppress(duckdb.Error):
            connection.execute(NO_PROGRESS_BAR)
            if connection.execute("select version from made_by").fetchall() == [(cache_version(),)]:
                return connection
        connection.close()
    for leftover in path.parent.glob(f"{path.name}*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(path, config=CACHE_SETTINGS)
    connection.execute(NO_PROGRESS_BAR)
    connection.execute("create table made_by (version varchar)")
    connection.execute("insert into made_by values (?)", [cache_version()])
    connection.execute("create table members (data varchar, number bigint)")
    connection.execute("create table column_sizes (number bigint, name varchar, size_bytes bigint)")
    return connection


def load_table(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    objects: Iterable[DataObject],
    bring: Bring = lambda objects: None,
    partitions: Collection[tuple[str, ...]] | None = None,
) -> str:
    """Make the cache hold a table's rows; returns the quoted name of the cache's table.

    `bring` is called with the objects that are not in the cache yet, to put their bytes where
    their paths say. Where `partitions` are given, by their values, only their rows are sure to be
    there; rows of objects that are gone are removed in any case. Raises UnreadableData for what
    Athena refuses, UnsupportedData for what only this reader does; the cache is then as it was
    before.
    """
    check_table(table, partitions)
    columns = columns_of_table(table)
    connection.begin()
    try:
        missing = [
            member
            for member in remove_gone(connection, columns, members_of(table, objects))
            if partitions is None or member.values in partitions
        ]
        if missing:
            needed = (
                entry for member in missing for entry in (member.data_object, *member.deletes)
            )
            bring(list(dict.fromkeys(needed)))
            insert(connection, table, columns, missing)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return columns.data_name


def remove_gone(
    connection: duckdb.DuckDBPyConnection, columns: TableColumns, members: list[Member]
) -> list[Member]:
    """Remove the rows of objects that are gone; returns the objects that are still to be loaded."""
    data = columns.data_name
    connection.execute(f"create table if not exists {data} ({columns.definition})")
    rows = connection.execute("select number from members where data = ?", [data]).fetchall()
    present = {number for (number,) in rows}
    numbers = {member.number: member for member in members}
    if gone := sorted(present - numbers.keys()):
        places = ((data, quote(OBJECT_COLUMN)), ("members", "number"), ("column_sizes", "number"))
        for place, column in places:
            doomed = f"{column} in (select unnest(?::bigint[]))"
            condition = f"{doomed} and data = ?" if place == "members" else doomed
            values = [gone, data] if place == "members" else [gone]
            connection.execute(f"delete from {place} where {condition}", values)
    return [member for number, member in numbers.items() if number not in present]


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    members: list[Member],
) -> None:
    """Append the rows of objects to the cache's table."""
    sources = {
        str(one.path): Source(one.address, one.path, tuple(delete.path for delete in deletes))
        for one, deletes in ((member.data_object, member.deletes) for member in members)
    }
    register_members(connection, columns, members)
    try:
        loader_of(table)(connection, table, columns, sources)
    except duckdb.Error as error:
        raise unreadable(error, sources, table.name) from error
    connection.execute(
        "insert into members select ?, unnest(?::bigint[])",
        [columns.data_name, [member.number for member in members]],
    )


def register_members(
    connection: duckdb.DuckDBPyConnection, columns: TableColumns, members: list[Member]
) -> None:
    """Make the temporary table that gives a file its number and its partition values."""
    keys = "".join(f", {quote(key)} varchar" for key in columns.partition_keys)
    connection.execute(f"create or replace temp table loading (path varchar, number bigint{keys})")
    paths = [str(member.data_object.path) for member in members]
    numbers = [member.number for member in members]
    values = [
        [partition_value(member.values[place]) for member in members]
        for place in range(len(columns.partition_keys))
    ]
    lists = "".join(", unnest(?::varchar[])" for _ in values)
    connection.execute(
        f"insert into loading select unnest(?::varchar[]), unnest(?::bigint[]){lists}",
        [paths, numbers, *values],
    )


def partition_value(value: str) -> str | None:
    """Return what Trino shows for a partition value: Hive's default partition is NULL."""
    return None if value == "__HIVE_DEFAULT_PARTITION__" else value


def drop_other_tables(connection: duckdb.DuckDBPyConnection, wanted: Iterable[str]) -> None:
    """Drop the cache's tables that no catalog table has any more; names are quoted."""
    kept = {*wanted, '"made_by"', '"members"', '"column_sizes"'}
    rows = connection.execute(
        "select table_name from duckdb_tables() where not temporary and schema_name = 'main'"
    ).fetchall()
    for name in [quote(name) for (name,) in rows if "#" in name and quote(name) not in kept]:
        connection.execute(f"drop table {name}")
        connection.execute("delete from members where data = ?", [name])
