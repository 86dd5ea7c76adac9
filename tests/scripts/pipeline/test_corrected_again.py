"""What `rejected --csv` writes is read, once the row is corrected, as the original cell would be.

A person may upload the file as it was written, or open it in a spreadsheet and save it first.
"""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from drawn_examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from orderlake.pipeline.corrections import write_corrections
from orderlake.pipeline.rejected import read_rejections
from transformed import run

HEADER = ["SKU", "Qty", "Price", "Note"]
STARTS = ("=", "@", "+", "-", "\t", '="', "'", '"')
CELLS = st.one_of(
    st.text("=+-@\t'\"0123456789.,;a B€", max_size=8),
    st.builds(
        lambda start, text: start + text,
        st.sampled_from(STARTS),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=6),
    ),
)
KNOWN = ("=cmd", "@SUM(1)", "+1", "-1", '="007"', "\tx", "=1+1", "-2+3", '="=1"', '=""', "+49 30")


def text_of(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def note_of(text: str) -> Any:
    """Return the value that the function gives the cell of a corrected row."""
    (line,) = run(text).lines
    return line.get("note")


def corrected(cell: str) -> str:
    """Return the file of a rejected row, its quantity corrected and all else as it was written."""
    # A file of rejected rows alone would be refused.
    outcome = run(text_of([HEADER, ["A", "0", "1.50", cell], ["B", "1", "1.50", "x"]]))
    rejections = read_rejections([repr_of(line) for line in outcome.rejects])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrected.csv"
        assert write_corrections(path, "raw/a.csv", rejections, ",").rows == 1
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert rows[1][1] == "0"
    rows[1][1] = "1"
    return text_of(rows)


def repr_of(line: dict[str, Any]) -> bytes:
    return json.dumps(line).encode()


@settings(max_examples=examples(40))
@given(CELLS)
@example("=cmd|' /C calc'!A0")
def test_a_cell_of_any_kind_comes_back_as_the_function_would_have_read_it(cell: str) -> None:
    original = note_of(text_of([HEADER, ["A", "1", "1.50", cell]]))
    assert note_of(corrected(cell)) == original


@pytest.mark.parametrize("cell", KNOWN)
def test_formulas_signs_and_text_cells_come_back(cell: str) -> None:
    original = note_of(text_of([HEADER, ["A", "1", "1.50", cell]]))
    assert note_of(corrected(cell)) == original
