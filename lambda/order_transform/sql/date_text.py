"""The SQL that reads a date's cell: its text in canonical form, its UTC offset, its moment.

Pure text. What cells look like in a file is known from their shapes (`reading.dates.cells`), and
only that is looked for.
"""

from collections.abc import Mapping

from order_transform.reading.dates.cells import (
    DOTTED_HALF,
    FIRST_YEAR,
    HOUR_WORD,
    LAST_YEAR,
    NUMBERS,
    OTHER_SPACES,
    DateForm,
    day_first_pattern,
    month_first_pattern,
)
from order_transform.reading.dates.style import DateReading
from order_transform.reading.numbers.cells import (
    OTHER_CHARACTERS,
    USUAL_CHARACTERS,
    alternatives,
)
from order_transform.sql.cells import literal

_UNIX = (DateForm.UNIX_SECONDS, DateForm.UNIX_MILLISECONDS)
_COMPACT = {"%Y%m%d%H%M": "[0-9]{12}", "%Y%m%d%H%M%S": "[0-9]{14}"}


def canonical_text(text: str, reading: DateReading) -> str:
    """Return SQL for a trimmed cell in the form that the reading's formats have.

    For a file with `3:04 p.m.`: `regexp_replace(TEXT, '(?i)([ap])\\. ?m\\.', '\\1m')`; for most
    files, the text as it is. `5. März 2024` becomes `5 03 2024`.
    """
    if DateForm.CHARACTERS in reading.forms:
        text = f"trim({usual_characters(text)})"
    if DateForm.DOTTED_HALF in reading.forms:
        text = f"regexp_replace({text}, {literal(DOTTED_HALF)}, '\\1m')"
    if DateForm.HOUR_WORD in reading.forms:
        text = f"regexp_replace({text}, {literal(HOUR_WORD)}, '\\1')"
    if DateForm.MONTH_NAMES in reading.forms:
        text = _with_month_numbers(text, reading.months)
    return text


def usual_characters(text: str) -> str:
    """Return SQL for a text with ASCII's digits and marks: `translate(c3, '...', '...')`."""
    # Spaces first: `translate` takes the characters without a counterpart away.
    found = OTHER_SPACES + OTHER_CHARACTERS
    usual = " " * len(OTHER_SPACES) + USUAL_CHARACTERS
    return f"translate({text}, {literal(found)}, {literal(usual)})"


def _with_month_numbers(text: str, months: Mapping[str, int]) -> str:
    names = alternatives(months)
    for pattern, ordered in (
        (day_first_pattern(names), r"\1 <\2> \3"),
        (month_first_pattern(names), r"\2 <\1> \3"),
    ):
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(ordered)})"
    found = "lower(regexp_extract(dated, '<(.*)>', 1))"
    whens = " ".join(f"WHEN {literal(name)} THEN '{number:02}'" for name, number in months.items())
    number = f"CASE {found} {whens} ELSE '' END"
    # A list of one, so that the text is computed once.
    return f"list_transform([{text}], lambda dated: regexp_replace(dated, '<.*>', {number}))[1]"


def offset_text(text: str, reading: DateReading) -> str:
    """Return SQL for the UTC offset behind a canonical cell, as written; empty if there is none.

    For a file with offsets: `regexp_extract(TEXT, '(?i):\\d\\d...(z|utc|gmt|...)$', 1)`.
    """
    offset = r"(?i):\d\d(?:\.\d+)?(?: ?[ap]m)? ?(z|utc|gmt|[+-]\d\d(?::?\d\d)?)$"
    found = f"regexp_extract({text}, {literal(offset)}, 1)" if reading.zoned else "''"
    for form in _UNIX:
        if form in reading.forms:
            found = f"CASE WHEN {_is(form, text)} THEN 'Z' ELSE {found} END"
    return found


def moment(text: str, zone: str, reading: DateReading) -> str:
    """Return SQL for the local time of a canonical cell by the first format that fits, or null.

    For dates such as 28.2.2026:
    `CASE WHEN regexp_matches(TEXT, '[0-9]') THEN try_strptime(TEXT, ['%d.%m.%Y']) END`.
    """
    found = _by_format(text, zone, reading)
    for form, sql in _numbers(text).items():
        if form in reading.forms:
            found = f"CASE WHEN {_is(form, text)} THEN {sql} ELSE {found} END"
    return found


def of_an_order(moment: str) -> str:
    """Return SQL for a moment whose year an order can be of; else null.

    `CASE WHEN year(MOMENT) BETWEEN 1970 AND 2049 THEN MOMENT END`.
    """
    return f"CASE WHEN year({moment}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN {moment} END"


def has_clock(text: str, reading: DateReading) -> str:
    """Return SQL that is true for a canonical cell with a time of day: `contains(TEXT, ':')`."""
    tests = [f"contains({text}, ':')"]
    tests += [
        f"regexp_full_match({text}, {literal(pattern)})"
        for name, pattern in _COMPACT.items()
        if name in reading.formats
    ]
    tests += [_is(form, text) for form in _UNIX if form in reading.forms]
    if DateForm.EXCEL_DAYS in reading.forms:
        tests.append(f"regexp_full_match({text}, '[0-9]{{5}}[.,][0-9]+')")
    return " OR ".join(tests)


def iso_offset(zone: str) -> str:
    """Return SQL for an offset in ISO 8601: `+0530` is `+05:30`, `UTC` is `Z`, none is empty."""
    digits = f"replace({zone}, ':', '')"
    padded = f"left({digits}, 3) || ':' || rpad(substr({digits}, 4), 2, '0')"
    return f"CASE WHEN {zone} = '' THEN '' WHEN {zone}[1] IN ('+', '-') THEN {padded} ELSE 'Z' END"


def _is(form: DateForm, text: str) -> str:
    return f"regexp_full_match({text}, {literal(NUMBERS[form])})"


def _numbers(text: str) -> dict[DateForm, str]:
    number = f"replace({text}, ',', '.')"
    seconds = f"round({number}::DOUBLE * 86400)::BIGINT"
    return {
        DateForm.EXCEL_DAYS: f"TIMESTAMP '1899-12-30' + to_microseconds({seconds} * 1000000)",
        DateForm.UNIX_SECONDS: f"make_timestamp(round({number}::DOUBLE * 1000000)::BIGINT)",
        DateForm.UNIX_MILLISECONDS: f"make_timestamp({text}::BIGINT * 1000)",
    }


def _by_format(text: str, zone: str, reading: DateReading) -> str:
    if not reading.formats:
        return "NULL::TIMESTAMP"
    if reading.zoned:
        text = f"rtrim(left({text}, length({text}) - length({zone})))"
    if any("%f" in name for name in reading.formats):
        # Microseconds are the finest that strptime reads; some databases export seven digits.
        text = rf"regexp_replace({text}, '(\.\d{{6}})\d+', '\1')"
    found = f"try_strptime({text}, [{', '.join(map(literal, reading.formats))}])"
    # To DuckDB "epoch" and "infinity" are dates in any format.
    return f"CASE WHEN regexp_matches({text}, '[0-9]') THEN {found} END"
