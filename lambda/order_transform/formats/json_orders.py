"""JSON orders: one table with a row for each item, written as text in two passes.

Beside it stands, for each row, the line on which its order begins.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from order_transform.formats.compression import Compression, compression_of, decompressed
from order_transform.formats.json_shapes import Shape, lacks_items, shape_of
from order_transform.formats.json_text import read_objects
from order_transform.formats.tables import Facts, Note, Opened, Table
from order_transform.refusal import FileRefused

_NUMBERS = "the file is JSON, whose numbers have a decimal point"


def open_json(source: Path, folder: Path, most_bytes: int, most_characters: int) -> Opened:
    """Write the orders of a JSON text to `folder` as one table.

    An object may have `most_characters`, and the text `most_bytes`. Raises `FileRefused` if the
    text is not JSON or is too large.
    """
    folder.mkdir()
    path = _plain(source, folder / "plain", most_bytes)
    columns: dict[str, None] = {}
    shape: Shape | None = None
    cut_short = 0
    for _, found in read_objects(path, most_characters):
        shape = shape or shape_of(found)
        cut_short += lacks_items(found)
        for row in shape.rows(found):
            columns.update(dict.fromkeys(row))
    if shape is None:
        raise FileRefused("empty", "the file has no orders; check the export")
    table, lines = folder / "table", folder / "lines"
    with (
        table.open("w", encoding="utf-8", errors="replace", newline="") as out,
        lines.open("w", encoding="ascii") as places,
    ):
        writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        for line, found in read_objects(path, most_characters):
            for row in shape.rows(found):
                writer.writerow(row)
                places.write(f"{line}\n")
    facts = Facts(delimiter=",", numbers=_NUMBERS, lines=lines)
    return Opened((Table("", table, facts, tuple(_notes(shape, cut_short))),))


def _plain(source: Path, path: Path, most_bytes: int) -> Path:
    if compression_of(source) is Compression.NONE:
        return source
    size = 0
    with path.open("wb") as out:
        for chunk in decompressed(source):
            size += len(chunk)
            if size > most_bytes:
                raise FileRefused("too_large", f"more than {most_bytes:,} bytes; split the file")
            out.write(chunk)
    return path


def _notes(shape: Shape, cut_short: int) -> Iterator[Note]:
    if shape.is_known:
        evidence = "its objects have the names of these; their other fields are not read"
        yield Note("shape", shape.name, evidence)
    if cut_short:
        evidence = f'orders whose list of items goes on elsewhere ("has_more"): {cut_short:,}'
        remedy = "export all items of each order"
        yield Note("left_out", "items", evidence, remedy, is_doubt=True)
