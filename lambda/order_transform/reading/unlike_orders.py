"""What a file may be whose first line is not a header of orders, and what to do about it."""

import re
from collections.abc import Sequence
from pathlib import Path

from order_transform.formats.json_text import looks_like_json
from order_transform.reading.columns.head import DELIMITERS
from order_transform.refusal import FileRefused

_OTHER_DELIMITERS = "^~:\u060c\uff0c\uff1b\u00a6"  # with the commas of Arabic and Chinese
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
    if sum(map(_is_number, header)) > 1 and not text.startswith("extf"):  # DATEV's
        cells = ", ".join(map(repr, header[:5]))
        return (
            f"the line with {cells} has numbers, so the file seems to have no header; add a line"
            " above it that names its columns, such as order_id,sku,quantity,price"
        )
    if len(header) == 1 and (mark := _other_delimiter(header[0])):
        return (
            f"the cells seem to be parted by {mark!r}; write sep={mark} in a line above the header,"
            " or export the file with commas, semicolons or tabs"
        )
    return ""


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"\s*[0-9]+(?:[.,][0-9]+)?\s*", cell) is not None


def _other_delimiter(line: str) -> str:
    """Return the mark that parts the cells of a line without any of the usual delimiters."""
    counts = {mark: line.count(mark) for mark in _OTHER_DELIMITERS}
    mark = max(_OTHER_DELIMITERS, key=lambda mark: counts[mark])
    return mark if counts[mark] > 1 else ""
