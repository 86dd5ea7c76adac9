"""Read the records of an Avro container file: Iceberg's manifests and manifest lists.

avro.apache.org/docs/1.12.0/specification: the codecs are `null` and `deflate`, which every Iceberg
library writes unless it is told otherwise. Pure.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

MAGIC = b"Obj\x01"
SYNC_BYTES = 16
type Schema = Any
type Record = dict[str, Any]


def read_records(data: bytes) -> Iterator[Record]:
    """Yield the records of a file by their fields' names; raises ValueError for other bytes."""
    if not data.startswith(MAGIC):
        raise ValueError("not an Avro file")
    try:
        yield from records_of_blocks(Cursor(data, len(MAGIC)))
    except (IndexError, KeyError, TypeError, struct.error, zlib.error) as error:
        raise ValueError(f"a damaged Avro file: {error}") from error


def records_of_blocks(cursor: "Cursor") -> Iterator[Record]:
    """Yield the records of every block, read by the schema in the file's header."""
    header = cursor.map_of("bytes")
    reader = SchemaReader(json.loads(header["avro.schema"]))
    codec = header.get("avro.codec", b"null").decode()
    if codec not in ("null", "deflate"):
        raise ValueError(f"an Avro file that is compressed with {codec}")
    cursor.take(SYNC_BYTES)
    while not cursor.is_at_end:
        count, block = cursor.number(), cursor.byte_string()
        inner = Cursor(zlib.decompress(block, -15) if codec == "deflate" else block, 0)
        for _ in range(count):
            yield reader.value(reader.schema, inner)
        cursor.take(SYNC_BYTES)


class Cursor:
    """Reads Avro's primitive values one after the other."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self._position = data, position

    @property
    def is_at_end(self) -> bool:
        """Whether all bytes have been read."""
        return self._position >= len(self._data)

    def take(self, length: int) -> bytes:
        """Return the next bytes; raises IndexError where they are fewer."""
        end = self._position + length
        if length < 0 or end > len(self._data):
            raise IndexError("the file ends early")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def number(self) -> int:
        """Return a zigzag number of seven bits per byte."""
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def byte_string(self) -> bytes:
        """Return bytes that follow their length."""
        return self.take(self.number())

    def counts(self) -> Iterator[int]:
        """Yield the number of items in each block of an array or a map."""
        while count := self.number():
            if count < 0:  # followed by the block's size in bytes
                self.number()
            yield abs(count)

    def map_of(self, values: Schema) -> Record:
        """Return a map whose values are of one schema."""
        reader = SchemaReader(values)
        pairs = (None for count in self.counts() for _ in range(count))
        return {self.byte_string().decode(): reader.value(values, self) for _ in pairs}


class SchemaReader:
    """Reads values by their schema; a named schema can be referred to behind its definition."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._named: dict[str, Schema] = {}

    def value(self, schema: Schema, cursor: Cursor) -> Any:
        """Return the next value."""
        if isinstance(schema, list):
            return self.value(schema[cursor.number()], cursor)
        if isinstance(schema, str):
            return primitive(schema, cursor) if schema in PRIMITIVES else self.again(schema, cursor)
        if "name" in schema:
            self._named[schema["name"]] = schema
        match schema["type"]:
            case "record":
                return {one["name"]: self.value(one["type"], cursor) for one in schema["fields"]}
            case "array":
                places = (None for count in cursor.counts() for _ in range(count))
                return [self.value(schema["items"], cursor) for _ in places]
            case "map":
                return cursor.map_of(schema["values"])
            case "fixed":
                return cursor.take(schema["size"])
            case "enum":
                return schema["symbols"][cursor.number()]
            case inner:
                return self.value(inner, cursor)

    def again(self, name: str, cursor: Cursor) -> Any:
        """Return a value of a schema that was defined earlier in the file."""
        return self.value(self._named[name], cursor)


PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")


def primitive(name: str, cursor: Cursor) -> Any:
    """Return a value of a primitive type."""
    match name:
        case "null":
            return None
        case "boolean":
            return cursor.take(1) == b"\x01"
        case "int" | "long":
            return cursor.number()
        case "float":
            return struct.unpack("<f", cursor.take(4))[0]
        case "double":
            return struct.unpack("<d", cursor.take(8))[0]
        case "string":
            return cursor.byte_string().decode()
        case _:
            return cursor.byte_string()
