"""The SQL that finds the number in a cell, as text in JSON's form; pure text.

`($1,234.50)` is `-1234.50`. What stands beside numbers in a file is known from its shapes
(`reading.numbers.cells`), and only that is looked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from order_transform.contract.definition import NumberStyle
from order_transform.reading.numbers.cells import (
    EXPONENT,
    NO_CENTS,
    OTHER_CHARACTERS,
    SPACE,
    TIMES,
    USUAL_CHARACTERS,
    Form,
    alternatives,
    currency_key,
    unit_pattern,
)
from order_transform.reading.numbers.style import NumberReading
from order_transform.sql.cells import literal
from order_transform.sql.shapes import PLAIN_NUMBER


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words that may stand beside a number: those for one piece, and currencies."""

    units: tuple[str, ...]
    currencies: tuple[str, ...]


def bare_cell(cell: str, reading: NumberReading, words: NumberWords) -> str:
    """Return SQL for a cell without what stands beside its number, but with its currency.

    For a file with cells such as `9,-`:
    `regexp_replace(c3, '([0-9][.,])-{1,2}([^0-9]*)$', '\\1\\2')`; for most files, `c3`.
    """
    if Form.CHARACTERS in reading.forms:
        cell = f"translate({cell}, {literal(OTHER_CHARACTERS)}, {literal(USUAL_CHARACTERS)})"
    for form, pattern, kept in _taken_away(words.units):
        if form in reading.forms:
            cell = f"regexp_replace({cell}, {literal(pattern)}, {literal(kept)})"
    return cell


def _taken_away(units: Sequence[str]) -> Iterator[tuple[Form, str, str]]:
    yield Form.NO_CENTS, NO_CENTS, r"\1\2"
    yield Form.UNIT, unit_pattern(units), r"\1"
    yield Form.UNIT, TIMES, r"\1"


def number_text(bare: str, reading: NumberReading, words: NumberWords) -> str:
    """Return SQL for the number in a bare cell as JSON writes it, or null.

    For a column `price_bare` and a decimal point, shortened:
    `CASE WHEN regexp_full_match(price_bare, '-?[0-9]{1,18}...') THEN price_bare
    ELSE CASE WHEN contains(price_bare, '-') ... THEN '-' ELSE '' END
    || replace(regexp_replace(..., '[^0-9.]', '', 'g'), ',', '.') END`.
    """
    style = reading.style.value
    text = _signed(bare, style, _money(reading, words))
    # Most cells of a file with a few odd ones are plain, and much cheaper to take as they are.
    if style is NumberStyle.DOT:
        plain, taken = PLAIN_NUMBER, bare
    else:
        plain, taken = PLAIN_NUMBER.replace(r"\.", ","), f"replace({bare}, ',', '.')"
    is_plain = f"regexp_full_match({bare}, {literal(plain)})"
    text = f"CASE WHEN {is_plain} THEN {taken} ELSE {text} END"
    if Form.EXPONENT not in reading.forms:
        return text
    point = r"\." if style is NumberStyle.DOT else ","
    exponent = EXPONENT.replace("[.,]", point)
    number = f"replace(trim({bare}), ',', '.')::DECIMAL(38, 15)"
    return (
        f"CASE WHEN regexp_full_match(trim({bare}), {literal(exponent)})"
        f" THEN ({number})::VARCHAR ELSE {text} END"
    )


def _money(reading: NumberReading, words: NumberWords) -> str:
    """Return the pattern of what may stand beside a number: only of what does so in this file.

    For a file with cells such as `5 EUR`: `(?:\\p{Sc}|(?i:EUR)\\p{Sc}?)?`. DuckDB takes
    milliseconds to prepare a pattern of all words, and a small file has several statements with it.
    """
    if not reading.currencies and not reading.has_more_currencies:
        return ""
    keys = [key.casefold() for key in reading.currencies]
    found = [
        word
        for word in words.currencies
        if reading.has_more_currencies or any(currency_key(word).casefold() in key for key in keys)
    ]
    return rf"(?:\p{{Sc}}|(?i:{alternatives(found)})\p{{Sc}}?)?"


def _signed(bare: str, style: NumberStyle, money: str) -> str:
    point, comma = (r"\.", ",") if style is NumberStyle.DOT else (",", r"\.")
    # One mark parts all the groups of a number: "1 234,567" is neither 1234567 nor 1234.567.
    grouped = "|".join(
        f"[0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}"
        for mark in (comma, r"['\x{2019}]", SPACE)
    )
    body = rf"((?:[0-9]+|{grouped})(?:{point}[0-9]*)?|{point}[0-9]+)"
    space = f"{SPACE}*"
    before = rf"{space}[(+-]?{space}{money}{space}[(+-]?{space}"
    after = rf"{space}{money}{space}-?\)?{space}"
    found = f"nullif(regexp_extract({bare}, {literal(f'^{before}{body}{after}$')}, 1), '')"
    # One sign at most; a bracket never comes alone.
    signs = f"regexp_replace({bare}, '[^-+()]', '', 'g')"
    number = f"CASE WHEN {signs} IN ('', '-', '+', '()') THEN {found} END"
    keep = "[^0-9.]" if style is NumberStyle.DOT else "[^0-9,]"
    digits = f"replace(regexp_replace({number}, '{keep}', '', 'g'), ',', '.')"
    sign = f"CASE WHEN contains({bare}, '-') OR contains({bare}, '(') THEN '-' ELSE '' END"
    return f"({sign} || {digits})"
