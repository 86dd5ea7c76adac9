"""Many files are loaded some at a time, by way of plain copies beside the cache."""

import gzip
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from athena_sql.catalog import table_from_glue
from athena_sql.errors import TooLittleMemory, UnreadableData, UnsupportedData
from athena_sql.reading import json_table
from athena_sql.reading.cache import load_table, open_cache
from athena_sql.reading.data_object import DataObject
from orderlake.mirror.columns import refusal_from_json, refusal_to_json
from sql_lake import glue_table

COLUMNS = (("note", "string"), ("price", "decimal(24,6)"), ("rate", "double"), ("sale", "boolean"))
LARGE = "123456789012345678.000001"


def load(folder: Path, texts: list[str], memory: str = "") -> list[tuple[object, ...]]:
    table = table_from_glue(glue_table(COLUMNS)["Table"], ())
    objects = []
    for place, text in enumerate(texts):
        path = folder / f"{place}.json.gz"
        path.write_bytes(gzip.compress(text.encode()))
        key = f"processed/orders/{path.name}"
        objects.append(DataObject("bucket", key, str(place), path.stat().st_size, path))
    with closing(open_cache(folder / "cache.duckdb")) as connection:
        if memory:
            connection.execute(f"set memory_limit = '{memory}'")
        name = load_table(connection, table, objects)
        return connection.execute(f'select * exclude ("$object") from {name} order by 1').fetchall()


@pytest.fixture(params=[1, 150, 1 << 20], ids=["each alone", "by twos or so", "together"])
def batch_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(json_table, "BATCH_BYTES", request.param)
    return int(request.param)


@pytest.mark.usefixtures("batch_bytes")
def test_rows_are_the_same_however_many_files_are_loaded_at_once(tmp_path: Path) -> None:
    # A killed process left this.
    (tmp_path / "cache.duckdb.loading").mkdir()
    (tmp_path / "cache.duckdb.loading" / "0.json").write_text("{", "utf-8")
    texts = [
        f'{{"note":"a{n}","price":{LARGE if n % 2 else "1.5"},"rate":0.1,"sale":true}}\n'
        f'{{"note":"b{n}","price":null,"rate":"2.5","sale":null}}\n'
        for n in range(5)
    ]
    assert load(tmp_path, texts) == [
        *((f"a{n}", Decimal(LARGE if n % 2 else "1.5"), 0.1, True) for n in range(5)),
        *((f"b{n}", None, 2.5, None) for n in range(5)),
    ]
    assert not (tmp_path / "cache.duckdb.loading").exists()


@pytest.mark.usefixtures("batch_bytes")
@pytest.mark.parametrize(
    ("value", "error", "reason"),
    [
        ('"rate":true', UnsupportedData, "a value of 'rate' is not a double"),
        ('"sale":"true"', UnsupportedData, "a value of 'sale' is not a boolean"),
        ('"sale":1', UnsupportedData, "a value of 'sale' is not a boolean"),
        ('"rate":"many"', UnreadableData, "rate is many, not DOUBLE"),
        ('"price":"many"', UnreadableData, "price is many, not DECIMAL"),
    ],
)
def test_a_value_that_reads_otherwise_is_refused_with_its_object(
    tmp_path: Path, value: str, error: type[UnreadableData], reason: str
) -> None:
    texts = [f'{{"note":"{n}","price":1}}\n' for n in range(3)]
    with pytest.raises(error, match=reason) as caught:
        load(tmp_path, [*texts, f'{{"note":"x",{value}}}\n'])
    assert caught.value.address == "s3://bucket/processed/orders/3.json.gz"
    assert not (tmp_path / "cache.duckdb.loading").exists()


def test_a_text_may_be_shorter_than_the_one_that_it_is_written_over(tmp_path: Path) -> None:
    short, long = '{"note":"a"}\n', '{"note":"' + "b" * 5_000_000 + '"}\n'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_table, "BATCH_BYTES", 1)  # two texts at a time, the third over the first
        rows = load(tmp_path, [long, long, short, short, long])
    assert [len(str(note)) for note, *_ in rows] == [1, 1, 5_000_000, 5_000_000, 5_000_000]


def test_lines_that_need_more_memory_than_there_is_are_not_called_bad(tmp_path: Path) -> None:
    long_line = f'{{"note":"{"a" * (24 << 20)}","price":1.5,"rate":0.1,"sale":true}}\n'
    with pytest.raises(TooLittleMemory, match="too little memory") as caught:
        load(tmp_path, [long_line], memory="64MB")
    assert caught.value.next_step.startswith("free memory")
    assert refusal_from_json(refusal_to_json(caught.value)).next_step == caught.value.next_step
