"""Workbooks are read as CSV files with the same rows, or refused with what to do."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from order_transform.contract.definition import NumberStyle
from order_transform.formats.workbook_cells import CellTexts
from packed import damaged, workbook, zipped
from transformed import LENIENT, Outcome, orders, ruled, run

WORKBOOKS = Path(__file__).with_name("workbooks")
SAVED = sorted(
    path for path in WORKBOOKS.iterdir() if not path.stem.startswith(("protected", "errors"))
)
# Four errors and a hidden row, saved by LibreOffice; an .xls file of over 4 KiB has other sectors.
WITH_ERRORS = sorted(WORKBOOKS.glob("errors*"))
HEADER = ("sku", "price", "quantity")
# The rows of each workbook in the folder; LibreOffice saved three of them, in its formats.
SAME_AS_CSV = (
    "Orders of November\n\n"
    "order_id,order_date,sku,product_name,quantity,price,currency\n"
    '1001,2026-11-01 09:30:00,007,"Mug, blue",2,7.95,EUR\n'
    '1001,2026-11-01 09:30:00,LMP-2,"Lamp\nsmall",1,1.125,EUR\n'
    '1002,2026-11-02 00:00:00,1E5,"Größe ""L""",-1,20,EUR\n'
    "1003,2026-12-03 23:59:59,x,,3,0.07,EUR\n"
    "1004,2026-12-03 00:00:00,y,Tea,1,n/a,EUR\n"
)


def one_sheet(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> Outcome:
    return run(workbook({"Orders": [header, *rows]}), LENIENT)


def left_out(outcome: Outcome) -> dict[object, str]:
    return {c.value: c.evidence for c in outcome.result.choices if c.name == "left_out"}


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name)
def test_what_spreadsheet_programs_saved_is_read_as_the_same_rows_in_csv(path: Path) -> None:
    book, text = run(path.read_bytes()), run(SAME_AS_CSV)
    assert book.text == text.text
    assert book.counts == text.counts
    [rejected] = book.rejects
    assert (rejected["sheet"], rejected["row"], rejected["record"]) == ("Bestellungen", 8, 5)
    assert "line" not in rejected
    assert left_out(book).keys() == {"Notes", "Draft"}
    doubts = [c.value for c in book.result.choices if not c.is_proven]
    assert doubts == ["Draft"]  # a hidden sheet with orders is for a person to decide


CELLS = st.tuples(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    st.decimals(0, 10**6, places=2).map(float),
    st.integers(1, 999),
)


@settings(max_examples=examples(15), deadline=None)
@given(rows=st.lists(CELLS, min_size=1, max_size=20))
def test_any_rows_are_read_as_in_csv(rows: list[tuple[str, float, int]]) -> None:
    text = io.StringIO()
    # openpyxl takes a text that begins so for a formula, and reads XML's white space as it is.
    rows = [(f"p{sku}", price, quantity) for sku, price, quantity in rows]
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    book = one_sheet(*rows)
    assert book.text == run(text.getvalue()).text
    assert book.counts.accepted == len(rows)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("007", "007"),
        (7.0, "7"),
        (-0.0, "0"),
        (123456789012345.0, "123456789012345"),
        (0.1 + 0.2, "0.3"),
        (19.990000000000002, "19.99"),
        (1e-7, "0.0000001"),
        (1.5e300, "15" + "0" * 299),
        (True, "TRUE"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02 03:04:05"),
        (time(3, 4, 5), "03:04:05"),
        (timedelta(hours=30), "30:00:00"),
        (timedelta(seconds=-61), "-0:01:01"),
        ("", ""),
    ],
)
def test_each_type_of_cell_has_one_text(cell: Any, text: str) -> None:
    assert CellTexts(frozenset()).row([cell]) == [text]


def test_a_day_in_a_column_of_times_is_its_midnight() -> None:
    assert CellTexts(frozenset({0})).row([date(2026, 1, 2)]) == ["2026-01-02 00:00:00"]


def test_a_number_with_more_digits_than_excel_shows_is_rounded_and_told() -> None:
    outcome = one_sheet(("a", 0.7999999999999999, 3))
    assert [float(total) for total in outcome.column("total_amount")] == [2.4]
    [told] = [c for c in outcome.result.choices if c.name == "cell_form"]
    assert "0.7999999999999999 as 0.8" in told.evidence
    assert told.is_told


def test_numbers_have_a_decimal_point_whatever_speaks_for_a_comma() -> None:
    data = workbook({"Bestellungen": [("Artikel", "Preis", "Menge"), ("a", 1.125, 2)]})
    outcome = run(data, ruled(number_style=NumberStyle.COMMA))
    assert [str(price) for price in outcome.column("price")] == ["1.125"]
    assert outcome.result.assumptions["number_style"] == "dot"


def test_every_sheet_of_orders_has_a_result_of_its_own() -> None:
    sheets: dict[str, Sequence[Sequence[Any]]] = {
        "May": [HEADER, ("a", 1.5, 2), ("b", "?", 1)],
        "June": [("Artikel", "Preis", "Menge"), ("c", 2.25, 1)],
        "Plan": [("who", "what")],
    }
    result = run(workbook(sheets), LENIENT).result
    assert [member.name for member in result.members] == ["May", "June"]
    assert (result.counts.records, result.counts.accepted, result.counts.rejected) == (3, 2, 1)
    assert str(result.total_amount) == "5.25"
    assert dict(result.reject_codes) == {"not_a_number": 1}
    assert result.processed is None


def test_a_sheet_whose_rows_are_all_in_another_is_not_counted_twice() -> None:
    may, june = ("a", 1.5, 2), ("b", 2.5, 1)
    sheets = {"All": [HEADER, may, june], "May": [HEADER, may], "June": [HEADER, june]}
    for names in (("All", "May", "June"), ("May", "June", "All")):
        outcome = run(workbook({name: sheets[name] for name in names}), LENIENT)
        assert str(outcome.result.total_amount) == "5.50"
        assert left_out(outcome) == dict.fromkeys(
            ("May", "June"), "the sheet is not read: all its rows are in 'All'"
        )


def test_totals_and_titles_are_not_orders() -> None:
    rows = [("Report",), (), HEADER, ("a", 1.5, 2), ("b", 3, 1), ("Total", 6, 3)]
    outcome = run(workbook({"Orders": rows}), LENIENT)
    assert outcome.counts.accepted == 2
    assert outcome.rejects[0]["row"] == 6
    assert outcome.reasons() == [[("total_row", None)]]


def test_a_workbook_with_a_password_is_refused_with_what_to_do() -> None:
    outcome = run((WORKBOOKS / "protected.xlsx").read_bytes())
    assert outcome.refusal == "protected"
    assert "save it without one" in str(outcome.result.refusal)


def test_a_workbook_without_orders_names_its_sheets() -> None:
    outcome = run(workbook({"Stock": [("sku", "shelf")], "Empty": []}))
    assert outcome.refusal == "no_required_column"
    assert outcome.result.refusal
    assert "'Stock' (it has no orders)" in outcome.result.refusal[1]


def test_a_sheet_that_asks_for_all_memory_is_refused() -> None:
    rows: list[Sequence[Any]] = [HEADER, ("a", 1, 1)]
    book = load_workbook(io.BytesIO(workbook({"Orders": rows})))
    book.worksheets[0]["XFD1048576"] = 1
    data = io.BytesIO()
    book.save(data)
    assert run(data.getvalue()).refusal == "too_large"


@pytest.mark.parametrize("path", [*SAVED, WORKBOOKS / "protected.xlsx"], ids=lambda p: p.name)
@settings(max_examples=examples(8), deadline=None)
@given(data=st.data())
def test_a_damaged_workbook_never_ends_in_a_traceback(path: Path, data: st.DataObject) -> None:
    outcome = run(data.draw(damaged(path.read_bytes(), kept=8, most=20)), LENIENT)
    assert outcome.refusal or outcome.counts.records


def test_a_workbook_in_an_archive_is_read_like_any_file_in_it() -> None:
    sheets = {"May": [HEADER, ("a", 1.5, 2)], "June": [HEADER, ("b", 1.5, 2)]}
    files = {"book.xlsx": workbook(sheets), "a.csv": orders("c,1,1").encode()}
    result = run(zipped(files), LENIENT).result
    assert [member.name for member in result.members] == [
        "book.xlsx!May",
        "book.xlsx!June",
        "a.csv",
    ]
    assert str(result.total_amount) == "7.00"


def with_prefixes(name: str, part: bytes) -> bytes:
    """Return a part of a workbook as Microsoft's Open XML SDK writes it: `<x:row>`."""
    if not name.startswith("xl/worksheets/"):
        return part
    return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", part).replace(b"xmlns=", b"xmlns:x=")


@pytest.mark.parametrize("written", [lambda _, part: part, with_prefixes], ids=["plain", "x:"])
def test_what_a_reader_passes_over_is_told(written: Callable[[str, bytes], bytes]) -> None:
    book = load_workbook(io.BytesIO(workbook({"Orders": [HEADER, ("a", 1, 2), ("b", 2, 2)]})))
    sheet = book.worksheets[0]
    sheet["D2"], sheet["D3"] = "=B2*C2", "#N/A"
    sheet.row_dimensions[3].hidden = True
    data = io.BytesIO()
    book.save(data)
    with zipfile.ZipFile(data) as parts:
        outcome = run(zipped({name: written(name, parts.read(name)) for name in parts.namelist()}))
    told = {c.evidence for c in outcome.result.choices if c.name == "cell_form"}
    assert told == {
        "cells with an error such as #N/A are read as empty: 1",
        "formulas without a saved value are read as empty cells: 1",
        "hidden rows are read like any other: 1",
    }
    assert outcome.counts.accepted == 2


@pytest.mark.parametrize("path", WITH_ERRORS, ids=lambda path: path.name)
def test_cells_with_an_error_and_hidden_rows_are_told_in_every_format(path: Path) -> None:
    outcome = run(path.read_bytes())
    assert {c.evidence for c in outcome.result.choices if c.name == "cell_form"} == {
        "cells with an error such as #N/A are read as empty: 4",
        "hidden rows are read like any other: 1",
    }
    assert outcome.counts.accepted == 2
    assert outcome.counts.rejected == 2  # no price in one, no quantity in the other


def test_a_bare_day_of_a_workbook_that_counts_from_1904_is_in_doubt() -> None:
    rows = [(*HEADER, "order_date"), ("a", 1, 2, 44521)]
    book = load_workbook(io.BytesIO(workbook({"Orders": rows})))
    book.epoch = CALENDAR_MAC_1904
    data = io.BytesIO()
    book.save(data)
    outcome = run(data.getvalue())
    assert "days from 1900" in [c.value for c in outcome.result.choices if not c.is_proven]


def merged(rows: Sequence[Sequence[Any]], *ranges: str) -> Outcome:
    book = load_workbook(io.BytesIO(workbook({"Orders": rows})))
    for cells in ranges:
        book.worksheets[0].merge_cells(cells)
    data = io.BytesIO()
    book.save(data)
    return run(data.getvalue())


ORDER_HEADER = ("order_id", "order_date", "sku", "price", "quantity", "line_total", "note")


def test_an_order_s_merged_cells_are_read_in_each_of_their_rows_and_amounts_are_not() -> None:
    day = date(2026, 11, 1)
    rows = [
        ("All orders", *[None] * 6),
        ORDER_HEADER,
        ("1", day, "a", 1.5, 2, 3, "x"),
        (None, None, "b", 2, 1, None, None),
        ("2", None, "c", 4, 1, 4, None),
        ("3", date(2026, 11, 2), "d", 4, 1, 4, None),
        (None, None, "e", 5, 1, 5, None),
    ]
    outcome = merged(rows, "A1:G1", "A3:A4", "B3:B5", "F3:F4", "G3:G4")
    assert outcome.column("order_id") == ["1", "1", "2", "3", None]
    assert outcome.column("order_date") == ["2026-11-01"] * 3 + ["2026-11-02", None]
    assert outcome.column("line_total")[:2] == [3, None]
    assert outcome.column("note") == ["x", None, None, None, None]
    told = {c.value: c.evidence for c in outcome.result.choices if c.name == "carried_down"}
    assert "merged over several rows" in told["merged cells"]
    assert told["merged cells"].endswith(": 2 rows")


def test_a_rejected_row_below_merged_cells_keeps_its_place() -> None:
    rows = [ORDER_HEADER, ("1", None, "a", 1.5, 2), (None, None, "b", "x", 1)]
    outcome = merged(rows, "A2:A3")
    [rejected] = outcome.rejects
    assert (rejected["row"], rejected["record"], rejected["cells"]["order_id"]) == (3, 2, "1")
