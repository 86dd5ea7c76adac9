"""A named pipe that DuckDB writes into and that leaves a compressed, checksummed file.

DuckDB's own gzip is several times slower than its writer; ISA-L keeps up with it.
"""

import contextlib
import fcntl
import hashlib
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from isal import isal_zlib

_CHUNK = 1 << 20
_RAW_DEFLATE = -15  # zlib's window bits for a stream without header and trailer


class _Gzip:
    """A gzip stream with a text in its file-name field and no time: same input, same bytes.

    The text makes the files of two versions of one object differ even where their rows do not,
    and so their ETags; readers of gzip pass over it.
    """

    def __init__(self, mark: str) -> None:
        self._deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, _RAW_DEFLATE)
        self._crc = self._size = 0
        name = mark.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"
        # RFC 1952: magic, deflate, flags (8: a name follows), no time, fastest, unknown system.
        self._header = b"\x1f\x8b\x08" + (b"\x08" if mark else b"\0") + b"\0\0\0\0\x04\xff"
        self._header += name if mark else b""

    def compress(self, chunk: bytes | memoryview) -> bytes:
        """Return what can be written already."""
        self._crc = isal_zlib.crc32(chunk, self._crc)
        self._size += len(chunk)
        block, self._header = self._header + self._deflate.compress(chunk), b""
        return block

    def flush(self) -> bytes:
        """Return the rest, with the trailer."""
        trailer = struct.pack("<II", self._crc, self._size & 0xFFFFFFFF)
        return self._header + self._deflate.flush() + trailer


def compressed(data: bytes, mark: str) -> bytes:
    """Return a small text gzipped, with a mark."""
    gzip = _Gzip(mark)
    return gzip.compress(data) + gzip.flush()


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A finished file on local disk: its size in bytes and the SHA-256 of those bytes, in hex."""

    path: Path
    size_bytes: int
    sha256: str


class _Drain(threading.Thread):
    """Reads a pipe to its end; keeps the error, if any, for the thread that waits."""

    def __init__(self, pipe: Path, target: Path, compression: str, mark: str) -> None:
        super().__init__(name=f"drain-{target.name}", daemon=True)
        self.pipe, self.target = pipe, target
        self.gzip = _Gzip(mark) if compression == "gzip" else None
        self.error: OSError | None = None
        self.size_bytes = 0
        self.sha256 = hashlib.sha256()

    def run(self) -> None:
        try:
            with self.pipe.open("rb", buffering=0) as source, self.target.open("wb") as out:
                _widen(source.fileno())
                for block in self._blocks(source):
                    out.write(block)
                    self.sha256.update(block)
                    self.size_bytes += len(block)
        except OSError as error:
            self.error = error

    def _blocks(self, source: FileIO) -> Iterator[bytes | memoryview]:
        for chunk in _full_chunks(source):
            yield self.gzip.compress(chunk) if self.gzip else chunk
        if self.gzip:
            yield self.gzip.flush()


def _full_chunks(source: FileIO) -> Iterator[memoryview]:
    """Yield a pipe's bytes in whole chunks, so that the same bytes are compressed the same way.

    Each chunk lies in the same memory as the one before it.
    """
    chunk = memoryview(bytearray(_CHUNK))
    size = 0
    while read := source.readinto(chunk[size:]):
        size += read
        if size == _CHUNK:
            yield chunk
            size = 0
    yield chunk[:size]


def _widen(pipe: int) -> None:
    """Let a pipe hold a megabyte, where the system can: fewer turns between its two ends."""
    if resize := getattr(fcntl, "F_SETPIPE_SZ", None):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, resize, _CHUNK)


@contextlib.contextmanager
def drained(
    target: Path, compression: str, mark: str = ""
) -> Iterator[tuple[Path, list[OutputFile]]]:
    """Give a path to write to and a list that holds the finished file once the block ends.

    Raises OSError where the file could not be written (a full disk), whatever the writer saw.
    """
    pipe = target.with_name(f"{target.name}.pipe")
    os.mkfifo(pipe)
    drain = _Drain(pipe, target, compression, mark)
    drain.start()
    finished: list[OutputFile] = []
    try:
        yield pipe, finished
    finally:
        # A writer that never came would leave the reader waiting for ever; an open and a close
        # are its end of file. ENXIO says that nobody waits.
        with contextlib.suppress(OSError):
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        drain.join()
        pipe.unlink()
        if drain.error:
            raise drain.error
    finished.append(OutputFile(target, drain.size_bytes, drain.sha256.hexdigest()))
