"""Decoders of text that is Snappy or LZ4 from end to end: a stream of blocks with lengths.

AWS's crawler reads both, Snappy also as Hadoop writes it, and no zstd
(docs.aws.amazon.com/glue/latest/dg/add-classifier.html, "Files in the following compressed
formats can be classified").
"""

from collections.abc import Callable

from glue_crawler.reading.block_codecs import CorruptBlockError, decode_lz4, decode_snappy
from glue_crawler.reading.varint import read_varint

SNAPPY_MAGIC = b"\xff\x06\x00\x00sNaPpY"
LZ4_MAGIC = b"\x04\x22\x4d\x18"
# No writer makes larger blocks; a longer length is a sign of other bytes.
MAX_BLOCK_BYTES = 64 * 1024 * 1024
_LZ4_WINDOW = 64 * 1024
_AS_IT_IS = 1 << 31

# Takes the bytes so far, and returns one block's content with the bytes used, or None for more.
type TakeBlock = Callable[[bytes], tuple[bytes, int] | None]


class FramedDecoder:
    """Puts a stream of blocks together. Raises `CorruptBlockError`."""

    def __init__(self, take_block: TakeBlock) -> None:
        self._take_block = take_block
        self._raw = b""
        self._decoded = bytearray()

    def decode(self, raw: bytes, limit: int) -> bytes:
        """Decode up to `limit` bytes, keeping what is left over for the next call."""
        self._raw += raw
        while len(self._decoded) < limit:
            taken = self._take_block(self._raw) if self._raw else None
            if taken is None:
                break
            content, used = taken
            self._decoded += content
            self._raw = self._raw[used:]
        out = bytes(self._decoded[:limit])
        del self._decoded[:limit]
        return out

    def waiting_bytes(self) -> int:
        """Return how many bytes are of blocks that were not needed yet."""
        return len(self._raw)


def take_snappy_chunk(raw: bytes) -> tuple[bytes, int] | None:
    """Take one chunk of Snappy's framing format, whose first byte is its kind.

    Source: github.com/google/snappy/blob/main/framing_format.txt.
    """
    if len(raw) < 4:
        return None
    kind, end = raw[0], 4 + int.from_bytes(raw[1:4], "little")
    if len(raw) < end:
        return None
    if kind == 0x00:
        return decode_snappy(raw[8:end]), end
    if kind == 0x01:
        return raw[8:end], end
    if 0x02 <= kind <= 0x7F:
        raise CorruptBlockError("an unknown kind of Snappy chunk")
    return b"", end


def take_hadoop_block(raw: bytes) -> tuple[bytes, int] | None:
    """Take one block as Hadoop's SnappyCodec writes it: its decoded length, then its chunks."""
    if len(raw) < 8:
        return None
    wanted = int.from_bytes(raw[:4], "big")
    out, position = bytearray(), 4
    while len(out) < wanted:
        end = position + 4 + int.from_bytes(raw[position : position + 4], "big")
        if end - position > MAX_BLOCK_BYTES:
            raise CorruptBlockError("a Snappy block is too long")
        if len(raw) < end or len(raw) < position + 4:
            return None
        out += decode_snappy(raw[position + 4 : end])
        position = end
    return bytes(out), position


def is_hadoop_snappy(raw: bytes) -> bool:
    """Tell whether bytes begin with a block of Hadoop's: both of its lengths must agree."""
    if len(raw) < 10:
        return False
    decoded, stored = (int.from_bytes(raw[start : start + 4], "big") for start in (0, 4))
    try:
        said, _ = read_varint(raw[8:13], 0)
    except IndexError:
        return False
    return 0 < said <= decoded <= MAX_BLOCK_BYTES and 0 < stored <= said + said // 6 + 32


class Lz4Blocks:
    """Takes the blocks of LZ4 frames, which may copy from the blocks before them.

    Source: github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md.
    """

    def __init__(self) -> None:
        self._window = b""
        self._in_frame = False
        self._block_sum = self._content_sum = 0

    def take(self, raw: bytes) -> tuple[bytes, int] | None:
        """Take a frame's header, one of its blocks, or its end."""
        if not self._in_frame:
            return self._open(raw)
        if len(raw) < 4:
            return None
        length = int.from_bytes(raw[:4], "little")
        if length == 0:
            end = 4 + self._content_sum
            if len(raw) < end:
                return None
            self._in_frame = False
            self._window = b""
            return b"", end
        end = 4 + (length & ~_AS_IT_IS)
        if end > MAX_BLOCK_BYTES:
            raise CorruptBlockError("an LZ4 block is too long")
        if len(raw) < end + self._block_sum:
            return None
        block = raw[4:end]
        content = block if length & _AS_IT_IS else decode_lz4(block, self._window)
        self._window = (self._window + content)[-_LZ4_WINDOW:]
        return content, end + self._block_sum

    def _open(self, raw: bytes) -> tuple[bytes, int] | None:
        if len(raw) < 7:
            return None
        if not raw.startswith(LZ4_MAGIC):
            raise CorruptBlockError("an LZ4 frame begins without its magic word")
        flags = raw[4]
        end = 7 + (8 if flags & 0x08 else 0) + (4 if flags & 0x01 else 0)
        if len(raw) < end:
            return None
        self._block_sum = 4 if flags & 0x10 else 0
        self._content_sum = 4 if flags & 0x04 else 0
        self._in_frame = True
        return b"", end
