"""Workbooks: write the sheets that look like orders as text, and name the others as left out."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from order_transform.formats.kinds import COMPOUND_FILE
from order_transform.formats.tables import CheckHeader, Facts, Note, Opened, Table
from order_transform.formats.workbook_cells import FACTS, PROTECTED
from order_transform.refusal import FileRefused

_NUMBERS = "the workbook holds them as numbers, and not as texts"
# The refusals of a sheet that is about something else.
_NO_ORDERS = ("no_required_column", "empty")
_IS_PART = "all its rows are in {!r}"
_SECONDS = 800
_INTERPRETER_MIB = 64
# The stream of a compound file that holds a workbook with a password.
# https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The reader's process finds its modules where this one does.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from order_transform.formats.workbook_cells import main;"
    " main(sys.argv[2], sys.argv[3], int(sys.argv[4]))"
)


def open_workbook(source: Path, folder: Path, memory_mib: int, check: CheckHeader) -> Opened:
    """Write the sheets of a workbook to `folder` and return those that look like orders.

    `memory_mib` is the most memory for reading. Raises `FileRefused` if no sheet has orders, or
    if the workbook is damaged, has a password or needs more memory.
    """
    found = _read(source, folder, memory_mib)
    sheets = [_Sheet(folder, facts) for facts in found["sheets"]]
    taken: list[_Sheet] = []
    left_out: dict[str, str] = {}
    refusals: list[FileRefused] = []
    for sheet in sheets:
        refusal = check(sheet.path, sheet.facts()) if sheet.has_rows else None
        if not sheet.has_rows:
            left_out[sheet.name] = "it is empty"
        elif refusal and refusal.code in _NO_ORDERS:
            left_out[sheet.name] = "it has no orders"
            refusals.append(refusal)
        elif sheet.is_hidden:
            left_out[sheet.name] = "it is hidden"
        elif whole := next((other for other in taken if sheet.is_part_of(other)), None):
            left_out[sheet.name] = _IS_PART.format(whole.name)
        else:
            parts = [other for other in taken if other.is_part_of(sheet)]
            left_out |= {part.name: _IS_PART.format(sheet.name) for part in parts}
            taken = [other for other in taken if other not in parts] + [sheet]
    if not taken:
        raise _no_orders(left_out, refusals)
    tables = tuple(Table(sheet.name, sheet.path, sheet.facts(), sheet.notes()) for sheet in taken)
    may_have_days = any(sheet.known["may_have_days"] for sheet in taken)
    return Opened(tables, (*_left_out(left_out), *_marks(found["marks"], may_have_days)))


def _read(source: Path, folder: Path, memory_mib: int) -> Mapping[str, Any]:
    """Read the workbook in a process of its own; return the facts of its sheets and its marks."""
    folder.mkdir()
    if _has_password(source):
        raise FileRefused("protected", PROTECTED)
    limit = str(memory_mib + _INTERPRETER_MIB << 20)
    arguments = [json.dumps(sys.path), str(source), str(folder), limit]
    try:
        done = subprocess.run(
            [sys.executable, "-c", _START, *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
        found: Mapping[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
    except subprocess.TimeoutExpired as error:
        message = "the workbook takes too long to read; save the orders as CSV"
        raise FileRefused("too_large", message) from error
    except FileNotFoundError as error:
        raise _ended(done, memory_mib) from error
    if refusal := found.get("refusal"):
        raise FileRefused(*refusal)
    return found


def _has_password(source: Path) -> bool:
    """Tell whether a workbook is encrypted; an .xls file shows it only when it is read."""
    seam = b""
    with source.open("rb") as file:
        if file.read(4) != COMPOUND_FILE[:4]:
            return False
        while chunk := file.read(1 << 20):
            if _ENCRYPTED in seam + chunk:
                return True
            seam = chunk[-len(_ENCRYPTED) :]
    return False


def _ended(done: subprocess.CompletedProcess[bytes], memory_mib: int) -> FileRefused:
    """Return why the reader ended without an answer: out of memory, or a damaged workbook."""
    if b"emory" in done.stderr or b"No space left" in done.stderr:
        room = f"{memory_mib:,} MiB"
        message = f"reading the workbook takes more than {room} of memory; save its sheets as CSV"
        return FileRefused("too_large", message)
    message = "the workbook is damaged; open it and save it again, or save the orders as CSV"
    return FileRefused("damaged", message)


@dataclass(frozen=True)
class _Sheet:
    """One sheet as the reader's process left it."""

    folder: Path
    known: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.known["name"])

    @property
    def path(self) -> Path:
        return self.folder / str(self.known["path"])

    @property
    def has_rows(self) -> bool:
        return bool(self.known["rows"])

    @property
    def is_hidden(self) -> bool:
        return bool(self.known["is_hidden"])

    def facts(self) -> Facts:
        return Facts(
            delimiter=",",
            sheet=self.name,
            numbers=_NUMBERS if self.known["has_fractions"] else "",
            merged=tuple(map(tuple, self.known["merged"])),
        )

    def notes(self) -> tuple[Note, ...]:
        if not self.known["rounded"]:
            return ()
        count = self.known["rounded"]
        numbers = "1 number has" if count == 1 else f"{count:,} numbers have"
        evidence = f"{numbers} more digits than a spreadsheet shows, which are rounded as it does:"
        evidence += f" {self.known['first_rounded']}"
        remedy = "write long numbers, such as bar codes, as texts"
        return (Note("cell_form", "15 digits", evidence, remedy),)

    def is_part_of(self, other: "_Sheet") -> bool:
        """Tell whether another sheet has all rows of this one."""
        return self._rows <= other._rows

    @cached_property
    def _rows(self) -> frozenset[int]:
        """The hashes of all rows that are not blank; each sheet is read for them at most once."""
        csv.field_size_limit(1 << 24)
        with self.path.open(encoding="utf-8", newline="") as text:
            return frozenset(hash(tuple(row)) for row in csv.reader(text) if any(row))


def _left_out(sheets: Mapping[str, str]) -> Iterator[Note]:
    for name, why in sheets.items():
        # A person has to decide about a sheet that looks like orders and was not read.
        is_doubt = why not in ("it is empty", "it has no orders")
        remedy = "show the sheet, or save it as CSV and upload that, too" if is_doubt else ""
        yield Note("left_out", name, f"the sheet is not read: {why}", remedy, is_doubt)


def _marks(marks: Mapping[str, Any], may_have_days: bool) -> Iterator[Note]:
    """Yield notes about what an .xlsx file holds besides values, over all of its sheets."""
    if count := marks["errors"]:
        evidence = f"cells with an error such as #N/A are read as empty: {count:,}"
        yield Note("cell_form", "empty", evidence, "correct them, where they are in orders")
    if count := marks["bare_formulas"]:
        evidence = f"formulas without a saved value are read as empty cells: {count:,}"
        remedy = "open the workbook in a spreadsheet program and save it"
        yield Note("cell_form", "empty", evidence, remedy, is_doubt=True)
    if count := marks["hidden_rows"]:
        evidence = f"hidden rows are read like any other: {count:,}"
        yield Note("cell_form", "hidden rows", evidence, "delete rows that are not orders")
    if marks["counts_from_1904"] and may_have_days:
        evidence = "the workbook counts days from 1904, and a bare number under a date's header"
        evidence += " is read as a day counted from 1900"
        yield Note("cell_form", "days from 1900", evidence, "format dates as dates", is_doubt=True)


def _no_orders(left_out: Mapping[str, str], refusals: list[FileRefused]) -> FileRefused:
    names = ", ".join(f"{name!r} ({why})" for name, why in list(left_out.items())[:10])
    if len(refusals) == 1:
        return FileRefused(refusals[0].code, f"of the sheets {names}: {refusals[0].message}")
    if not refusals:
        return FileRefused("empty", f"no sheet can be read: {names}; show it, or save it as CSV")
    first = refusals[0].message
    return FileRefused("no_required_column", f"no sheet has orders: {names}; in the first: {first}")
