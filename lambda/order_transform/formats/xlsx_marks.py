"""Find the marks of an .xlsx file, by a search of its XML that costs little more than unpacking."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO

from order_transform.formats.workbook_marks import Marks

_CHUNK = 1 << 20
_ROW_END = b"row>"
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_ERROR = re.compile(rb'<c [^>]*\bt="e"')
_HIDDEN_ROW = re.compile(rb'<row [^>]*\bhidden="(?:1|true)"')
# A formula without a value that was saved with it.
_BARE_FORMULA = re.compile(rb"(?:</f>|<f [^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_FROM_1904 = re.compile(rb'\bdate1904="(?:1|true)"')


def add_xlsx_marks(archive: zipfile.ZipFile, marks: Marks) -> None:
    """Count the marks of all sheets of an open .xlsx file."""
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


def _plain_rows(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the same as `whole_rows`, but `<row>` where some programs write `<x:row>`."""
    prefix: bytes | None = None
    for rows in whole_rows(part):
        if prefix is None:
            root = _ROOT.search(rows)
            prefix = (root and root[1]) or b""
        if prefix:
            rows = rows.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
        yield rows


def whole_rows(part: IO[bytes]) -> Iterator[bytes]:
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
