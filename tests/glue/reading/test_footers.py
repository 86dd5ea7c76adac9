"""Parquet, ORC and Avro: columns from footer and header, as Glue types them."""

import json
from pathlib import Path

import duckdb
import pytest
from glue_crawler.reading.avro_header import read_avro
from glue_crawler.reading.framed_decoders import LZ4_MAGIC, FramedDecoder, Lz4Blocks
from glue_memory import MemoryStore, columns_of, run_crawl

# Files that other software has written; what they are stands in the folder's README.
FILES = Path(__file__).parents[2] / "fixtures" / "columnar"

SELECT = """
select 1::integer as Id, 2::bigint as big, 1.5::decimal(18,4) as price, true as ok,
       date '2026-11-22' as day, timestamp '2026-11-22 10:00:00' as at, 'x' as name,
       {'A': 1, 'b': [1.5::double]} as nested, map {'k': 1} as tags, 'z'::blob as raw
from range(1000)
"""
COLUMNS = {
    "id": "int",
    "big": "bigint",
    "price": "decimal(18,4)",
    "ok": "boolean",
    "day": "date",
    "at": "timestamp",
    "name": "string",
    "nested": "struct<a:int,b:array<double>>",
    "tags": "map<string,int>",
    "raw": "binary",
}


def parquet(folder: Path, select: str = SELECT) -> bytes:
    path = folder / "part.parquet"
    relation = duckdb.sql(select)
    assert relation is not None
    relation.write_parquet(str(path))
    return path.read_bytes()


def test_parquet_has_its_columns_from_the_footer(tmp_path: Path) -> None:
    _, catalog = run_crawl({"data/dt=1/part.parquet": parquet(tmp_path)})
    table = catalog.found["data"]
    assert columns_of(table) == COLUMNS
    storage = table["StorageDescriptor"]
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1"},
    }
    assert storage["InputFormat"].endswith("MapredParquetInputFormat")
    assert table["Parameters"]["classification"] == "parquet"
    assert table["Parameters"]["compressionType"] == "none"


def test_parquet_counts_its_rows_exactly(tmp_path: Path) -> None:
    select = "select range as id, repeat('x', 100) || range as text from range(1000)"
    body = parquet(tmp_path, select)
    _, catalog = run_crawl({"data/part.parquet": body})
    found = catalog.found["data"]["Parameters"]
    assert found["recordCount"] == "1000"
    # Of the uncompressed data, and so more than the file has for each row.
    assert len(body) < 1000 * 100 < 1000 * int(found["averageRecordSize"])


def test_parquet_of_arrow_is_typed_by_converted_type_and_else_by_physical_type() -> None:
    _, catalog = run_crawl({"data/a.parquet": (FILES / "arrow.parquet").read_bytes()})
    assert columns_of(catalog.found["data"]) == {
        "i8": "tinyint",
        "u32": "bigint",
        "u64": "decimal(20,0)",
        "us": "timestamp",
        # As users report it: nanoseconds have no converted type.
        "ns": "bigint",
        "time": "bigint",
        "nested": "array<array<struct<x:string>>>",
        "map": "map<string,struct<a:array<double>>>",
        "dec": "decimal(38,6)",
    }


def test_timestamps_of_96_bits_are_timestamps() -> None:
    _, catalog = run_crawl({"data/a.parquet": (FILES / "int96.parquet").read_bytes()})
    assert columns_of(catalog.found["data"]) == {"us": "timestamp", "ns": "timestamp"}


@pytest.mark.parametrize("codec", ["uncompressed", "zlib", "snappy", "lz4"])
def test_orc_has_its_columns_from_the_footer(codec: str) -> None:
    _, catalog = run_crawl({"data/a": (FILES / f"{codec}.orc").read_bytes()})
    table = catalog.found["data"]
    assert columns_of(table) == {
        "id": "bigint",
        "price": "decimal(18,4)",
        "day": "date",
        "tags": "array<string>",
        "part": "struct<a:bigint>",
        "more": "map<string,double>",
    }
    assert table["StorageDescriptor"]["InputFormat"] == (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat"
    )
    found = {key: table["Parameters"][key] for key in ("classification", "recordCount")}
    assert found == {"classification": "orc", "recordCount": "3"}


def test_orc_of_zstd_is_of_unknown_format_with_a_reason() -> None:
    result, catalog = run_crawl({"data/a": (FILES / "zstd.orc").read_bytes()})
    assert catalog.found["data"]["Parameters"]["classification"] == "UNKNOWN"
    assert any("compressed by zstd" in line for line in result.warnings)


def test_text_that_begins_with_orc_is_read_as_text() -> None:
    _, catalog = run_crawl({"data/a.csv": b"ORCID,count\na,1\nb,2\n"})
    assert columns_of(catalog.found["data"]) == {"orcid": "string", "count": "bigint"}


@pytest.mark.parametrize("name", ["arrow.parquet", "zlib.orc", "uncompressed.orc", "rows.avro"])
def test_no_damage_to_a_file_is_more_than_a_warning(name: str) -> None:
    body = (FILES / name).read_bytes()
    for place in range(0, len(body), 7):
        damaged = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
        run_crawl({"data/a": damaged})
        run_crawl({"data/a": body[: place + 1]})


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("framed.json.snappy", "snappy"),
        ("hadoop.json.snappy", "snappy"),
        ("frame.json.lz4", "lz4"),
    ],
)
def test_text_of_snappy_and_lz4_is_read(name: str, codec: str) -> None:
    body = (FILES / name).read_bytes()
    result, catalog = run_crawl({"data/a": body})
    table = catalog.found["data"]
    assert columns_of(table) == {"id": "int", "name": "string"}
    assert table["Parameters"]["compressionType"] == codec
    assert table["Parameters"]["recordCount"] == "40"
    assert result.warnings == ()


def test_the_sums_of_an_lz4_frame_may_come_in_two_reads() -> None:
    text = b'{"id":1}\n' * 4
    # A frame with a sum after each block and one at its end; its two blocks are stored as they are.
    block = (len(text) | 1 << 31).to_bytes(4, "little") + text + b"SUM1"
    frame = LZ4_MAGIC + bytes([0x74, 0x40, 0x00]) + block + block + bytes(4) + b"SUM2"
    for cut in range(1, len(frame)):
        decoder = FramedDecoder(Lz4Blocks().take)
        pieces = (frame[:cut], frame[cut:] + frame, b"")
        assert b"".join(decoder.decode(piece, 1 << 20) for piece in pieces) == text * 4, cut


def test_of_a_large_parquet_file_only_beginning_and_footer_are_read(tmp_path: Path) -> None:
    body = parquet(tmp_path, "select range as id, hash(range) as h from range(1_000_000)")
    store = MemoryStore({"data/part.parquet": body})
    run_crawl(store)
    assert sum(length for _, _, length in store.reads) < (1 << 20) + 100_000 < len(body)


def test_a_broken_footer_is_of_unknown_format_with_a_reason(tmp_path: Path) -> None:
    body = parquet(tmp_path)
    for broken in (body[:-1], body[:-8] + b"\xff\xff\xff\x00PAR1", body[:-100] + body[-8:]):
        result, catalog = run_crawl({"data/part.parquet": broken})
        assert catalog.found["data"]["Parameters"]["classification"] == "UNKNOWN"
        assert any("looks like Parquet" in line for line in result.warnings)


def long(number: int) -> bytes:
    number = number << 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def avro(schema: object) -> bytes:
    text = json.dumps(schema).encode()
    entry = long(11) + b"avro.schema" + long(len(text)) + text
    return b"Obj\x01" + long(1) + entry + long(0) + b"s" * 16


DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}


def test_avro_has_its_columns_from_the_header() -> None:
    fields = [
        {"name": "Id", "type": "long"},
        {
            "name": "price",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        },
        {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "more", "type": {"type": "map", "values": "double"}},
        {
            "name": "part",
            "type": {"type": "record", "name": "p", "fields": [{"name": "A", "type": "int"}]},
        },
        {"name": "kind", "type": {"type": "enum", "name": "k", "symbols": ["X"]}},
        {"name": "either", "type": ["int", "string"]},
    ]
    _, catalog = run_crawl({"data/a.avro": avro({"type": "record", "name": "r", "fields": fields})})
    assert columns_of(catalog.found["data"]) == {
        "id": "bigint",
        "price": "decimal(9,2)",
        "day": "date",
        "tags": "array<string>",
        "more": "map<string,double>",
        "part": "struct<a:int>",
        "kind": "string",
        "either": "string",
    }


def test_the_schema_of_avro_stands_in_the_parameters_of_table_and_serde() -> None:
    schema = {"type": "record", "name": "r", "fields": [{"name": "Id", "type": "long"}]}
    _, catalog = run_crawl({"data/a.avro": avro(schema)})
    table = catalog.found["data"]
    text = json.dumps(schema, separators=(",", ":"))
    storage = table["StorageDescriptor"]
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        "Parameters": {"avro.schema.literal": text, "serialization.format": "1"},
    }
    assert table["Parameters"]["avro.schema.literal"] == text
    assert storage["Parameters"]["avro.schema.literal"] == text


def test_avro_of_a_newer_schema_stays_in_the_table_and_its_schema_is_the_tables() -> None:
    fields = [{"name": name, "type": "long"} for name in "abcd"]
    older = avro({"type": "record", "name": "r", "fields": fields[:3]})
    newer = avro({"type": "record", "name": "r", "fields": fields})
    _, catalog = run_crawl({"data/1.avro": older, "data/2.avro": newer})
    assert list(catalog.found) == ["data"]
    assert columns_of(catalog.found["data"]) == dict.fromkeys("abcd", "bigint")
    assert '"name":"d"' in catalog.found["data"]["Parameters"]["avro.schema.literal"]


def test_avro_says_how_many_records_its_blocks_hold() -> None:
    found = read_avro((FILES / "rows.avro").read_bytes())
    assert found is not None
    assert found.records == 500


def test_a_block_of_avro_with_a_negative_length_ends_the_count() -> None:
    header = avro({"type": "record", "name": "r", "fields": []})
    # One record in -18 bytes, which with the mark of 16 leads back to the block's own start.
    found = read_avro(header + bytes([0x02, 0x23]) + bytes(40))
    assert found is not None
    assert found.records == 0


def test_a_broken_avro_header_has_no_schema() -> None:
    whole = avro({"type": "record", "name": "r", "fields": []})
    for length in range(4, len(whole) - 18):
        assert read_avro(whole[:length]) is None
