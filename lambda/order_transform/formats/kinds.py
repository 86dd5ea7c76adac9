"""Decide by its bytes alone whether a file is a text, JSON, a workbook or an archive."""

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from order_transform.formats.compression import Compression, compression_of, decompressed
from order_transform.formats.json_text import looks_like_json

if TYPE_CHECKING:
    import zipfile

_HEAD_BYTES = 1 << 12
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# The container of .xls files, and of workbooks with a password.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(Enum):
    """The kinds of files; each kind but `TEXT` is converted before it is read as text."""

    TEXT = auto()
    JSON = auto()
    WORKBOOK = auto()
    ARCHIVE = auto()


def kind_of(path: Path) -> Kind:
    """Tell what a file is; raises `FileRefused` for a zip whose list of files is damaged."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(COMPOUND_FILE):
        return Kind.WORKBOOK
    if not head.startswith(_ZIP):
        if compression_of(path) is not Compression.NONE:
            head = next(decompressed(path), b"")[:_HEAD_BYTES]
        return Kind.JSON if looks_like_json(head) else Kind.TEXT
    from order_transform.formats.zip_directory import open_zip

    with open_zip(path) as archive:
        return Kind.WORKBOOK if is_workbook(archive) else Kind.ARCHIVE


def is_workbook(archive: "zipfile.ZipFile") -> bool:
    """Tell whether a zip is what a spreadsheet program saved."""
    names = set(archive.namelist())
    is_excel = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
    return is_excel or {"mimetype", "content.xml"} <= names
