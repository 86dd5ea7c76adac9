"""White space beside quotes: only what stands outside a quoted cell makes a file irregular."""

import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.quotes import has_misplaced_quote
from order_transform.reading.records import Records, find_records
from order_transform.reading.rows.record_rows import data_lines, numbered_rows
from order_transform.reading.survey import survey
from order_transform.sql.cells import read_cells
from transformed import CONTRACT

HEADER = "product,quantity,price\n"
PIECES = ['"', '""', " ", "a", ",", "\n", ', "', '" ,', '"a ""b"" "', '", "', '","', '"\n"']
ROWS = st.lists(st.sampled_from(PIECES), min_size=3, max_size=20).map("".join)
CELLS = st.lists(st.sampled_from(["a", " ", '""', ",", "\n"]), max_size=5).map("".join)
QUOTED_ROWS = st.lists(CELLS.map('"{}",1,2\n'.format), min_size=1, max_size=4).map("".join)


@pytest.mark.parametrize("text", ['"a ""b"" c"\n', 'x,"PLATE, ",1\n', '\ufeff"a "\n', '"",""\n" "'])
def test_white_space_within_a_quoted_cell_is_in_its_place(text: str) -> None:
    assert not has_misplaced_quote(text.encode(), is_inside=False)


@pytest.mark.parametrize("text", ['"a" ,b\n', 'a, "b"\n', 'a,"" ,b\n', '5" pipe\n', '"a" \n'])
def test_white_space_outside_a_quoted_cell_is_found(text: str) -> None:
    assert has_misplaced_quote(text.encode(), is_inside=False)


def records_of(text: str, folder: Path) -> Records:
    source, work_dir = folder / "orders.csv", folder / "work"
    source.write_text(text, newline="")
    work_dir.mkdir()
    return find_records(survey(source, work_dir, CONTRACT), CONTRACT)


@pytest.mark.parametrize("cell", ['"PLATE ""ROSE"" "', '"PLATE" ', '"PLATE, ", "x"'])
@pytest.mark.parametrize("rows_before", [1, 50_000, 90_000])  # a file is read in parts of 52,428
def test_a_cell_is_judged_alike_in_every_part_of_a_file(
    cell: str, rows_before: int, tmp_path: Path
) -> None:
    plain = '"a ""b"""\n'
    text = f"{HEADER}{plain * rows_before}{cell}\n{plain * 9_000}"
    is_in_place = cell.endswith('"" "')
    expected = Regularity.QUOTED if is_in_place else Regularity.IRREGULAR
    assert records_of(text, tmp_path).regularity is expected


@settings(max_examples=examples(160), deadline=None)
@given(ROWS | QUOTED_ROWS)
def test_the_quick_reader_reads_a_regular_file_as_the_careful_one_or_fails(rows: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        records = records_of(HEADER + rows, Path(folder))
        if not records.is_regular:
            return
        source = read_cells(records, CONTRACT.limits)
        try:
            quick = duckdb.execute(f"SELECT * FROM {source}").fetchall()
        except duckdb.InvalidInputException:
            return
        with data_lines(records) as text:
            careful = [*numbered_rows(records, text, CONTRACT.limits, Counter())]
    while careful and not careful[-1].cells:  # blank lines at the end are counted by themselves
        careful.pop()
    assert not any(row.problem for row in careful)
    assert not any(cell for row in careful for cell in row.cells[3:])
    width = records.width
    assert [[cell or "" for cell in row] for row in quick] == [
        (row.cells + [""] * width)[:width] for row in careful
    ]
