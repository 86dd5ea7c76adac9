"""Compressed order files: find the compression of a file, and read its bytes without it.

Each library is imported only when a file needs it. Most files do not need any.
"""

import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from order_transform.refusal import FileRefused

_CHUNK = 1 << 19  # stays in a processor's cache while it is looked at several times
# The most memory for one stream beside its text; the windows of xz -9 and zstd --ultra fit in.
_MEMORY_BYTES = 128 << 20
_LARGEST_ZSTD_WINDOW = _MEMORY_BYTES.bit_length() - 1


class Compression(StrEnum):
    """A compression that an order file may have."""

    NONE = "none"
    GZIP = "gzip"
    ZSTANDARD = "zstandard"
    BZIP2 = "bzip2"
    XZ = "xz"


# A file's first bytes. Those of bzip2 are letters, so the mark of its first block counts, too.
_MAGIC = (
    (Compression.GZIP, b"\x1f\x8b"),
    (Compression.ZSTANDARD, b"\x28\xb5\x2f\xfd"),
    (Compression.XZ, b"\xfd7zXZ\0"),
)
_BZIP2, _BZIP2_BLOCKS = b"BZh", (b"1AY&SY", b"\x17rE8P\x90")


def compression_of(path: Path) -> Compression:
    """Tell by its first bytes how a file is compressed."""
    with path.open("rb") as file:
        head = file.read(10)
    if head.startswith(_BZIP2) and head[4:].startswith(_BZIP2_BLOCKS):
        return Compression.BZIP2
    return next((name for name, magic in _MAGIC if head.startswith(magic)), Compression.NONE)


def decompressed(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes without their compression, at most half a MiB at a time.

    Raises `FileRefused` where the compressed data is damaged or cut short.
    """
    compression = compression_of(path)
    try:
        yield from _OPENERS[compression](path)
    except _errors(compression) as error:
        message = f"the {compression} data is damaged ({error}); upload the file again"
        raise FileRefused("damaged", message) from error


def _errors(compression: Compression) -> tuple[type[Exception], ...]:
    """Return the exceptions for damaged data."""
    always = (EOFError, ValueError, zlib.error)
    if compression is Compression.GZIP:
        from isal import igzip, igzip_lib

        isal_error: Any = igzip_lib.IsalError  # a class, which its stub calls an instance
        return (*always, igzip.BadGzipFile, isal_error)
    if compression is Compression.XZ:
        import lzma

        return (*always, lzma.LZMAError)
    if compression is Compression.ZSTANDARD:
        return (*always, zstandard().ZstdError)
    return always


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _gzip(path: Path) -> Iterator[bytes]:
    from isal import igzip

    with igzip.open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _bzip2(path: Path) -> Iterator[bytes]:
    from bz2 import BZ2Decompressor

    with path.open("rb") as file:
        try:
            yield from _streams(file, BZ2Decompressor)
        except OSError as error:
            if error.errno is not None:  # an error of the disk, not of the data
                raise
            raise ValueError(*error.args) from error


def _xz(path: Path) -> Iterator[bytes]:
    from lzma import FORMAT_XZ, LZMADecompressor

    with path.open("rb") as file:
        yield from _streams(file, lambda: LZMADecompressor(FORMAT_XZ, memlimit=_MEMORY_BYTES))


def _zstd(path: Path) -> Iterator[bytes]:
    zstd = zstandard()
    options = {zstd.DecompressionParameter.window_log_max: _LARGEST_ZSTD_WINDOW}
    with path.open("rb") as file:
        yield from _streams(file, lambda: zstd.ZstdDecompressor(options=options))


def zstandard() -> Any:
    """Return the standard library's module, which Python has from 3.14 on, or its backport."""
    import importlib
    import sys

    is_standard = sys.version_info >= (3, 14)
    return importlib.import_module("compression.zstd" if is_standard else "backports.zstd")


class _Decompressor(Protocol):
    """What the decompressors of bz2, lzma and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _streams(file: BinaryIO, open_stream: Callable[[], _Decompressor]) -> Iterator[bytes]:
    """Yield the text of one stream after the other, as tools that work in parallel write them."""
    stream = open_stream()
    while True:
        data = b""
        if stream.eof:
            # xz fills up with zeros between streams.
            data = stream.unused_data.lstrip(b"\0") or file.read(_CHUNK).lstrip(b"\0")
            if not data:
                return
            stream = open_stream()
        elif stream.needs_input and not (data := file.read(_CHUNK)):
            raise EOFError("it ends in the middle")
        if chunk := stream.decompress(data, _CHUNK):
            yield chunk


_OPENERS: dict[Compression, Callable[[Path], Iterator[bytes]]] = {
    Compression.NONE: _plain,
    Compression.GZIP: _gzip,
    Compression.ZSTANDARD: _zstd,
    Compression.BZIP2: _bzip2,
    Compression.XZ: _xz,
}
