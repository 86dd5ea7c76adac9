"""How a file writes its dates, decided from every cell at once.

The formats of single shapes are in `formats`, and what decides the order of day and month in
`order`. Pure; the SQL is in `date_text`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from order_transform.contract.definition import DateOrder
from order_transform.reading.choices import Choice
from order_transform.reading.dates.cells import DAY_MARK, DateForm, canonical_date
from order_transform.reading.dates.formats import (
    DAY_AND_TIME,
    EITHER_ORDER,
    clock_format,
    day_format,
    ordered_format,
)
from order_transform.reading.dates.order import YearOrder

_MONTH_NEXT = re.compile(r"%Y([-/.]?)%m\1%d")


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
        parts = DAY_AND_TIME.fullmatch(text)
        if parts is None:
            return False
        clock = clock_format(parts)
        if match := EITHER_ORDER.fullmatch(parts["day"]):
            self.either_order[match[1], match[2], clock] += count
        elif DateForm.MONTH_NAMES in forms and re.fullmatch("9{1,2} 99 9{2,4}", parts["day"]):
            year = "%Y" if parts["day"].endswith("9999") else "%y"
            self._formats[f"%d %m {year}{clock}"] += count
        elif (day := day_format(parts["day"])) is not None:
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
            formats += [ordered_format(key, order.value) for key in _by_count(self.either_order)]
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


def _by_count[Name: (str, tuple[str, str, str])](names: Counter[Name]) -> list[Name]:
    """Return names, the most frequent first; equals by name, whatever order they came in."""
    return sorted(names, key=lambda name: (-names[name], name))
