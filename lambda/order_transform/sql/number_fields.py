"""The SQL that reads a number of one row, or the money of a whole line; pure text."""

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
from order_transform.reading.numbers.style import NumberReading, plain_number
from order_transform.sql.cells import literal
from order_transform.sql.currency_fields import FACTOR_DECIMALS
from order_transform.sql.field_sql import FieldSql, Problem, checked_field, is_null_or
from order_transform.sql.number_text import NumberWords, bare_cell, number_text

# The widest decimal of 64 bits; no narrower one is chosen where a cell's size is not sure.
SMALL_DIGITS = 18
# At least as many decimals as this, so that a file of whole prices has the type of the others.
MIN_DECIMALS = 2


def read_number(
    field: Field, cell: str, contract: Contract, reading: NumberReading, factor: str
) -> FieldSql:
    """Build the SQL of a number; its steps are `price_text`, as JSON writes it, and `price_value`.

    `factor` is as in `read_field`.
    """
    size = _size_of(field, reading, factor)
    text, value = f"{field.name}_text", f"{field.name}_value"
    steps = [*_text_steps(field, cell, contract, reading), (value, _cast(text, size, factor))]
    found = checked_field(
        field,
        cell,
        steps,
        f"{value} IS NULL",
        _unreadable(text, value, size),
        _out_of_bounds(field, value, contract),
        always_readable=size.is_sure,
    )
    if not size.is_sure:
        return found
    matches_sample = is_null_or(cell, plain_number(reading.whole_digits, reading.decimals))
    return replace(found, plain_type=size.type, matches_sample=matches_sample)


@dataclass(frozen=True, slots=True)
class _Size:
    """How large a number may be: digits before the point, and the pattern of those behind it.

    `decimal` is the type of the cast, `type` that of the value. A number `is_sure` if it needs no
    look at its text, because no number of the file would be rounded or overflow in a cast.
    """

    is_whole: bool
    is_sure: bool
    most_digits: int
    digits_behind: str
    decimal: str

    @property
    def type(self) -> str:
        return "BIGINT" if self.is_whole else self.decimal


def _size_of(field: Field, reading: NumberReading, factor: str) -> _Size:
    is_whole = field.type is FieldType.INTEGER
    most = MAX_INTEGER_DIGITS if is_whole else MAX_DIGITS_BEFORE_POINT
    decimals = 0 if is_whole else max(reading.decimals, MIN_DECIMALS)
    is_sure = (
        reading.plain
        and reading.whole_digits <= most
        and not (is_whole and reading.decimals)
        and not factor
    )
    width = min(reading.whole_digits, most) + decimals
    finest = MAX_DIGITS_AFTER_POINT - FACTOR_DECIMALS * bool(factor)
    return _Size(
        is_whole=is_whole,
        is_sure=is_sure,
        most_digits=most,
        digits_behind="0*" if is_whole else f"[0-9]{{0,{finest}}}0*",
        decimal=f"DECIMAL({width if is_sure else max(width, SMALL_DIGITS)}, {decimals})",
    )


def _text_steps(
    field: Field, cell: str, contract: Contract, reading: NumberReading
) -> list[tuple[str, str]]:
    """Return the steps that bring a cell into the form of JSON; a plain one has it already."""
    text, bare = f"{field.name}_text", f"{field.name}_bare"
    if reading.plain:
        return [(text, cell)]
    words = NumberWords(contract.words.units, contract.rules.currency_words)
    return [(bare, bare_cell(cell, reading, words)), (text, number_text(bare, reading, words))]


def _cast(text: str, size: _Size, factor: str) -> str:
    """Return SQL for the value of a text, or null where a cast would round or overflow."""
    cast = f"TRY_CAST({text} AS {size.decimal})"
    cast = f"({cast} * {factor})::{size.decimal}" if factor else cast
    if not size.is_sure:
        fits = rf"-?0*[0-9]{{0,{size.most_digits}}}(\.{size.digits_behind})?"
        cast = f"CASE WHEN regexp_full_match({text}, {literal(fits)}) THEN {cast} END"
    return f"{cast}::BIGINT" if size.is_whole else cast


def _unreadable(text: str, value: str, size: _Size) -> list[Problem]:
    """Return why a cell may have no value."""
    small = rf"-?0*[0-9]{{0,{size.most_digits}}}(\.[0-9]*)?"
    is_small = f"regexp_full_match({text}, {literal(small)})"
    too_fine = "not_whole" if size.is_whole else "too_precise"
    return [
        Problem("not_a_number", f"{text} IS NULL"),
        Problem("too_large", f"NOT {is_small}"),
        Problem(too_fine, f"{is_small} AND {value} IS NULL"),
    ]


def _out_of_bounds(field: Field, value: str, contract: Contract) -> list[Problem]:
    """Return why the contract may not accept a value."""
    bounds = []
    if field.minimum is not None:
        bounds.append(Problem("below_minimum", f"{value} < {field.minimum}"))
    if field.nonzero:
        bounds.append(Problem("zero", f"{value} = 0"))
    if field.name == "quantity" and contract.rules.returns is OnProblem.REJECT:
        bounds.append(Problem("return", f"{value} < 0"))
    return bounds


def read_line_money(
    field: Field, cell: str, contract: Contract, reading: NumberReading, factor: str
) -> FieldSql:
    """Build the SQL of a price that is derived from the whole line's money in a cell.

    `factor` is as in `read_field`. The money is the column `line_value`; the price is the column
    `price_value`, which the caller has to add (`Amounts.derived_price`). The field's minimum holds
    for the price.
    """
    line_field = replace(field, name="line", minimum=None)
    line = read_number(line_field, cell, contract, reading, factor)
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
