"""The parts of a number's cell beside the number: a unit, a currency, digits of other scripts.

The patterns are the same for Python, which sees the shapes of cells, and for the SQL that reads
them (RE2 reads them all). Pure.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Form(StrEnum):
    """One way in which a cell is more than a plain number; the value is told to people."""

    CHARACTERS = "digits, signs or marks of another script"
    UNIT = "a unit"
    NO_CENTS = "dashes for no cents"
    EXPONENT = "an exponent"


# Zeros of the digits that are read besides ASCII's: Arabic, Persian, Devanagari, Bengali, Thai,
# and the wide digits of East Asian keyboards.
_ZEROS = "\u0660\u06f0\u0966\u09e6\u0e50\uff10"
_OTHER_DIGITS = "".join(chr(ord(zero) + digit) for zero in _ZEROS for digit in range(10))
# Minus signs, hyphens and dashes that stand for a minus; wide signs and marks; Arabic marks.
_OTHER_SIGNS = dict.fromkeys("\u2212\u2010\u2011\u2013\u2014\ufe63\uff0d", "-") | {
    "\uff0b": "+",
    "\uff08": "(",
    "\uff09": ")",
    "\uff0e": ".",
    "\uff0c": ",",
    "\u066b": ".",
    "\u066c": ",",
}
# Marks that only say in which direction a text runs, or that no line may break.
INVISIBLE = (
    "\u200b\u200e\u200f\u061c\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\ufeff"
)
OTHER_CHARACTERS = _OTHER_DIGITS + "".join(_OTHER_SIGNS) + INVISIBLE
USUAL_CHARACTERS = "0123456789" * len(_ZEROS) + "".join(_OTHER_SIGNS.values())
_USUAL = str.maketrans(OTHER_CHARACTERS[: len(USUAL_CHARACTERS)], USUAL_CHARACTERS, INVISIBLE)
# What `shapes` turns into 9s: each script keeps its own nine, so that a shape shows the script.
SHAPE_DIGITS = "012345678" + "".join(
    chr(ord(zero) + digit) for zero in _ZEROS for digit in range(9)
)
OTHER_DIGIT = "[" + "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in _ZEROS) + "]"
SHAPE_NINES = "9" * 9 + "".join(chr(ord(zero) + 9) * 9 for zero in _ZEROS)

SPACE = r"[\s\x{00a0}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
# `5,-` and `5.--`: a price without cents, not a negative one.
NO_CENTS = r"([0-9][.,])-{1,2}([^0-9]*)$"
# `1e2` and `1.5E+03`, with a mantissa and an exponent that a DECIMAL(38, 15) holds exactly.
EXPONENT = r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,6})?[eE][+-]?0?[0-9]"
_EXPONENT_SHAPE = EXPONENT.replace("0?[0-9]", "[0-9]{1,2}")  # 03 and 13 have one shape
# `x2`: a unit before the number.
TIMES = rf"^{SPACE}*[xX\x{{d7}}]{SPACE}*([0-9]+){SPACE}*$"
# What is not of the currency in a readable cell: `US$ 1,234.50` leaves `US$`, `Rs. 5` leaves `Rs`.
NOT_CURRENCY = rf"[0-9.,'\x{{2019}}+()-]|{SPACE}"


@lru_cache(maxsize=8)
def unit_pattern(units: tuple[str, ...]) -> str:
    """Return the pattern of a unit behind a number: `2 pcs`, `2x`, `7.50 EUR / Stk.`.

    Its only group is what stays of the cell.
    """
    joint = rf"{SPACE}*/{SPACE}*|{SPACE}+(?i:per){SPACE}+|([^\p{{L}}])"
    return rf"(?:{joint})(?i:{alternatives(units)})\.?{SPACE}*$"


def usual_characters(text: str) -> str:
    """Return a cell with digits, signs and marks of other scripts as ASCII's."""
    return text.translate(_USUAL)


def alternatives(words: Iterable[str]) -> str:
    """Return the pattern of any of these words, the longest first."""
    return _alternatives(tuple(words))


@lru_cache(maxsize=64)
def _alternatives(words: tuple[str, ...]) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(map(pattern_quoted, longest_first)) or r"\x00"


def pattern_quoted(word: str) -> str:
    """Return the pattern that matches a text and nothing else."""
    return "".join(char if char.isalnum() else rf"\x{{{ord(char):x}}}" for char in word)


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of RE2's for Python, which spells three things otherwise."""
    pattern = pattern.replace(r"[^\p{L}]", r"[\W\d_]").replace(r"\p{L}", r"[^\W\d_]")
    return re.compile(
        re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), pattern)
    )


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A cell, or its shape, taken apart.

    `text` is what stays when unit, dashes and unusual characters are gone; `currency` is the key
    (see `currency_key`) of what stands beside the number in it, empty if nothing does.
    """

    text: str
    forms: frozenset[Form]
    currency: str


def take_apart(cell: str, units: tuple[str, ...]) -> NumberCell:
    """Take away what stands beside a cell's number, in the order in which the SQL does."""
    forms = set()
    text = usual_characters(cell)
    if text != cell:
        forms.add(Form.CHARACTERS)
    for form, pattern, kept in (
        (Form.NO_CENTS, NO_CENTS, r"\1\2"),
        (Form.UNIT, unit_pattern(units), r"\1"),
        (Form.UNIT, TIMES, r"\1"),
    ):
        bare = compiled(pattern).sub(kept, text)
        if bare != text:
            forms.add(form)
            text = bare
    if compiled(_EXPONENT_SHAPE).fullmatch(text.strip()):
        forms.add(Form.EXPONENT)
        return NumberCell(text, frozenset(forms), "")
    return NumberCell(text, frozenset(forms), currency_key(text))


def is_currency_sign(text: str) -> bool:
    """Tell whether a text is nothing but signs that Unicode calls a currency's."""
    return bool(text) and all(unicodedata.category(char) == "Sc" for char in text)


def currency_key(text: str) -> str:
    """Return the part of a text, such as `US$ 1.50` or `Rs.`, that identifies a currency."""
    return compiled(NOT_CURRENCY).sub("", text).lower()
