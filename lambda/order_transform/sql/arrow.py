"""Fetch text from DuckDB as blocks of bytes, through Arrow's C data interface.

A `COPY` checks each character again for quoting, and needs a pipe for compression. Through Arrow, a
column's text is already in one piece in memory. To find it, pyarrow would add 50 MB, and nanoarrow
takes 40 ms to import, a sixth of a cold start. The structures are those of Arrow's specification
"The Arrow C data interface".
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from order_transform.sql.engine import FileDatabase


class _Array(ctypes.Structure):
    """`struct ArrowArray`."""


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """`struct ArrowArrayStream`."""


_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


# The exceptions of a fetch, by the beginning of DuckDB's message.
_ERRORS = {
    "Out of Memory Error": duckdb.OutOfMemoryException,
    "Invalid Input Error": duckdb.InvalidInputException,
    "IO Error": duckdb.IOException,
}


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows: their texts end to end as UTF-8, and a view of the numbers for each column.

    A number of one byte is unsigned; of 8 bytes signed; of 16 bytes it is two of 8, the low one
    first. The memory of a block is freed when the next block is read.
    """

    rows: int
    text: memoryview
    numbers: tuple[memoryview, ...]


def wide_integers(words: memoryview) -> Iterator[int]:
    """Yield integers of 16 bytes; in a block, each of them is two words."""
    low_words = words.cast("B").cast("Q")[::2]
    return (low + (high << 64) for low, high in zip(low_words, words[1::2], strict=True))


def read_blocks(db: FileDatabase, query: str, *widths: int) -> Iterator[Block]:
    """Run a query of a text column, and yield its rows in order, a block at a time.

    `widths` are the bytes of the other columns: 1 for UTINYINT, 8 for BIGINT and a DECIMAL
    of up to 18 digits, 16 for one of 38; a decimal comes in units of its last place. No column may
    have nulls. Raises `duckdb.Error` like a fetch. A block has the rows that DuckDB reads at once.
    """
    capsule = db.connection.sql(query).__arrow_c_stream__()  # its end releases the stream
    stream = ctypes.cast(_pointer_of(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    while True:
        array = _Array()
        if stream.contents.get_next(stream, array):
            raise _error((stream.contents.get_last_error(stream) or b"").decode())
        if not array.release:
            return
        try:
            text, *numbers = (array.children[place].contents for place in range(array.n_children))
            views = map(_numbers, numbers, widths)
            yield Block(array.length, _text(text), tuple(views))
        finally:
            array.release(array)


def _text(column: _Array) -> memoryview:
    """Take the bytes of a column of strings: offsets of 32 bits in buffer 1, text in buffer 2."""
    offsets = ctypes.cast(column.buffers[1], ctypes.POINTER(ctypes.c_int32))
    start, end = offsets[column.offset], offsets[column.offset + column.length]
    return _bytes(column.buffers[2] + start, end - start)


def _numbers(column: _Array, width: int) -> memoryview:
    start = column.buffers[1] + column.offset * width
    numbers = _bytes(start, column.length * width)
    return numbers if width == 1 else numbers.cast("q")


def _bytes(address: int, size: int) -> memoryview:
    return memoryview((ctypes.c_char * size).from_address(address)).cast("B")


def _error(message: str) -> duckdb.Error:
    """Return the exception that a fetch would raise; a stream has only its message."""
    return _ERRORS.get(message.partition(":")[0], duckdb.Error)(message)
