"""Read a workbook and write each sheet as CSV; runs as a process of its own.

A workbook of a few kilobytes can ask for any amount of memory, and without memory the reader ends
its process. So this process has a limit, and the function goes on without it.
"""

import csv
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine as calamine

from order_transform.formats.kinds import COMPOUND_FILE
from order_transform.formats.ods_marks import CONTENT, add_ods_marks
from order_transform.formats.workbook_marks import Marks
from order_transform.formats.xls_marks import add_xls_marks
from order_transform.formats.xlsx_marks import add_xlsx_marks

# Excel shows and computes with at most this many digits.
# https://support.microsoft.com/office/excel-specifications-and-limits
DIGITS = 15
FACTS = "facts.json"
PROTECTED = "the workbook has a password; save it without one, or save the orders as CSV"


class CellTexts:
    """The texts of one sheet's cells; counts the numbers that were rounded.

    `days` are the columns that have a time of day in any row.
    """

    def __init__(self, days: frozenset[int]) -> None:
        self._days = days
        self.rounded = 0
        self.first_rounded = ""
        self.has_fractions = False
        self.may_have_days = False

    def row(self, cells: Iterable[Any]) -> list[str]:
        """Return a row's texts."""
        return [
            cell if cell.__class__ is str else self._text(cell, place)
            for place, cell in enumerate(cells)
        ]

    def _text(self, cell: Any, place: int) -> str:
        if isinstance(cell, bool):
            return "TRUE" if cell else "FALSE"
        if isinstance(cell, (int, float)):
            return self._number(float(cell))
        if isinstance(cell, datetime):
            return cell.isoformat(" ")
        if isinstance(cell, date):
            return f"{cell.isoformat()} 00:00:00" if place in self._days else cell.isoformat()
        if isinstance(cell, timedelta):
            return duration_text(cell)
        return str(cell)

    def _number(self, number: float) -> str:
        """Return the shortest text of this number, with at most as many digits as Excel has."""
        if number.is_integer() and abs(number) < 10**DIGITS:
            self.may_have_days = self.may_have_days or 20_000 <= number < 60_000
            return str(int(number))
        text = repr(number)
        self.has_fractions = True
        if len(text) <= DIGITS + 1 and "e" not in text:
            return text
        shown = Decimal(f"{number:.{DIGITS}g}")
        if shown != Decimal(text):
            self.rounded += 1
            self.first_rounded = self.first_rounded or f"{text} as {shown:f}"
        return f"{shown:f}"


def duration_text(duration: timedelta) -> str:
    """Return a duration in hours, minutes and seconds, as spreadsheets show it: `30:00:00`."""
    seconds = int(duration.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def write_sheets(source: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Write each sheet that has cells to `folder`; yield its facts."""
    workbook = calamine.load_workbook(source)
    for number, sheet in enumerate(workbook.sheets_metadata):
        facts: dict[str, Any] = {
            "name": sheet.name,
            "is_hidden": sheet.visible != calamine.SheetVisibleEnum.Visible,
            "rows": 0,
        }
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            cells = workbook.get_sheet_by_index(number)
            if cells.end is not None:
                facts |= write_sheet(cells, folder / f"sheet-{number}")
        yield facts


def write_sheet(sheet: calamine.CalamineSheet, path: Path) -> dict[str, Any]:
    """Write one sheet from its first row on; each row is one record, even an empty row."""
    days: set[int] = set()
    for row in sheet.iter_rows():
        days.update(place for place, cell in enumerate(row) if isinstance(cell, datetime))
    texts = CellTexts(frozenset(days))
    rows = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        for row in sheet.iter_rows():
            write(texts.row(row))
            rows += 1
    return {
        "path": path.name,
        "rows": rows,
        "rounded": texts.rounded,
        "first_rounded": texts.first_rounded,
        "has_fractions": texts.has_fractions,
        "merged": [
            (first, last, column)
            for (first, column), (last, _) in sheet.merged_cell_ranges or ()
            if last > first
        ],
        "may_have_days": texts.may_have_days,
    }


def marks_of(path: Path) -> Marks:
    """Return the marks of a whole workbook; raises ValueError for a damaged .xls file.

    An .xlsb file, which has no XML, has no marks.
    """
    marks = Marks()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            add = add_ods_marks if CONTENT in archive.namelist() else add_xlsx_marks
            add(archive, marks)
    else:
        with path.open("rb") as file:
            is_compound = file.read(len(COMPOUND_FILE)) == COMPOUND_FILE
        if is_compound:
            add_xls_marks(path, marks)
    return marks


def main(source: str, folder: str, memory_bytes: int) -> None:
    """Write the sheets and, last, the facts: a list of sheets, or a refusal's code and message."""
    with suppress(ValueError, OSError):  # not every system has such limits
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found: dict[str, Any]
    try:
        sheets = list(write_sheets(source, Path(folder)))
        found = {"sheets": sheets, "marks": asdict(marks_of(Path(source)))}
    except calamine.PasswordError:
        found = {"refusal": ["protected", PROTECTED]}
    except (calamine.CalamineError, ValueError) as error:
        message = f"the workbook is damaged ({error}); open it and save it again, or save it as CSV"
        found = {"refusal": ["damaged", message]}
    (Path(folder) / FACTS).write_text(json.dumps(found), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
