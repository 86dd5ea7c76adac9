"""Objects and a catalog in memory, and any JSON value, for crawls in tests; no rules of its own."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from glue_crawler.actions import (
    CreatePartitions,
    CreateTable,
    DeletePartitions,
    DeleteTable,
    DeprecateTable,
    UpdatePartitions,
    UpdateTable,
)
from glue_crawler.crawl import CrawlResult, Run, crawl
from glue_crawler.definition import CrawlerDefinition, read_definition
from glue_crawler.errors import BucketMissingError, ObjectUnreadableError
from glue_crawler.listing import StoredObject
from hypothesis import strategies as st

type GlueDict = dict[str, Any]

KEYS = st.sampled_from(["a", "b", "C", "c", "Name"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def to_lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


class MemoryStore:
    """One bucket, `shop`. Counts reads, and refuses the keys in `forbidden`."""

    def __init__(self, objects: Mapping[str, bytes], forbidden: Iterable[str] = ()) -> None:
        self.objects = dict(objects)
        self.forbidden = set(forbidden)
        self.reads: list[tuple[str, int, int]] = []
        self.listed = 0

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        if bucket != "shop":
            raise BucketMissingError(bucket)
        for key in sorted(self.objects, key=str.encode):
            if key.startswith(prefix) and key > start_after:
                self.listed += 1
                yield StoredObject(key, len(self.objects[key]))

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        if key in self.forbidden:
            raise ObjectUnreadableError(f"s3://{bucket}/{key}", "Access Denied")
        self.reads.append((key, start, length))
        return self.objects[key][start : start + length]


class MemoryCatalog:
    """Carries plans out, so that a second crawl finds what the first one made."""

    def __init__(self) -> None:
        self.found: dict[str, GlueDict] = {}
        self.parts: dict[str, dict[tuple[str, ...], GlueDict]] = {}

    def tables(self) -> list[GlueDict]:
        return list(self.found.values())

    def partitions(self, table_name: str) -> list[GlueDict]:
        return list(self.parts.get(table_name, {}).values())

    def apply(self, result: CrawlResult) -> None:
        for action in result.actions:
            match action:
                case CreateTable(table) | UpdateTable(table, _) | DeprecateTable(table):
                    self.found[table["Name"]] = table
                case DeleteTable(name):
                    del self.found[name]
                case CreatePartitions(name, items) | UpdatePartitions(name, items):
                    parts = self.parts.setdefault(name, {})
                    parts.update({tuple(item["Values"]): item for item in items})
                case DeletePartitions(name, values):
                    for value in values:
                        del self.parts[name][value]


def define(path: str = "s3://shop/data/", **fields: Any) -> CrawlerDefinition:
    target = {"Path": path} | fields.pop("target", {})
    configuration = fields.pop("configuration", None)
    crawler: GlueDict = {
        "Name": "orders",
        "DatabaseName": "lake",
        "Targets": {"S3Targets": [target]},
        **fields,
    }
    if configuration is not None:
        crawler["Configuration"] = json.dumps({"Version": 1.0} | configuration)
    return read_definition(crawler)


def run_crawl(
    objects: Mapping[str, bytes] | MemoryStore,
    definition: CrawlerDefinition | None = None,
    catalog: MemoryCatalog | None = None,
    run_id: str = "run-1",
) -> tuple[CrawlResult, MemoryCatalog]:
    """Crawl and carry the plan out."""
    store = objects if isinstance(objects, MemoryStore) else MemoryStore(objects)
    catalog = catalog or MemoryCatalog()
    result = crawl(definition or define(), store, catalog, Run(run_id, 1_790_000_000_000))
    catalog.apply(result)
    return result, catalog


def columns_of(table: GlueDict) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
