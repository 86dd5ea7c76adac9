"""Check that objects are JSON Lines as Athena's SerDe reads them, before DuckDB loads them.

It reads files and judges them; it loads nothing. The rules are those of the OpenX JSON SerDe,
on which DuckDB's reader is either laxer or silent.
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from isal import igzip, igzip_lib

from athena_sql.errors import UnreadableData, UnsupportedData

CHUNK_BYTES = 1 << 20
MOST_LINE_BYTES = 64 << 20
BLANK = "it has a blank line, which Athena reads as NULLs"
COMMA = "it has a comma before a closing bracket, which is not JSON"
ODD_COMMA = re.compile(rb",\s*[}\]]")
# A bracket is searched for quickly, unlike what may stand before it.
AFTER_COMMA_OR_SPACE = (re.compile(rb"\}(?<=[,\s]\})"), re.compile(rb"\](?<=[,\s]\])"))
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
CONDITION = re.compile(rb":\s*(?:true|false)")
BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
ISAL_ERROR: Any = igzip_lib.IsalError  # a class, which its stub calls an instance
DAMAGE: tuple[type[Exception], ...] = (EOFError, OSError, ISAL_ERROR)
# Athena decompresses by the name's ending; DuckDB would read these as text.
UNSUPPORTED = (".bz2", ".snappy", ".lz4", ".zst", ".deflate", ".lzo")


@dataclass(frozen=True, slots=True)
class Source:
    """One object to read: its S3 address, for messages, and the file that holds its bytes.

    `deletes` are the paths of the files that may name deleted rows of it.
    """

    address: str
    path: Path
    deletes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainFiles:
    """Objects as plain text: by the path of the text, with what a look at every line told.

    `originals` are the paths of the objects themselves, in the same order. `has_condition` says
    whether a true or a false stands outside strings, or looks so. No line is longer than
    `line_bytes`.
    """

    sources: Mapping[str, Source]
    originals: Sequence[str]
    has_condition: bool
    line_bytes: int

    @property
    def paths(self) -> list[str]:
        """The paths of the texts."""
        return list(self.sources)


def check_sources(sources: Sequence[Source], copies: Path) -> PlainFiles:
    """Raise UnreadableData for the first object that is not made of whole, unblank lines.

    Returns the sources as plain text, in their order: what is compressed is written into the
    folder `copies`, since DuckDB decompresses more slowly, and would for each look at the file.
    """
    targets = [
        copies / f"{place}.json" if source.path.name.endswith(".gz") else None
        for place, source in enumerate(sources)
    ]
    with ThreadPoolExecutor(4) as pool:
        lines = list(pool.map(check_lines, sources, targets))
    plain = [target or source.path for source, target in zip(sources, targets, strict=True)]
    return PlainFiles(
        {
            str(path): Source(source.address, path)
            for source, path in zip(sources, plain, strict=True)
        },
        [str(source.path) for source in sources],
        any(line.has_condition for line in lines),
        max((line.line_bytes for line in lines), default=0),
    )


def check_lines(source: Source, target: Path | None) -> "Lines":
    """Raise UnreadableData for an unknown compression, a damaged gzip file, and for lines.

    Athena answers a blank line with a row of NULLs, DuckDB skips it: the counts would differ. A
    comma before a closing bracket is an error to Athena, and nothing to DuckDB. The text of a
    compressed file goes to `target`. Returns what was seen of the lines.
    """
    check_compression(source)
    lines = Lines()
    if target is None:
        with source.path.open("rb") as handle:
            read_lines(handle, lines, None)
    else:
        try:
            with _open_gzip(source.path) as handle, written_over(target) as out:
                read_lines(handle, lines, out)
                out.truncate()
        except DAMAGE as error:
            raise damaged_gzip(source, error) from error
    if fault := lines.fault or lines.fault_of_end():
        kind = UnsupportedData if fault == BLANK else UnreadableData
        raise kind(source.address, fault)
    return lines


def check_compression(source: Source) -> None:
    """Raise UnsupportedData for an object that is compressed in another way than by gzip."""
    if source.address.lower().endswith(UNSUPPORTED):
        raise UnsupportedData(source.address, "its compression is not supported here")


def damaged_gzip(source: Source, error: Exception) -> UnreadableData:
    """Return the error for an object that cannot be decompressed."""
    return UnreadableData(source.address, f"it is not a whole gzip file ({error})")


def written_over(path: Path) -> BinaryIO:
    """Open a file to write from its start, for `truncate` at the end.

    To write over the text of an earlier object is much cheaper than to make a new file.
    """
    path.touch()
    return path.open("r+b", buffering=0)


def _open_gzip(path: Path) -> BinaryIO:
    return cast(BinaryIO, igzip.open(path, "rb"))


def read_lines(handle: BinaryIO, lines: "Lines", out: BinaryIO | None) -> None:
    """Take note of a text up to its first fault, and copy it on the way."""
    while not lines.fault and (chunk := handle.read(CHUNK_BYTES)):
        lines.add(chunk)
        if out:
            out.write(chunk)


class Lines:
    """What is seen of a text that comes in pieces: why Athena reads it otherwise, conditions.

    No line is longer than `line_bytes`, which is at most one piece too large.
    """

    def __init__(self) -> None:
        self.fault: str | None = None
        self.has_condition = False
        self.line_bytes = 0
        self._unended_bytes = 0
        self._tail = b"\n"  # what a line end or a limit has not parted from the next piece

    def add(self, chunk: bytes) -> None:
        """Take note of the next piece."""
        self.line_bytes = max(self.line_bytes, self._unended_bytes + len(chunk))
        last_end = chunk.rfind(b"\n")
        carried = self._unended_bytes if last_end < 0 else 0
        self._unended_bytes = carried + len(chunk) - last_end - 1
        text = self._tail + chunk
        self.has_condition = self.has_condition or has_condition(text)
        if BLANK_LINE.search(text):
            self.fault = BLANK
        elif has_odd_comma(text):
            self.fault = COMMA
        self._tail = text[max(text.rfind(b"\n"), len(text) - CHUNK_BYTES) :]

    def fault_of_end(self) -> str | None:
        """Return what is wrong with the last line, which nothing ends, or None."""
        if len(self._tail) > 1 and not self._tail.strip():
            return BLANK
        return COMMA if has_odd_comma(self._tail + b"\n") else None


def has_condition(text: bytes) -> bool:
    """Whether a text has a true or a false that is not inside a string, or looks so."""
    found = b"true" in text or b"false" in text
    return found and CONDITION.search(text) is not None


def has_odd_comma(text: bytes) -> bool:
    """Whether a whole line has a comma before a closing bracket that is not inside a string."""
    if not any(bracket.search(text) for bracket in AFTER_COMMA_OR_SPACE):
        return False
    for found in ODD_COMMA.finditer(text):
        start, end = text.rfind(b"\n", 0, found.start()) + 1, text.find(b"\n", found.end())
        if end >= 0 and ODD_COMMA.search(STRING.sub(b"", text[start:end])):
            return True
    return False
