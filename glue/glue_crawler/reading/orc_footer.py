"""Read the schema of an ORC file from its footer, as Hive types it.

Only the file's tail is fetched. Its layout: orc.apache.org/specification/ORCv1/, whose field
numbers stand here.
"""

import zlib
from collections.abc import Callable

from glue_crawler.reading.block_codecs import decode_lz4, decode_snappy
from glue_crawler.reading.parquet_footer import MAX_FOOTER_BYTES, Footer, UnreadableFooterError
from glue_crawler.reading.protobuf_message import Message, read_message, read_packed
from glue_crawler.schema.columns import Column, Schema
from glue_crawler.schema.hive_types import Array, HiveType, Scalar, Struct, render

MAGIC = b"ORC"
# The postscript is at most 255 bytes long; its length is the file's last byte.
_TAIL = 256
_LIST, _MAP, _STRUCT, _UNION, _DECIMAL, _VARCHAR, _CHAR = 10, 11, 12, 13, 14, 16, 17
# By kind: BOOLEAN to TIMESTAMP, then DATE and TIMESTAMP_INSTANT.
_KINDS = (
    *("boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string"),
    *("binary", "timestamp"),
)
_NAMES = dict(enumerate(_KINDS))
_NAMES |= {15: "date", 18: "timestamp"}
_NONE, _ZLIB, _SNAPPY, _LZ4 = 0, 1, 2, 4
_CODEC_NAMES = {3: "LZO", 5: "zstd"}


def read_orc(read: Callable[[int, int], bytes], size_bytes: int) -> Footer:
    """Return an ORC file's columns and counts, through `read(start, length)`.

    Raises `UnreadableFooterError`.
    """
    tail = read(max(0, size_bytes - _TAIL), min(_TAIL, size_bytes))
    try:
        length = tail[-1]
        postscript = read_message(tail[-1 - length : -1])
        if postscript.get(8000) != [MAGIC]:
            raise ValueError("it ends without an ORC postscript")
        footer_bytes = _number(postscript, 1)
        start = size_bytes - 1 - length - footer_bytes
        if start < 0 or footer_bytes > MAX_FOOTER_BYTES:
            raise ValueError(f"its footer cannot have {footer_bytes} bytes")
        footer = read_message(_decompress(read(start, footer_bytes), _number(postscript, 2)))
        types = [read_message(item) for item in footer[4] if isinstance(item, bytes)]
        kind = _to_hive(types, 0)
        names = _field_names(types[0])
    except (LookupError, TypeError, ValueError, zlib.error) as error:
        raise UnreadableFooterError(f"its footer cannot be read: {error}") from error
    parts = kind.fields if isinstance(kind, Struct) else ()
    columns = (
        Column(field, part, (name,)) for (field, part), name in zip(parts, names, strict=True)
    )
    return Footer(Schema(tuple(columns)), _number(footer, 6), _number(footer, 2))


def _number(message: Message, field: int) -> int:
    [*_, value] = message.get(field, [0])
    return value if isinstance(value, int) else 0


def _decompress(data: bytes, codec: int) -> bytes:
    """Put a stream's chunks together: each has three bytes of length and a bit for "as it is"."""
    if codec == _NONE:
        return data
    out, position = bytearray(), 0
    while position + 3 <= len(data):
        header = int.from_bytes(data[position : position + 3], "little")
        chunk = data[position + 3 : position + 3 + (header >> 1)]
        position += 3 + (header >> 1)
        out += chunk if header & 1 else _decompress_chunk(chunk, codec)
    return bytes(out)


def _decompress_chunk(chunk: bytes, codec: int) -> bytes:
    match codec:
        case 1:
            return zlib.decompress(chunk, -zlib.MAX_WBITS)
        case 2:
            return decode_snappy(chunk)
        case 4:
            return decode_lz4(chunk)
        case _:
            name = _CODEC_NAMES.get(codec, f"codec {codec}")
            raise ValueError(f"it is compressed by {name}, which is not read here")


def _field_names(kind: Message) -> list[str]:
    return [name.decode() for name in kind.get(3, []) if isinstance(name, bytes)]


def _to_hive(types: list[Message], index: int) -> HiveType:
    kind = types[index]
    number = _number(kind, 1)
    parts = [_to_hive(types, part) for part in read_packed(kind.get(2, [])) if part > index]
    if number == _STRUCT:
        names = (name.lower() for name in _field_names(kind))
        return Struct(tuple(zip(names, parts, strict=True)))
    if number == _LIST:
        return Array(parts[0])
    if number == _MAP:
        return Scalar(f"map<{render(parts[0])},{render(parts[1])}>")
    if number == _UNION:
        return Scalar(f"uniontype<{','.join(map(render, parts))}>")
    if number == _DECIMAL:
        return Scalar(f"decimal({_number(kind, 5)},{_number(kind, 6)})")
    if number in (_VARCHAR, _CHAR):
        return Scalar(f"{'varchar' if number == _VARCHAR else 'char'}({_number(kind, 4)})")
    return Scalar(_NAMES[number])
