"""Decompress one whole block of Snappy or LZ4.

Both write literal bytes and copies of what was written before, and differ only in how they say
so. Sources: github.com/google/snappy/blob/main/format_description.txt and
github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md.
"""

from glue_crawler.reading.varint import read_varint

_LZ4_MIN_COPY = 4
_MORE = 15


class CorruptBlockError(ValueError):
    """The bytes are not a block of this codec."""


def decode_snappy(block: bytes) -> bytes:
    """Decompress a raw Snappy block. Raises `CorruptBlockError`."""
    try:
        return _decode_snappy(block)
    except IndexError as error:
        raise CorruptBlockError("a Snappy block ends too early") from error


def _decode_snappy(block: bytes) -> bytes:
    length, position = read_varint(block, 0)
    out = bytearray()
    while position < len(block):
        tag = block[position]
        position += 1
        kind, size = tag & 3, tag >> 2
        if kind == 0:
            if size >= 60:
                extra = size - 59
                size = int.from_bytes(block[position : position + extra], "little")
                position += extra
            out += block[position : position + size + 1]
            position += size + 1
            continue
        if kind == 1:
            offset = (tag >> 5) << 8 | block[position]
            size, position = (size & 7) + 4, position + 1
        else:
            width = 2 if kind == 2 else 4
            offset = int.from_bytes(block[position : position + width], "little")
            size, position = size + 1, position + width
        _copy(out, offset, size)
    if len(out) != length:
        raise CorruptBlockError("a Snappy block is shorter than it says")
    return bytes(out)


def decode_lz4(block: bytes, before: bytes = b"") -> bytes:
    """Decompress a raw LZ4 block, which may copy from `before`. Raises `CorruptBlockError`."""
    try:
        return _decode_lz4(block, before)
    except IndexError as error:
        raise CorruptBlockError("an LZ4 block ends too early") from error


def _decode_lz4(block: bytes, before: bytes) -> bytes:
    out = bytearray(before)
    position = 0

    def read_size(size: int) -> int:
        nonlocal position
        if size == _MORE:
            while True:
                byte = block[position]
                position += 1
                size += byte
                if byte != 255:
                    break
        return size

    while position < len(block):
        token = block[position]
        position += 1
        literals = read_size(token >> 4)
        out += block[position : position + literals]
        position += literals
        if position >= len(block):
            break
        offset = int.from_bytes(block[position : position + 2], "little")
        position += 2
        _copy(out, offset, read_size(token & _MORE) + _LZ4_MIN_COPY)
    return bytes(out[len(before) :])


def _copy(out: bytearray, offset: int, size: int) -> None:
    """Append `size` bytes that stand `offset` bytes back; they may overlap what is appended."""
    if not 0 < offset <= len(out):
        raise CorruptBlockError("a copy begins before the block")
    start = len(out) - offset
    if offset >= size:
        out += out[start : start + size]
    else:
        pattern = bytes(out[start:])
        out += (pattern * (size // offset + 1))[:size]
