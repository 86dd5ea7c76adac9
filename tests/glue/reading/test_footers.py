"""Parquet and Avro: columns from footer and header, as Glue types them."""

import json
from pathlib import Path

import duckdb
from glue_crawler.reading.avro_header import read_avro
from glue_memory import MemoryStore, columns_of, run_crawl

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
PART = {"type": "record", "name": "p", "fields": [{"name": "A", "type": "int"}]}


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
    assert (
        "avro.schema.literal"
        in catalog.found["data"]["StorageDescriptor"]["SerdeInfo"]["Parameters"]
    )


def test_a_broken_avro_header_has_no_schema() -> None:
    whole = avro({"type": "record", "name": "r", "fields": []})
    for length in range(4, len(whole) - 18):
        assert read_avro(whole[:length]) is None
