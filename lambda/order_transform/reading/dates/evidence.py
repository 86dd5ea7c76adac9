"""Evidence for the order of day, month and year in dates such as 03/04/2026 or 24-03-05.

Each function is one kind of evidence; `order_findings` asks them all. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from order_transform.contract.definition import DateOrder
from order_transform.reading.closer_look import CloserLook
from order_transform.reading.dates.title_periods import periods_in
from order_transform.reading.findings import Finding

MONTH_FIRST, DAY_FIRST, YEAR_FIRST = (
    DateOrder.MONTH_FIRST,
    DateOrder.DAY_FIRST,
    DateOrder.YEAR_FIRST,
)
# Which of the three numbers of a date is its year, its month and its day.
_PLACES = {MONTH_FIRST: (2, 0, 1), DAY_FIRST: (2, 1, 0), YEAR_FIRST: (0, 1, 2)}
_DATE = re.compile(
    r"\s*(\d{1,2})([-/])(\d{1,2})\2(\d{4}|\d{2})(?!\d)"
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s?([ap])?\.?)?",
    re.IGNORECASE,
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_/.]?)(\d{2})(?:\2(\d{2}))?(?!\d)")
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
# So many dates that are in order of time under one reading only are hardly chance: one in 360 for
# six dates.
_FEW_DATES, _MANY_DATES = 3, 6
_NEAR_YEARS, _FAR_YEARS = 3, 12
_MONTH_FIRST_CURRENCIES = frozenset({"USD"})
# Both orders are in use beside these.
_OPEN_CURRENCIES = frozenset({"CAD", "PHP", "MXN", "CNY", "JPY", "KRW", "TWD", "HKD", "SGD"})

type Readings = Mapping[DateOrder, Sequence[datetime]]


def read_in_orders(cells: Sequence[str], orders: Sequence[DateOrder]) -> Readings:
    """Read all cells under each order; cells that are not such dates are left out.

    An order is left out where one of the dates does not exist in it.
    """
    matches = [match for match in map(_DATE.match, cells) if match]
    readings = {order: [_moment(match, order) for match in matches] for order in orders}
    return {
        order: [moment for moment in moments if moment]
        for order, moments in readings.items()
        if all(moments)
    }


def _moment(match: re.Match[str], order: DateOrder) -> datetime | None:
    parts = match[1], match[3], match[4]
    year, month, day = (int(parts[place]) for place in _PLACES[order])
    if len(parts[_PLACES[order][0]]) == 2:
        year += 1900 if year >= 69 else 2000
    hour, minute, second = (int(match[place] or 0) for place in (5, 6, 7))
    if match[8]:
        hour = hour % 12 + (12 if match[8].lower() == "p" else 0)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (as written)
    except ValueError:
        return None


def order_findings(readings: Readings, look: CloserLook) -> list[Finding[DateOrder]]:
    """Return all that the file says about the order of its dates' numbers."""
    found: list[Finding[DateOrder] | None] = []
    if len(readings) > 1 and all(readings.values()):
        found += [
            _file_name(readings, look.around.name),
            *_titles(readings, look.titles),
            _upload(readings, look.around.uploaded),
            _order_of_time(readings),
            _one_month(readings),
        ]
    found += _habits(look)
    return [finding for finding in found if finding and finding.value in readings]


def _only(
    readings: Readings, fits: Mapping[DateOrder, bool], because: str, *, proves: bool = True
) -> Finding[DateOrder] | None:
    """Return a finding if one reading fits and the others do not."""
    fitting = [order for order in readings if fits[order]]
    if len(fitting) != 1:
        return None
    return Finding(fitting[0], because, proves)


def _file_name(readings: Readings, name: str) -> Finding[DateOrder] | None:
    """Compare with the days in the file's name: a period, a month, or the day of the export."""
    days, months = _days_in(name), _months_in(name)
    because = f"only so the dates fit the file's name, '{name.rpartition('/')[2]}'"
    if len(days) > 1:
        within = {
            order: all(days[0] <= moment.date() <= days[-1] for moment in moments)
            for order, moments in readings.items()
        }
        if finding := _only(readings, within, because):
            return finding
    if months and not days:
        within = {
            order: all((moment.year, moment.month) in months for moment in moments)
            for order, moments in readings.items()
        }
        return _only(readings, within, because)
    if not days:
        return None
    latest = {order: max(moments).date() for order, moments in readings.items()}
    near = {order: days[-1] - _WEEK <= day <= days[-1] + _DAY for order, day in latest.items()}
    before = {order: day <= days[-1] + _DAY for order, day in latest.items()}
    return _only(readings, before, because) or _only(readings, near, because)


def _titles(readings: Readings, titles: Sequence[str]) -> Iterator[Finding[DateOrder] | None]:
    """Compare with the periods that lines above the header name."""
    for title, first, last in periods_in(titles):
        within = {
            order: all(first <= moment.date() <= last for moment in moments)
            for order, moments in readings.items()
        }
        yield _only(readings, within, f"only so the dates are in the period of '{title[:60]}'")


def _days_in(name: str) -> list[date]:
    days = []
    for year, _, month, day in _IN_NAME.findall(name):
        try:
            days.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return sorted(days)


def _months_in(name: str) -> set[tuple[int, int]]:
    return {
        (int(year), int(month))
        for year, mark, month, day in _IN_NAME.findall(name)
        if mark and not day and 1 <= int(month) <= 12 and 1990 <= int(year) <= 2100
    }


def _upload(readings: Readings, uploaded: date | None) -> Finding[DateOrder] | None:
    if uploaded is None:
        return None
    past = {order: max(moments).date() <= uploaded + _DAY for order, moments in readings.items()}
    because = f"else some dates would lie after the upload on {uploaded.isoformat()}"
    return _only(readings, past, because)


def _order_of_time(readings: Readings) -> Finding[DateOrder] | None:
    ordered = {order: _is_ordered(moments) for order, moments in readings.items()}
    fewest = min(len(set(moments)) for moments in readings.values())
    if fewest < _FEW_DATES:
        return None
    because = "only so the records are in order of time"
    return _only(readings, ordered, because, proves=fewest >= _MANY_DATES)


def _is_ordered(moments: Sequence[datetime]) -> bool:
    pairs = list(pairwise(moments))
    return all(one <= next_one for one, next_one in pairs) or all(
        one >= next_one for one, next_one in pairs
    )


def _one_month(readings: Readings) -> Finding[DateOrder] | None:
    """Orders of one month are usual; orders on one day of several months are not."""
    one_month = {
        order: len({(moment.year, moment.month) for moment in moments}) == 1
        for order, moments in readings.items()
    }
    fewest = min(len({moment.date() for moment in moments}) for moments in readings.values())
    if fewest < _FEW_DATES:
        return None
    because = "only so all dates are in one month"
    return _only(readings, one_month, because, proves=fewest >= _MANY_DATES)


def plausible_orders(readings: Readings) -> tuple[DateOrder, ...]:
    """Return the orders whose years are those of a shop, where the years tell at all.

    A year that jumps over decades from record to record is a day.
    """
    if YEAR_FIRST not in readings or not all(readings.values()):
        return tuple(readings)
    spans = {
        order: max(moment.year for moment in moments) - min(moment.year for moment in moments)
        for order, moments in readings.items()
    }
    near = {order for order, span in spans.items() if span <= _NEAR_YEARS}
    far = {order for order, span in spans.items() if span > _FAR_YEARS}
    if near and near | far == set(spans) and (near == {YEAR_FIRST} or YEAR_FIRST in far):
        return tuple(order for order in readings if order in near)
    return tuple(readings)


def _habits(look: CloserLook) -> Iterator[Finding[DateOrder]]:
    """Yield what is usual where an order is usual, too."""
    if look.day_first_headers:
        because = f"headers such as '{look.day_first_headers[0]}' are usual with the day first"
        yield Finding(DAY_FIRST, because, proves=False)
    if look.decimal_comma and look.delimiter == ";":
        because = "numbers have a decimal comma and semicolons part the cells"
        yield Finding(DAY_FIRST, because, proves=False)
    if len(look.currencies) == 1:
        [code] = look.currencies
        if code in _MONTH_FIRST_CURRENCIES:
            yield Finding(MONTH_FIRST, f"the currency is {code}", proves=False)
        elif re.fullmatch("[A-Z]{3}", code) and code not in _OPEN_CURRENCIES:
            yield Finding(DAY_FIRST, f"the currency is {code}", proves=False)
