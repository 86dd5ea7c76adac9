"""The periods that the lines above a header name: `01.11.2026 - 30.11.2026`. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

_DAY = re.compile(
    r"(?<![\d./-])(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"|(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<last>\d{4}))(?!\d)"
)


def periods_in(titles: Iterable[str]) -> Iterator[tuple[str, date, date]]:
    """Yield each line that names two days, with both.

    Not one whose days can be read both ways, such as `01/11/2026 - 05/11/2026`.
    """
    for title in titles:
        found = list(_DAY.finditer(title))
        read = [
            [day for match in found if (day := _day(match, is_day_first=is_day_first))]
            for is_day_first in (True, False)
        ]
        periods = {(days[0], days[1]) for days in read if len(days) == 2 and days[0] < days[1]}
        if len(found) == 2 and len(periods) == 1:
            yield title, *periods.pop()


def _day(match: re.Match[str], *, is_day_first: bool) -> date | None:
    """Return the day that is meant; None where it does not exist so."""
    if match["year"]:
        parts = match["year"], match["month"], match["day"]
    elif is_day_first or match["mark"] == ".":
        parts = match["last"], match["second"], match["first"]
    else:
        parts = match["last"], match["first"], match["second"]
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
