"""Read the schema of an Avro container file from its header, as Glue types it.

The header is a magic word and a map with the schema in JSON:
avro.apache.org/docs/1.12.0/specification/#object-container-files.
"""

import json
from dataclasses import dataclass
from typing import Any

from glue_crawler.reading.varint import read_varint, zigzag_to_number
from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render

MAGIC = b"Obj\x01"
# The mark between two blocks.
SYNC_BYTES = 16
_NAMES = {"boolean": "boolean", "int": "int", "long": "bigint", "float": "float"}
_NAMES |= {"double": "double", "bytes": "binary", "fixed": "binary", "string": "string"}
_LOGICAL = {"date": "date", "timestamp-millis": "timestamp", "timestamp-micros": "timestamp"}


@dataclass(frozen=True, slots=True)
class AvroReading:
    """What a file's beginning says: columns, the schema's text, records and the bytes they take."""

    schema: Schema
    text: str
    records: int
    used_bytes: int


def read_avro(data: bytes) -> AvroReading | None:
    """Read the beginning of a file, or return None where it has no readable header.

    The schema's text is the file's own, without spaces between its tokens, as recorded.
    """
    try:
        cursor = _Cursor(data, len(MAGIC))
        schema = json.loads(_read_metadata(cursor)[b"avro.schema"])
        known: dict[str, Any] = {}
        columns = [
            Column(field["name"].lower(), _to_hive(field["type"], known), (field["name"],))
            for field in schema["fields"]
        ]
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
    records = _count_records(cursor)
    return AvroReading(Schema(tuple(columns)), text, records, cursor.position)


class _Cursor:
    """Reads Avro's numbers and byte strings one after the other."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self.position = position

    def number(self) -> int:
        value, self.position = read_varint(self._data, self.position)
        return zigzag_to_number(value)

    def byte_string(self) -> bytes:
        length = self.number()
        if length < 0:
            raise ValueError("a negative length")
        return self.take(length)

    def take(self, length: int) -> bytes:
        if self.position + length > len(self._data):
            raise IndexError
        self.position += length
        return self._data[self.position - length : self.position]


def _read_metadata(cursor: _Cursor) -> dict[bytes, bytes]:
    found = {}
    while count := cursor.number():
        if count < 0:
            # A negative count is followed by the block's size in bytes.
            count = -count
            cursor.number()
        for _ in range(count):
            key = cursor.byte_string()
            found[key] = cursor.byte_string()
    return found


def _count_records(cursor: _Cursor) -> int:
    """Count the records of the blocks that begin in the data, and move behind the last of these.

    Each block begins with its number of records and its length in bytes.
    """
    records = 0
    try:
        cursor.take(SYNC_BYTES)
        while True:
            begin = cursor.position
            count, length = cursor.number(), cursor.number()
            if count < 0 or length < 0:
                # Not a block: a step back would count the same bytes again and again.
                cursor.position = begin
                return records
            records += count
            cursor.position += length + SYNC_BYTES
    except IndexError:
        return records


def _to_hive(kind: Any, known: dict[str, Any]) -> HiveType:
    if isinstance(kind, list):
        # A union with null is the other type; a union of several is a text.
        others = [part for part in kind if part != "null"]
        return _to_hive(others[0], known) if len(others) == 1 else Scalar("string")
    if isinstance(kind, str):
        named = known.get(kind)
        return _to_hive(named, known) if named is not None else Scalar(_NAMES.get(kind, "string"))
    name = kind["type"]
    if kind.get("logicalType") == "decimal":
        return Scalar(f"decimal({kind['precision']},{kind.get('scale', 0)})")
    if kind.get("logicalType") in _LOGICAL:
        return Scalar(_LOGICAL[kind["logicalType"]])
    if name == "array":
        return Array(_to_hive(kind["items"], known))
    if name == "map":
        return Scalar(f"map<string,{render(_to_hive(kind['values'], known))}>")
    if name == "record":
        fields = ((part["name"].lower(), _to_hive(part["type"], known)) for part in kind["fields"])
        return Struct(tuple(fields))
    if name == "fixed" and "name" in kind:
        known[kind["name"]] = "bytes"
    return Scalar("string") if name == "enum" else _to_hive(name, known)
