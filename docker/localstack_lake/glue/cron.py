"""Cron expressions as AWS writes them: `cron(minutes hours day-of-month month day-of-week year)`.

The fields and their signs: docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html.
It reads no clock.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

_EXPRESSION = re.compile(r"cron\((?P<fields>[^()]+)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

type DayTest = Callable[[date], bool]


class InvalidCronError(ValueError):
    """The expression is not a cron expression of AWS; the message says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one field of an expression may hold: its name, its numbers, names for these."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()


MINUTES = Field("Minutes", 0, 59)
HOURS = Field("Hours", 0, 23)
DAY_OF_MONTH = Field("Day-of-month", 1, 31)
MONTH = Field("Month", 1, 12, _MONTHS)
DAY_OF_WEEK = Field("Day-of-week", 1, 7, _DAYS)
YEAR = Field("Year", 1970, 2199)


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule: the minutes at which something is due, in UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    is_day: DayTest

    def is_due(self, moment: datetime) -> bool:
        """Tell whether a minute is one of the schedule's."""
        return (
            moment.minute in self.minutes
            and moment.hour in self.hours
            and moment.month in self.months
            and moment.year in self.years
            and self.is_day(moment.date())
        )


def read_cron(expression: str) -> Cron:
    """Read an expression such as `cron(15 12 ? * MON-FRI *)`. Raises `InvalidCronError`."""
    found = _EXPRESSION.fullmatch(expression)
    fields = found["fields"].split() if found else []
    if len(fields) != 6:
        raise InvalidCronError("it must be cron() with six fields")
    minutes, hours, day_of_month, month, day_of_week, year = (text.upper() for text in fields)
    if "?" not in (day_of_month, day_of_week):
        raise InvalidCronError("one of Day-of-month and Day-of-week must be ?")
    return Cron(
        _read_numbers(minutes, MINUTES),
        _read_numbers(hours, HOURS),
        _read_numbers(month, MONTH),
        _read_numbers(year, YEAR),
        _read_day_of_month(day_of_month) if day_of_week == "?" else _read_day_of_week(day_of_week),
    )


def _read_numbers(text: str, field: Field) -> frozenset[int]:
    """Read a list of numbers, names, ranges and steps: `*`, `1,15-30/5`, `MON-FRI`."""
    numbers: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if step and (not step.isdigit() or int(step) == 0):
            raise InvalidCronError(f"{field.name} has the step {step}")
        first, last = _read_span(span, field, has_step=bool(step))
        numbers |= set(range(first, last + 1, int(step or 1)))
    return frozenset(numbers)


def _read_span(span: str, field: Field, *, has_step: bool) -> tuple[int, int]:
    if span == "*":
        return field.first, field.last
    low, dash, high = span.partition("-")
    first = _read_number(low, field)
    if not dash:
        return first, field.last if has_step else first
    last = _read_number(high, field)
    if last < first:
        raise InvalidCronError(f"{field.name} has the range {span}")
    return first, last


def _read_number(text: str, field: Field) -> int:
    if text in field.names:
        return field.first + field.names.index(text)
    if not text.isdigit() or not field.first <= int(text) <= field.last:
        raise InvalidCronError(f"{field.name} cannot be {text or 'empty'}")
    return int(text)


def _read_day_of_month(text: str) -> DayTest:
    if text == "?":
        return lambda day: True
    if text == "L":
        return lambda day: day.day == _days_in_month(day)
    if text.endswith("W"):
        wanted = _read_number(text[:-1], DAY_OF_MONTH)
        return lambda day: day.day == _nearest_weekday(day, wanted)
    days = _read_numbers(text, DAY_OF_MONTH)
    return lambda day: day.day in days


def _read_day_of_week(text: str) -> DayTest:
    if text == "L":
        return lambda day: _weekday(day) == DAY_OF_WEEK.last
    if text.endswith("L"):
        last = _read_number(text[:-1], DAY_OF_WEEK)
        return lambda day: _weekday(day) == last and day.day + 7 > _days_in_month(day)
    if "#" in text:
        name, _, place = text.partition("#")
        wanted = _read_number(name, DAY_OF_WEEK)
        number = _read_number(place, Field("Day-of-week's place", 1, 5))
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == number
    days = _read_numbers(text, DAY_OF_WEEK)
    return lambda day: _weekday(day) in days


def _weekday(day: date) -> int:
    """Number a day from 1, Sunday, to 7."""
    return day.isoweekday() % 7 + 1


def _days_in_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> int:
    """Return the working day nearest to a day of the month, without leaving the month."""
    wanted = min(wanted, _days_in_month(day))
    match day.replace(day=wanted).isoweekday():
        case 6:
            return wanted - 1 if wanted > 1 else wanted + 2
        case 7:
            return wanted + 1 if wanted < _days_in_month(day) else wanted - 2
        case _:
            return wanted
