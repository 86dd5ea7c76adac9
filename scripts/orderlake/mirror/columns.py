"""A mirror's columnar cache: fill it from the snapshot, and check that it holds the snapshot.

The cache itself is `athena_sql.reading.cache`. The caller holds the mirror's lock.
"""

import contextlib
import json

import duckdb
from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.cache import cache_version, drop_other_tables, load_table, open_cache
from athena_sql.reading.data_object import DataObject, members_of
from athena_sql.reading.sql_text import text
from athena_sql.statement import TableName

from orderlake.mirror.curated import is_curated, stand_ins
from orderlake.mirror.integrity import check_content, check_sizes
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot

# DuckDB would keep what it has written in memory: four fifths of the machine's, of a large table.
MEMORY_LIMIT = "512MB"


def attach_fresh(
    connection: duckdb.DuckDBPyConnection, store: MirrorStore, snapshot: Snapshot
) -> bool:
    """Attach the cache as `cache`, to be read, and return whether it can be used.

    It can if it holds exactly the snapshot, and this version of the code made it.
    """
    if not store.cache_path.is_file():
        return False
    try:
        connection.execute(f"attach {text(str(store.cache_path))} as cache (read_only)")
        state = connection.execute(
            "select version, fingerprint from cache.main.made_by, cache.main.state"
        ).fetchone()
    except duckdb.Error:
        return False
    return state == (cache_version(), snapshot.fingerprint)


def fill_cache(store: MirrorStore, snapshot: Snapshot) -> None:
    """Make the cache hold exactly the snapshot; raises DamagedMirror.

    A table that cannot be read is stored with the reason, and only its own queries fail. A curated
    table is checked and not loaded, and neither is a table that it stands in for.
    """
    check_sizes(store, snapshot)
    paths = {store.path_of(entry): entry for entry in snapshot.objects}
    objects = [data_object(store, entry) for entry in snapshot.objects]

    def verify(missing: list[DataObject]) -> None:
        check_content(store, snapshot, [paths[one.path] for one in missing])

    unloaded = stand_ins(store, snapshot)
    with contextlib.closing(open_cache(store.cache_path)) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("create or replace table state (fingerprint varchar)")
        tables: list[tuple[str, str, str, str]] = []
        for table in snapshot.tables:
            data, refusal = "", ""
            if is_curated(table):
                verify([member.data_object for member in members_of(table, objects)])
            if is_curated(table) or TableName(table.database, table.name) in unloaded:
                tables.append((table.database, table.name, data, refusal))
                continue
            try:
                data = load_table(connection, table, objects, verify)
            except UnreadableData as error:
                refusal = refusal_to_json(error)
            tables.append((table.database, table.name, data, refusal))
        drop_other_tables(connection, [data for *_, data, _ in tables if data])
        connection.execute(
            "create or replace table tables "
            "(database varchar, name varchar, data varchar, refusal varchar)"
        )
        if tables:
            connection.executemany("insert into tables values (?, ?, ?, ?)", tables)
        connection.execute("insert into state values (?)", [snapshot.fingerprint])


def data_object(store: MirrorStore, entry: MirroredObject) -> DataObject:
    """Return an object of the mirror as the readers know it."""
    path = store.path_of(entry)
    return DataObject(entry.bucket, entry.key, entry.etag, entry.size_bytes, path)


def refusal_to_json(error: UnreadableData) -> str:
    """Return why a table could not be read, as the cache keeps it."""
    is_unsupported = isinstance(error, UnsupportedData)
    return json.dumps([is_unsupported, error.address, error.reason, error.code])


def refusal_from_json(text: str) -> UnreadableData:
    """Return the error that `refusal_to_json` wrote down."""
    is_unsupported, address, reason, code = json.loads(text)
    if is_unsupported:
        return UnsupportedData(address, reason)
    return UnreadableData(address, reason, code=code)
