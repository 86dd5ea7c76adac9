"""Read Avro container files, which Iceberg's manifests and manifest lists are."""

import io
import zlib
from collections.abc import Mapping
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException

# What fastavro raises for bytes that are damaged, cut off, or compressed in a way it does not know.
DAMAGES = (
    EOFError,
    LookupError,
    OverflowError,
    SchemaParseException,
    TypeError,
    zlib.error,
)


def read_records(data: bytes) -> list[Mapping[str, Any]]:
    """Return the records of a file by their fields' names; raises ValueError for other bytes."""
    try:
        return [
            record for record in fastavro.reader(io.BytesIO(data)) if isinstance(record, Mapping)
        ]
    except DAMAGES as error:
        raise ValueError(f"a damaged Avro file: {error}") from error
