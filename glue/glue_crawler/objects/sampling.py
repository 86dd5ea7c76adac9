"""Sample one object: recognise its format and read its beginning, or its footer, into a schema.

Text is read in the first megabyte, and up to ten where no whole record fits in one, as AWS says it
does (repost.aws/knowledge-center/glue-crawler-detect-schema). The bytes are dropped as soon as the
schema is known, so that memory does not grow with objects.
"""

from collections.abc import Callable, Sequence

from glue_crawler.classifiers.classify import classify, classify_log
from glue_crawler.classifiers.definition import Classifier
from glue_crawler.reading import avro_header, orc_footer, parquet_footer
from glue_crawler.reading.compression import CorruptDataError, Head
from glue_crawler.reading.csv_text import read_csv
from glue_crawler.reading.json_text import JsonCursor, read_array, read_objects
from glue_crawler.reading.sample import (
    UNKNOWN_CLASSIFICATION,
    Format,
    Sample,
    decode_text,
    scale_counts,
    unknown_sample,
)
from glue_crawler.schema.columns import Column, Schema, SchemaBuilder
from glue_crawler.schema.hive_types import UNKNOWN, Array, HiveType, fits, infer, join

MAX_MEGABYTES = 10

# Formats that AWS's crawler reads and this one only recognises, by their first bytes.
_FOREIGN = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    # AWS does not list zstd either (docs.aws.amazon.com/glue/latest/dg/add-classifier.html).
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
# Columnar formats: first bytes, classification, how the footer is read. A text may
# begin with ORC's three letters, too, so the footer decides.
_COLUMNAR = (
    (parquet_footer.MAGIC, "parquet", parquet_footer.read_parquet),
    (orc_footer.MAGIC, "orc", orc_footer.read_orc),
)
# Where a tar archive has its magic word; without this it would pass for text.
_TAR_MAGIC = slice(257, 262)

type Read = Callable[[int, int], bytes]


def sample_object(
    read: Read, size_bytes: int, classifiers: Sequence[Classifier] = ()
) -> Sample | None:
    """Sample one object through `read(start, length)`, or return None where it holds nothing.

    Custom classifiers come first, in their order; then the built-in ones
    (docs.aws.amazon.com/glue/latest/dg/add-classifier.html).
    """
    head = Head(read, size_bytes)
    try:
        head.grow()
        if not bytes(head.data[:4096]).strip(b"\xef\xbb\xbf \t\r\n\x00"):
            return (
                None
                if head.at_end
                else unknown_sample(head, size_bytes, "no text in its beginning")
            )
        for magic, name, read_footer in _COLUMNAR:
            if head.data.startswith(magic):
                footer = read_footer(read, size_bytes)
                kind = Format(name, "none")
                return Sample(kind, footer.schema, footer.rows, size_bytes, footer.data_bytes)
        return _classify(head, size_bytes, classifiers)
    except parquet_footer.UnreadableFooterError as error:
        return _sample_odd_footer(head, size_bytes, classifiers, error)
    except CorruptDataError as error:
        return unknown_sample(head, size_bytes, f"its {head.codec} data cannot be read ({error})")
    except RecursionError:
        return unknown_sample(head, size_bytes, "its JSON is nested too deeply")


def _classify(head: Head, size_bytes: int, classifiers: Sequence[Classifier]) -> Sample:
    if head.data.startswith(avro_header.MAGIC):
        return _sample_avro(head, size_bytes)
    for magic, name in _FOREIGN:
        if head.data.startswith(magic):
            return unknown_sample(head, size_bytes, f"it looks like {name}, which is not read here")
    if head.data[_TAR_MAGIC] == b"ustar" or b"\x00" in head.data[:4096]:
        return unknown_sample(head, size_bytes, "it is binary")
    found = classify(head, size_bytes, classifiers) or _classify_text(head, size_bytes)
    return found or unknown_sample(
        head, size_bytes, "it is neither JSON objects nor delimited text"
    )


def _classify_text(head: Head, size_bytes: int) -> Sample | None:
    first = decode_text(head).lstrip()[:1]
    if first == "<":
        return unknown_sample(head, size_bytes, "it looks like XML, which is not read here")
    if first == "{":
        return _sample_objects(head, size_bytes)
    if first == "[":
        return _sample_array(head, size_bytes)
    return classify_log(head, size_bytes) or _sample_csv(head, size_bytes)


def _sample_odd_footer(
    head: Head,
    size_bytes: int,
    classifiers: Sequence[Classifier],
    error: parquet_footer.UnreadableFooterError,
) -> Sample:
    """Sample a file that begins like a columnar one: its text, or an unknown format and why."""
    if b"\x00" not in head.data[:4096]:
        found = _classify(head, size_bytes, classifiers)
        if found.format.classification != UNKNOWN_CLASSIFICATION:
            return found
    name = "ORC" if head.data.startswith(orc_footer.MAGIC) else "Parquet"
    return unknown_sample(head, size_bytes, f"it looks like {name}, but {error}")


def _sample_avro(head: Head, size_bytes: int) -> Sample:
    found = avro_header.read_avro(bytes(head.data))
    if found is None:
        return unknown_sample(head, size_bytes, "it looks like Avro, but its header is broken")
    kind = Format("avro", "none", schema_text=found.text)
    records, decoded = scale_counts(head, size_bytes, found.records, found.used_bytes)
    return Sample(kind, found.schema, records, decoded, decoded)


def _sample_objects(head: Head, size_bytes: int) -> Sample | None:
    for _ in range(MAX_MEGABYTES):
        text, cursor, builder = decode_text(head), JsonCursor(), SchemaBuilder()
        for record in read_objects(text, head.at_end, cursor):
            builder.add(record)
        if cursor.records > 0 or head.at_end:
            break
        head.grow()
    if cursor.records <= cursor.malformed:
        return None
    notes = []
    if cursor.malformed:
        notes.append(f"{cursor.malformed} lines are not JSON objects; Athena fails on them")
    if builder.has_doubles:
        notes.append("keys differ only in case; Athena answers 'Duplicate key'")
    used = len(text[: cursor.used_chars].encode()) if not head.at_end else len(head.data)
    records, decoded = scale_counts(head, size_bytes, cursor.records, used)
    kind = Format("json", head.codec)
    return Sample(kind, builder.build(), records, decoded, decoded, notes=tuple(notes))


def _sample_array(head: Head, size_bytes: int) -> Sample | None:
    """A file that is one array is one record with one column called `array`, as recorded."""
    cursor, element = JsonCursor(), UNKNOWN
    item: HiveType = element
    for value in read_array(decode_text(head), head.at_end, cursor):
        if not fits(value, item):
            item = join(item, infer(value))
    if cursor.malformed:
        return None
    _, decoded = scale_counts(head, size_bytes, 1, len(head.data))
    schema = Schema((Column("array", Array(item), ("array",)),))
    return Sample(Format("json", head.codec, is_array=True), schema, 1, decoded, decoded)


def _sample_csv(head: Head, size_bytes: int) -> Sample | None:
    text = decode_text(head)
    reading = read_csv(text, head.at_end)
    if reading is None:
        return None
    used = len(text[: reading.used_chars].encode())
    records, decoded = scale_counts(head, size_bytes, reading.records, used)
    notes = ("cells are quoted, and LazySimpleSerDe keeps the quotes",) * reading.has_quotes
    notes += (
        "it has lines that begin with #, which LazySimpleSerDe reads as rows",
    ) * reading.has_comments
    kind = Format("csv", head.codec, reading.delimiter, has_comments=reading.has_comments)
    chars = reading.row_chars * records
    return Sample(kind, reading.schema, records, decoded, chars, reading.has_header, tuple(notes))
