"""Check that a quick read did not lose a physical line of a file."""

import duckdb

from order_transform.contract.definition import Limits
from order_transform.reading.records import Records
from order_transform.reading.survey import Regularity
from order_transform.sql.cells import cell, literal, read_cells


def has_every_line(
    db: duckdb.DuckDBPyConnection, records: Records, limits: Limits, count: int
) -> bool:
    """Tell whether `count` records account for all lines of a regular file.

    In a file with quotes some records may span lines. Those are looked at once more: two stray
    quotes can swallow whole lines in a cell that is well-formed.
    """
    if count == records.lines or records.regularity is Regularity.LINES:
        return count == records.lines
    return not db.execute(may_have_swallowed_lines(records, limits)).fetchall()


def may_have_swallowed_lines(records: Records, limits: Limits) -> str:
    """Select 1 if a cell with a line end has as many delimiters as a whole line has.

    For a file of two columns: `SELECT 1 FROM read_csv(...) WHERE (contains(c0, chr(10)) AND
    strlen(c0) - strlen(replace(c0, ',', '')) >= 1) OR ... LIMIT 1`.
    """
    delimiter = literal(records.delimiter)
    found = " OR ".join(
        f"(contains({name}, chr(10)) AND"
        f" strlen({name}) - strlen(replace({name}, {delimiter}, '')) >= {records.width - 1})"
        for name in map(cell, range(records.width))
    )
    return f"SELECT 1 FROM {read_cells(records, limits)} WHERE {found} LIMIT 1"
