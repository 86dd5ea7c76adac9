"""Trino's JSON values as the texts that Athena answers with. Pure."""

import base64
from collections.abc import Mapping
from typing import Any

from athena_sql.running.result_text import value_text

type Signature = Mapping[str, Any]


def cell_text(value: Any, signature: Signature) -> str | None:
    """Return a value by its type's signature: `[1, null]`, `{a=1.0}`; None is NULL."""
    if value is None:
        return None
    kind, parts = signature["rawType"], [part["value"] for part in signature.get("arguments", ())]
    match kind:
        case "array":
            return f"[{', '.join(item_text(item, parts[0]) for item in value)}]"
        case "map":
            # A key is a text in JSON whatever its type is.
            pairs = (
                f"{item_text(key, parts[0])}={item_text(item, parts[1])}"
                for key, item in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        case "row":
            return f"{{{', '.join(map(field_text, value, range(len(value)), parts))}}}"
        case "boolean":
            return str(value).lower()
        case "double" | "real":
            return value_text(float(value), kind)
        case "varbinary":
            return value_text(base64.b64decode(value))
        case _:
            return str(value)


def field_text(value: Any, place: int, field: Mapping[str, Any]) -> str:
    """Return `name=value`; a field without a name is called by its place."""
    name = (field.get("fieldName") or {}).get("name") or f"field{place}"
    return f"{name}={item_text(value, field['typeSignature'])}"


def item_text(value: Any, signature: Signature) -> str:
    """Return a value inside an array, a map or a row."""
    text = cell_text(value, signature)
    return "null" if text is None else text
