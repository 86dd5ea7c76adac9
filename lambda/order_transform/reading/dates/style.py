"""How a file writes its dates, decided from every cell at once.

Shapes are those of `numbers.style` (digits as 9, letters kept). Pure; the SQL is in `date_text`.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from order_transform.contract.definition import DateOrder
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.dates.cells import DAY_MARK, DateForm, canonical_date
from order_transform.reading.findings import Finding, choose

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
    (re.compile(r"9{12}()"), "%Y%m%d%H%M"),
    (re.compile(r"9{14}()"), "%Y%m%d%H%M%S"),
    (re.compile(r"9999\u5e749{1,2}\u67089{1,2}\u65e5()"), "%Y\u5e74%m\u6708%d\u65e5"),
    (re.compile(r"9999\ub144 9{1,2}\uc6d4 9{1,2}\uc77c()"), "%Y\ub144 %m\uc6d4 %d\uc77c"),
    (re.compile(r"9999\. 9{1,2}\. 9{1,2}\.()"), "%Y. %m. %d."),
    (re.compile(r"9{1,2}(\.)9{1,2}\.9999"), "%d.%m.%Y"),
    (re.compile(r"9{1,2}(\.)9{1,2}\.99"), "%d.%m.%y"),
    (re.compile(r"()9{1,2}\. 9{1,2}\. 9999"), "%d. %m. %Y"),
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
# The strptime directives of the three numbers in each order; {y} is %Y or %y.
_DIRECTIVES = {
    DateOrder.MONTH_FIRST: ("%m", "%d", "{y}"),
    DateOrder.DAY_FIRST: ("%d", "%m", "{y}"),
    DateOrder.YEAR_FIRST: ("%y", "%m", "%d"),
}
_MONTH_NEXT = re.compile(r"%Y([-/.]?)%m\1%d")
REMEDY = 'set date_order in the contract, to "day_first" or "month_first"'
# So large a share of days behind the year is no slip of the hand.
_FEWEST_DAYS, _SMALLEST_SHARE = 2, 0.1


class YearOrder(StrEnum):
    """What stands behind the year in dates such as 2024-04-03."""

    MONTH_NEXT = "year_month_day"
    DAY_NEXT = "year_day_month"


@dataclass(frozen=True, slots=True)
class DateReading:
    """How one file's dates are read: strptime formats, tried in order, the same for every row.

    `iso`: every cell is YYYY-MM-DD with or without a time, so that a cast reads it. `zoned`: a
    UTC offset stands behind some cells and is kept. `order` is set where a day and a month
    could be confused; `year_order` where the year comes first and a day stands behind it. `forms`
    maps each way in which a cell is made canonical before a format is tried to a shape that shows
    it; `months` gives the number of each month's name in the cells.
    """

    formats: tuple[str, ...] = ()
    iso: bool = False
    zoned: bool = False
    order: Choice[DateOrder] | None = None
    year_order: Choice[YearOrder] | None = None
    forms: Mapping[DateForm, str] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)


class DateEvidence:
    """Gathers the shapes of a file's dates; its size does not grow with the file.

    `month_names` gives a month's number by its normalised name, in any language.
    """

    def __init__(self, month_names: Mapping[str, int] | None = None) -> None:
        self._formats: Counter[str] = Counter()
        self._odd = self._zoned = False
        self._forms: dict[DateForm, str] = {}
        self._months: dict[str, int] = {}
        self._month_names = month_names or {}
        self.either_order: Counter[tuple[str, str, str]] = Counter()
        self.day_behind_year = self.month_before_dot = 0

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
        if shape.startswith(DAY_MARK):
            shape = shape.removeprefix(DAY_MARK)
            if shape.lstrip().startswith("9999"):
                self.day_behind_year += count
            else:
                self.month_before_dot += count
        text, forms, months = canonical_date(shape, self._month_names)
        if self._note(text, forms, count):
            self._months |= months
            for form in forms:
                self._forms[form] = min(self._forms.get(form, shape), shape)

    def _note(self, text: str, forms: frozenset[DateForm], count: int) -> bool:
        """Take note of a canonical shape; return whether it is that of a date."""
        if forms & {DateForm.EXCEL_DAYS, DateForm.UNIX_SECONDS, DateForm.UNIX_MILLISECONDS}:
            return True
        parts = _TIME.fullmatch(text)
        if parts is None:
            return False
        clock = _clock_format(parts)
        if match := _EITHER_ORDER.fullmatch(parts["day"]):
            self.either_order[match[1], match[2], clock] += count
        elif DateForm.MONTH_NAMES in forms and re.fullmatch("9{1,2} 99 9{2,4}", parts["day"]):
            year = "%Y" if parts["day"].endswith("9999") else "%y"
            self._formats[f"%d %m {year}{clock}"] += count
        elif (day := _day_format(parts["day"])) is not None:
            self._formats[day + clock] += count
        else:
            return False
        self._zoned = self._zoned or parts["zone"] is not None
        return True

    @property
    def has_dotted_dates(self) -> bool:
        """Tell whether some dates are written as 28.2.2026."""
        return any(name.startswith("%d.") for name in self._formats)

    @property
    def may_be_half_converted(self) -> bool:
        """Tell whether some dates are as 13/01/2026, and others as a spreadsheet stores its own."""
        is_stored = "%Y-%m-%d" in self._formats or DateForm.EXCEL_DAYS in self._forms
        return bool(self.either_order) and is_stored

    def orders(self) -> tuple[DateOrder, ...]:
        """Return the orders in which this file's numbers could be read at all."""
        if not self.either_order:
            return ()
        short = any(len(year) == 2 for _, year, _ in self.either_order)
        return (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST, *([DateOrder.YEAR_FIRST] * short))

    def decide(
        self, order: Choice[DateOrder] | None, year_order: Choice[YearOrder] | None = None
    ) -> DateReading:
        """Choose the formats of the whole file.

        `order` is needed where `orders` has any, `year_order` where a day stands behind a year.
        """
        formats = _by_count(self._formats)
        if year_order and year_order.value is YearOrder.DAY_NEXT:
            formats = [_MONTH_NEXT.sub(r"%Y\1%d\1%m", name) for name in formats]
        if order:
            formats += [_ordered_format(key, order.value) for key in _by_count(self.either_order)]
        # To strptime `%Y` is of two digits, too: `24` would be the year 24.
        formats.sort(key=lambda name: "%y" not in name)
        return DateReading(
            tuple(dict.fromkeys(formats)),
            not self._odd,
            self._zoned,
            order,
            year_order,
            self._forms,
            self._months,
        )


def decide_order(
    field: str,
    impossible: Mapping[DateOrder, int],
    findings: Sequence[Finding[DateOrder]],
    otherwise: DateOrder,
) -> Choice[DateOrder]:
    """Choose the order of day, month and year for the field of this name.

    `impossible` counts, for each order in question, the cells that are not a date in it; `findings`
    are other evidence, and `otherwise` is the contract's rule, for orders that fit equally well.
    """
    fewest = min(impossible.values())
    best = [order for order, count in impossible.items() if count == fewest]
    if len(best) == 1:
        return _only_order(field, best[0], fewest, sum(impossible.values()) - fewest)
    findings = [finding for finding in findings if finding.value in best]
    remedy = f'{REMEDY}, or to "year_first"' if DateOrder.YEAR_FIRST in best else REMEDY
    by_rule = otherwise is DateOrder.YEAR_FIRST
    if best == [DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST] and not by_rule:
        # 24-03-05: a day above 12 tells it from a month, but not from a year.
        because = "day first is usual with such dates"
        findings.append(Finding(DateOrder.DAY_FIRST, because, proves=False))
    order = choose(findings, otherwise, name="date_order", field=field, remedy=remedy)
    if not fewest:
        return order
    evidence = f"dates that do not exist so: {fewest:,}; in another order as many do not exist"
    return replace(order, certainty=Certainty.DOUBTFUL, evidence=evidence, remedy=remedy)


def decide_year_order(
    field: str, only_day: int, only_month: int, either: int, example: str
) -> Choice[YearOrder]:
    """Choose what stands behind the year in the dates of the field of this name.

    `only_day` dates have a day there, such as the `example`, `only_month` a month; `either` dates
    can be read both ways.
    """
    evidence = (
        f"dates with the day behind the year, such as '{example}': {only_day:,}; with the month"
        f" there: {only_month:,}; that can be read both ways: {either:,}"
    )
    remedy = "export dates as YYYY-MM-DD"
    if only_month or only_day < _SMALLEST_SHARE * (only_day + either):
        return Choice(
            "date_order", YearOrder.MONTH_NEXT, Certainty.DOUBTFUL, evidence, field, remedy
        )
    is_proven = only_day >= _FEWEST_DAYS or not either
    return Choice(
        "date_order",
        YearOrder.DAY_NEXT,
        Certainty.PROVEN if is_proven else Certainty.DOUBTFUL,
        evidence,
        field,
        "" if is_proven else remedy,
        notable=True,
    )


def tell_half_converted(field: str, as_text: str, stored: str) -> Choice[object]:
    """Tell of dates of which a spreadsheet has read those that it could, maybe the wrong way."""
    return Choice(
        name="date_order",
        value="as written",
        certainty=Certainty.DOUBTFUL,
        evidence=f"all dates such as '{as_text}' have a day above 12, and all such as '{stored}'"
        " have one up to 12: a spreadsheet may have swapped day and month of those",
        field=field,
        remedy="export dates as YYYY-MM-DD from the program that has the orders",
    )


def tell_month_before_dot(field: str, dates: int) -> Choice[object]:
    """Tell of dates such as 01.25.2026 in a column whose other dates begin with the day."""
    return Choice(
        name="date_order",
        value="day_first",
        certainty=Certainty.DOUBTFUL,
        evidence=f"dates with dots whose second number is above 12, as in 01.25.2026: {dates:,};"
        " they are not read, and others with dots may begin with the month, too",
        field=field,
        remedy="export dates as YYYY-MM-DD",
    )


def _only_order(field: str, order: DateOrder, misfits: int, others: int) -> Choice[DateOrder]:
    evidence = "the years are those of a shop only so"
    if others:
        evidence = f"{others:,} dates do not exist otherwise"
    if not misfits:
        return Choice("date_order", order, Certainty.PROVEN, evidence, field)
    evidence += f", but {misfits:,} do not exist so"
    return Choice("date_order", order, Certainty.DOUBTFUL, evidence, field, REMEDY)


def _ordered_format(key: tuple[str, str, str], order: DateOrder) -> str:
    mark, year, clock = key
    if len(year) == 4 and order is DateOrder.YEAR_FIRST:
        order = DateOrder.DAY_FIRST
    directives = (name.format(y="%Y" if len(year) == 4 else "%y") for name in _DIRECTIVES[order])
    return mark.join(directives) + clock


def _by_count[Name: (str, tuple[str, str, str])](names: Counter[Name]) -> list[Name]:
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
