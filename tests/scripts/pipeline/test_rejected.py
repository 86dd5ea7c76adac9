"""Rejected rows: counted, shown, and written out so that uploading the file again reads them."""

import csv
import json
import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from memory_aws import MemoryAws, report_of
from order_transform.delivery.layout import is_order_file, partition_date
from order_transform.reading.columns.columns import Columns, map_columns
from orderlake.order_files.check_headers import deployed_contract, refused_headers
from orderlake.pipeline.correction_name import correction_name
from orderlake.pipeline.corrections import (
    labels_to_header,
    reading_notes,
    spreadsheet_cell,
    write_corrections,
)
from orderlake.pipeline.inventory import read_inventory
from orderlake.pipeline.rejected import (
    Reason,
    Rejection,
    count_codes,
    read_rejections,
    rejected_files,
)

CONTRACT = deployed_contract()
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


def rejection(*cells: str, labels: tuple[str, ...] = ("SKU", "Qty", "Price")) -> Rejection:
    named = dict(zip(labels, cells, strict=True))
    return Rejection(2, (Reason("zero", "quantity", "0"),), named)


def read_back(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [[saved_text(cell) for cell in row] for row in csv.reader(file, delimiter=delimiter)]


def saved_text(cell: str) -> str:
    """What a spreadsheet shows of a cell and saves again: the value of a formula of one text."""
    return cell[2:-1].replace('""', '"') if re.fullmatch(r'="(?:[^"]|"")*"', cell) else cell


def test_a_line_of_a_rejected_object_is_read() -> None:
    line = {
        "record": 4,
        "reasons": [{"code": "too_many_cells", "field": None, "value": '["x"]'}],
        "cells": {"SKU": "A", "Price": "1", "(beyond the header)": ["x", "y"]},
    }
    [row] = read_rejections([json.dumps(line).encode()])
    assert row.reasons == (Reason("too_many_cells", None, '["x"]'),)
    assert (row.record, row.cells, row.beyond) == (4, {"SKU": "A", "Price": "1"}, ("x", "y"))


def test_files_are_counted_from_their_reports_worst_first(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    for name, bad in (("a", 1), ("b", 5), ("c", 0)):
        key = f"raw/{name}.csv"
        aws.tell(key, report_of(key, aws.upload(key), records=9, rejected=bad))
    inventory = read_inventory(aws.as_aws(), lambda done, total: None)
    found = rejected_files(inventory)
    assert [(file.key, file.rejected) for file in found] == [("raw/b.csv", 5), ("raw/a.csv", 1)]
    assert count_codes(found) == {"zero": 6}
    assert [file.key for file in rejected_files(inventory, ["raw/a.csv"])] == ["raw/a.csv"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
    st.lists(CELL, max_size=2),
)
def test_cells_come_back_as_they_were(
    rows: list[tuple[str, str, str]], delimiter: str, beyond: list[str]
) -> None:
    rejections = [rejection(*cells) for cells in rows]
    rejections[0] = Rejection(1, rejections[0].reasons, rejections[0].cells, tuple(beyond))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrected.csv"
        written = write_corrections(path, "raw/a.csv", rejections, delimiter)
        lines = read_back(path, delimiter)
        assert refused_headers([path], CONTRACT) == []
    assert written.rows == len(rows)
    assert lines[0] == ["SKU", "Qty", "Price"]
    assert lines[1] == [*rows[0], *beyond]
    assert [tuple(line) for line in lines[2:]] == rows[1:]


@given(st.text("=+-@\t\"1.,a'|", max_size=8))
def test_no_cell_of_a_file_to_correct_is_a_formula(cell: str) -> None:
    written = spreadsheet_cell(cell)
    is_number = bool(re.fullmatch(r"[+-][\d.,']*\d[\d.,']*", cell))
    if cell.startswith(("=", "+", "-", "@", "\t")) and not is_number:
        # What a spreadsheet shows and saves is the value of the formula: the text itself.
        assert written.startswith('="')
        assert saved_text(written) == cell
    else:
        assert written == cell


@given(st.lists(st.sampled_from(["SKU", "Qty", "Price", "", "Note", "note "]), max_size=7))
def test_a_header_that_the_function_made_unique_is_read_as_the_original(extra: list[str]) -> None:
    header = ["Product", "Quantity", "Unit price", *(f"x{cell}" if cell else "" for cell in extra)]
    columns = map_columns(header, CONTRACT)
    assert isinstance(columns, Columns)
    again = labels_to_header(list(columns.labels))
    assert again == [cell.strip() for cell in header]
    assert map_columns(again, CONTRACT) == columns


def test_a_repeated_header_is_nobodys_order_and_is_left_out(tmp_path: Path) -> None:
    header = Rejection(3, (Reason("repeated_header", None, ""),), {"SKU": "SKU"})
    path = tmp_path / "out.csv"
    assert write_corrections(path, "raw/a.csv", [header], ",").rows == 0
    assert not path.exists()


def test_one_code_alone_can_be_written(tmp_path: Path) -> None:
    other = Rejection(5, (Reason("empty", "price", ""),), {"SKU": "B", "Qty": "1", "Price": ""})
    rows = [rejection("A", "0", "1"), other]
    path = tmp_path / "out.csv"
    assert write_corrections(path, "raw/a.csv", rows, ",", code="empty").rows == 1
    assert read_back(path, ",")[1] == ["B", "1", ""]


@given(
    st.text("ab.-_ é", max_size=8),
    st.sampled_from(["", "2026-11-22", "dt=2026-11-22/x"]),
    st.sampled_from([".csv", ".TSV", ".txt.gz", ".csv.gz"]),
)
def test_the_corrected_file_has_another_name_and_the_same_date(
    stem: str, date: str, ending: str
) -> None:
    key = f"raw/{date}{stem}{ending}"
    name = correction_name(key)
    assert f"raw/{name}" != key
    assert is_order_file(f"raw/{name}")
    assert partition_date(f"raw/{name}") == partition_date(key)


def test_a_reading_that_few_rows_may_not_show_is_noted() -> None:
    plain = {"number_style": "dot", "dates": {"order_date": {"order": None}}}
    assert reading_notes(plain, CONTRACT) == []
    odd = {"number_style": "comma", "dates": {"order_date": {"order": "day_first"}}}
    assert reading_notes(odd, CONTRACT) == ["a decimal comma", "order_date day first"]
