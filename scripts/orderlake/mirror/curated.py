"""The curated table in a mirror: whether it has exactly another table's rows, and how it is read.

Its files are read as they lie: to load ten million rows into the cache would take longer than most
questions. Pure.
"""

from collections.abc import Mapping

from athena_sql.catalog import CatalogTable, TableName
from athena_sql.errors import UnreadableData
from athena_sql.reading.data_object import DataObject, members_of
from athena_sql.reading.sql_text import quote, text
from athena_sql.typing.types import hive_to_duckdb
from order_jobs.curated.pieces import CONTENT, REPEATED_ORDERS, content_digest

from orderlake.mirror.store import MirrorStore, Snapshot


def is_curated(table: CatalogTable) -> bool:
    """Whether a table is as `curate` wrote it, without delete files, and can be read."""
    if table.iceberg is None or any(file.deletes for file in table.iceberg.files):
        return False
    return CONTENT in table.iceberg.summary and can_read(table)


def counts_once(table: CatalogTable) -> bool:
    """Whether a curated table has orders of several exports once, by the contract's rule."""
    from order_transform.contract.definition import RepeatedOrders  # the same

    summary = table.iceberg.summary if table.iceberg else {}
    return summary.get(REPEATED_ORDERS) == RepeatedOrders.NEWEST_FILE


def can_read(table: CatalogTable) -> bool:
    """Whether a table is one that is read here."""
    from athena_sql.reading.formats import check_table  # no mirror without a curated table asks

    try:
        check_table(table)
    except UnreadableData:
        return False
    return True


def stand_ins(store: MirrorStore, snapshot: Snapshot) -> Mapping[TableName, CatalogTable]:
    """Return the tables whose rows a curated table has, exactly, with that table.

    The curated table says which objects, by key and ETag, its rows come from. It stands in where
    these are the objects that Athena reads for the other table, and its columns have the same
    types.
    """
    curated = [table for table in snapshot.tables if is_curated(table)]
    if not curated:
        return {}
    objects = [
        DataObject(entry.bucket, entry.key, entry.etag, entry.size_bytes, store.path_of(entry))
        for entry in snapshot.objects
    ]
    found = {}
    for table in snapshot.tables:
        if table.iceberg is None and can_read(table):
            members = members_of(table, objects)
            digest = content_digest(
                (member.data_object.key, member.data_object.etag) for member in members
            )
            for other in curated:
                if has_content(other, digest) and set(table.all_columns) <= set(other.columns):
                    found[TableName(table.database, table.name)] = other
    return found


def has_content(table: CatalogTable, digest: str) -> bool:
    """Whether a curated table's rows come from the objects of this digest."""
    return table.iceberg is not None and table.iceberg.summary.get(CONTENT) == digest


def rows_text(store: MirrorStore, snapshot: Snapshot, table: CatalogTable) -> str:
    """Return the reading of a curated table's files, columns by their numbers.

    `read_parquet(['...'], schema = map {1: {name: 'price', type: 'DECIMAL(24,6)', default_value:
    null}})`; without files it is a table of no rows.
    """
    if table.iceberg is None or not table.iceberg.files:
        nulls = ", ".join(
            f"null::{hive_to_duckdb(column.type)} as {quote(column.name)}"
            for column in table.columns
        )
        return f"(select {nulls} where false)"
    named = {(file.bucket, file.key) for file in table.iceberg.files}
    paths = [
        store.path_of(entry) for entry in snapshot.objects if (entry.bucket, entry.key) in named
    ]
    fields = ", ".join(
        f"{table.iceberg.field_ids[column.name]}: {{name: {text(column.name)}, "
        f"type: {text(hive_to_duckdb(column.type))}, default_value: null}}"
        for column in table.columns
    )
    return (
        f"read_parquet([{', '.join(text(str(path)) for path in paths)}], schema = map {{{fields}}})"
    )
