"""A mirror's columnar cache, to be read: whether it holds the snapshot, and what it says.

fill_columns.py fills it. The caller holds the mirror's lock.
"""

import json

import duckdb
from athena_sql.errors import TooLittleMemory, UnreadableData, UnsupportedData
from athena_sql.reading.cache_version import cache_version
from athena_sql.reading.data_object import DataObject
from athena_sql.reading.sql_text import text

from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot


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


def data_object(store: MirrorStore, entry: MirroredObject) -> DataObject:
    """Return an object of the mirror as the readers know it."""
    path = store.path_of(entry)
    return DataObject(entry.bucket, entry.key, entry.etag, entry.size_bytes, path)


# The refusals that the cache keeps, most special first.
_REFUSALS = (TooLittleMemory, UnsupportedData)


def refusal_to_json(error: UnreadableData) -> str:
    """Return why a table could not be read, as the cache keeps it."""
    kind = next((one.__name__ for one in _REFUSALS if isinstance(error, one)), "")
    return json.dumps([kind, error.address, error.reason, error.code])


def refusal_from_json(text: str) -> UnreadableData:
    """Return the error that `refusal_to_json` wrote down."""
    name, address, reason, code = json.loads(text)
    for kind in _REFUSALS:
        if name == kind.__name__:
            return kind(address, reason)
    return UnreadableData(address, reason, code=code)
