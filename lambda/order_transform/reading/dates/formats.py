"""The strptime formats of dates, by their shapes.

Shapes are those of `numbers.style` (digits as 9, letters kept). Pure.
"""

import re

from order_transform.contract.definition import DateOrder

_MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|"
    "august|september|october|november|december"
)

DAY_AND_TIME = re.compile(
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
EITHER_ORDER = re.compile(r"9{1,2}([-/])9{1,2}\1(99|9999)")
# The strptime directives of the three numbers in each order; {y} is %Y or %y.
_DIRECTIVES = {
    DateOrder.MONTH_FIRST: ("%m", "%d", "{y}"),
    DateOrder.DAY_FIRST: ("%d", "%m", "{y}"),
    DateOrder.YEAR_FIRST: ("%y", "%m", "%d"),
}


def ordered_format(key: tuple[str, str, str], order: DateOrder) -> str:
    """Return the format of a date of three numbers: ("/", "9999", " %H:%M") -> "%m/%d/%Y %H:%M"."""
    mark, year, clock = key
    if len(year) == 4 and order is DateOrder.YEAR_FIRST:
        order = DateOrder.DAY_FIRST
    directives = (name.format(y="%Y" if len(year) == 4 else "%y") for name in _DIRECTIVES[order])
    return mark.join(directives) + clock


def day_format(day: str) -> str | None:
    """Return the format of a day in which no two numbers can be swapped, or None."""
    weekday = ""
    if found := _WEEKDAY.match(day):
        weekday = ("%a" if found[1] else "%A") + found[2]
        day = day[found.end() :]
    for pattern, form in _DAYS:
        if match := pattern.fullmatch(day):
            letters = "".join(char for char in day if char.isalpha())
            return weekday + form.format(s=match[1], b="%b" if len(letters) == 3 else "%B")
    return None


def clock_format(parts: re.Match[str]) -> str:
    """Return the strptime format of the time, with what joins it to the day."""
    if not parts["clock"]:
        return ""
    hour = "%I:%M" if parts["half"] else "%H:%M"
    seconds = (":%S" if parts["seconds"] else "") + (".%f" if parts["fraction"] else "")
    half = parts["half"].replace(parts["half"].strip(), "%p") if parts["half"] else ""
    return f"{parts['join']}{hour}{seconds}{half}"
