"""Read messages in Protocol Buffers' wire format, as in the footer of an ORC file.

A message becomes a dict from field number to all values of that field; names and meanings are for
the caller. Source: protobuf.dev/programming-guides/encoding/.
"""

from glue_crawler.reading.varint import read_varint

type Message = dict[int, list[int | bytes]]

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


def read_message(data: bytes) -> Message:
    """Read a message: numbers as they lie, everything else as bytes.

    Raises `ValueError` for other bytes, and `IndexError` where they end too early.
    """
    found: Message = {}
    position = 0
    while position < len(data):
        tag, position = read_varint(data, position)
        kind = tag & 7
        value: int | bytes
        if kind == _VARINT:
            value, position = read_varint(data, position)
        else:
            length = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind)
            if kind == _BYTES:
                length, position = read_varint(data, position)
            if length is None or position + length > len(data):
                raise ValueError("it is not a message of Protocol Buffers")
            value = data[position : position + length]
            position += length
        found.setdefault(tag >> 3, []).append(value)
    return found


def read_packed(values: list[int | bytes]) -> list[int]:
    """Return repeated whole numbers, packed into bytes or not."""
    numbers: list[int] = []
    for value in values:
        if isinstance(value, int):
            numbers.append(value)
            continue
        position = 0
        while position < len(value):
            number, position = read_varint(value, position)
            numbers.append(number)
    return numbers
