"""Reading one object: formats, codecs, how much is read, and bad data."""

import bz2
import gzip
import io
import json
import os
import zipfile

import pytest
from glue_crawler.objects.sampling import sample_object
from glue_crawler.reading.sample import Sample
from glue_crawler.schema.columns import fold_types
from glue_crawler.schema.hive_types import fits
from glue_memory import VALUES, to_lines
from hypothesis import given
from hypothesis import strategies as st

MEGABYTE = 1024 * 1024


def sample(body: bytes, reads: list[tuple[int, int]] | None = None) -> Sample | None:
    def read(start: int, length: int) -> bytes:
        if reads is not None:
            reads.append((start, length))
        return body[start : start + length]

    return sample_object(read, len(body))


def sampled(body: bytes) -> Sample:
    found = sample(body)
    assert found is not None
    return found


def zipped(body: bytes, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("orders.json", body)
    return out.getvalue()


RECORDS = to_lines({"id": 1, "Name": "a"}, {"id": 2**40, "tags": ["x"]})
SCHEMA = {"id": "bigint", "name": "string", "tags": "array<string>"}


@pytest.mark.parametrize(
    ("body", "codec"),
    [
        (RECORDS, "none"),
        (b"\xef\xbb\xbf" + RECORDS, "none"),
        (RECORDS.replace(b"\n", b"\r\n"), "none"),
        (RECORDS.replace(b"\n", b"\n\n"), "none"),
        (RECORDS.rstrip(), "none"),
        (b"".join(RECORDS.split(b"\n")), "none"),
        (
            json.dumps(json.loads(RECORDS.split(b"\n")[0]), indent=2).encode()
            + b"\n"
            + RECORDS.split(b"\n")[1],
            "none",
        ),
        (gzip.compress(RECORDS), "gzip"),
        (b"".join(gzip.compress(line + b"\n") for line in RECORDS.split()), "gzip"),
        (bz2.compress(RECORDS), "bzip2"),
        (zipped(RECORDS, zipfile.ZIP_DEFLATED), "zip"),
        (zipped(RECORDS, zipfile.ZIP_STORED), "zip"),
    ],
    ids=[
        "plain",
        "bom",
        "crlf",
        "blank lines",
        "no last newline",
        "run together",
        "pretty",
        "gzip",
        "gzip members",
        "bzip2",
        "zip",
        "zip stored",
    ],
)
def test_records_are_read_however_they_are_written(body: bytes, codec: str) -> None:
    found = sampled(body)
    assert (found.format.classification, found.format.compression) == ("json", codec)
    assert fold_types(found.schema) == SCHEMA
    assert found.records == 2


@pytest.mark.parametrize("body", [b"", b"\n \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_object_with_nothing_in_it_has_no_sample(body: bytes) -> None:
    assert sample(body) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"PAR1\x15\x04", "Parquet"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (os.urandom(8) + b"\x00" * 600, "binary"),
        (b"just some words\nand more\n", "neither"),
        (b"one,line,only\n", "neither"),
        (b'"a"\n"b"\n', "neither"),
        (b"[1,\n", "neither"),
        (b"{" * 100_000, "neither"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (gzip.compress(RECORDS, mtime=0)[:10] + b"\xff" * 60, "cannot be read"),
        (b"PK\x03\x04" + b"\x63" * 60, "archive of 0 files"),
        (b'{"a":1}\nnot json\nnor this\n', "neither"),
    ],
)
def test_what_cannot_be_read_is_of_unknown_format_with_a_reason(body: bytes, why: str) -> None:
    found = sampled(body)
    assert found.format.classification == "UNKNOWN"
    assert why in found.notes[0]


def test_a_broken_line_among_good_ones_is_passed_over_and_noted() -> None:
    found = sampled(b'{"a":1}\n{"a":\n{"a":2,"b":true}\n')
    assert fold_types(found.schema) == {"a": "int", "b": "boolean"}
    assert "1 lines are not JSON objects" in found.notes[0]


def test_a_number_with_thousands_of_digits_is_a_broken_line() -> None:
    found = sampled(b'{"a":1}\n{"a":' + b"9" * 5000 + b'}\n{"a":2}\n')
    assert fold_types(found.schema) == {"a": "int"}
    assert "1 lines are not JSON objects" in found.notes[0]
    assert sampled(b"[" + b"9" * 5000 + b"]").format.classification == "UNKNOWN"


def test_keys_that_differ_in_case_make_one_column_and_a_note() -> None:
    found = sampled(b'{"URL":1,"Url":"x"}\n')
    assert fold_types(found.schema) == {"url": "string"}
    assert found.schema.paths == "URL,Url"
    assert "Duplicate key" in found.notes[0]


def test_a_top_level_array_is_one_record_with_one_column() -> None:
    found = sampled(b'[{"a": 1}, {"B": "x"}]')
    assert fold_types(found.schema) == {"array": "array<struct<a:int,b:string>>"}
    assert (found.schema.paths, found.records, found.decoded_bytes) == ("array", 1, 22)


def test_only_the_first_megabyte_is_read_where_it_holds_a_record() -> None:
    body = to_lines(*({"id": n, "text": "x" * 1000} for n in range(3000))) + b'{"late": 1}\n'
    reads: list[tuple[int, int]] = []
    found = sample(body, reads)
    assert found is not None
    assert reads == [(0, MEGABYTE)]
    assert found.schema.names == ("id", "text")
    assert abs(found.records - 3000) < 30


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_record_longer_than_a_megabyte_is_read_on(compress: type[bytes]) -> None:
    body = compress(to_lines({"text": "x" * (3 * MEGABYTE)}, {"text": "y", "n": 1}))
    assert fold_types(sampled(body).schema)["text"] == "string"


def test_reading_stops_at_ten_megabytes() -> None:
    reads: list[tuple[int, int]] = []
    found = sample(b'{"text": "' + b"x" * (12 * MEGABYTE), reads)
    assert found is not None
    assert found.format.classification == "UNKNOWN"
    assert sum(length for _, length in reads) <= 11 * MEGABYTE


def test_a_compression_bomb_costs_no_more_than_its_sample() -> None:
    bomb = gzip.compress(b" " * (64 * MEGABYTE))
    found = sample(bomb)
    assert found is None or found.format.classification == "UNKNOWN"


@given(st.lists(st.dictionaries(st.sampled_from(["a", "B", "c"]), VALUES), min_size=1, max_size=8))
def test_every_sampled_record_fits_the_schema(records: list[dict[str, object]]) -> None:
    found = sampled(to_lines(*records))
    types = {column.name: column.type for column in found.schema.columns}
    for record in records:
        for key, value in record.items():
            assert fits(value, types[key.lower()])


@given(st.binary(max_size=300))
def test_no_bytes_make_sampling_fail(body: bytes) -> None:
    sample(body)
    sample(b"{" + body)
    sample(gzip.compress(body))
    sample(b"\x1f\x8b" + body)
