"""The result of reading the head of one object: format, schema and an estimate of its records."""

from dataclasses import dataclass, field

from glue_crawler.reading.compression import Head
from glue_crawler.schema.columns import Schema

UNKNOWN_CLASSIFICATION = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Format:
    """What two files must share to stand in one table: format, compression and delimiter.

    `classification` is Glue's name for the format, or that of a custom classifier; `layout` says
    how the bytes lie (`json`, `csv`, `quoted_csv`, `grok`, ...) where the name does
    not. `settings` go into the SerDe's parameters.
    """

    classification: str
    compression: str
    delimiter: str | None = None
    is_array: bool = False
    layout: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    # Files with and without comments, and with newer and older Avro schemas, stand in one table.
    has_comments: bool = field(default=False, compare=False)
    schema_text: str = field(default="", compare=False)

    @property
    def kind(self) -> str:
        """The layout of the bytes."""
        return self.layout or self.classification

    @property
    def counts_records(self) -> bool:
        """True where a file says how many records it has, instead of these being estimated."""
        return self.kind in ("parquet", "orc")


@dataclass(frozen=True, slots=True)
class Sample:
    """The facts from the head of one object.

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


def decode_text(head: Head) -> str:
    """Decode the head as UTF-8; a character cut off at its end, or a wrong byte, does no harm."""
    return head.data.decode("utf-8-sig", errors="replace")


def scale_counts(head: Head, size_bytes: int, records: int, used_bytes: int) -> tuple[int, int]:
    """Scale what was counted in the sample up to the whole object: records, decoded bytes."""
    decoded = len(head.data)
    if not head.at_end:
        decoded = decoded * size_bytes // max(1, head.used_bytes)
    if used_bytes <= 0 or used_bytes >= decoded:
        return records, decoded
    return max(records, decoded * records // used_bytes), decoded


def unknown_sample(head: Head, size_bytes: int, why: str) -> Sample:
    """Return the sample of an object whose format is not known, and why."""
    kind = Format(UNKNOWN_CLASSIFICATION, head.codec)
    return Sample(kind, Schema(), 0, size_bytes, size_bytes, notes=(why,))
