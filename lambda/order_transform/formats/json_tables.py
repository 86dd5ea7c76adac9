"""Tables in JSON as rows, in the orientations that pandas writes beside a list of records. Pure.

https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_json.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

_FEWEST_COLUMNS = 2


def rows_of_table(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]] | None:
    """Return the rows of an object that is a table; None for any other object.

    `{"columns": ["sku"], "data": [["A"]]}` (split), `{"sku": {"0": "A"}}` (columns), `{"0": {"sku":
    "A"}}` (index) and `{"sku": ["A"]}`, each with two columns or more.
    """
    names, data = found.get("columns"), found.get("data")
    if isinstance(names, list) and isinstance(data, list):
        return _of_lists(names, data)
    columns = list(found.values())
    is_wide = len(columns) >= _FEWEST_COLUMNS
    if is_wide and all(map(_is_column, columns)) and len(set(map(len, columns))) == 1:
        return (dict(zip(found, row, strict=True)) for row in zip(*columns, strict=True))
    if not columns or not all(map(_is_flat, columns)):
        return None
    if all(key.isdecimal() for key in found):
        return iter(columns)
    keys = dict.fromkeys(key for column in columns for key in column)
    if is_wide and all(key.isdecimal() for key in keys):
        return ({name: column.get(key) for name, column in found.items()} for key in keys)
    return None


def _of_lists(names: list[Any], rows: list[Any]) -> Iterator[Mapping[str, Any]] | None:
    is_table = all(isinstance(name, str) for name in names) and all(
        isinstance(row, list) and len(row) == len(names) for row in rows
    )
    return (dict(zip(names, row, strict=True)) for row in rows) if is_table else None


def _is_column(value: Any) -> bool:
    """Tell whether a value is a list of single values, at least one."""
    return isinstance(value, list) and bool(value) and not any(map(_has_parts, value))


def _is_flat(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and not any(map(_has_parts, value.values()))


def _has_parts(value: Any) -> bool:
    return isinstance(value, (list, Mapping))


def list_of(found: Any) -> list[Any]:
    """Return a list, or that within an object as Stripe and GraphQL have it; else an empty one."""
    if isinstance(found, Mapping):
        if isinstance(edges := found.get("edges"), list):
            return [edge.get("node") if isinstance(edge, Mapping) else edge for edge in edges]
        found = found.get("data", found.get("nodes"))
    return found if isinstance(found, list) else []
