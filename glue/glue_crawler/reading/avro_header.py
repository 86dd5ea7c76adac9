"""Read the schema of an Avro container file from its header, as Glue types it.

The header is a magic word and a map with the schema in JSON:
avro.apache.org/docs/1.12.0/specification/#object-container-files.
"""

import json
from typing import Any

from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render

MAGIC = b"Obj\x01"
_NAMES = {"boolean": "boolean", "int": "int", "long": "bigint", "float": "float"}
_NAMES |= {"double": "double", "bytes": "binary", "fixed": "binary", "string": "string"}
_LOGICAL = {"date": "date", "timestamp-millis": "timestamp", "timestamp-micros": "timestamp"}


def read_avro(data: bytes) -> tuple[Schema, str] | None:
    """Return columns and the schema's own text from a file's beginning; None where it has none."""
    try:
        text = _read_metadata(data)[b"avro.schema"].decode()
        schema = json.loads(text)
        known: dict[str, Any] = {}
        columns = [
            Column(field["name"].lower(), _to_hive(field["type"], known), (field["name"],))
            for field in schema["fields"]
        ]
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    return Schema(tuple(columns)), text


def _read_metadata(data: bytes) -> dict[bytes, bytes]:
    position, found = len(MAGIC), {}

    def read_long() -> int:
        nonlocal position
        shift = value = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def read_bytes() -> bytes:
        nonlocal position
        length = read_long()
        if length < 0 or position + length > len(data):
            raise ValueError("cut off")
        position += length
        return data[position - length : position]

    while count := read_long():
        if count < 0:
            # A negative count is followed by the block's size in bytes.
            count = -count
            read_long()
        for _ in range(count):
            key = read_bytes()
            found[key] = read_bytes()
    return found


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
