"""The SQL statements over the rows of a file that are not accepted; pure text.

They are kept in a table of the connection, since they are asked for three times.
"""

from pathlib import Path

from order_transform.contract.definition import QUANTITY, OnProblem
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.records import Records
from order_transform.refusal import TOO_MANY_CELLS
from order_transform.sql.cells import cell, line_number, literal, overflow, row_problem
from order_transform.sql.field_sql import is_blank, trimmed
from order_transform.sql.statements import Statements

# How many rows are rejected, and how many are blank.
COUNT_REJECTS = "SELECT count(reasons), count(*) FILTER (reasons IS NULL) FROM rejects"

# Each reject code with the number of rows that have it.
COUNT_CODES = (
    "SELECT reason.code, count(DISTINCT record)"
    " FROM (SELECT record, unnest(reasons) AS reason FROM rejects)"
    " GROUP BY 1 ORDER BY 2 DESC, 1"
)

# The field and the value of the first row that has a code, which is the parameter.
EXAMPLE_OF_CODE = (
    "SELECT reason.field, reason.value"
    " FROM (SELECT record, unnest(reasons) AS reason FROM rejects)"
    " WHERE reason.code = ? ORDER BY record LIMIT 1"
)


def rejected_lines(records: Records) -> str:
    """Select the rejected rows as lines of JSON, in the file's order.

    Their place is a line of the file, or a row of a workbook's sheet.

    `SELECT to_json(rejected)::VARCHAR || '<line end>' FROM (SELECT record, line, reasons, cells
    FROM rejects WHERE reasons IS NOT NULL ORDER BY record) AS rejected`.
    """
    place = f"{literal(records.sheet)} AS sheet, line AS row" if records.sheet else "line"
    source = "rejects"
    if records.lines_of_records:
        source = (
            f"(SELECT rejects.* REPLACE (origin.line AS line) FROM rejects JOIN"
            f" ({_lines_of_records(records.lines_of_records)}) AS origin"
            f" ON rejects.line = origin.place + {records.rows_above})"
        )
    return (
        "SELECT to_json(rejected)::VARCHAR || '\n' FROM"
        f" (SELECT record, {place}, reasons, cells FROM {source}"
        " WHERE reasons IS NOT NULL ORDER BY record) AS rejected"
    )


def _lines_of_records(path: Path) -> str:
    """Select the line in the raw file of each record, and the record's place, from 1."""
    return (
        "SELECT row_number() OVER () AS place, line"
        f" FROM read_csv({literal(str(path))}, header = false, columns = {{'line': 'BIGINT'}})"
    )


def create_rejects(statements: Statements) -> str:
    """Keep the rows that are not accepted in a table: record, line, reasons, raw cells.

    A blank row has neither reasons nor cells.

    `CREATE OR REPLACE TEMP TABLE rejects AS SELECT record, line, CASE WHEN NOT blank THEN <reasons>
    END AS reasons, CASE WHEN NOT blank THEN <cells> END AS cells FROM (...)`.
    """
    records = statements.records
    numbered = (
        f"SELECT row_number() OVER () AS record, {_line(records)} AS line, *"
        f" FROM {statements.rows()}"
    )
    blank = is_blank(map(cell, range(records.width)))
    return (
        f"CREATE OR REPLACE TEMP TABLE rejects AS SELECT record, line,"
        f" CASE WHEN NOT blank THEN {_reasons(statements)} END AS reasons,"
        f" CASE WHEN NOT blank THEN {_cells(statements)} END AS cells"
        f" FROM (SELECT *, {blank} AS blank FROM ({numbered}) WHERE NOT accepted)"
    )


def _line(records: Records) -> str:
    """Return SQL for the number of a row's first line in the raw file, from 1.

    It is the record's number plus the line ends inside the cells of all rows before it.
    """
    if records.is_rewritten:
        return f"{line_number(records)}::BIGINT"
    if records.has_rows:
        return f"row_number() OVER () + {records.rows_above}"
    number = "row_number() OVER () + 1"
    if records.regularity is Regularity.LINES:
        return number
    text = f"concat({', '.join(map(cell, range(records.width)))})"
    ends = f"strlen({text}) - strlen(replace({text}, chr(10), ''))"
    before = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return f"({number} + sum({ends}) OVER ({before}) - ({ends}))::BIGINT"


def _cells(statements: Statements) -> str:
    records = statements.records
    pairs = ", ".join(
        f"{literal(label)}, coalesce({cell(place)}, '')"
        for place, label in enumerate(records.columns.labels)
    )
    cells = f"json_object({pairs})"
    if not records.is_rewritten:
        return cells
    beyond = overflow(records)
    longer = f"json_object({pairs}, '(beyond the header)', {beyond}::JSON)"
    return f"CASE WHEN {beyond} IS NULL THEN {cells} ELSE {longer} END"


def _reasons(statements: Statements) -> str:
    found = [
        f"CASE WHEN {problem.condition} THEN"
        f" {_reason(problem.code, literal(field.name), field.cell)} END"
        for field in statements.fields
        for problem in field.problems
    ]
    if statements.records.is_rewritten:
        beyond = overflow(statements.records)
        shifted = _reason(TOO_MANY_CELLS, "NULL", beyond)
        found.insert(0, f"CASE WHEN {beyond} IS NOT NULL THEN {shifted} END")
    if statements.several_items:
        quantity = cell(statements.records.columns.fields[QUANTITY])
        several = _reason("several_items", literal(QUANTITY), quantity)
        found.insert(0, f"CASE WHEN {statements.several_items} THEN {several} END")
    if statements.contract.rules.duplicates is OnProblem.REJECT:
        found.append(f"CASE WHEN is_duplicate THEN {_reason('duplicate', 'NULL', 'NULL')} END")
    every = f"list_filter([{', '.join(found)}], lambda reason: reason IS NOT NULL)"
    header = _reason("repeated_header", "NULL", "NULL")
    whole = f"WHEN {_is_header(statements)} THEN [{header}]"
    if statements.records.is_rewritten:
        problem = row_problem(statements.records)
        whole = f"WHEN {problem} IS NOT NULL THEN [{_reason_of(problem)}] {whole}"
    return f"CASE {whole} ELSE {every} END"


def _is_header(statements: Statements) -> str:
    columns = statements.records.columns
    return " AND ".join(
        f"{trimmed(cell(place))} = {literal(columns.labels[place])}"
        for place in columns.fields.values()
        if place < columns.header_width
    )


def _reason(code: str, field: str, value: str) -> str:
    return (
        f"{{'code': {literal(code)}, 'field': {field}::VARCHAR,"
        f" 'value': coalesce({value}, '')::VARCHAR}}"
    )


def _reason_of(problem: str) -> str:
    return f"{{'code': {problem}, 'field': NULL::VARCHAR, 'value': ''}}"
