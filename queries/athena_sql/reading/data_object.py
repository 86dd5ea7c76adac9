"""The objects that a table is made of, as listed in S3, and which of them Athena reads.

Pure: nothing is opened. `path` says where an object's bytes lie once somebody has brought them.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from athena_sql.catalog import CatalogTable, is_hidden, split_location


@dataclass(frozen=True, slots=True)
class DataObject:
    """One S3 object and the local file that holds its bytes. `etag` has no quotes.

    The file's name ends with `.gz` exactly where the key does: readers decompress by it.
    """

    bucket: str
    key: str
    etag: str
    size_bytes: int
    path: Path

    @property
    def address(self) -> str:
        """The object's S3 address."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Member:
    """An object as a part of a table, with the values of the partition that it lies in.

    `deletes` may name rows of it that are deleted, as files of Iceberg do.
    """

    data_object: DataObject
    values: tuple[str, ...]
    deletes: tuple[DataObject, ...] = ()

    @property
    def number(self) -> int:
        """A hash (56 bits) of what the object is: another ETag or delete file is another number."""
        one, deletes = self.data_object, [delete.address for delete in self.deletes]
        identity = json.dumps([one.bucket, one.key, one.etag, one.size_bytes, self.values, deletes])
        return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:7])


def members_of(table: CatalogTable, objects: Iterable[DataObject]) -> list[Member]:
    """Return the objects that Athena reads for a table, with their partition values.

    An empty object adds no row; a hidden one is skipped; one under two folders counts twice. The
    files of an Iceberg table are named one by one.
    """
    if table.iceberg is not None:
        found = {entry.address: entry for entry in objects}
        return [
            Member(
                found[file.address], (), tuple(found[deletion.address] for deletion in file.deletes)
            )
            for file in table.iceberg.files
        ]
    folders = [(*split_location(location), values) for location, values in table.folders]
    return [
        Member(entry, values)
        for entry in objects
        for bucket, prefix, values in folders
        if entry.key.startswith(prefix)
        and bucket == entry.bucket
        and entry.size_bytes
        and not is_hidden(entry.key, prefix)
    ]
