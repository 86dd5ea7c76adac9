"""A header is judged before sending as the function judges it, from the start of the file only."""

import gzip
from pathlib import Path

import pytest
from orderlake.order_files.check_headers import (
    HEAD_BYTES,
    deployed_contract,
    refused_headers,
)

CONTRACT = deployed_contract()
GOOD = "SKU;Menge;Preis\nÄ1;2;1,50\n"


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.encode("cp1252"),
        gzip.compress(GOOD.encode(), mtime=0),
        b"\n\nsep=;\n" + GOOD.encode(),
        # The head ends within a character, and within a gzip file's data.
        GOOD.encode() + "é".encode() * HEAD_BYTES,
        gzip.compress((GOOD + "".join(f"P{n};1;{n}\n" for n in range(200_000))).encode(), mtime=0),
    ],
)
def test_an_order_file_passes_in_every_form(tmp_path: Path, data: bytes) -> None:
    assert refused_headers([put(tmp_path / "orders.csv", data)], CONTRACT) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"SKU,Stock\nA,1\n", "no_required_column"),
        (b"SKU,Price,Unit Price,Qty\nA,1,1,1\n", "ambiguous_columns"),
        (b"\n\n\n", "empty"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "damaged"),
    ],
)
def test_no_order_file_is_told_with_the_functions_own_code(
    tmp_path: Path, data: bytes, code: str
) -> None:
    [refusal] = refused_headers([put(tmp_path / "orders.csv", data)], CONTRACT)
    assert refusal.code == code


def test_of_many_files_the_refused_are_told_in_order(tmp_path: Path) -> None:
    paths = [
        put(tmp_path / f"{n}.csv", b"SKU,Stock\n" if n % 7 == 0 else GOOD.encode())
        for n in range(30)
    ]
    refusals = refused_headers(paths, CONTRACT)
    assert [refusal.path.stem for refusal in refusals] == ["0", "7", "14", "21", "28"]
