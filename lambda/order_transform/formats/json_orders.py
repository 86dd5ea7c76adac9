"""JSON orders: one table with a row for each item, written as text in two passes.

Beside it stands, for each row, the line on which its order begins.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from order_transform.formats.compression import Compression, compression_of, decompressed
from order_transform.formats.json_shapes import Row, Shape, lacks_items
from order_transform.formats.json_shops import shape_of
from order_transform.formats.json_text import BrokenRecord, Placed, read_objects
from order_transform.formats.tables import Facts, Note, Opened, Table
from order_transform.refusal import FileRefused

_SHOWN = 1_000  # characters of a broken record
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
    for _, found in _with_children(read_objects(path, most_characters)):
        if isinstance(found, BrokenRecord):
            continue
        shape = shape or shape_of(found)
        cut_short += lacks_items(found)
        for row in shape.rows(found):
            columns.update(dict.fromkeys(row))
    if shape is None:
        raise FileRefused("empty", "the file has no orders; check the export")
    broken: list[int] = []
    rows = 0
    table, lines = folder / "table", folder / "lines"
    with (
        table.open("w", encoding="utf-8", errors="replace", newline="") as out,
        lines.open("w", encoding="ascii") as places,
    ):
        writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        for line, found in _with_children(read_objects(path, most_characters)):
            if isinstance(found, BrokenRecord):
                broken.append(rows)
            for row in _rows(found, shape, next(iter(columns))):
                writer.writerow(row)
                places.write(f"{line}\n")
                rows += 1
    facts = Facts(delimiter=",", numbers=_NUMBERS, lines=lines, broken=frozenset(broken))
    return Opened((Table("", table, facts, tuple(_notes(shape, cut_short))),))


def _with_children(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the objects with those below them that name them as their parent as their `lineItems`.

    So Shopify's bulk operations write one object per line. An object whose parent is such a child
    is not a line of an order, and is left out.
    https://shopify.dev/docs/api/usage/bulk-operations/queries#the-jsonl-data-format
    """
    above: Placed | None = None
    children: list[Mapping[str, Any]] = []
    for line, found in placed:
        parent = above[1].get("id") if above and isinstance(above[1], Mapping) else None
        if isinstance(found, Mapping) and parent and "__parentId" in found:
            children += [found] if found["__parentId"] == parent else []
            continue
        if above:
            yield _adopted(above, children)
        above, children = (line, found), []
    if above:
        yield _adopted(above, children)


def _adopted(above: Placed, children: list[Mapping[str, Any]]) -> Placed:
    line, found = above
    if isinstance(found, BrokenRecord) or not children:
        return above
    return line, {**found, "lineItems": children}


def _rows(
    found: Mapping[str, Any] | BrokenRecord, shape: Shape, first_column: str
) -> Iterator[Row]:
    """Yield an object's rows; the text of a broken one stands in the first column, to be seen."""
    if isinstance(found, BrokenRecord):
        yield {first_column: found.text[:_SHOWN]}
    else:
        yield from shape.rows(found)


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
