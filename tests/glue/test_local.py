"""A folder on a disk, described as the table a crawler would register."""

import gzip
import json
from pathlib import Path

import pytest
from glue_crawler.errors import BucketMissingError
from glue_crawler.local import describe_folder
from glue_memory import columns_of, to_lines


def test_a_partitioned_folder_is_described_in_the_shape_of_get_table(tmp_path: Path) -> None:
    root = tmp_path / "orders"
    for day in ("2026-11-21", "2026-11-22"):
        (root / f"dt={day}").mkdir(parents=True)
        body = gzip.compress(to_lines({"id": 1, "price": 2.5}))
        (root / f"dt={day}" / "a.json.gz").write_bytes(body)
    found = describe_folder(root, database="lake", prefix="shop_")
    [table] = [item["Table"] for item in found.tables]
    assert (table["Name"], table["DatabaseName"]) == ("shop_orders", "lake")
    assert columns_of(table) == {"id": "int", "price": "double"}
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    assert table["StorageDescriptor"]["Location"] == f"file://{root.as_posix()}/"
    assert table["Parameters"]["compressionType"] == "gzip"
    assert json.loads(json.dumps(table)) == table


def test_one_file_is_described_too(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,price\n1,2.5\n")
    found = describe_folder(tmp_path / "orders.csv")
    assert [item["Table"]["Name"] for item in found.tables] == ["orders_csv"]


def test_a_folder_without_data_has_no_table_and_says_so(tmp_path: Path) -> None:
    found = describe_folder(tmp_path)
    assert found.tables == ()
    assert "holds no objects" in found.warnings[0]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        describe_folder(tmp_path / "nowhere")
