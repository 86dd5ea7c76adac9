"""Read numbers of seven bits per byte, as Avro, Snappy, Thrift and Protocol Buffers write them.

Source: protobuf.dev/programming-guides/encoding/#varints.
"""

# 64 bits; a longer number is a sign of other bytes.
_MAX_BYTES = 10


def read_varint(data: bytes | bytearray, position: int) -> tuple[int, int]:
    """Return the number that begins at a position, and the position behind it.

    Raises `IndexError` where it does not end within the data, or within ten bytes.
    """
    value = 0
    for place in range(_MAX_BYTES):
        byte = data[position + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, position + place + 1
    raise IndexError("a number of more than ten bytes")


def zigzag_to_number(value: int) -> int:
    """Return the signed number that a zigzag number stands for: 0, -1, 1, -2 of 0, 1, 2, 3."""
    return (value >> 1) ^ -(value & 1)
