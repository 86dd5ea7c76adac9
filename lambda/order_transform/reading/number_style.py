"""How a file writes its numbers, decided from every cell at once.

A *shape* is a cell with each digit turned into 9: `$1,234.50` is `$9,999.99`. From the shapes
of a whole file comes one reading for all its rows. Pure; the SQL is in `expressions`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from order_transform.contract.definition import (
    MAX_DIGITS_AFTER_POINT,
    MAX_DIGITS_BEFORE_POINT,
    NumberStyle,
)
from order_transform.reading.choices import Certainty, Choice

# What a number looks like once signs, spaces and currency are off, in each style. Groups are of
# three digits, or of two before the last three as in India: 1,00,000.
_READABLE = {
    NumberStyle.DOT: re.compile(r"(9+|9{1,3}(?:,9{2,3})*,9{3})?(?:\.(9*))?"),
    NumberStyle.COMMA: re.compile(r"(9+|9{1,3}(?:\.9{2,3})*\.9{3})?(?:,(9*))?"),
}
# As much of a cell as a shape shows.
SHAPE_LENGTH = 64
_LONGEST = 40


def plain_number(whole_digits: int, decimals: int, digit: str = "[0-9]") -> str:
    """Return the pattern of a number as JSON writes it, of no more digits than these."""
    fraction = rf"(\.{digit}{{1,{decimals}}})?" if decimals else ""
    return f"-?{digit}{{1,{whole_digits}}}{fraction}"


_PLAIN = re.compile(plain_number(MAX_DIGITS_BEFORE_POINT, MAX_DIGITS_AFTER_POINT, "9"))
# Room for what the records after the first few may hold: prices, and quantities, of up to this
# many digits before the point. Together with two decimals they stay within 64 bits.
_USUAL_WHOLE_DIGITS = {False: 10, True: 6}
_DECORATION = re.compile(r"[^9.,]+")
_DOTTED_WORD = re.compile(r"[^\W\d_]+\.")  # the point of "Rs." and "kr." is none of the number's


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How one file's numbers are read.

    `style` is one choice for the whole file. `plain`: every cell is a number as JSON writes it,
    so that a cast reads it. `whole_digits` and `decimals` are the most that any cell has before
    and after the point.
    """

    style: Choice[NumberStyle]
    plain: bool
    whole_digits: int
    decimals: int

    def with_room(self, whole: bool) -> "NumberReading | None":
        """Return this reading of a few cells with room for the others; None if it is no guess.

        `whole` tells that the field takes whole numbers. A cell of the reading returned is plain
        and has no more digits than it says, on either side of the point.
        """
        usual = _USUAL_WHOLE_DIGITS[whole]
        sure = self.plain and self.style.is_proven and self.style.value is NumberStyle.DOT
        if not sure or self.whole_digits > usual or (whole and self.decimals):
            return None
        return replace(self, whole_digits=usual)


class NumberEvidence:
    """Gathers the shapes of one field's cells; its size does not grow with the file."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.other_readings: set[str] = set()
        self.plain = True
        self.unclear = False

    def add(self, shape: str | None, count: int) -> None:
        """Take note of `count` cells of one shape; None is an empty cell.

        A cell with digits whose size the shape does not show (too long, too odd) is unclear:
        such a file is read with room for the largest and finest number there may be.
        """
        if shape is None:
            return
        self.plain = self.plain and _PLAIN.fullmatch(shape) is not None
        bare, *others = _bare(shape) if len(shape) < SHAPE_LENGTH else [""]
        if 0 < len(bare) <= _LONGEST:
            self.numbers[bare] += count
            self.other_readings.update(others)
        elif "9" in shape or len(shape) >= SHAPE_LENGTH:
            self.unclear = True


def _bare(shape: str) -> list[str]:
    """Return a shape without all that is not the number's, the likeliest first; [""] if none is."""
    texts = [_DECORATION.sub("", text) for text in (_DOTTED_WORD.sub("", shape), shape)]
    bares = [
        text
        for text in dict.fromkeys(texts)
        if "9" in text and any(form.fullmatch(text) for form in _READABLE.values())
    ]
    return bares or [""]


def decide_numbers(
    evidence: Mapping[str, NumberEvidence], otherwise: NumberStyle
) -> dict[str, NumberReading]:
    """Choose one style for all number fields of a file: the one that more cells must have.

    `otherwise` is the contract's word where the cells do not tell.
    """
    numbers: Counter[str] = Counter()
    for field in evidence.values():
        numbers.update(field.numbers)
    style = _style(numbers, otherwise)
    return {name: _reading(field, style) for name, field in evidence.items()}


def _style(numbers: Mapping[str, int], otherwise: NumberStyle) -> Choice[NumberStyle]:
    only: Counter[NumberStyle] = Counter()
    either = 0
    for bare, count in numbers.items():
        styles = [style for style, form in _READABLE.items() if form.fullmatch(bare)]
        if len(styles) == 1:
            only[styles[0]] += count
        elif not bare.isdigit():
            either += count
    dot, comma = only[NumberStyle.DOT], only[NumberStyle.COMMA]
    if dot != comma:
        style = NumberStyle.DOT if dot > comma else NumberStyle.COMMA
        evidence = "some numbers can only be read so"
        if other := min(dot, comma):  # no counts where a sample must say the same as the whole
            evidence = f"{max(dot, comma):,} numbers can only be read so, {other:,} only otherwise"
        return Choice("number_style", style, Certainty.PROVEN, evidence)
    if not dot and not either:
        return Choice("number_style", NumberStyle.DOT, Certainty.PROVEN, "no number has a mark")
    return Choice(
        name="number_style",
        value=otherwise,
        certainty=Certainty.SETTLED,
        evidence="every number can be read both ways, and the contract says so",
        remedy="set number_style in the contract",
    )


def _reading(evidence: NumberEvidence, style: Choice[NumberStyle]) -> NumberReading:
    forms = [
        _READABLE[style.value].fullmatch(bare)
        for bare in [*evidence.numbers, *evidence.other_readings]
    ]
    sizes = [_size(form) for form in forms if form]
    if evidence.unclear:
        sizes.append((MAX_DIGITS_BEFORE_POINT, MAX_DIGITS_AFTER_POINT))
    return NumberReading(
        style=style,
        plain=evidence.plain and style.value is NumberStyle.DOT,
        whole_digits=max((whole for whole, _ in sizes), default=1),
        decimals=max((decimals for _, decimals in sizes), default=0),
    )


def _size(form: re.Match[str]) -> tuple[int, int]:
    whole, decimals = (form[1] or "").count("9"), len(form[2] or "")
    return min(max(whole, 1), MAX_DIGITS_BEFORE_POINT), min(decimals, MAX_DIGITS_AFTER_POINT)
