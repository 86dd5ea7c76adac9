"""Rejected rows as CSV files that a person corrects and uploads: the header and cells as they were.

Pure apart from writing the file. It changes no cell, because a person has to correct them.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from order_transform.contract.definition import Contract

from orderlake.pipeline.rejected import Rejection

# A formula in a spreadsheet begins with one of these, even after a tab or a line end.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-][\d.,\s'%]*\d[\d.,\s'%]*")
# A header line in the middle of a file is not an order.
NOT_ORDERS = "repeated_header"


@dataclass(frozen=True, slots=True)
class Written:
    """A correction file: its path, the raw key of its rows, and how many rows it has."""

    path: Path
    key: str
    rows: int


def write_corrections(
    path: Path, key: str, rejections: Iterable[Rejection], delimiter: str, code: str | None = None
) -> Written:
    """Write rows as CSV, with a byte order mark so that spreadsheets read it as UTF-8.

    No spreadsheet takes a cell for a formula. Without rows nothing is written.
    """
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        for rejection in rejections:
            if rejection.has_code(NOT_ORDERS) or not rejection.has_code(code):
                continue
            if not rows:
                writer.writerow(map(spreadsheet_cell, labels_to_header(list(rejection.cells))))
            cells = (*rejection.cells.values(), *rejection.beyond)
            writer.writerow(map(spreadsheet_cell, cells))
            rows += 1
    if not rows:
        path.unlink()
    return Written(path, key, rows)


def spreadsheet_cell(cell: str) -> str:
    """Return a cell in a form that a spreadsheet takes for text and not for a formula.

    `=1+1` becomes `="=1+1"`: a formula whose value is that text. A spreadsheet shows and saves the
    text, and the function reads both forms as the text. Numbers such as -5 stay as they are.
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if not cell.startswith(FORMULA_STARTS) or NUMBER.fullmatch(cell):
        return cell
    return '="{}"'.format(cell.replace('"', '""'))


def labels_to_header(labels: list[str]) -> list[str]:
    """Return the header's cells, without the suffixes that the function added to equal ones."""
    header = []
    for place, label in enumerate(labels, 1):
        mark = f"(column {place})"
        header.append("" if label == mark else label.removesuffix(f" {mark}"))
    return header


def reading_notes(assumptions: Mapping[str, Any], contract: Contract) -> list[str]:
    """Say how a file was read if its few rejected rows alone might be read differently."""
    notes = []
    style = assumptions.get("number_style")
    if style and style != contract.rules.number_style.value:
        notes.append(f"a decimal {style}")
    for name, reading in (assumptions.get("dates") or {}).items():
        order = reading.get("order")
        if order and order != contract.rules.date_order.value:
            notes.append(f"{name} {str(order).replace('_', ' ')}")
    return notes
