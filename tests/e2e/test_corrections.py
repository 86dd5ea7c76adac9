"""Rejected rows come out as a file that a person corrects and uploads as it is."""

import csv
from pathlib import Path

import pytest

from .conftest import Lake

pytestmark = pytest.mark.e2e

NAME = "corrections-2026-11-21"
ROWS = 300


def test_rejected_rows_are_corrected_in_their_file_and_uploaded_again(
    lake: Lake, tmp_path: Path
) -> None:
    orders, fixed = tmp_path / f"{NAME}.csv", tmp_path / f"{NAME}-corrected.csv"
    lake.ok("sample", "--rows", str(ROWS), "--dirt", "0.1", "--seed", "5", "--out", str(orders))
    (sent,) = lake.json("upload", str(orders), "--json")
    rejected = sent["counts"]["rejected"]
    assert rejected > 5

    shown = lake.ok("rejected", orders.name, "--limit", "1")
    assert shown.startswith(f"{rejected} rejected rows in 1 file")
    assert "a value is needed and the cell is empty" in shown

    lake.ok("rejected", orders.name, "--csv", str(fixed))
    with fixed.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), list(reader)
    # A header line in the middle of the file is nobody's order, and nothing to correct.
    to_correct = rejected - sent["reject_codes"].get("repeated_header", 0)
    assert len(rows) == to_correct
    for row in rows:
        row |= {"product_id": row["product_id"] or "SKU-1", "price": "2.50", "quantity": "3"}
    with fixed.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

    (again,) = lake.json("upload", str(fixed), "--json")
    assert again["counts"]["rejected"] == 0
    assert again["counts"]["accepted"] == to_correct
    assert float(again["sums"]["total_amount"]) == 7.5 * to_correct
    # The same partition as the file that they are from.
    lake.ok("crawl")
    sql = f"select count(*) as n from processed_orders where dt = '{NAME[-10:]}'"
    answer = lake.json("query", "-e", sql, "--format", "json")
    assert answer == [{"n": sent["counts"]["accepted"] + to_correct}]
