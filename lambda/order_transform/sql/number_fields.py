"""The SQL that reads a number of one row, or the money of a whole line; pure text."""

from dataclasses import replace

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
from order_transform.sql.field_sql import FieldSql, Problem, checked, is_null_or
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
    whole = field.type is FieldType.INTEGER
    most = MAX_INTEGER_DIGITS if whole else MAX_DIGITS_BEFORE_POINT
    decimals = 0 if whole else max(reading.decimals, MIN_DECIMALS)
    # A plain number of the right size needs no look at its text: nothing that a cast would
    # round or overflow is in the file.
    simple = reading.plain and reading.whole_digits <= most and not (whole and reading.decimals)
    simple = simple and not factor
    width = min(reading.whole_digits, most) + decimals
    kind = f"DECIMAL({width if simple else max(width, SMALL_DIGITS)}, {decimals})"
    text, value = f"{field.name}_text", f"{field.name}_value"
    cast = f"TRY_CAST({text} AS {kind})"
    cast = f"({cast} * {factor})::{kind}" if factor else cast
    small = rf"-?0*[0-9]{{0,{most}}}(\.[0-9]*)?"
    finest = MAX_DIGITS_AFTER_POINT - FACTOR_DECIMALS * bool(factor)
    zeros = "0*" if whole else f"[0-9]{{0,{finest}}}0*"
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
    found = checked(field, cell, steps, f"{value} IS NULL", invalid, bounds, always_readable=simple)
    if not simple:
        return found
    matches_sample = is_null_or(cell, plain_number(reading.whole_digits, reading.decimals))
    return replace(found, plain_type="BIGINT" if whole else kind, matches_sample=matches_sample)


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
