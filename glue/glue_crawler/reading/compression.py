"""Decode the head of an object: recognise its codec and decompress its first bytes.

It reads no more of the object than the decoded bytes asked for need, and trusts the content
rather than the name.
"""

import bz2
import struct
import zlib
from collections.abc import Callable
from typing import Protocol

from glue_crawler.reading.block_codecs import CorruptBlockError
from glue_crawler.reading.framed_decoders import (
    LZ4_MAGIC,
    SNAPPY_MAGIC,
    FramedDecoder,
    Lz4Blocks,
    is_hadoop_snappy,
    take_hadoop_block,
    take_snappy_chunk,
)

MEGABYTE = 1024 * 1024
_ZIP_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
# An archive ends with a record of 22 bytes and a comment of up to 65,535.
_ZIP_END_SEARCH = 22 + 65_535


class CorruptDataError(Exception):
    """The compressed bytes cannot be decoded. The object becomes one of unknown format."""


class Decoder(Protocol):
    """One codec's state: takes raw bytes in and gives at most `limit` decoded bytes out."""

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Decode more; empty when more raw bytes are needed."""
        ...

    def waiting_bytes(self) -> int:
        """Return how many raw bytes it has taken and not decoded yet, as far as it knows."""
        ...


class PlainDecoder:
    """No compression."""

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Return the bytes as they are."""
        return raw

    def waiting_bytes(self) -> int:
        """Return 0: nothing is held back."""
        return 0


class ZlibDecoder:
    """Gzip, in any number of members, or raw deflate as inside a zip archive."""

    def __init__(self, window_bits: int) -> None:
        self._window_bits = window_bits
        self._engine = zlib.decompressobj(window_bits)

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Decode up to `limit` bytes, keeping what is left over for the next call."""
        out = bytearray()
        pending = self._engine.unconsumed_tail + raw
        try:
            while pending and len(out) < limit:
                out += self._engine.decompress(pending, limit - len(out))
                pending = self._engine.unconsumed_tail
                if self._engine.eof:
                    pending = self._start_next_member()
        except zlib.error as error:
            raise CorruptDataError(str(error)) from error
        return bytes(out)

    def waiting_bytes(self) -> int:
        """Return what was left over by the last call."""
        return len(self._engine.unconsumed_tail)

    def _start_next_member(self) -> bytes:
        rest = self._engine.unused_data
        if self._window_bits < 0 or not rest.startswith(b"\x1f\x8b"):
            return b""
        self._engine = zlib.decompressobj(self._window_bits)
        return rest


class Bzip2Decoder:
    """Bzip2; the standard library keeps undecoded input itself."""

    def __init__(self) -> None:
        self._engine = bz2.BZ2Decompressor()

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Decode up to `limit` bytes."""
        if self._engine.eof:
            return b""
        try:
            return self._engine.decompress(raw, limit)
        except OSError as error:
            raise CorruptDataError(str(error)) from error

    def waiting_bytes(self) -> int:
        """Return 0: the standard library does not say what it holds back."""
        return 0


class StoredDecoder:
    """A zip entry that is not compressed: its bytes, and not the archive's directory after them."""

    def __init__(self, size_bytes: int) -> None:
        self._left = size_bytes

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Return the part of the bytes that belongs to the entry."""
        taken = raw[: self._left]
        self._left -= len(taken)
        return taken

    def waiting_bytes(self) -> int:
        """Return 0: nothing is held back."""
        return 0


class ZipDecoder:
    """A zip archive with a single file, the only kind that the crawler reads.

    Source: docs.aws.amazon.com/glue/latest/dg/add-classifier.html ("ZIP (supported for archives
    containing only a single file)").
    """

    def __init__(self) -> None:
        self._header = b""
        self._inner: Decoder | None = None

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Skip the archive's local header once, then decode its first entry."""
        if self._inner is None:
            self._header += raw
            if len(self._header) < _ZIP_LOCAL_HEADER.size:
                return b""
            self._inner, raw = self._open_entry()
        return self._inner.decode(raw, limit)

    def waiting_bytes(self) -> int:
        """Return what the entry's own decoder holds back."""
        return self._inner.waiting_bytes() if self._inner else 0

    def _open_entry(self) -> tuple[Decoder, bytes]:
        fields = _ZIP_LOCAL_HEADER.unpack_from(self._header)
        method, stored_bytes, name_length, extra_length = (fields[n] for n in (3, 7, 9, 10))
        rest = self._header[_ZIP_LOCAL_HEADER.size + name_length + extra_length :]
        if method == _DEFLATED:
            return ZlibDecoder(-zlib.MAX_WBITS), rest
        if method == _STORED:
            return StoredDecoder(stored_bytes), rest
        raise CorruptDataError(f"zip method {method}")


# First bytes, the name Glue gives the codec, how to decode it.
_CODECS: tuple[tuple[bytes, str, Callable[[], Decoder]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: ZlibDecoder(zlib.MAX_WBITS | 16)),
    (b"BZh", "bzip2", Bzip2Decoder),
    (b"PK\x03\x04", "zip", ZipDecoder),
    (SNAPPY_MAGIC, "snappy", lambda: FramedDecoder(take_snappy_chunk)),
    (LZ4_MAGIC, "lz4", lambda: FramedDecoder(Lz4Blocks().take)),
)


class Head:
    """The beginning of one object, decoded, that grows by a megabyte when asked to."""

    def __init__(self, read: Callable[[int, int], bytes], size_bytes: int) -> None:
        self.data = bytearray()
        self.codec = "none"
        self.raw_bytes = 0
        self._read = read
        self._size_bytes = size_bytes
        self._decoder: Decoder | None = None
        self._drained = False

    @property
    def used_bytes(self) -> int:
        """How many raw bytes `data` was decoded from, about."""
        waiting = self._decoder.waiting_bytes() if self._decoder else 0
        return self.raw_bytes - waiting

    @property
    def at_end(self) -> bool:
        """True once the whole object is in `data`."""
        return self._drained and self.raw_bytes >= self._size_bytes

    def grow(self) -> None:
        """Decode up to one megabyte more. Raises `CorruptDataError`."""
        goal = len(self.data) + MEGABYTE
        while len(self.data) < goal:
            limit = goal - len(self.data)
            try:
                decoded = self._decode_more(limit)
            except CorruptBlockError as error:
                raise CorruptDataError(str(error)) from error
            if decoded is None:
                self._drained = True
                return
            self.data += decoded
        self._drained = self.codec == "none"

    def _decode_more(self, limit: int) -> bytes | None:
        """Decode some more; None where nothing is left of the object."""
        decoded = self._decoder.decode(b"", limit) if self._decoder else b""
        if decoded:
            return decoded
        raw = self._next_raw(limit)
        return self._pick_decoder(raw).decode(raw, limit) if raw else None

    def _next_raw(self, limit: int) -> bytes:
        length = min(limit, self._size_bytes - self.raw_bytes)
        raw = self._read(self.raw_bytes, length) if length > 0 else b""
        # A read that comes back short means the object is smaller than it was listed.
        self.raw_bytes = self.raw_bytes + len(raw) if raw else self._size_bytes
        return raw

    def _pick_decoder(self, raw: bytes) -> Decoder:
        if self._decoder is None:
            self._decoder = PlainDecoder()
            for magic, name, build in _CODECS:
                if raw.startswith(magic):
                    self.codec, self._decoder = name, build()
            if self.codec == "none" and is_hadoop_snappy(raw):
                self.codec, self._decoder = "snappy", FramedDecoder(take_hadoop_block)
            if self.codec == "zip":
                self._refuse_many_files()
        return self._decoder

    def _refuse_many_files(self) -> None:
        start = max(0, self._size_bytes - _ZIP_END_SEARCH)
        tail = self._read(start, self._size_bytes - start)
        end = tail.rfind(b"PK\x05\x06")
        files = int.from_bytes(tail[end + 10 : end + 12], "little") if end >= 0 else 0
        if files != 1:
            raise CorruptDataError(f"an archive of {files} files; only those of one are read")
