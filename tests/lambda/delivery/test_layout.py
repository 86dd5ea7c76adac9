"""The outputs' keys are a pure function of the raw key."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_transform.delivery.layout import (
    NO_DATE,
    is_order_file,
    outputs_for,
    partition_date,
)

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(
    lambda name: f"raw/{name}"
)


@pytest.mark.parametrize(
    ("key", "date"),
    [
        ("raw/orders-2026-11-22.csv", "2026-11-22"),
        ("raw/orders20261122.csv", "2026-11-22"),
        ("raw/2026/11/22/orders.csv", "2026-11-22"),
        ("raw/dt=2026-11-22/orders.csv", "2026-11-22"),
        ("raw/2026_11_22.csv", "2026-11-22"),
        ("raw/2025-01-01/orders-2026-11-22.csv", "2026-11-22"),
        ("raw/2026-11-22/orders-20269999.csv", "2026-11-22"),
        ("raw/2026-02-30.csv", NO_DATE),
        ("raw/2026-1122.csv", NO_DATE),
        ("raw/120261122.csv", NO_DATE),
        ("raw/orders.csv", NO_DATE),
        ("raw/0000-01-01.csv", NO_DATE),
    ],
)
def test_the_date_in_the_key_is_the_partition(key: str, date: str) -> None:
    assert partition_date(key) == date
    assert outputs_for(key).processed.startswith(f"processed/orders/dt={date}/")


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("raw/a.csv", True),
        ("raw/a.CSV.GZ", True),
        ("raw/b/c.tsv", True),
        ("raw/a.txt.gz", True),
        ("raw/new\nline.csv", True),
        ("raw/a.pdf", False),
        ("raw/a.csv.zip", True),
        ("raw/a.csv.rar", False),
        ("raw/", False),
        ("Raw/a.csv", False),
        ("processed/a.csv", False),
        ("a.csv", False),
        ("raw/csv", False),
    ],
)
def test_an_order_file_is_known_by_its_folder_and_ending(key: str, is_one: bool) -> None:
    assert is_order_file(key) is is_one


def test_files_of_one_name_in_two_folders_are_kept_apart() -> None:
    one, two = outputs_for("raw/2026-11-22/a.csv"), outputs_for("raw/other/2026-11-22/a.csv")
    assert one.processed != two.processed
    assert one.rejected != two.rejected
    assert one.report != two.report


def test_keys_that_differ_by_ending_or_case_are_kept_apart() -> None:
    keys = ["raw/a.csv", "raw/a.CSV", "raw/a.tsv", "raw/a.csv.gz", "raw/a", "raw/a.txt"]
    assert len({outputs_for(key).report for key in keys}) == len(keys)


def test_names_of_outputs_differ_even_where_a_disk_ignores_case() -> None:
    keys = ["raw/A.csv", "raw/a.csv", "raw/a.CSV", "raw/Dir/a.csv", "raw/dir/a.csv"]
    for kind in ("processed", "rejected", "report"):
        names = {getattr(outputs_for(key), kind).casefold() for key in keys}
        assert len(names) == len(keys)


def test_compression_sets_the_processed_objects_ending_only() -> None:
    packed, plain = outputs_for("raw/a.csv"), outputs_for("raw/a.csv", "none")
    assert packed.processed == plain.processed + ".gz"
    assert (packed.rejected, packed.report) == (plain.rejected, plain.report)


@given(KEYS)
def test_any_key_has_safe_visible_and_stable_outputs(key: str) -> None:
    outputs = outputs_for(key)
    assert outputs == outputs_for(key)
    for name in (outputs.processed, outputs.rejected, outputs.report):
        assert re.fullmatch(r"[A-Za-z0-9._/=-]+", name)
        assert len(name) < 200
        assert not name.rpartition("/")[2].startswith(("_", "."))  # hidden from Athena
