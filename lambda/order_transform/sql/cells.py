"""The SQL that reads a file's cells as text, as the columns `c0`, `c1`, ...; pure text."""

import re
from collections.abc import Mapping

from order_transform.contract.definition import Limits
from order_transform.reading.records import Records
from order_transform.reading.rows.csv_rows import FORMULA
from order_transform.reading.rows.rewriting import rewritten_line_bytes

# DuckDB writes batches in the rows' order; where a few of them fill the memory its threads wait
# for each other, and the time doubles. Without an order, large pieces are read a little faster.
_BUFFER_BYTES = 16 << 20
_ORDERED_BUFFER_BYTES = 4 << 20


def literal(text: str) -> str:
    """Quote a text as an SQL string literal: `'it''s'` for it's."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name as an SQL identifier: `"order id"`."""
    return '"' + name.replace('"', '""') + '"'


def cell(place: int) -> str:
    """Return the column name of the cell at a 0-based place: `c0` for the first."""
    return f"c{place}"


def overflow(records: Records) -> str:
    """Return the column of the cells beyond the header, in a rewritten file: `c5` of five."""
    return cell(records.width)


def line_number(records: Records) -> str:
    """Return the column of a row's first line in the raw file, in a rewritten file: `c6`."""
    return cell(records.width + 1)


def row_problem(records: Records) -> str:
    """Return the column of a row's problem as a whole, in a rewritten file: `c7`."""
    return cell(records.width + 2)


def read_cells(
    records: Records,
    limits: Limits,
    kinds: Mapping[str, str] | None = None,
    *,
    ordered: bool = False,
) -> str:
    """Return a table function that reads every record, and fails on an irregular one.

    `kinds` gives columns a type other than text, where it is known that every cell has it;
    `ordered` tells that rows will be written in the file's order.
    Nothing is left to DuckDB's guessing. Its lenient mode is never used: it drops cells.
    """
    kinds = {} if records.may_have_formulas else kinds or {}
    width = records.width + 3 * records.is_rewritten
    columns = map(cell, range(width))
    longest = rewritten_line_bytes(limits) if records.is_rewritten else limits.line_bytes
    names = ", ".join(f"'{name}': '{kinds.get(name, 'VARCHAR')}'" for name in columns)
    options = {
        "columns": f"{{{names}}}",
        "auto_detect": "false",
        "header": "false" if records.is_rewritten else "true",
        "delim": literal("," if records.is_rewritten else records.delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "strict_mode": "true",
        # Nothing is concluded from the path: not a compression, not a partition.
        "compression": "'none'",
        "hive_partitioning": "false",
        "max_line_size": str(longest),
        "buffer_size": str(max(_ORDERED_BUFFER_BYTES if ordered else _BUFFER_BYTES, 2 * longest)),
    }
    if records.is_rewritten:  # else there is but one kind in the file
        options["new_line"] = r"'\n'"
    chosen = ", ".join(f"{name}={value}" for name, value in options.items())
    table = f"read_csv({literal(_unglobbed(str(records.path)))}, {chosen})"
    return _without_formulas(table, records) if records.may_have_formulas else table


def _without_formulas(table: str, records: Records) -> str:
    """Return a subquery of the same cells with `001` for Excel's `="001"`, and null for `=""`.

    `(SELECT * REPLACE (CASE WHEN starts_with(c0, '=') AND ... THEN nullif(...) ELSE c0 END AS c0,
    ...) FROM read_csv(...))`.
    """
    pattern = literal(FORMULA.pattern)
    texts = ", ".join(
        f"CASE WHEN starts_with({name}, '=') AND regexp_matches({name}, {pattern})"
        f" THEN nullif(replace(regexp_extract({name}, {pattern}, 1), '\"\"', '\"'), '')"
        f" ELSE {name} END AS {name}"
        for name in map(cell, range(records.width))
    )
    return f"(SELECT * REPLACE ({texts}) FROM {table})"


def _unglobbed(path: str) -> str:
    """Return a path as a pattern that matches nothing but itself."""
    return re.sub(r"[*?[]", r"[\g<0>]", path)
