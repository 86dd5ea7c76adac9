"""Read structures in Thrift's compact protocol, as in the footer of a Parquet file.

A structure becomes a dict by field number; names and meanings are for the caller. Source:
github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

import struct
from collections.abc import Callable
from typing import Any

from glue_crawler.reading.varint import read_varint, zigzag_to_number

type Struct = dict[int, Any]

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY = 1, 2, 3, 7, 8
_INTEGERS = (4, 5, 6)
_LISTS = (9, 10)
_MAP, _STRUCT = 11, 12
# A list this long with one byte per item would not fit into any footer.
_LONG_FORM = 15


def read_struct(data: bytes) -> Struct:
    """Read one structure from the beginning of `data`.

    Raises `ValueError` where the bytes are not such a structure or end too early.
    """
    try:
        return _Reader(data).struct()
    except (IndexError, struct.error) as error:
        raise ValueError("it ends too early") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while header := self._byte():
            kind, step = header & 0x0F, header >> 4
            number = number + step if step else self._zigzag()
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _INTEGERS:
            return self._zigzag()
        if kind == _BINARY:
            return self._take(self._varint())
        if kind in _LISTS:
            return self._list()
        readers: dict[int, Callable[[], Any]] = {
            _STRUCT: self.struct,
            _MAP: self._map,
            _BYTE: self._byte,
            _DOUBLE: lambda: struct.unpack("<d", self._take(8))[0],
            # In a list, each boolean is one byte.
            _TRUE: lambda: self._byte() == _TRUE,
            _FALSE: lambda: self._byte() == _TRUE,
        }
        if kind not in readers:
            raise ValueError(f"it has an unknown Thrift type, {kind}")
        return readers[kind]()

    def _list(self) -> list[Any]:
        header = self._byte()
        length, kind = header >> 4, header & 0x0F
        if length == _LONG_FORM:
            length = self._varint()
        return [self._value(kind) for _ in range(length)]

    def _map(self) -> list[tuple[Any, Any]]:
        length = self._varint()
        kinds = self._byte() if length else 0
        return [(self._value(kinds >> 4), self._value(kinds & 0x0F)) for _ in range(length)]

    def _byte(self) -> int:
        self._position += 1
        return self._data[self._position - 1]

    def _take(self, length: int) -> bytes:
        end = self._position + length
        if end > len(self._data):
            raise IndexError
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def _varint(self) -> int:
        value, self._position = read_varint(self._data, self._position)
        return value

    def _zigzag(self) -> int:
        return zigzag_to_number(self._varint())
