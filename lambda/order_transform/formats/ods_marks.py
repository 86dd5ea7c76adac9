"""Find the marks of an .ods file, by a search of its XML that costs little more than unpacking.

https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema/, 9.1
"""

import re
import zipfile

from order_transform.formats.workbook_marks import Marks
from order_transform.formats.xlsx_marks import whole_rows

CONTENT = "content.xml"
_CELL = rb"<table:(?:covered-)?table-cell [^>]*"
# LibreOffice writes the type of an error in an attribute of its own: the standard has none.
_ERROR = re.compile(_CELL + rb':value-type="error"')
_BARE_FORMULA = re.compile(_CELL + rb"table:formula=[^>]*>")
_HIDDEN_ROW = re.compile(rb"<table:table-row [^>]*table:visibility=\"(?:collapse|filter)\"[^>]*>")
_HAS_VALUE = b":value-type="


def add_ods_marks(archive: zipfile.ZipFile, marks: Marks) -> None:
    """Count the marks of all sheets of an open .ods file."""
    with archive.open(CONTENT) as part:
        for rows in whole_rows(part):
            marks.errors += len(_ERROR.findall(rows))
            formulas = _BARE_FORMULA.findall(rows)
            marks.bare_formulas += sum(_HAS_VALUE not in cell for cell in formulas)
            for hidden in _HIDDEN_ROW.finditer(rows):
                end = rows.find(b"</table:table-row>", hidden.end())
                marks.hidden_rows += _HAS_VALUE in rows[hidden.end() : end]
