"""Find what the reader of an .xlsx file does not report: errors, hidden rows, the calendar.

It searches the XML for marks and does not parse it, so that it costs little more than unpacking.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_CHUNK = 1 << 20
_ROW_END = b"row>"
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_ERROR = re.compile(rb'<c [^>]*\bt="e"')
_HIDDEN_ROW = re.compile(rb'<row [^>]*\bhidden="(?:1|true)"')
# A formula without a value that was saved with it.
_BARE_FORMULA = re.compile(rb"(?:</f>|<f [^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_FROM_1904 = re.compile(rb'\bdate1904="(?:1|true)"')


@dataclass(slots=True)
class Marks:
    """How many cells hold an error, or a formula without a value; and how many rows are hidden."""

    errors: int = 0
    bare_formulas: int = 0
    hidden_rows: int = 0
    counts_from_1904: bool = False


def marks_of(path: str) -> Marks:
    """Return the marks of a whole workbook; a file that is not .xlsx has no marks."""
    marks = Marks()
    if not zipfile.is_zipfile(path):
        return marks
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name == "xl/workbook.xml":
                with archive.open(name) as part:
                    marks.counts_from_1904 = bool(_FROM_1904.search(part.read(_CHUNK)))
            elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    for rows in _plain_rows(part):
                        marks.errors += len(_ERROR.findall(rows))
                        marks.bare_formulas += len(_BARE_FORMULA.findall(rows))
                        marks.hidden_rows += len(_HIDDEN_ROW.findall(rows))
    return marks


def _plain_rows(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the same as `_whole_rows`, but `<row>` where some programs write `<x:row>`."""
    prefix: bytes | None = None
    for rows in _whole_rows(part):
        if prefix is None:
            root = _ROOT.search(rows)
            prefix = (root and root[1]) or b""
        if prefix:
            rows = rows.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
        yield rows


def _whole_rows(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that end where a row does."""
    rest = b""
    while chunk := part.read(_CHUNK):
        end = chunk.rfind(_ROW_END)
        if end < 0 and len(rest) < 8 * _CHUNK:
            rest += chunk
            continue
        end += len(_ROW_END)
        yield rest + chunk[:end]
        rest = chunk[end:]
    yield rest
