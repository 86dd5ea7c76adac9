"""Fill a mirror's columnar cache from the snapshot.

The cache itself is `athena_sql.reading.cache`. The caller holds the mirror's exclusive lock.
"""

import contextlib

from athena_sql.catalog import TableName
from athena_sql.errors import UnreadableData
from athena_sql.reading.cache import drop_other_tables, load_table, open_cache
from athena_sql.reading.data_object import DataObject, members_of

from orderlake.mirror.columns import data_object, refusal_to_json
from orderlake.mirror.curated import is_curated, stand_ins
from orderlake.mirror.integrity import check_content, check_sizes
from orderlake.mirror.store import MirrorStore, Snapshot

# DuckDB would keep what it has written in memory: four fifths of the machine's, of a large table.
MEMORY_LIMIT = "512MB"


def fill_cache(store: MirrorStore, snapshot: Snapshot) -> None:
    """Make the cache hold exactly the snapshot; raises DamagedMirror.

    A table that cannot be read is stored with the reason, and only its own queries fail. A curated
    table is checked and not loaded, and neither is a table that it stands in for.
    """
    check_sizes(store, snapshot)
    paths = {store.path_of(entry): entry for entry in snapshot.objects}
    objects = [data_object(store, entry) for entry in snapshot.objects]

    def verify(missing: list[DataObject]) -> None:
        check_content(store, snapshot, [paths[needed.path] for needed in missing])

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
