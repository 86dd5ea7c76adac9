"""One object's sample: its format, its schema and an estimate of its records.

Reads the first megabyte, and up to ten where no whole record fits in one, as AWS says it does.
The bytes are dropped as soon as the schema is known, so that memory does not grow with objects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from glue_crawler.reading.compression import CorruptDataError, Head
from glue_crawler.reading.csv_text import read_csv
from glue_crawler.reading.json_text import JsonCursor, read_array, read_objects
from glue_crawler.schema.columns import Column, Schema, SchemaBuilder
from glue_crawler.schema.hive_types import UNKNOWN, Array, HiveType, fits, infer, join

MAX_MEGABYTES = 10
UNKNOWN_CLASSIFICATION = "UNKNOWN"

# Formats that AWS's crawler reads and this one only recognises, by their first bytes.
_FOREIGN = (
    (b"PAR1", "Parquet"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"<", "XML"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# Where a tar archive has its magic word; without this it would pass for text.
_TAR_MAGIC = slice(257, 262)


@dataclass(frozen=True, slots=True)
class Format:
    """What two files must share to stand in one table: format, compression and delimiter."""

    classification: str
    compression: str
    delimiter: str | None = None
    is_array: bool = False
    # Files with and without comments stand in one table.
    has_comments: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the head of one object taught.

    `records`, `decoded_bytes` and `record_chars` are for the whole object: counted where the
    sample holds all of it, scaled up from the sample otherwise.
    """

    format: Format
    schema: Schema
    records: int
    decoded_bytes: int
    record_chars: int
    has_header: bool = False
    notes: tuple[str, ...] = ()


def sample_object(read: Callable[[int, int], bytes], size_bytes: int) -> Sample | None:
    """Sample one object through `read(start, length)`, or return None where it holds nothing."""
    head = Head(read, size_bytes)
    try:
        head.grow()
        if not bytes(head.data[:4096]).strip(b"\xef\xbb\xbf \t\r\n\x00"):
            return None if head.at_end else _unknown(head, size_bytes, "no text in its beginning")
        return _classify(head, size_bytes)
    except CorruptDataError as error:
        return _unknown(head, size_bytes, f"its {head.codec} data cannot be read ({error})")
    except RecursionError:
        return _unknown(head, size_bytes, "its JSON is nested too deeply")


def _classify(head: Head, size_bytes: int) -> Sample:
    for magic, name in _FOREIGN:
        if head.data.startswith(magic):
            return _unknown(head, size_bytes, f"it looks like {name}, which is not read here")
    if head.data[_TAR_MAGIC] == b"ustar" or b"\x00" in head.data[:4096]:
        return _unknown(head, size_bytes, "it is binary")
    first = _text(head).lstrip()[:1]
    if first == "{":
        found = _sample_objects(head, size_bytes)
    elif first == "[":
        found = _sample_array(head, size_bytes)
    else:
        found = _sample_csv(head, size_bytes)
    return found or _unknown(head, size_bytes, "it is neither JSON objects nor delimited text")


def _text(head: Head) -> str:
    """Decode the head as UTF-8; a character cut off at its end, or a wrong byte, does no harm."""
    return head.data.decode("utf-8-sig", errors="replace")


def _sample_objects(head: Head, size_bytes: int) -> Sample | None:
    for _ in range(MAX_MEGABYTES):
        text, cursor, builder = _text(head), JsonCursor(), SchemaBuilder()
        for record in read_objects(text, head.at_end, cursor):
            builder.add(record)
        if cursor.records > 0 or head.at_end:
            break
        head.grow()
    if cursor.records <= cursor.malformed:
        return None
    notes = []
    if cursor.malformed:
        notes.append(f"{cursor.malformed} lines are no JSON objects; Athena fails on them")
    if builder.has_doubles:
        notes.append("keys differ only in case; Athena answers 'Duplicate key'")
    used = len(text[: cursor.used_chars].encode()) if not head.at_end else len(head.data)
    records, decoded = _scale(head, size_bytes, cursor.records, used)
    kind = Format("json", head.codec)
    return Sample(kind, builder.build(), records, decoded, decoded, notes=tuple(notes))


def _sample_array(head: Head, size_bytes: int) -> Sample | None:
    """A file that is one array is one record with one column called `array`, as recorded."""
    cursor, element = JsonCursor(), UNKNOWN
    item: HiveType = element
    for value in read_array(_text(head), head.at_end, cursor):
        if not fits(value, item):
            item = join(item, infer(value))
    if cursor.malformed:
        return None
    _, decoded = _scale(head, size_bytes, 1, len(head.data))
    schema = Schema((Column("array", Array(item), ("array",)),))
    return Sample(Format("json", head.codec, is_array=True), schema, 1, decoded, decoded)


def _sample_csv(head: Head, size_bytes: int) -> Sample | None:
    text = _text(head)
    reading = read_csv(text, head.at_end)
    if reading is None:
        return None
    used = len(text[: reading.used_chars].encode())
    records, decoded = _scale(head, size_bytes, reading.records, used)
    notes = ("cells are quoted, and LazySimpleSerDe keeps the quotes",) * reading.has_quotes
    notes += (
        "it begins with comments, which LazySimpleSerDe reads as rows",
    ) * reading.has_comments
    kind = Format("csv", head.codec, reading.delimiter, has_comments=reading.has_comments)
    chars = reading.row_chars * records
    return Sample(kind, reading.schema, records, decoded, chars, reading.has_header, tuple(notes))


def _scale(head: Head, size_bytes: int, records: int, used_bytes: int) -> tuple[int, int]:
    """Scale what was counted in the sample up to the whole object: records, decoded bytes."""
    decoded = len(head.data)
    if not head.at_end:
        decoded = decoded * size_bytes // max(1, head.raw_bytes)
    if used_bytes <= 0 or used_bytes >= decoded:
        return records, decoded
    return max(records, decoded * records // used_bytes), decoded


def _unknown(head: Head, size_bytes: int, why: str) -> Sample:
    kind = Format(UNKNOWN_CLASSIFICATION, head.codec)
    return Sample(kind, Schema(), 0, size_bytes, size_bytes, notes=(why,))
