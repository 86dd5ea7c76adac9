"""The columnar cache: a DuckDB file derived from a mirror's JSON, only for what changed.

Never trusted over the JSON: every row belongs to an object's ETag, and a cache that is damaged,
of another version or of other column types is thrown away. The caller holds the mirror's lock.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb
from athena_sql.catalog import (
    JSON_SERDES,
    CatalogTable,
    is_hidden,
    split_location,
)
from athena_sql.errors import UnreadableData
from athena_sql.reading.json_lines import (
    Source,
    check_kinds,
    check_nested_keys,
    check_sources,
    find_spellings,
)
from athena_sql.typing.types import hive_to_duckdb

from orderlake.mirror.integrity import check_content, check_sizes
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot

VERSION = 2
INTEGERS = {"TINYINT", "SMALLINT", "INT", "BIGINT"}
OBJECT_COLUMN = "$object"
FILE_IN_ERROR = re.compile(r'file "([^"]+)",?\s*(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Member:
    """An object as a part of a table: its number in the cache is the hash of what it is."""

    entry: MirroredObject
    source: Source
    number: int
    values: tuple[str, ...]


def data_name(table: CatalogTable) -> str:
    """Return the cache's table, quoted, that holds a catalog table's rows."""
    return quote(f"{table.database}.{table.name}")


def quote(name: str) -> str:
    """Return an identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text literal."""
    return "'" + value.replace("'", "''") + "'"


def members_of(table: CatalogTable, snapshot: Snapshot, store: MirrorStore) -> list[Member]:
    """Return the objects that Athena reads for a table, with their partition values.

    An empty object adds no row; a hidden one is skipped; one under two folders counts twice.
    """
    folders = [(*split_location(location), values) for location, values in table.folders]
    members = []
    for entry in snapshot.objects:
        for bucket, prefix, values in folders_over(entry, folders):
            if bucket == entry.bucket and entry.size_bytes and not is_hidden(entry.key, prefix):
                identity = json.dumps([astuple(entry), values])
                number = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:7])
                source = Source(entry.address, store.path_of(entry))
                members.append(Member(entry, source, number, values))
    return members


def folders_over(
    entry: MirroredObject, folders: list[tuple[str, str, tuple[str, ...]]]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the folders that an object lies in."""
    return (folder for folder in folders if entry.key.startswith(folder[1]))


def check_table(table: CatalogTable) -> None:
    """Raise UnreadableData for a table that is not JSON Lines, or whose partitions disagree."""
    if table.serde not in JSON_SERDES:
        raise UnreadableData(table.name, f"its SerDe '{table.serde}' is not one of JSON Lines")
    if found := table.mismatched_partition():
        part, column, expected = found
        raise UnreadableData(
            part.location,
            f"HIVE_PARTITION_SCHEMA_MISMATCH: '{column.name}' is {column.type} in the partition "
            f"and {expected} in the table",
        )


def is_fresh(store: MirrorStore, snapshot: Snapshot) -> bool:
    """Whether the cache holds exactly the snapshot."""
    if not store.cache_path.is_file():
        return False
    try:
        with duckdb.connect(store.cache_path, read_only=True) as connection:
            found = connection.execute("select version, fingerprint from state").fetchall()
    except duckdb.Error:
        return False
    return found == [(VERSION, snapshot.fingerprint)]


def refresh(store: MirrorStore, snapshot: Snapshot) -> None:
    """Make the cache hold exactly the snapshot.

    Raises UnreadableData for what Athena refuses, and DamagedMirror.
    """
    check_sizes(store, snapshot)
    with contextlib.closing(open_cache(store.cache_path)) as connection:
        connection.begin()
        for table in snapshot.tables:
            check_table(table)
            missing = remove_gone(connection, table, members_of(table, snapshot, store))
            check_content(store, snapshot, [member.entry for member in missing])
            load(connection, table, missing)
        connection.execute("delete from state")
        connection.execute("insert into state values (?, ?)", [VERSION, snapshot.fingerprint])
        connection.commit()


def open_cache(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the cache, made anew where there is none that can be read."""
    with contextlib.suppress(duckdb.Error):
        connection = duckdb.connect(path)
        with contextlib.suppress(duckdb.Error):
            if connection.execute("select version from state").fetchall() == [(VERSION,)]:
                return connection
        connection.close()
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    connection = duckdb.connect(path)
    connection.execute("create table state (version integer, fingerprint varchar)")
    connection.execute("insert into state values (?, '')", [VERSION])
    connection.execute("create table members (data varchar, number bigint)")
    return connection


def remove_gone(
    connection: duckdb.DuckDBPyConnection, table: CatalogTable, members: list[Member]
) -> list[Member]:
    """Remove the rows of objects that are gone; returns the objects that are still to be loaded."""
    data = data_name(table)
    if column_types(connection, data) != wanted_types(table):
        columns = ", ".join(f"{quote(name)} {kind}" for name, kind in wanted_types(table).items())
        connection.execute(f"create or replace table {data} ({columns})")
        connection.execute("delete from members where data = ?", [data])
    rows = connection.execute("select number from members where data = ?", [data]).fetchall()
    present, wanted = {number for (number,) in rows}, {member.number for member in members}
    if gone := sorted(present - wanted):
        for place, column in ((data, quote(OBJECT_COLUMN)), ("members", "number")):
            doomed = f"{column} in (select unnest(?::bigint[]))"
            connection.execute(f"delete from {place} where {doomed}", [gone])  # noqa: S608
    return [member for member in members if member.number not in present]


def wanted_types(table: CatalogTable) -> dict[str, str]:
    """Return the cache's columns for a table with DuckDB's types; partition values are text."""
    types = {column.name: hive_to_duckdb(column.type, table.name) for column in table.all_columns}
    return types | {OBJECT_COLUMN: "BIGINT"}


def column_types(connection: duckdb.DuckDBPyConnection, data: str) -> dict[str, str] | None:
    """Return the columns of the cache's table as they were asked for, or None without one."""
    rows = connection.execute(
        "select comment from duckdb_tables() where table_name = ?", [data[1:-1]]
    ).fetchall()
    return json.loads(rows[0][0]) if rows and rows[0][0] else None


def load(connection: duckdb.DuckDBPyConnection, table: CatalogTable, members: list[Member]) -> None:
    """Append the rows of objects to the cache's table."""
    data = data_name(table)
    connection.execute(f"comment on table {data} is {text(json.dumps(wanted_types(table)))}")
    if not members:
        return
    sources = {str(member.source.path): member.source for member in members}
    has_condition = check_sources(list(sources.values()))
    register_members(connection, table, members)
    try:
        for column in table.columns:
            if "struct<" in column.type:
                check_nested_keys(connection, sources, column.name)
        names, types = [column.name for column in table.columns], wanted_types(table)
        kinds = {name: types[name] for name in names}
        if has_condition or "BOOLEAN" in kinds.values():
            check_kinds(connection, sources, kinds)
        for spelling, paths in find_spellings(connection, sources, names).items():
            connection.execute(insert_statement(table, dict(spelling)), {"paths": paths})
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException) as error:
        raise unreadable(error, sources, table.name) from error
    connection.executemany("insert into members values (?, ?)", [[data, m.number] for m in members])


def register_members(
    connection: duckdb.DuckDBPyConnection, table: CatalogTable, members: list[Member]
) -> None:
    """Make the temporary table that gives a file its number and its partition values."""
    keys = "".join(f", {quote(key.name)} varchar" for key in table.partition_keys)
    connection.execute(f"create or replace temp table loading (path varchar, number bigint{keys})")
    places = ", ".join("?" * (2 + len(table.partition_keys)))
    rows = [
        [str(member.source.path), member.number, *map(partition_value, member.values)]
        for member in members
    ]
    connection.executemany(f"insert into loading values ({places})", rows)  # noqa: S608


def partition_value(value: str) -> str | None:
    """Return what Trino shows for a partition value: Hive's default partition is NULL."""
    return None if value == "__HIVE_DEFAULT_PARTITION__" else value


def insert_statement(table: CatalogTable, spelling: dict[str, str]) -> str:
    """Return the statement that reads files, `$paths`, with the catalog's types and no guessing.

    Integers and decimals are read as text first, because DuckDB would round a 1.7 in its own way.
    """
    types, columns, values = wanted_types(table), [], []
    for column in table.columns:
        key, kind = spelling.get(column.name, column.name), types[column.name]
        is_text_first = kind in INTEGERS or kind.startswith("DECIMAL")
        columns.append(f"{text(key)}: {text('VARCHAR' if is_text_first else kind)}")
        values.append(value_of(key, kind))
    values += [f"l.{quote(key.name)}::{types[key.name]}" for key in table.partition_keys]
    return (
        f"insert into {data_name(table)} select {', '.join(values)}, l.number "  # noqa: S608
        f"from read_json($paths, format = 'newline_delimited', filename = '$file', "
        f"maximum_object_size = 67108864, columns = {{{', '.join(columns)}}}) r "
        f'join loading l on l.path = r."$file"'
    )


def value_of(key: str, kind: str) -> str:
    """Return the expression that takes a column's value from what was read."""
    if kind in INTEGERS:
        return whole_number(key, kind)
    # A cast of text rounds a decimal half up, as Trino does; the reader itself cuts it.
    return f"cast(r.{quote(key)} as {kind})" if kind.startswith("DECIMAL") else f"r.{quote(key)}"


def whole_number(key: str, kind: str) -> str:
    """Return the expression that takes an integer from its text, or fails naming file and value."""
    value = f"r.{quote(key)}"
    complaint = f"'file \"' || r.\"$file\" || '\": {key} is ' || {value} || ', not {kind}'"
    return (
        f"case when {value} is null then null "
        f"when contains({value}, '.') or try_cast({value} as {kind}) is null "
        f"then error({complaint}) else cast({value} as {kind}) end"
    )


def unreadable(error: duckdb.Error, sources: dict[str, Source], table: str) -> UnreadableData:
    """Return the refusal for DuckDB's complaint, under the object's S3 address."""
    first = str(error).split("\n\n")[0].replace("\n", " ")
    found = FILE_IN_ERROR.search(first)
    source = sources.get(found[1]) if found else None
    if found is None or source is None:
        return UnreadableData(table, first)
    reason = found[2].split(" Try ")[0].strip(" .:")
    return UnreadableData(source.address, reason or "it is not JSON Lines")
