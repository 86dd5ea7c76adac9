"""Read the schema of a Parquet file from its footer, as Glue types it.

Only the footer is fetched. Its layout: parquet.apache.org/docs/file-format/ and
github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift, whose field numbers
stand here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from glue_crawler.reading.thrift_compact import Struct as ThriftStruct
from glue_crawler.reading.thrift_compact import read_struct
from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render

MAGIC = b"PAR1"
# The footer's length and the magic word end the file.
_TRAILER = 8
# A file of more bytes of footer than this is refused rather than loaded.
MAX_FOOTER_BYTES = 64 * 1024 * 1024
_REPEATED = 2
_LIST, _MAPS, _DECIMAL = 3, (1, 2), 5
# By physical type: BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY.
_PHYSICAL = ("boolean", "int", "bigint", "timestamp", "float", "double", "binary", "binary")
# By converted type. What has none, as nanoseconds and UUIDs, is typed by the physical type: users
# report `bigint` for nanoseconds (github.com/NatLabRockies/buildstockbatch/issues/411).
_CONVERTED = {0: "string", 4: "string", 6: "date", 9: "timestamp", 10: "timestamp", 19: "string"}
# Unsigned numbers take the next wider type.
_CONVERTED |= {11: "smallint", 12: "int", 13: "bigint", 14: "decimal(20,0)"}
_CONVERTED |= {15: "tinyint", 16: "smallint", 17: "int", 18: "bigint"}
# The converted type that a logical type stands for, where a file has only the latter.
_LOGICAL = {1: 0, 2: 1, 3: _LIST, 4: 4, 5: _DECIMAL, 6: 6, 12: 19}


# What comes of reading bytes as the wrong structure.
_GARBLED = (AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)


class UnreadableFooterError(Exception):
    """The footer cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What a columnar file's footer says: columns, rows, and the bytes of its data alone.

    Those of Parquet are the uncompressed ones: recorded averages are larger than the size of a file
    by its rows (113 bytes where 161,280 rows take 15,924,480).
    """

    schema: Schema
    rows: int
    data_bytes: int


def read_parquet(read: Callable[[int, int], bytes], size_bytes: int) -> Footer:
    """Return a Parquet file's columns and counts, through `read(start, length)`.

    Raises `UnreadableFooterError`.
    """
    trailer = read(max(0, size_bytes - _TRAILER), _TRAILER)
    if len(trailer) < _TRAILER or trailer[4:] != MAGIC:
        raise UnreadableFooterError("it ends without a Parquet footer")
    length = int.from_bytes(trailer[:4], "little")
    if length + _TRAILER > size_bytes or length > MAX_FOOTER_BYTES:
        raise UnreadableFooterError(f"its footer cannot have {length} bytes")
    try:
        footer = read_struct(read(size_bytes - _TRAILER - length, length))
        columns = tuple(_read_columns(footer[2]))
        data_bytes = sum(int(row_group[2]) for row_group in footer.get(4, ()))
        return Footer(Schema(columns), int(footer[3]), data_bytes)
    except _GARBLED as error:
        raise UnreadableFooterError(f"its footer cannot be read ({error!r})") from error


def _read_columns(elements: list[ThriftStruct]) -> Iterator[Column]:
    """Read the schema, which lies there as a tree whose nodes stand in depth-first order."""
    left = iter(elements)
    root = next(left)
    for _ in range(root.get(5, 0)):
        name, kind = _read_node(left)
        yield Column(name.lower(), kind, (name,))


def _read_node(left: Iterator[ThriftStruct]) -> tuple[str, HiveType]:
    """Read one node with everything below it: its name and its type; repeated ones are arrays."""
    element = next(left)
    name = element[4].decode()
    below = [_read_node(left) for _ in range(element.get(5, 0) or 0)]
    repeated = element.get(3) == _REPEATED
    kind = _group_type(name, element, below) if below else Scalar(_leaf_type(element))
    return name, Array(kind) if repeated else kind


def _group_type(name: str, element: ThriftStruct, below: list[tuple[str, HiveType]]) -> HiveType:
    converted = _converted_type(element)
    inner_name, inner = below[0]
    if len(below) == 1 and isinstance(inner, Array):
        if converted == _LIST:
            return Array(_list_element(name, inner_name, inner.element))
        if converted in _MAPS:
            return _map_type(inner.element)
    return Struct(tuple((field.lower(), kind) for field, kind in below))


def _map_type(entry: HiveType) -> HiveType:
    parts = [kind for _, kind in entry.fields] if isinstance(entry, Struct) else []
    if len(parts) != 2:
        raise ValueError("a map without keys and values")
    return Scalar(f"map<{render(parts[0])},{render(parts[1])}>")


def _list_element(name: str, inner_name: str, inner: HiveType) -> HiveType:
    """Return what a list holds: the only child of its repeated group, but for old two-level lists.

    Rules: github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists.
    """
    is_wrapper = (
        isinstance(inner, Struct)
        and len(inner.fields) == 1
        and inner_name not in ("array", f"{name}_tuple")
    )
    return inner.fields[0][1] if is_wrapper and isinstance(inner, Struct) else inner


def _leaf_type(element: ThriftStruct) -> str:
    converted = _converted_type(element)
    if converted == _DECIMAL:
        digits = element.get(10, {}).get(5, {})
        precision, scale = element.get(8, digits.get(2)), element.get(7, digits.get(1, 0))
        return f"decimal({precision},{scale})"
    return _CONVERTED.get(converted, _PHYSICAL[element[1]])


def _converted_type(element: ThriftStruct) -> int:
    """Return the converted type, or the one that the logical type stands for; -1 for none."""
    if 6 in element:
        return int(element[6])
    for number, details in element.get(10, {}).items():
        if number == 8:
            # A unit of milliseconds or microseconds has a converted type, nanoseconds have none.
            return {1: 9, 2: 10}.get(next(iter(details.get(2, {})), 0), -1)
        if number == 10:
            place = {8: 0, 16: 1, 32: 2, 64: 3}.get(details.get(1), 3)
            return (15 if details.get(2) else 11) + place
        return _LOGICAL.get(number, -1)
    return -1
