"""Ids that mean no value, or that a spreadsheet has made a day of, anywhere in a large file.

The first look at a file sees some of its rows. These texts are short, so a check of every row costs
nearly nothing where ids are longer.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID
from order_transform.contract.words import Words
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.texts import MADE_A_DAY, NO_VALUE, tell_day, tell_no_value
from order_transform.reading.records import Records
from order_transform.sql.cells import cell, literal
from order_transform.sql.file_cells import FileCells

_NO_VALUES = (
    "NULL",
    "null",
    "Null",
    "None",
    "none",
    "nan",
    "NaN",
    "N/A",
    "n/a",
    "#N/A",
    "-",
    "--",
    "?",
)
_LONGEST_NO_VALUE = 4  # bytes; the check of longer ones ends here
_LONGEST_DAY = 7  # `3-Jan`, `03. Jan`
_LONGEST_MONTH = 4  # letters


def text_checks(records: Records, words: Words) -> list[str]:
    """Return SQL that is true for a row without such a text, for each id of which none is told.

    `(c2 IS NULL OR NOT strlen(c2) <= 4 OR NOT (c2 = 'NULL' OR ...))`: most rows end at the length.
    """
    return [
        f"({check.column} IS NULL OR {' OR '.join(f'NOT {part}' for part in check.condition)})"
        for check in _checks(records, words)
    ]


def odd_texts(source: FileCells) -> Iterator[Choice[object]]:
    """Tell of such texts, of which the first look has seen none."""
    checks = list(_checks(source.records, source.contract.words))
    if not checks:
        return
    counts = ", ".join(
        f"count(*) FILTER ({condition}), any_value({check.column}) FILTER ({condition}),"
        f" count({check.column})"
        for check in checks
        for condition in [" AND ".join(check.condition)]
    )
    [row] = source.select(counts)
    for number, check in enumerate(checks):
        count, text, every = row[3 * number : 3 * number + 3]
        if 0 < count < every:
            yield check.tell(check.name, text, f"{count:,} row{'s' if count > 1 else ''}", count)


class _Check(NamedTuple):
    """A kind of text in the column of a field: SQL conditions that are all true for one."""

    name: str
    column: str
    condition: tuple[str, ...]
    tell: Callable[[str, str, str, int], Choice[object]]


def _checks(records: Records, words: Words) -> Iterator[_Check]:
    """Yield the checks of ids, but for those kinds of texts that are told already."""
    told = [choice for choice in records.choices if choice.name == "texts"]
    without = {choice.field for choice in told if choice.evidence.endswith(NO_VALUE)}
    days = {choice.field for choice in told if choice.evidence.endswith(MADE_A_DAY)}
    fields = records.columns.fields
    for name in filter(fields.__contains__, (ORDER_ID, PRODUCT_ID, "customer_id")):
        column = cell(fields[name])
        if name not in without:
            yield _Check(name, column, _is_no_value(column), tell_no_value)
        if name == PRODUCT_ID and name not in days:
            yield _Check(name, column, _is_day(column, words), tell_day)


def _is_no_value(column: str) -> tuple[str, ...]:
    """Return the conditions of a text such as `NULL`, those that cost least first."""
    texts = " OR ".join(f"{column} = {literal(text)}" for text in _NO_VALUES)
    return f"(strlen({column}) <= {_LONGEST_NO_VALUE})", f"({texts})"


def _is_day(column: str, words: Words) -> tuple[str, ...]:
    """Return the conditions of a text such as `3-Jan`, those that cost least first."""
    names = [month for month in words.months if len(month) <= _LONGEST_MONTH and month.isalpha()]
    months = "|".join(form for month in sorted(names) for form in (month, month.capitalize()))
    pattern = f"[0-9]{{1,2}}(?:-|[.] )(?:{months})|(?:{months})-[0-9]{{2}}"
    return (
        f"(strlen({column}) <= {_LONGEST_DAY})",
        f"(strlen({column}) > {_LONGEST_NO_VALUE})",
        f"(contains({column}, '-') OR contains({column}, '. '))",
        f"regexp_full_match({column}, {literal(pattern)})",
    )
