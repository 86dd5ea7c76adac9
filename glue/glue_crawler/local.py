"""Crawl a folder on a disk instead of S3, and return the tables that a crawler would register."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glue_crawler.crawl import Run, crawl
from glue_crawler.definition import CrawlerDefinition
from glue_crawler.errors import BucketMissingError, ObjectUnreadableError
from glue_crawler.objects.listing import StoredObject
from glue_crawler.objects.target import Target
from glue_crawler.planning.actions import CreateTable
from glue_crawler.planning.table_input import GlueDict


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder (or one file), its files as objects: keys are `name-of-the-folder/path/below`."""

    root: Path

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield the files in the order S3 would list them, by the bytes of their keys."""
        if not self.root.exists():
            raise BucketMissingError(str(self.root))
        found = [(self._key(path), path.stat().st_size) for path in _walk(self.root)]
        for key, size_bytes in sorted(found, key=lambda item: os.fsencode(item[0])):
            if key.startswith(prefix) and key > start_after:
                yield StoredObject(key, size_bytes)

    def _key(self, path: Path) -> str:
        return path.relative_to(self.root.parent).as_posix()

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return part of a file."""
        try:
            with (self.root.parent / key).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError as error:
            raise ObjectUnreadableError(key, error.strerror or str(error)) from error


def _walk(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for parent, _, names in os.walk(root):
        for name in names:
            path = Path(parent, name)
            if path.is_file():
                yield path


class EmptyCatalog:
    """A catalog with nothing in it, so that every table found is a new one."""

    def tables(self) -> Iterable[Mapping[str, Any]]:
        """Return no tables."""
        return ()

    def partitions(self, table_name: str) -> Iterable[Mapping[str, Any]]:
        """Return no partitions."""
        return ()


@dataclass(frozen=True, slots=True)
class FolderSchema:
    """What a folder would become: tables in `get-table`'s shape, warnings, unreadable files."""

    tables: tuple[GlueDict, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]


def describe_folder(folder: Path, *, database: str = "default", prefix: str = "") -> FolderSchema:
    """Return the tables that a crawler of this folder would register, as `{"Table": {...}}`.

    Locations are `file://` URLs. Fields that only a catalog can know (times, versions, who made
    it) are left out. Raises `BucketMissingError` where the folder does not exist and
    `NothingReadableError` where not one of its files can be read.
    """
    root = folder.resolve()
    bucket, key = root.parent.as_posix(), root.name
    definition = CrawlerDefinition(
        name="schema", database=database, targets=(Target(bucket, key),), table_prefix=prefix
    )
    result = crawl(definition, FolderStore(root), EmptyCatalog(), Run("local", 0))
    tables = tuple(
        {"Table": {"DatabaseName": database, **_localize(action.table)}}
        for action in result.actions
        if isinstance(action, CreateTable)
    )
    # A file is named as this machine does.
    own = f"s3://{bucket}/"
    warnings = tuple(text.replace(own, f"{bucket}/") for text in result.warnings)
    errors = tuple(text.replace(own, f"{bucket}/") for text in result.errors)
    return FolderSchema(tables, warnings, errors)


def _localize(table: GlueDict) -> GlueDict:
    storage = table["StorageDescriptor"]
    location = storage["Location"].replace("s3://", "file://", 1)
    return {**table, "StorageDescriptor": {**storage, "Location": location}}
