"""The columns of an Iceberg table, as the Glue catalog spells their types. Pure.

https://iceberg.apache.org/spec/#schemas-and-data-types
"""

import re
from collections.abc import Mapping
from typing import Any

# Athena's times of Iceberg tables have microseconds, where Hive's have milliseconds.
HIVE_TYPES = {
    "boolean": "boolean",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "string": "string",
    "binary": "binary",
    "date": "date",
    "timestamp": "timestamp(6)",
}
DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)")


def hive_type(kind: Any) -> str:
    """Return `bigint` for `long`, `struct<a:int>` for a struct; raises ValueError for others.

    `time`, `uuid`, `fixed`, times with a zone and the types of format version 3 are others.
    """
    if isinstance(kind, Mapping):
        return nested_type(kind)
    if found := DECIMAL.fullmatch(kind):
        return f"decimal({found[1]},{found[2]})"
    if kind not in HIVE_TYPES:
        raise ValueError(f"the type {kind}")
    return HIVE_TYPES[kind]


def nested_type(kind: Mapping[str, Any]) -> str:
    """Return the spelling of a struct, a list or a map."""
    match kind["type"]:
        case "struct":
            fields = (
                f"{part['name'].lower()}:{hive_type(part['type'])}" for part in kind["fields"]
            )
            return f"struct<{','.join(fields)}>"
        case "list":
            return f"array<{hive_type(kind['element'])}>"
        case "map":
            return f"map<{hive_type(kind['key'])},{hive_type(kind['value'])}>"
        case other:
            raise ValueError(f"the type {other}")
