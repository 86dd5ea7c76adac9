"""Which century a year of two digits is of; it may be of another calendar, too. Pure.

`08` is read as 2008, though in Japan it may be the year 8 of Reiwa, which is 2026. The digits never
prove it; other years that the file states may.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.closer_look import Circumstances
from order_transform.reading.dates.cells import FIRST_YEAR, LAST_YEAR

_IN_NAME = re.compile(r"(?<!\d)(\d{4})(?!\d)|(?<!\d)(\d{4})\d{2}(?:\d{2})?(?!\d)")
# The newest order is of the year of the export, or of the one before.
_SAME_YEARS = 1
# Other calendars count at least 18 years off (Reiwa); a shop's file seldom spans so many.
_FAR_YEARS = 10


@dataclass(frozen=True, slots=True)
class TwoDigitYears:
    """The dates of one field whose year has two digits: the oldest and newest, with their cells."""

    field: str
    rows: int
    oldest: date
    oldest_cell: str
    newest: date
    newest_cell: str


def decide_century(
    found: TwoDigitYears, dated: Sequence[int], others: Sequence[int], around: Circumstances
) -> Choice[object]:
    """Choose how these years are read, which is always the same; what varies is how sure that is.

    `dated` are the newest years of four digits in date fields, `others` those in further columns,
    which may be birthdays.
    """
    against, agreeing = _compared(found.newest, dated, others, around)
    rows = f"{found.rows:,} {'row' if found.rows == 1 else 'rows'}"
    read = f"in {rows} the year has two digits, as in '{found.newest_cell.strip()}'"
    read += f", which is read as {found.newest.isoformat()}"
    span = found.newest.year - found.oldest.year
    if not against and span > _FAR_YEARS:
        against = f"'{found.oldest_cell.strip()}' would be {span} years older"
    if against:
        certainty, evidence = Certainty.DOUBTFUL, f"{read}, but {against}"
    elif agreeing:
        certainty, evidence = Certainty.PROVEN, f"{read}, and {agreeing}"
    else:
        certainty, evidence = Certainty.SETTLED, read
    return Choice(
        name="century",
        value=f"{FIRST_YEAR} to {LAST_YEAR}",
        certainty=certainty,
        evidence=evidence,
        field=found.field,
        remedy="" if certainty is Certainty.PROVEN else "export dates with years of four digits",
        rows=found.rows,
    )


def _compared(
    newest: date, dated: Sequence[int], others: Sequence[int], around: Circumstances
) -> tuple[str, str]:
    """Return what speaks against the newest date, and what for it; empty if nothing does."""
    against, agreeing = [], []
    stated = [(year, f"other dates are of {year}") for year in dated]
    if in_name := _years_in(around.name):
        stated.append((max(in_name), f"the file's name is '{around.name}'"))
    if around.uploaded:
        because = f"the file was uploaded on {around.uploaded.isoformat()}"
        stated.append((around.uploaded.year, because))
        if newest > around.uploaded + timedelta(days=1):
            against.append(because)
    for year, because in stated:
        if newest.year - year > _SAME_YEARS or year - newest.year > _FAR_YEARS:
            against.append(because)
        elif year - newest.year <= _SAME_YEARS:
            agreeing.append(because)
    for year in others:
        if year - newest.year > _FAR_YEARS:
            against.append(f"dates in another column are of {year}")
        elif abs(year - newest.year) <= _SAME_YEARS:
            agreeing.append(f"dates in another column are of {year}")
    return next(iter(against), ""), next(iter(agreeing), "")


def _years_in(name: str) -> list[int]:
    years = (int(alone or with_month) for alone, with_month in _IN_NAME.findall(name))
    return [year for year in years if FIRST_YEAR <= year <= LAST_YEAR]
