import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from order_jobs.curated.columns import first_columns, further_columns
from order_jobs.curated.pieces import Piece
from order_jobs.curated.rows import (
    PieceFile,
    decompress,
    load_rows,
    rewrite_without,
    write_months,
)
from order_transform.contract.parse import default_contract_text, parse_contract

COLUMNS = first_columns(parse_contract(default_contract_text()))
FIELDS = {name: number for number, name in enumerate(COLUMNS, 1)}
PIECE = Piece("raw/a.csv", "processed/orders/dt=2026-01-02/a.json.gz", "e1")


def line(**cells: Any) -> str:
    document = {"product_id": "A", "price": 1.5, "quantity": 2, "total_amount": 3} | cells
    return json.dumps(document, separators=(",", ":")) + "\n"


def piece_file(folder: Path, *lines: str, piece: Piece = PIECE) -> PieceFile:
    path = folder / f"{piece.etag}.json"
    path.write_text("".join(lines))
    return PieceFile(piece, path, "2026-01-02")


def loaded(files: list[PieceFile]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load_rows(connection, COLUMNS, files)
    return connection


def test_a_line_becomes_a_row_with_its_origin(tmp_path: Path) -> None:
    file = piece_file(tmp_path, line(order_date="2026-03-04T10:11:12"), line(order_date=None))
    rows = loaded([file]).execute(
        "select product_id, total_amount, order_date, order_day::varchar, dt, source_key, "
        "source_object, source_etag, source_row from rows"
    )
    origin = ("2026-01-02", "raw/a.csv", PIECE.object_key, "e1")
    assert rows.fetchall() == [
        ("A", Decimal("3.000000"), "2026-03-04T10:11:12", "2026-03-04", *origin, 1),
        ("A", Decimal("3.000000"), None, None, *origin, 2),
    ]


@pytest.mark.parametrize("price", ["0.000001", "999999999.999999", "123456789012345678.123456"])
def test_decimals_keep_every_digit(tmp_path: Path, price: str) -> None:
    text = line(price=0).replace('"price":0', f'"price":{price}')
    lines = [text, line(product_id='" "price":7, \\"price\\":8')]
    rows = loaded([piece_file(tmp_path, *lines)]).execute("select price, product_id from rows")
    assert rows.fetchall() == [
        (Decimal(price), "A"),
        (Decimal("1.500000"), '" "price":7, \\"price\\":8'),
    ]


def test_files_of_months_are_written_and_rewritten_without_some_rows(tmp_path: Path) -> None:
    other = Piece("raw/b.csv", "processed/orders/dt=2026-01-02/b.json.gz", "e2")
    files = [
        piece_file(tmp_path, line(order_date="2026-01-04"), line(order_date="2026-02-04")),
        piece_file(tmp_path, line(order_date="2026-01-05"), piece=other),
    ]
    connection = loaded(files)
    paths = write_months(connection, FIELDS, tmp_path / "new")
    assert len(paths) == 2
    kept = rewrite_without(connection, paths, frozenset({PIECE}), FIELDS, tmp_path / "kept")
    rows = connection.execute(
        "select source_key, quantity from read_parquet($paths, hive_partitioning = false)",
        {"paths": [*map(str, kept)]},
    )
    assert rows.fetchall() == [("raw/b.csv", 2)]
    numbers = connection.execute(
        "select name, field_id from parquet_schema($path) where field_id is not null",
        {"path": str(kept[0])},
    )
    assert dict(numbers.fetchall()) == FIELDS


def test_no_file_is_written_where_no_row_stays(tmp_path: Path) -> None:
    connection = loaded([piece_file(tmp_path, line(order_date="2026-01-04"))])
    paths = write_months(connection, FIELDS, tmp_path / "new")
    assert rewrite_without(connection, paths, frozenset({PIECE}), FIELDS, tmp_path / "kept") == []


def test_objects_are_read_compressed_or_not(tmp_path: Path) -> None:
    packed, target = tmp_path / "packed", tmp_path / "target"
    for data in (gzip.compress(b"a\n"), b"a\n"):
        packed.write_bytes(data)
        decompress(packed, target)
        assert target.read_bytes() == b"a\n"


def test_columns_that_the_contract_does_not_know_are_further_columns() -> None:
    assert further_columns(["price", "channel", "channel"], COLUMNS) == ["channel"]
