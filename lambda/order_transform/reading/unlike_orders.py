"""What a file is whose first line is no header of orders, in words that say what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

from order_transform.formats.json_text import looks_like_json
from order_transform.reading.head import DELIMITERS
from order_transform.refusal import FileRefused

_FIRST_BYTES = 1 << 12


def refuse_binary(header: Sequence[str]) -> None:
    """Refuse a file whose header has characters that no text has."""
    if any(ord(char) < 32 and char not in "\t\r\n" for char in "".join(header)):
        raise FileRefused("binary", "this is not text; export the orders as CSV")


def likely_cause(path: Path, header: Sequence[str]) -> str:
    """Say what a header that is not one of orders probably is; empty if nothing shows it."""
    text = header[0].lstrip().lower() if header else ""
    with path.open("rb") as file:
        head = file.read(_FIRST_BYTES)
    if text.startswith("<"):
        if any(
            mark in head.lower() for mark in (b"<table", b"<workbook", b"urn:schemas-microsoft")
        ):
            return (
                "this is a table as a web page or XML, with the ending of another format; open it"
                " in a spreadsheet program and save it as CSV or .xlsx"
            )
        return (
            "this is a web page, often a login page that was saved in place of the export;"
            " sign in and download the export again"
        )
    if looks_like_json(head) or text.startswith(("{", "[{")):
        return "this is JSON that is not UTF-8; export it as UTF-8"
    if len(header) == 1 and any(header[0].count(mark) > 1 for mark in DELIMITERS):
        return (
            "each line is wrapped in quotes, so that it has one cell only; export the file again,"
            " or remove the quotes around the lines"
        )
    if len(header) == 1 and re.search(r"\S {2,}\S", header[0]):
        return (
            "the columns are parted by spaces, so that each line has one cell only; export the"
            " file with commas, semicolons or tabs"
        )
    return ""
