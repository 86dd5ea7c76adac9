"""Find the marks of an .xls file, by its records of cells and rows.

Such a file is a compound file, a small file system of sectors, with one stream of records.
https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb and ms-xls (2.4, 2.5.133)
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from order_transform.formats.workbook_marks import Marks

_HEADER_BYTES = 512
_ENTRY_BYTES = 128  # of the directory
_LAST = 0xFFFFFFFA  # this number and those above are the end of a chain, or no sector at all
_STREAMS = ("Workbook", "Book")
_FORMULA, _ERROR_OR_BOOLEAN, _ROW, _CALENDAR = 0x0006, 0x0205, 0x0208, 0x0022
_ROW_IS_HIDDEN = 0x20


def add_xls_marks(path: Path, marks: Marks) -> None:
    """Count the marks of all sheets; raises ValueError for a damaged compound file."""
    with path.open("rb") as file:
        try:
            for kind, body in _records(_workbook(file)):
                _add_record(marks, kind, body)
        except (struct.error, IndexError) as error:
            raise ValueError("its list of sectors is cut short") from error


def _add_record(marks: Marks, kind: int, body: bytes) -> None:
    if kind == _ERROR_OR_BOOLEAN:
        marks.errors += body[7] == 1
    elif kind == _FORMULA:
        marks.errors += body[6] == 2 and body[12:14] == b"\xff\xff"
    elif kind == _ROW:
        first, behind = struct.unpack_from("<HH", body, 2)
        marks.hidden_rows += bool(body[12] & _ROW_IS_HIDDEN) and behind > first
    elif kind == _CALENDAR:
        marks.counts_from_1904 = body[0] == 1


def _records(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a stream: the number of each one's kind, and its bytes."""
    rest = b""
    for piece in pieces:
        rest += piece
        place = 0
        while len(rest) - place >= 4:
            kind, size = struct.unpack_from("<HH", rest, place)
            if len(rest) - place - 4 < size:
                break
            yield kind, rest[place + 4 : place + 4 + size]
            place += 4 + size
        rest = rest[place:]


def _workbook(file: BinaryIO) -> Iterator[bytes]:
    """Yield the stream that holds the workbook, a sector at a time."""
    header = file.read(_HEADER_BYTES)
    sector_bytes, small_bytes = (1 << shift for shift in struct.unpack_from("<HH", header, 30))
    directory, _, smallest, small_table, _, more = struct.unpack_from("<6I", header, 48)

    def sector(number: int) -> bytes:
        file.seek((number + 1) * sector_bytes)
        return file.read(sector_bytes)

    lists = list(struct.unpack_from("<109I", header, 76))
    seen: set[int] = set()
    while more < _LAST and more not in seen:
        seen.add(more)
        *numbers, more = _numbers(sector(more))
        lists += numbers
    table = [
        next_one for number in lists if number < _LAST for next_one in _numbers(sector(number))
    ]
    entries = b"".join(map(sector, _chain(directory, table)))
    root, (start, size) = _entries(entries)
    if size >= smallest:
        yield from map(sector, _chain(start, table))
        return
    small = b"".join(map(sector, _chain(root, table)))
    small_numbers = [one for part in _chain(small_table, table) for one in _numbers(sector(part))]
    for number in _chain(start, small_numbers):
        yield small[number * small_bytes : (number + 1) * small_bytes]


def _entries(directory: bytes) -> tuple[int, tuple[int, int]]:
    """Return the first sector of the root, and the first one and the size of the workbook."""
    (root,) = struct.unpack_from("<I", directory, 116)
    for place in range(_ENTRY_BYTES, len(directory), _ENTRY_BYTES):
        (name_bytes,) = struct.unpack_from("<H", directory, place + 64)
        name = directory[place : place + max(name_bytes - 2, 0)].decode("utf-16-le", "replace")
        if name in _STREAMS:
            start, size = struct.unpack_from("<II", directory, place + 116)
            return root, (start, size)
    raise ValueError("it has no workbook")


def _chain(number: int, table: list[int]) -> Iterator[int]:
    """Yield the numbers of a stream's sectors."""
    for _ in range(len(table)):  # a damaged chain may go round
        if number >= _LAST:
            return
        yield number
        number = table[number]


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector)
