"""How a file writes its dates, decided from every cell at once.

Shapes are those of `number_style` (digits as 9, letters kept). Pure; the SQL is in `expressions`.
"""

import re
from collections import Counter
from dataclasses import dataclass

from order_transform.contract.definition import DateOrder
from order_transform.reading.choices import Certainty, Choice

_MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|"
    "august|september|october|november|december"
)
_TIME = re.compile(
    r"(?P<day>.*?)(?:(?P<join>[T ,]{1,2})(?P<clock>9{1,2}:99)"
    r"(?P<seconds>:99)?(?P<fraction>\.9{1,9})?"
    r"(?P<half> ?[AP]M)?(?P<zone> ?(?:Z|UTC|GMT|[+-]99(?::?99)?))?)?",
    re.IGNORECASE,
)
# A day's shape, and the strptime format it has; {s} is the separator of the shape.
_DAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"9999([-/.])9{1,2}\1(?:9{1,2})"), "%Y{s}%m{s}%d"),
    (re.compile(r"9{8}()"), "%Y%m%d"),
    (re.compile(r"9{1,2}(\.)9{1,2}\.9999"), "%d.%m.%Y"),
    (re.compile(r"9{1,2}(\.)9{1,2}\.99"), "%d.%m.%y"),
    (re.compile(rf"9{{1,2}}([- /])(?:{_MONTH})\1(?:9999)", re.IGNORECASE), "%d{s}{b}{s}%Y"),
    (re.compile(rf"9{{1,2}}([- /])(?:{_MONTH})\1(?:99)", re.IGNORECASE), "%d{s}{b}{s}%y"),
    (re.compile(rf"(?:{_MONTH})([-/])9{{1,2}}\1(?:9999)", re.IGNORECASE), "{b}{s}%d{s}%Y"),
    (re.compile(rf"(?:{_MONTH})([-/])9{{1,2}}\1(?:99)", re.IGNORECASE), "{b}{s}%d{s}%y"),
    (re.compile(rf"()(?:{_MONTH}) 9{{1,2}}, 9999", re.IGNORECASE), "{b} %d, %Y"),
    (re.compile(rf"()(?:{_MONTH}) 9{{1,2}} 9999", re.IGNORECASE), "{b} %d %Y"),
)
_WEEKDAY = re.compile(
    r"(?:(mon|tue|wed|thu|fri|sat|sun)|"
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday))(,? )",
    re.IGNORECASE,
)
_EITHER_ORDER = re.compile(r"9{1,2}([-/])9{1,2}\1(99|9999)")


@dataclass(frozen=True, slots=True)
class DateReading:
    """How one file's dates are read: strptime formats, tried in order, the same for every row.

    `iso`: every cell is YYYY-MM-DD with or without a time, so that a cast reads it. `zoned`: a
    UTC offset stands behind some cells and is kept. `order` is set where a day and a month
    could be confused.
    """

    formats: tuple[str, ...] = ()
    iso: bool = False
    zoned: bool = False
    order: Choice[DateOrder] | None = None


class DateEvidence:
    """Gathers the shapes of a file's dates; its size does not grow with the file."""

    def __init__(self) -> None:
        self._formats: Counter[str] = Counter()
        self._odd = self._zoned = False
        self.either_order: Counter[str] = Counter()

    def add_iso(self, count: int) -> None:
        """Take note of cells that are YYYY-MM-DD, or that with a time and no offset."""
        if count:
            for clock in ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f"):
                self._formats[f"%Y-%m-%d{clock}"] += 1
                self._formats[f"%Y-%m-%d{clock.replace(' ', 'T')}"] += 1

    def add(self, shape: str | None, count: int) -> None:
        """Take note of `count` cells of one other shape; None is an empty cell."""
        if shape is None:
            return
        self._odd = True
        parts = _TIME.fullmatch(shape.strip())
        if parts is None:
            return
        clock = _clock_format(parts)
        if match := _EITHER_ORDER.fullmatch(parts["day"]):
            year = "%Y" if len(match[2]) == 4 else "%y"
            self.either_order[f"{{first}}{match[1]}{{second}}{match[1]}{year}{clock}"] += count
        elif (day := _day_format(parts["day"])) is not None:
            self._formats[day + clock] += count
        else:
            return
        self._zoned = self._zoned or parts["zone"] is not None

    def decide(
        self, field: str, first_over_12: int, second_over_12: int, otherwise: DateOrder
    ) -> DateReading:
        """Choose the formats of the whole file for the field of this name.

        The two counts are of the cells of either order whose first, or second, number cannot be
        a month; `otherwise` is the contract's word where they are equal.
        """
        order = None
        formats = _by_count(self._formats)
        if self.either_order:
            order = _order(field, first_over_12, second_over_12, otherwise)
            day_first = order.value is DateOrder.DAY_FIRST
            first, second = ("%d", "%m") if day_first else ("%m", "%d")
            either = _by_count(self.either_order)
            formats += [name.format(first=first, second=second) for name in either]
        return DateReading(tuple(formats), not self._odd, self._zoned, order)


def _order(
    field: str, first_over_12: int, second_over_12: int, otherwise: DateOrder
) -> Choice[DateOrder]:
    if first_over_12 == second_over_12:
        return Choice(
            name="date_order",
            value=otherwise,
            certainty=Certainty.SETTLED,
            evidence="every date can be read both ways, and the contract says so",
            field=field,
            remedy="set date_order in the contract",
        )
    day_first = first_over_12 > second_over_12
    count = max(first_over_12, second_over_12)
    place = "first" if day_first else "second"
    evidence = f"the {place} number is above 12 in {count:,} dates"
    order = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    return Choice("date_order", order, Certainty.PROVEN, evidence, field)


def _by_count(names: Counter[str]) -> list[str]:
    """Return names, the most frequent first; equals by name, whatever order they came in."""
    return sorted(names, key=lambda name: (-names[name], name))


def _day_format(day: str) -> str | None:
    weekday = ""
    if found := _WEEKDAY.match(day):
        weekday = ("%a" if found[1] else "%A") + found[2]
        day = day[found.end() :]
    for pattern, form in _DAYS:
        if match := pattern.fullmatch(day):
            letters = "".join(char for char in day if char.isalpha())
            return weekday + form.format(s=match[1], b="%b" if len(letters) == 3 else "%B")
    return None


def _clock_format(parts: re.Match[str]) -> str:
    """Return the strptime format of the time, with what joins it to the day."""
    if not parts["clock"]:
        return ""
    hour = "%I:%M" if parts["half"] else "%H:%M"
    seconds = (":%S" if parts["seconds"] else "") + (".%f" if parts["fraction"] else "")
    half = parts["half"].replace(parts["half"].strip(), "%p") if parts["half"] else ""
    return f"{parts['join']}{hour}{seconds}{half}"
