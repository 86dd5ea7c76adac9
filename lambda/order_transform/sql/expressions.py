"""The SQL that reads one field of one row, built from the contract and the file's readings.

Pure text: nothing here runs it. Cells are the columns `c0`, `c1`, ...; every value that comes
from a file or a contract is quoted by `literal`. An expression holds for all rows of a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from order_transform.contract.definition import (
    MAX_DIGITS_AFTER_POINT,
    MAX_DIGITS_BEFORE_POINT,
    MAX_INTEGER_DIGITS,
    Contract,
    Field,
    FieldType,
    OnProblem,
)
from order_transform.reading.date_style import DateReading
from order_transform.reading.number_style import NumberReading, plain_number
from order_transform.reading.reading import Reading
from order_transform.sql import currency_text, date_text
from order_transform.sql.cells import literal
from order_transform.sql.number_text import NumberWords, bare_cell, number_text
from order_transform.sql.shapes import ISO_DATE

# The widest decimal of 64 bits; no narrower one is chosen where a cell's size is not sure.
SMALL_DIGITS = 18
# At least as many decimals as this, so that a file of whole prices has the type of the others.
MIN_DECIMALS = 2
_EDGES = " \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to reject a row: a code of `refusal.ROW_CODES` and the SQL that tells it."""

    code: str
    condition: str


@dataclass(frozen=True, slots=True)
class FieldSql:
    """How one field of one file is read.

    `steps` are (column, SQL) pairs, each of which may use the cells and the columns before it;
    the last one's column is `value`: the typed value, null if empty or unreadable. `is_valid` is
    true for a row that this field lets through, or None where it lets every row through;
    `problems` say why not, most telling first; `unreadable` is true where a cell has a text but
    no value. `plain_type` is the SQL type of a column whose every cell a plain cast reads, else
    None; `cheap_value` is a cheaper form of the value for a file without an unreadable one.
    `derived_value` is the column of a value that other columns of the row lead to. `any_moment` is
    the column of a date's moment whatever its year, or None where every year is in range.
    """

    name: str
    type: FieldType
    cell: str
    steps: tuple[tuple[str, str], ...]
    is_valid: str | None
    problems: tuple[Problem, ...]
    unreadable: str = "false"
    plain_type: str | None = None
    cheap_value: str | None = None
    matches_sample: str | None = None
    derived_value: str | None = None
    any_moment: str | None = None

    @property
    def value(self) -> str:
        """Return the column of the typed value: `price_value`, or what it is derived from."""
        return self.derived_value or self.steps[-1][0]


def trimmed(cell: str) -> str:
    """Return SQL for a cell without the white space around it, an empty text for null.

    `trim(coalesce(c3, ''), <spaces>)`, where the spaces are a text of all kinds of them.
    """
    return f"trim(coalesce({cell}, ''), {literal(_EDGES)})"


def is_blank(cells: Iterable[str]) -> str:
    """Return SQL that is true for a row whose cells are all empty or white space.

    `trim(coalesce(concat(c0, c1), ''), <spaces>) = ''`.
    """
    # As one text: a test for each cell would take memory for each of a thousand columns.
    text = f"concat({', '.join(cells)})"
    return f"{trimmed(text)} = ''"


def read_field(
    field: Field, cell: str, contract: Contract, reading: NumberReading | DateReading | None
) -> FieldSql:
    """Build the SQL of one field; `reading` is how the file writes it, None for a text.

    For a price in a file of prices up to 9999.99 the steps are `price_text`, which is `c8`, and
    `price_value`, which is `TRY_CAST(price_text AS DECIMAL(6, 2))`. A row is valid where
    `NOT (price_value IS NULL) AND coalesce(NOT (price_value < 0), true)`, and is written as the
    sample where `coalesce(regexp_full_match(c8, '-?[0-9]{1,4}(\\.[0-9]{1,2})?'), true)`.
    """
    match reading:
        case NumberReading():
            return _read_number(field, cell, contract, reading)
        case DateReading():
            return _read_date(field, cell, reading)
        case None:
            return _read_string(field, cell)


def read_currency(
    field: Field, column: str | None, price: str, contract: Contract, reading: Reading
) -> FieldSql:
    """Build the SQL of the currency, which a price's cell or header states where no column does.

    `column` is the currency's own cell, None where the file has no such column; `price` is the
    price's. The value is `CASE WHEN trim(c5) <> '' THEN c5 ELSE <code beside the price> END`.
    """
    stated = stated_currency(price, contract, reading)
    if column is None:
        return FieldSql(
            field.name, field.type, "NULL", ((f"{field.name}_value", stated),), None, ()
        )
    value = f"CASE WHEN {trimmed(column)} <> '' THEN {column} ELSE {stated} END"
    own = _read_string(field, column)
    return replace(own, steps=((own.value, value),), is_valid=None, problems=())


def stated_currency(price: str, contract: Contract, reading: Reading) -> str:
    """Return SQL for the code of the currency beside a price, or null.

    For prices such as `$5`: `CASE <key> WHEN '$' THEN 'USD' END` (`currency_text`).
    """
    if reading.currency is None:
        return "NULL"
    return currency_text.currency_code(currency_key_of(price, contract, reading), reading.currency)


def currency_key_of(price: str, contract: Contract, reading: Reading) -> str:
    """Return SQL for what stands beside the number in a price's cell, such as `$` or `eur`.

    It is `''` in a file in whose price cells nothing does.
    """
    if reading.currency is None or not reading.currency.is_from_cells:
        return "''"
    words = NumberWords(contract.words.units, contract.rules.currency_words)
    return currency_text.currency_key(
        bare_cell(price, reading.numbers[reading.currency.field], words)
    )


def _read_string(field: Field, cell: str) -> FieldSql:
    value = f"{field.name}_value"
    problems = _empty_problem(field, cell)
    is_valid = f"{trimmed(cell)} <> ''" if problems else None
    text = f"nullif(trim({cell}), '')" if field.trim else cell
    return FieldSql(field.name, field.type, cell, ((value, text),), is_valid, problems)


def _read_date(field: Field, cell: str, reading: DateReading) -> FieldSql:
    """Return the steps of a date: `order_date_moment`, a timestamp, and its text in ISO 8601.

    Where a cell is not plain ISO, `order_date_any_moment` stands before them, of any year.
    """
    moment, value = f"{field.name}_moment", f"{field.name}_value"
    if reading.iso:
        text = f"CASE WHEN {moment} IS NOT NULL THEN replace({cell}, ' ', 'T') END"
        steps = [(moment, f"TRY_CAST({cell} AS TIMESTAMP)"), (value, text)]
        invalid = [Problem("not_a_date", f"{moment} IS NULL")]
    else:
        any_moment = f"{field.name}_any_moment"
        text, zone = f"{field.name}_text", f"{field.name}_zone"
        clock = f"replace({moment}::VARCHAR, ' ', 'T') || {date_text.iso_offset(zone)}"
        day = f"left({moment}::VARCHAR, 10)"
        steps = [
            (text, date_text.canonical_text(trimmed(cell), reading)),
            (zone, date_text.offset_text(text, reading)),
            (any_moment, date_text.moment(text, zone, reading)),
            (moment, date_text.of_an_order(any_moment)),
            (value, f"CASE WHEN {date_text.has_clock(text, reading)} THEN {clock} ELSE {day} END"),
        ]
        invalid = [
            Problem("not_a_date", f"{any_moment} IS NULL"),
            Problem("year_out_of_range", f"{any_moment} IS NOT NULL AND {moment} IS NULL"),
        ]
    checked = _checked(field, cell, steps, f"{moment} IS NULL", invalid, [])
    if not reading.iso:
        return replace(checked, any_moment=any_moment)
    matches_sample = _is_null_or(cell, ISO_DATE)
    return replace(checked, cheap_value=f"replace({cell}, ' ', 'T')", matches_sample=matches_sample)


def _read_number(field: Field, cell: str, contract: Contract, reading: NumberReading) -> FieldSql:
    whole = field.type is FieldType.INTEGER
    most = MAX_INTEGER_DIGITS if whole else MAX_DIGITS_BEFORE_POINT
    decimals = 0 if whole else max(reading.decimals, MIN_DECIMALS)
    # A plain number of the right size needs no look at its text: nothing that a cast would
    # round or overflow is in the file.
    simple = reading.plain and reading.whole_digits <= most and not (whole and reading.decimals)
    width = min(reading.whole_digits, most) + decimals
    kind = f"DECIMAL({width if simple else max(width, SMALL_DIGITS)}, {decimals})"
    text, value = f"{field.name}_text", f"{field.name}_value"
    cast = f"TRY_CAST({text} AS {kind})"
    small = rf"-?0*[0-9]{{0,{most}}}(\.[0-9]*)?"
    zeros = "0*" if whole else f"[0-9]{{0,{MAX_DIGITS_AFTER_POINT}}}0*"
    fits = rf"-?0*[0-9]{{0,{most}}}(\.{zeros})?"
    if not simple:
        cast = f"CASE WHEN regexp_full_match({text}, {literal(fits)}) THEN {cast} END"
    steps = [(value, f"{cast}::BIGINT" if whole else cast)]
    if reading.plain:
        steps.insert(0, (text, cell))
    else:
        bare = f"{field.name}_bare"
        words = NumberWords(contract.words.units, contract.rules.currency_words)
        steps.insert(0, (bare, bare_cell(cell, reading, words)))
        steps.insert(1, (text, number_text(bare, reading, words)))
    is_small = f"regexp_full_match({text}, {literal(small)})"
    invalid = [
        Problem("not_a_number", f"{text} IS NULL"),
        Problem("too_large", f"NOT {is_small}"),
        Problem("not_whole" if whole else "too_precise", f"{is_small} AND {value} IS NULL"),
    ]
    bounds = []
    if field.minimum is not None:
        bounds.append(Problem("below_minimum", f"{value} < {field.minimum}"))
    if field.nonzero:
        bounds.append(Problem("zero", f"{value} = 0"))
    if field.name == "quantity" and contract.rules.returns is OnProblem.REJECT:
        bounds.append(Problem("return", f"{value} < 0"))
    checked = _checked(
        field, cell, steps, f"{value} IS NULL", invalid, bounds, always_readable=simple
    )
    if not simple:
        return checked
    matches_sample = _is_null_or(cell, plain_number(reading.whole_digits, reading.decimals))
    return replace(checked, plain_type="BIGINT" if whole else kind, matches_sample=matches_sample)


def read_line_money(
    field: Field, cell: str, contract: Contract, reading: NumberReading
) -> FieldSql:
    """Build the SQL of a price that is derived from the whole line's money in a cell.

    The money is the column `line_value`; the price is the column `price_value`, which the
    caller has to add (`Amounts.derived_price`). The field's minimum holds for the price.
    """
    line = _read_number(replace(field, name="line", minimum=None), cell, contract, reading)
    bounds: tuple[Problem, ...] = ()
    is_valid = line.is_valid
    if field.minimum is not None:
        bounds = (Problem("below_minimum", f"price_value < {field.minimum}"),)
        fits = f"coalesce(NOT ({bounds[0].condition}), true)"
        is_valid = f"{is_valid} AND {fits}" if is_valid else fits
    problems = (*line.problems, *bounds)
    return replace(
        line,
        name=field.name,
        is_valid=is_valid,
        problems=problems,
        matches_sample=None,
        derived_value=f"{field.name}_value",
    )


def _checked(
    field: Field,
    cell: str,
    steps: Sequence[tuple[str, str]],
    is_null: str,
    invalid: Sequence[Problem],
    bounds: Sequence[Problem],
    *,
    always_readable: bool = False,
) -> FieldSql:
    """Put a field's steps, its problems and the contract's rules for them together.

    `is_null` is true where the field has no value; `invalid` are the reasons a filled cell has
    none for; `bounds` are what a value may break. `always_readable`: every filled cell is known to
    have a value; then no check looks at a text, which the cell may no longer be.
    """
    filled = f"{trimmed(cell)} <> ''"
    # A CASE, so that only the few rows without a value pay for the look at their text.
    unreadable = f"CASE WHEN {is_null} AND {cell} IS NOT NULL THEN {filled} END"
    unreadable = "false" if always_readable else unreadable
    rejects_empty = field.empty is OnProblem.REJECT
    rejects_invalid = field.invalid is OnProblem.REJECT
    problems = list(_empty_problem(field, cell))
    if rejects_invalid:
        problems += [Problem(one.code, f"{filled} AND {one.condition}") for one in invalid]
    problems += bounds
    checks = [f"coalesce(NOT ({bound.condition}), true)" for bound in bounds]
    if rejects_empty and (rejects_invalid or always_readable):
        checks.insert(0, f"NOT ({is_null})")
    elif rejects_invalid:
        checks.insert(0, f"NOT coalesce({unreadable}, false)")
    elif rejects_empty:
        checks.insert(0, filled)
    is_valid = " AND ".join(checks) if checks else None
    return FieldSql(
        field.name, field.type, cell, tuple(steps), is_valid, tuple(problems), unreadable
    )


def _empty_problem(field: Field, cell: str) -> tuple[Problem, ...]:
    if field.empty is OnProblem.ACCEPT:
        return ()
    return (Problem("empty", f"{trimmed(cell)} = ''"),)


def _is_null_or(cell: str, pattern: str) -> str:
    return f"coalesce(regexp_full_match({cell}, {literal(pattern)}), true)"
