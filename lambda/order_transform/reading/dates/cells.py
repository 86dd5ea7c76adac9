"""Bring a date's cell into a form that a strptime format can read.

The patterns are the same for Python, which sees the shapes of cells, and for the SQL that reads
them (RE2 reads them all). Pure.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from order_transform.contract.header_names import normalise
from order_transform.reading.numbers.cells import compiled, usual_characters


class DateForm(StrEnum):
    """One way in which a cell is more than digits and marks; the value is told to people."""

    CHARACTERS = "digits or spaces of another script"
    MONTH_NAMES = "names of months"
    DOTTED_HALF = "a.m. and p.m."
    HOUR_WORD = "a word for hours behind the time"
    EXCEL_DAYS = "days since 1899-12-30, as Excel counts them"
    UNIX_SECONDS = "seconds since 1970 in UTC"
    UNIX_MILLISECONDS = "milliseconds since 1970 in UTC"


# The years that an order can be of. A fixed range, so that a file is read alike at any time. Years
# of other calendars are beyond it, and so are placeholders such as 0001-01-01 or 9999-12-31.
FIRST_YEAR, LAST_YEAR = 1970, 2049
# What the years from 1970 to 2049 are called in other calendars.
_CALENDARS = {
    "the Thai Buddhist calendar": range(2513, 2593),
    "the Persian or the Islamic calendar": range(1349, 1474),
    "the Hebrew calendar": range(5730, 5811),
}
# A date such as 2024-13-03 or 20241303, which has a day where ISO 8601 has the month.
YEAR_AND_DAY = r"^\s*(?:19|20)[0-9]{2}[-/.]?(?:1[3-9]|2[0-9]|3[01])[-/.]?(?:0?[1-9]|1[0-2])(?:\D|$)"
# A date such as 01.25.2026, which has a month where all other dates with dots have the day.
MONTH_BEFORE_DOT = r"^\s*(?:0?[1-9]|1[0-2])\.(?:1[3-9]|2[0-9]|3[01])\.(?:[0-9]{4}|[0-9]{2})(?:\D|$)"
DAY_MARK = "\x01"  # stands before the shape of such dates, and before no text
# Spaces that programs write within a date, as JavaScript does before AM and PM.
OTHER_SPACES = "\u00a0\u2009\u202f\u3000"
DOTTED_HALF = r"(?i)([ap])\. ?m\."
HOUR_WORD = r"(?i)(:[0-9]{2}) ?(?:hs|hrs|h|uhr|uur)\.?$"  # `10:20 hs.`
# `lunes, 5 de marzo de 2024`, `5. März 2024`, `5th March, 2024`; `March 5th, 2024`.
_WEEKDAY = r"^(?:\p{L}+[.,]{0,2} )?"
_BEHIND_DAY = r"(?:\.|er|\x{ba}|\x{b0}|st|nd|rd|th)?"
_BETWEEN = r"(?:\.?[-/ ]|\.|,? | de |\. ?de )"
NUMBERS = {
    DateForm.EXCEL_DAYS: r"[2-7][0-9]{4}(?:[.,][0-9]{1,15})?",
    DateForm.UNIX_SECONDS: r"[0-9]{10}(?:[.,][0-9]{1,6})?",
    DateForm.UNIX_MILLISECONDS: r"[0-9]{13}",
}
_NUMBER_SHAPES = {
    DateForm.EXCEL_DAYS: re.compile(r"9{5}([.,]9{1,15})?"),
    DateForm.UNIX_SECONDS: re.compile(r"9{10}([.,]9{1,6})?"),
    DateForm.UNIX_MILLISECONDS: re.compile(r"9{13}"),
}
# What `canonical_date` writes for a month, and the SQL for its number.
_MONTH_SHAPE = "99"


def day_first_pattern(names: str) -> str:
    """Return the pattern of a date whose month is one of `names`, an alternation, day first."""
    return (
        rf"(?i){_WEEKDAY}([0-9]{{1,2}}){_BEHIND_DAY}{_BETWEEN}({names})\.?"
        rf"{_BETWEEN}([0-9]{{4}}|[0-9]{{2}})\b"
    )


def month_first_pattern(names: str) -> str:
    """Return the pattern of a date whose month is one of `names`, an alternation, month first."""
    return (
        rf"(?i){_WEEKDAY}({names})\.?[-/ ]([0-9]{{1,2}}){_BEHIND_DAY}"
        rf"(?:, ?|[-/ ])([0-9]{{4}}|[0-9]{{2}})\b"
    )


def calendar_of(year: int) -> str:
    """Say of which calendar a year beyond the range may be: `2569 may be of the Thai ...`."""
    for calendar, years in _CALENDARS.items():
        if year in years:
            return f"{year} may be of {calendar}"
    return f"{year} may be of another calendar, or stand for no date"


_ANY_NAME = r"\p{L}+"
_ENGLISH = frozenset(
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)


def canonical_date(
    shape: str, month_names: Mapping[str, int]
) -> tuple[str, frozenset[DateForm], dict[str, int]]:
    """Return a shape in canonical form, the forms that it had, and the month's name in it."""
    forms = set()
    text = usual_characters(shape).translate(dict.fromkeys(map(ord, OTHER_SPACES), " "))
    if text != shape:
        forms.add(DateForm.CHARACTERS)
    text = text.strip()
    for form, number_shape in _NUMBER_SHAPES.items():
        if number_shape.fullmatch(text):
            return text, frozenset({*forms, form}), {}
    halved = compiled(DOTTED_HALF).sub(r"\1m", text)
    if halved != text:
        forms.add(DateForm.DOTTED_HALF)
        text = halved
    bare = compiled(HOUR_WORD).sub(r"\1", text)
    if bare != text:
        forms.add(DateForm.HOUR_WORD)
        text = bare
    months = {}
    for pattern, name_group in (
        (day_first_pattern(_ANY_NAME), 2),
        (month_first_pattern(_ANY_NAME), 1),
    ):
        match = compiled(pattern).search(text)
        name = match[name_group].lower() if match else ""
        number = month_names.get(normalise(name)) if name else None
        if match and number and not _is_english(match, name):
            day, year = match[1 if name_group == 2 else 2], match[3]
            text = f"{day} {_MONTH_SHAPE} {year}{text[match.end() :]}"
            forms.add(DateForm.MONTH_NAMES)
            months = {name: number}
            break
    return text, frozenset(forms), months


def _is_english(match: re.Match[str], name: str) -> bool:
    """Tell whether strptime reads the date as it is: `5-Jan-2024`, `January 5, 2024`."""
    plain = re.compile(
        r"([a-z]+,? )?(9{1,2}([-/ ])[a-z]+\3(99|9999)"
        r"|[a-z]+([-/])9{1,2}\5(99|9999)|[a-z]+ 9{1,2},? 9999)",
        re.IGNORECASE,
    )
    return name in _ENGLISH and plain.fullmatch(match[0]) is not None
