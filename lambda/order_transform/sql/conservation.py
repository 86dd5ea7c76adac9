"""Check that a quick read did not lose a physical line of a file, nor a cell."""

from itertools import islice

from order_transform.contract.definition import Limits
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.records import Records
from order_transform.sql.cells import cell, literal, read_cells
from order_transform.sql.engine import FileDatabase

_CHUNK = 1 << 19


def is_conserved(db: FileDatabase, records: Records, limits: Limits, count: int) -> bool:
    """Tell whether `count` records account for all lines and all cells of a regular file."""
    return _has_every_line(db, records, limits, count) and _has_every_cell(
        db, records, limits, count
    )


def _has_every_line(db: FileDatabase, records: Records, limits: Limits, count: int) -> bool:
    """Tell whether no line is lost.

    In a file with quotes some records may span lines. Those are looked at once more: two stray
    quotes can swallow whole lines in a cell that is well-formed.
    """
    if count == records.lines or records.regularity is Regularity.LINES:
        return count == records.lines
    return not db.execute(
        may_have_swallowed_lines(records, db.kept(read_cells(records, limits)))
    ).fetchall()


def may_have_swallowed_lines(records: Records, source: str) -> str:
    """Select 1 if a cell with a line end has as many delimiters as a whole line has.

    For a file of two columns: `SELECT 1 FROM read_csv(...) WHERE (contains(c0, chr(10)) AND
    strlen(c0) - strlen(replace(c0, ',', '')) >= 1) OR ... LIMIT 1`.
    """
    found = " OR ".join(
        f"(contains({name}, chr(10)) AND {_delimiters_in(name, records)} >= {records.width - 1})"
        for name in map(cell, range(records.width))
    )
    return f"SELECT 1 FROM {source} WHERE {found} LIMIT 1"


def _has_every_cell(db: FileDatabase, records: Records, limits: Limits, count: int) -> bool:
    """Tell whether no row has empty cells beyond the header, which the quick reader drops.

    Such a row may be shifted; where no row can be, its cells do not count.
    """
    remainder = records.rules.remainder if records.rules else None
    if remainder is None or remainder.ends_alike:
        return True
    found, expected = _delimiters_below_header(records), count * (records.width - 1)
    if found == expected or records.regularity is Regularity.LINES:
        return found == expected
    [(inside,)] = db.execute(delimiters_inside_cells(records, limits)).fetchall()
    return found == expected + int(inside)


def _delimiters_below_header(records: Records) -> int:
    """Count the bytes that are delimiters, those inside of cells among them."""
    mark = records.delimiter.encode()
    with records.path.open(encoding="utf-8", newline="") as text:
        header = sum(line.count(records.delimiter) for line in islice(text, records.first_line - 1))
    with records.path.open("rb") as file:
        return sum(chunk.count(mark) for chunk in iter(lambda: file.read(_CHUNK), b"")) - header


def delimiters_inside_cells(records: Records, limits: Limits) -> str:
    """Select how many delimiters stand inside of cells, in quotes.

    `SELECT coalesce(sum(strlen(concat(c0, c1)) - strlen(replace(concat(c0, c1), ',', ''))), 0) FROM
    read_csv(...)`.
    """
    cells = f"concat({', '.join(map(cell, range(records.width)))})"
    inside = _delimiters_in(cells, records)
    return f"SELECT coalesce(sum({inside}), 0) FROM {read_cells(records, limits)}"


def _delimiters_in(text: str, records: Records) -> str:
    """Return SQL for the number of delimiters in a text."""
    return f"strlen({text}) - strlen(replace({text}, {literal(records.delimiter)}, ''))"
