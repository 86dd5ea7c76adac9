"""Decimals up to 38 digits are read from JSON numbers with every digit."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest
from athena_sql.catalog import table_from_glue
from athena_sql.reading.cache import load_table, open_cache
from athena_sql.reading.data_object import DataObject
from athena_sql.reading.exact_decimals import bounded_decimal, exact_limit
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_lake import glue_table

COLUMNS = (("note", "string"), ("price", "decimal(24,6)"), ("total_amount", "decimal(38,6)"))
PRICES = st.decimals(-(10**18) + 1, 10**18 - 1, allow_nan=False, places=6)
TOTALS = st.integers(-(10**38) + 1, 10**38 - 1).map(lambda units: Decimal(f"{units}e-6"))


def load(folder: Path, files: dict[str, bytes]) -> list[tuple[object, ...]]:
    glue = glue_table(COLUMNS)
    table = table_from_glue(glue["Table"], ())
    objects = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        key = f"processed/orders/{name}"
        objects.append(DataObject("bucket", key, name, len(data), folder / name))
    connection = open_cache(folder / "cache.duckdb")
    try:
        data_name = load_table(connection, table, objects)
        return connection.execute(
            f"select note, price, total_amount from {data_name} order by note"
        ).fetchall()
    finally:
        connection.close()


def line(note: str, price: object, total: object) -> str:
    return f'{{"note": {json.dumps(note)}, "price": {price}, "total_amount": {total}}}\n'


@given(rows=st.lists(st.tuples(PRICES, TOTALS), min_size=1, max_size=5))
@settings(max_examples=examples(40), deadline=None)
def test_every_decimal_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Decimal, Decimal]]
) -> None:
    body = "".join(
        line(f"{place:03}", f"{price:f}", f"{total:f}") for place, (price, total) in enumerate(rows)
    )
    found = load(tmp_path_factory.mktemp("lake"), {"part.json.gz": gzip.compress(body.encode())})
    assert [row[1:] for row in found] == rows


def test_only_files_with_large_numbers_are_read_again_and_their_texts_stay(
    tmp_path: Path,
) -> None:
    strange = 'a "price": 5, \\ {"total_amount": 1}'
    files = {
        "small.json": line("1", "0.10", "20.20").encode(),
        "large.json": (
            line(strange, "123456789012345678.123456", "-" + "9" * 32 + ".999999")
            + line("3", '"999999999999999999.999999"', "null")
            + line("4", "1.5e3", "1000000000")
        ).encode(),
    }
    assert load(tmp_path, files) == [
        ("1", Decimal("0.10"), Decimal("20.20")),
        ("3", Decimal("999999999999999999.999999"), None),
        ("4", Decimal(1500), Decimal(1000000000)),
        (strange, Decimal("123456789012345678.123456"), Decimal("-" + "9" * 32 + ".999999")),
    ]


def test_the_limit_is_what_a_double_gives_back() -> None:
    assert exact_limit("DECIMAL(38, 6)") == 10**9
    assert exact_limit("DECIMAL(15, 2)") is None
    assert exact_limit("BIGINT") is None
    assert bounded_decimal("v", "DECIMAL(9, 2)", "taken") == "taken"
