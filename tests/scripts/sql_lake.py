"""A lake in memory and a mirror in a temporary folder, for the tests of queries."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from orderlake.catalog import CatalogColumn, CatalogTable
from orderlake.dialect.statement import TableName
from orderlake.engines.duckdb_engine import DuckdbEngine, prepare
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot
from orderlake.mirror.sync import ObjectMovedOn

ALIASES = {"processed_orders": TableName("shop_orders", "shop_processed_orders")}
COLUMNS = (("product_id", "string"), ("quantity", "int"), ("total_amount", "double"))
SERDE = "org.openx.data.jsonserde.JsonSerDe"
ROOT = "s3://bucket/processed/orders/"


def glue_table(
    columns: Sequence[tuple[str, str]] = COLUMNS,
    partitions: Iterable[str] | None = None,
    serde: str = SERDE,
) -> dict[str, Any]:
    """A table of the catalog as Glue describes it, partitioned by `dt` if partitions are given."""
    storage = {
        "Location": ROOT,
        "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
        "SerdeInfo": {"SerializationLibrary": serde},
    }
    table = {
        "DatabaseName": "shop_orders",
        "Name": "shop_processed_orders",
        "StorageDescriptor": storage,
        "PartitionKeys": [] if partitions is None else [{"Name": "dt", "Type": "string"}],
    }
    parts = [
        {"Values": [value], "StorageDescriptor": {**storage, "Location": f"{ROOT}dt={value}/"}}
        for value in partitions or ()
    ]
    return {"Table": table, "Partitions": parts}


@dataclass
class MemoryLake:
    """Objects by key and one table: what a mirror is synced from."""

    objects: dict[str, bytes] = field(default_factory=dict)
    table: dict[str, Any] = field(default_factory=glue_table)
    source: str = "'memory'"
    downloads: list[str] = field(default_factory=list)
    moved_on: set[str] = field(default_factory=set)

    def put(self, key: str, lines: str) -> None:
        """Put an object under processed/orders/, compressed where its name says so."""
        data = gzip.compress(lines.encode()) if key.endswith(".gz") else lines.encode()
        self.objects[f"processed/orders/{key}"] = data

    def look(self) -> Snapshot:
        """What is there now."""
        return Snapshot(
            self.source,
            datetime(2026, 11, 23, tzinfo=UTC),
            (self.table,),
            tuple(entry_of(key, data) for key, data in sorted(self.objects.items())),
        )

    def download(self, entry: MirroredObject, path: Path) -> int:
        """Write an object to a file, unless it was replaced meanwhile."""
        self.downloads.append(entry.key)
        data = self.objects.get(entry.key)
        if data is None or entry.key in self.moved_on or entry_of(entry.key, data) != entry:
            self.moved_on.discard(entry.key)
            raise ObjectMovedOn(entry.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return len(data)


def entry_of(key: str, data: bytes) -> MirroredObject:
    """The listing of an object."""
    return MirroredObject("bucket", key, hashlib.md5(data).hexdigest(), len(data))


def mirror_with(
    folder: Path,
    files: Mapping[str, str],
    columns: Sequence[tuple[str, str]] = COLUMNS,
    partitions: Iterable[str] | None = None,
) -> MirrorStore:
    """A mirror that holds files under processed/orders/."""
    lake = MemoryLake(table=glue_table(columns, partitions))
    for key, lines in files.items():
        lake.put(key, lines)
    store = MirrorStore(folder)
    snapshot = lake.look()
    with store.lock(exclusive=True):
        for entry in snapshot.objects:
            lake.download(entry, store.path_of(entry))
        store.write(snapshot)
    return store


def memory_engine(rows: str, columns: Sequence[tuple[str, str]]) -> DuckdbEngine:
    """An engine over a table in memory that is filled by a DuckDB select."""
    table = CatalogTable(
        database="shop_orders",
        name="shop_processed_orders",
        location="",
        serde=SERDE,
        columns=tuple(CatalogColumn(name, kind) for name, kind in columns),
        partition_keys=(),
        partitions=(),
    )
    connection = duckdb.connect()
    prepare(connection)
    connection.execute("create schema shop_orders")
    connection.execute(f"create table shop_orders.shop_processed_orders as {rows}")
    return DuckdbEngine(connection, (table,), ALIASES, "memory")
