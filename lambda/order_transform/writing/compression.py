"""Write texts to a file, with compression and checksums; the same texts give the same bytes.

DuckDB's own gzip is several times slower than its writer; ISA-L keeps up with it.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isal import isal_zlib

_CHUNK = 1 << 20
_RAW_DEFLATE = -15  # zlib's window bits for a stream without header and trailer
_MEMORY_LEVEL, _STRATEGY = 8, 0  # zlib's own
# Without a history, ISA-L takes a memory address for the text at the second position, so that one
# stream in some thousands has another match and other bytes. This history prevents that. The byte
# is not in any UTF-8 text, so no match ever refers to it.
_HISTORY = b"\xff"


class _Gzip:
    """A gzip stream with a text in its file-name field and no time: same input, same bytes.

    The text makes the files of two versions of one object differ even where their rows do not,
    and so their ETags; readers of gzip pass over it.
    """

    def __init__(self, version_tag: str) -> None:
        self._deflate = isal_zlib.compressobj(
            1, isal_zlib.DEFLATED, _RAW_DEFLATE, _MEMORY_LEVEL, _STRATEGY, _HISTORY
        )
        self._crc = self._size = 0
        name = version_tag.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"
        # RFC 1952: magic, deflate, flags (8: a name follows), no time, fastest, unknown system.
        self._header = b"\x1f\x8b\x08" + (b"\x08" if version_tag else b"\0") + b"\0\0\0\0\x04\xff"
        self._header += name if version_tag else b""

    def compress(self, chunk: bytes | memoryview) -> bytes:
        """Return the bytes that can be written already."""
        self._crc = isal_zlib.crc32(chunk, self._crc)
        self._size += len(chunk)
        block, self._header = self._header + self._deflate.compress(chunk), b""
        return block

    def flush(self) -> bytes:
        """Return the rest, with the trailer."""
        trailer = struct.pack("<II", self._crc, self._size & 0xFFFFFFFF)
        return self._header + self._deflate.flush() + trailer


def compressed(data: bytes, version_tag: str) -> bytes:
    """Return a small text gzipped, with a version tag."""
    gzip = _Gzip(version_tag)
    return gzip.compress(data) + gzip.flush()


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A finished file on local disk: its size in bytes and the SHA-256 of those bytes, in hex."""

    path: Path
    size_bytes: int
    sha256: str


def write_output(
    texts: Iterable[bytes | memoryview], target: Path, compression: str, version_tag: str = ""
) -> OutputFile:
    """Write texts end to end, gzipped unless `compression` is "none".

    Raises OSError where the file could not be written (a full disk).
    """
    size_bytes, sha256 = 0, hashlib.sha256()
    with target.open("wb") as out:
        for block in _blocks(texts, compression, version_tag):
            out.write(block)
            sha256.update(block)
            size_bytes += len(block)
    return OutputFile(target, size_bytes, sha256.hexdigest())


def _blocks(
    texts: Iterable[bytes | memoryview], compression: str, version_tag: str
) -> Iterator[bytes | memoryview]:
    if compression != "gzip":
        yield from texts
        return
    gzip = _Gzip(version_tag)
    for chunk in _whole_chunks(texts):
        yield gzip.compress(chunk)
    yield gzip.flush()


def _whole_chunks(texts: Iterable[bytes | memoryview]) -> Iterator[memoryview]:
    """Cut texts into equal chunks, so that they compress the same way however they were split.

    Each chunk lies in the same memory as the one before it.
    """
    chunk = memoryview(bytearray(_CHUNK))
    size = 0
    for text in texts:
        start = 0
        while start < len(text):
            taken = min(_CHUNK - size, len(text) - start)
            chunk[size : size + taken] = text[start : start + taken]
            size, start = size + taken, start + taken
            if size == _CHUNK:
                yield chunk
                size = 0
    yield chunk[:size]
