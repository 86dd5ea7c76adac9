"""Rows below a file's first ones: some at regular distances, and those at marked places.

They are read on their own, so that a file of any size costs the same.
"""

from collections.abc import Iterable, Iterator
from io import BufferedReader, StringIO
from os import SEEK_END

from order_transform.contract.definition import Limits
from order_transform.reading.records import Records
from order_transform.reading.rows.csv_rows import Row, read_rows

_BLOCK = 1 << 13
_BLOCKS = 8


class MeasuredLines:
    """The lines of a text; `size_bytes` is how many bytes they have so far."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.size_bytes = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.size_bytes += len(line) if line.isascii() else len(line.encode())
            yield line


def spread_rows(records: Records, limits: Limits, start: int) -> Iterator[Row]:
    """Yield rows that lie behind `start`, a byte; all of them where they are few.

    Where a part of the file begins within a quoted cell, its first lines make no row of the
    header's width, and are left out.
    """
    form = records.format(limits)
    width = records.columns.header_width
    with records.path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        for text in _parts(file, start, size, records.marked_places):
            lines = StringIO(text.decode("utf-8", "replace"), newline="")
            for row in read_rows(lines, form):
                if not row.problem and any(row.cells) and len(row.cells) <= width:
                    yield row


def _parts(file: BufferedReader, start: int, size: int, places: Iterable[int]) -> Iterator[bytes]:
    """Yield whole lines: parts of the file without overlap, then the line at each other place."""
    if size - start <= _BLOCK * _BLOCKS:
        yield _read(file, start, size)
        return
    step = (size - start - _BLOCK) // (_BLOCKS - 1)
    parts = []
    for number in range(_BLOCKS):
        block = start + number * step
        text = _read(file, block, block + _BLOCK)
        first = text.find(b"\n") + 1  # the line before it may have begun above the block
        last = len(text) if block + _BLOCK >= size else text.rfind(b"\n") + 1
        parts.append(range(block + first, block + last))
        yield text[first:last]
    others = [place for place in places if not any(place in part for part in parts)]
    yield from _lines_at(file, others, start)


def _lines_at(file: BufferedReader, places: Iterable[int], start: int) -> Iterator[bytes]:
    """Yield the line at each of some sorted places behind `start`, each line once."""
    end = start
    for place in places:
        if place >= end:
            before = _read(file, max(place - _BLOCK, start), place)
            behind = _read(file, place, place + _BLOCK)
            head, tail = before.rpartition(b"\n")[2], behind.partition(b"\n")[0]
            end = place + len(tail) + 1
            yield head + tail


def _read(file: BufferedReader, start: int, end: int) -> bytes:
    file.seek(start)
    return file.read(end - start)
