"""How a file writes its numbers, decided from every cell at once.

A *shape* is a cell with each digit turned into 9: `$1,234.50` is `$9,999.99`. From the shapes
of a whole file comes one reading for all its rows. Pure; the SQL is in `expressions`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from order_transform.contract.definition import (
    MAX_DIGITS_AFTER_POINT,
    MAX_DIGITS_BEFORE_POINT,
    NumberStyle,
)
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.numbers.cells import Form, take_apart

# A number without signs, spaces and currency, in each style. Groups have three digits, or two
# before the last three as in India: 1,00,000.
_READABLE = {
    NumberStyle.DOT: re.compile(r"(9+|9{1,3}(?:,9{2,3})*,9{3})?(?:\.(9*))?"),
    NumberStyle.COMMA: re.compile(r"(9+|9{1,3}(?:\.9{2,3})*\.9{3})?(?:,(9*))?"),
}
# As much of a cell as a shape shows.
SHAPE_LENGTH = 64
_LONGEST = 40
_MOST_CURRENCIES = 200


def plain_number(whole_digits: int, decimals: int, digit: str = "[0-9]") -> str:
    """Return the pattern of a number as JSON writes it, of no more digits than these."""
    fraction = rf"(\.{digit}{{1,{decimals}}})?" if decimals else ""
    return f"-?{digit}{{1,{whole_digits}}}{fraction}"


_PLAIN = re.compile(plain_number(MAX_DIGITS_BEFORE_POINT, MAX_DIGITS_AFTER_POINT, "9"))
# Room for what the records after the first few may hold: prices, and quantities, of up to this
# many digits before the point. Together with two decimals they stay within 64 bits.
_USUAL_WHOLE_DIGITS = {False: 10, True: 6}
_DECORATION = re.compile(r"[^9.,]+")
_LIST = re.compile(r"9[.,]\s+9")
_DOTTED_WORD = re.compile(r"[^\W\d_]+\.")  # the point of "Rs." and "kr." is not the number's


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How one file's numbers are read.

    `style` is one choice for the whole file. `plain`: every cell is a number as JSON writes it,
    so that a cast reads it. `whole_digits` and `decimals` are the most that any cell has before
    and after the point. `forms` maps each way in which cells are more than a number to a shape
    that shows it. `currencies` are the keys of what stands beside the numbers, and
    `has_more_currencies` tells that some cells may have others. `in_smallest_unit`: 1250 is 12.50,
    and `decimals` are those of the amount.
    """

    style: Choice[NumberStyle]
    plain: bool
    whole_digits: int
    decimals: int
    forms: Mapping[Form, str] = field(default_factory=dict)
    currencies: tuple[str, ...] = ()
    has_more_currencies: bool = False
    in_smallest_unit: bool = False

    def with_room(self, whole: bool) -> "NumberReading | None":
        """Return this reading of a few cells with room for the others; None if it is not a guess.

        `whole` tells that the field takes whole numbers. A cell of the reading returned is plain
        and has no more digits than it says, on either side of the point.
        """
        usual = _USUAL_WHOLE_DIGITS[whole]
        sure = self.plain and self.style.is_proven and self.style.value is NumberStyle.DOT
        if not sure or self.whole_digits > usual or (whole and self.decimals):
            return None
        return replace(self, whole_digits=usual)


class NumberEvidence:
    """Gathers the shapes of one field's cells; its size does not grow with the file.

    `units` are the words for one piece that may stand behind a number.
    """

    def __init__(self, units: tuple[str, ...] = ()) -> None:
        self.numbers: Counter[str] = Counter()
        self.other_readings: set[str] = set()
        self.forms: dict[Form, str] = {}
        self.currencies: Counter[str] = Counter()
        self.plain = True
        self.unclear = False
        self.has_lists = False  # "1, 2" may be two numbers
        self._units = units

    def add(self, shape: str | None, count: int) -> None:
        """Take note of `count` cells of one shape; None is an empty cell.

        A cell with digits whose size the shape does not show (too long, too odd) is unclear:
        such a file is read with room for the largest and finest number there may be.
        """
        if shape is None:
            return
        if _PLAIN.fullmatch(shape):
            self.numbers[shape.removeprefix("-")] += count
            return
        self.plain = False
        parts = take_apart(shape, self._units)
        self.has_lists = self.has_lists or _LIST.search(parts.text) is not None
        # The mark of a mantissa is a point's, as in 1.5E+03; its exponent is not a part of it.
        text = re.split("[eE]", parts.text)[0] if Form.EXPONENT in parts.forms else parts.text
        bare, *others = _bare(text) if len(shape) < SHAPE_LENGTH else [""]
        if 0 < len(bare) <= _LONGEST:
            self.numbers[bare] += count
            self.other_readings.update(others)
            self._note_parts(shape, parts.forms, parts.currency, count)
        elif "9" in parts.text or len(shape) >= SHAPE_LENGTH:
            self.unclear = True

    def _note_parts(self, shape: str, forms: Iterable[Form], currency: str, count: int) -> None:
        for form in forms:
            # Not the first one, since the groups of like cells come in any order.
            self.forms[form] = min(self.forms.get(form, shape), shape)
            # Its shape does not show how large the number is.
            self.unclear = self.unclear or form is Form.EXPONENT
        if currency and (currency in self.currencies or len(self.currencies) < _MOST_CURRENCIES):
            self.currencies[currency] += count


def _bare(shape: str) -> list[str]:
    """Return a shape without all that is not the number's, the likeliest first; [""] if none is."""
    texts = [_DECORATION.sub("", text) for text in (_DOTTED_WORD.sub("", shape), shape)]
    bares = [
        text
        for text in dict.fromkeys(texts)
        if "9" in text and any(form.fullmatch(text) for form in _READABLE.values())
    ]
    return bares or [""]


def bare_number(cell: str, units: tuple[str, ...] = ()) -> str:
    """Return the digits and marks of a cell's number; empty if it has no number.

    `$1,234.50` is `1,234.50`, and so is `(1,234.50)`: the sign does not count.
    """
    parts = take_apart(cell.strip(), units)
    text = "" if Form.EXPONENT in parts.forms else parts.text
    for candidate in (_DOTTED_WORD.sub("", text), text):
        bare = re.sub(r"[^0-9.,]+", "", candidate)
        shape = re.sub("[0-9]", "9", bare)
        if bare and any(form.fullmatch(shape) for form in _READABLE.values()):
            return bare
    return ""


def number_value(bare: str, style: NumberStyle) -> Decimal | None:
    """Return the value of what `bare_number` returned; None if the style cannot read it."""
    shape = re.sub("[0-9]", "9", bare)
    if not bare.strip(".,") or not _READABLE[style].fullmatch(shape):
        return None
    point, group = (".", ",") if style is NumberStyle.DOT else (",", ".")
    return Decimal(bare.replace(group, "").replace(point, "."))


def is_style_open(evidence: Mapping[str, NumberEvidence]) -> bool:
    """Tell whether the cells leave the style open: some are read either way, as many so as so.

    The numbers of a field with a style of its own are not in doubt.
    """
    dot, comma, _ = _counts(evidence)
    own = _own_styles(evidence)
    in_doubt = _counts({name: cells for name, cells in evidence.items() if name not in own})
    return dot == comma and any(in_doubt)


def decide_numbers(
    evidence: Mapping[str, NumberEvidence], open_style: Choice[NumberStyle] | None = None
) -> dict[str, NumberReading]:
    """Choose one style for all number fields of a file: the one that more cells must have.

    `open_style` is the choice for a file whose cells leave it open. A program may write its
    prices as texts, `0,90 €`, beside quantities such as 1.0: where each field can only be read in
    one style, and not all in the same one, each is read in its own.
    """
    style = open_style or _proven_style(evidence)
    own = _own_styles(evidence)
    return {
        name: _reading(cells, _own_choice(name, own, style)) for name, cells in evidence.items()
    }


def _own_styles(evidence: Mapping[str, NumberEvidence]) -> dict[str, NumberStyle]:
    """Return the styles of fields that can only be read in one, where those are not all the same.

    For `0,90` and `1,20` beside quantities of 1.0: `{"price": COMMA, "quantity": DOT}`.
    """
    styles: dict[str, NumberStyle] = {}
    for name, cells in evidence.items():
        dot, comma, _ = _counts({name: cells})
        if (dot > 0) is not (comma > 0) and not cells.has_lists:
            styles[name] = NumberStyle.DOT if dot else NumberStyle.COMMA
    return styles if len(set(styles.values())) > 1 else {}


def _own_choice(
    name: str, own: Mapping[str, NumberStyle], style: Choice[NumberStyle]
) -> Choice[NumberStyle]:
    """Return the choice about one field: the file's, unless its own style is another."""
    if own.get(name, style.value) is style.value:
        return style
    others = ", ".join(sorted(other for other, value in own.items() if value is not own[name]))
    because = f"its numbers can only be read so, those of {others} only otherwise"
    return Choice("number_style", own[name], Certainty.PROVEN, because, field=name, notable=True)


def _counts(evidence: Mapping[str, NumberEvidence]) -> tuple[int, int, int]:
    """Count the numbers that need a decimal point, need a decimal comma, or allow both."""
    only: Counter[NumberStyle] = Counter()
    either = 0
    for cells in evidence.values():
        for bare, count in cells.numbers.items():
            styles = [style for style, form in _READABLE.items() if form.fullmatch(bare)]
            if len(styles) == 1:
                only[styles[0]] += count
            elif not bare.isdigit():
                either += count
    return only[NumberStyle.DOT], only[NumberStyle.COMMA], either


def _proven_style(evidence: Mapping[str, NumberEvidence]) -> Choice[NumberStyle]:
    dot, comma, _ = _counts(evidence)
    style = NumberStyle.COMMA if comma > dot else NumberStyle.DOT
    because = "every number can be read so"
    if other := min(dot, comma):  # no counts where a sample must say the same as the whole
        because = f"{max(dot, comma):,} numbers can only be read so, {other:,} only otherwise"
    return Choice("number_style", style, Certainty.PROVEN, because)


def _reading(evidence: NumberEvidence, style: Choice[NumberStyle]) -> NumberReading:
    forms = [
        _READABLE[style.value].fullmatch(bare)
        for bare in [*evidence.numbers, *evidence.other_readings]
    ]
    sizes = [_size(form) for form in forms if form]
    if evidence.unclear:
        sizes.append((MAX_DIGITS_BEFORE_POINT, MAX_DIGITS_AFTER_POINT))
    has_points = any("." in bare for bare in evidence.numbers)
    return NumberReading(
        style=style,
        plain=evidence.plain and (style.value is NumberStyle.DOT or not has_points),
        whole_digits=max((whole for whole, _ in sizes), default=1),
        decimals=max((decimals for _, decimals in sizes), default=0),
        forms=evidence.forms,
        currencies=tuple(evidence.currencies),
        has_more_currencies=evidence.unclear or len(evidence.currencies) == _MOST_CURRENCIES,
    )


def _size(form: re.Match[str]) -> tuple[int, int]:
    whole, decimals = (form[1] or "").count("9"), len(form[2] or "")
    return min(max(whole, 1), MAX_DIGITS_BEFORE_POINT), min(decimals, MAX_DIGITS_AFTER_POINT)
