"""The patterns of date_format and date_parse, as DuckDB's patterns.

Pure. Source: Trino, `DateTimeFunctions.createDateTimeFormatter`, which builds Joda formatters:
a number is read with as many digits as it may have, and a field that is not there is that of
1970-01-01 00:00:00.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from athena_sql.typing.types import Type
from athena_sql.values.value import escape, expand, fail, text_literal

UNSUPPORTED = "DUuVwX"
# How a field is written: a strftime pattern of DuckDB, or SQL with {0} for the time.
WRITTEN = {
    "a": "%a",
    "b": "%b",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "f": "%f",
    "H": "%H",
    "h": "%I",
    "I": "%I",
    "i": "%M",
    "j": "%j",
    "k": "%-H",
    "l": "%-I",
    "M": "%B",
    "m": "%m",
    "p": "%p",
    "r": "%I:%M:%S %p",
    "S": "%S",
    "s": "%S",
    "T": "%H:%M:%S",
    "v": "%V",
    "x": "%G",
    "W": "%A",
    "y": "%y",
    # Fields that only Joda's patterns have.
    "ms": "%g",
    "minute": "%-M",
    "second": "%-S",
    "day_of_year": "%-j",
    "weekday": "%u",
}
YEAR = "trino_year_text({0})"


class NotAPattern(Exception):
    """A pattern that Trino refuses (`is_trinos`), or that is not answered here."""

    def __init__(
        self, reason: str, is_trinos: bool, instead: str = "use %Y %m %d %H %i %s %y %j %b %f"
    ) -> None:
        super().__init__(reason)
        self.reason, self.is_trinos, self.instead = reason, is_trinos, instead


def split_fields(pattern: str) -> list[tuple[str, str]]:
    """Return (field, '') and ('', text) in order; raises NotAPattern for an unknown field."""
    if not pattern:
        raise NotAPattern("Both printing and parsing not supported", True)
    parts: list[tuple[str, str]] = []
    characters = iter(pattern)
    for character in characters:
        if character != "%":
            parts.append(("", character))
            continue
        letter = next(characters, None)
        if letter is None:
            parts.append(("", "%"))
        elif letter in UNSUPPORTED:
            raise NotAPattern(f"%{letter} not supported in date format string", True)
        elif letter in WRITTEN or letter == "Y":
            parts.append((letter, ""))
        else:
            parts.append(("", letter))
    return parts


def strftime(pattern: str) -> str:
    """Return the template `strftime({0}, '%m/')`."""
    return f"strftime({{0}}, {escape(text_literal(pattern))})"


def format_sql(fields: Iterable[tuple[str, str]], moment: str) -> str:
    """Return the text of a time: `strftime(t, '%m/') || trino_year_text(t)`."""
    pieces: list[str] = []
    run = ""
    for letter, text in fields:
        if letter == "Y":
            pieces += [strftime(run)] * bool(run) + [YEAR]
            run = ""
        else:
            run += WRITTEN[letter] if letter else text.replace("%", "%%")
    if run:
        pieces.append(strftime(run))
    return expand(f"({' || '.join(pieces)})", moment)


# How a field is read: its kind, its regular expression, and the most digits of a number.
MONTHS = "january february march april may june july august september october november december"
READ = {
    "Y": ("year", r"[+-]?[0-9]{1,4}", 4),
    "m": ("month", r"[+-]?[0-9]{1,2}", 2),
    "c": ("month", r"[+-]?[0-9]{1,2}", 2),
    "d": ("day", r"[+-]?[0-9]{1,2}", 2),
    "e": ("day", r"[+-]?[0-9]{1,2}", 2),
    "j": ("day_of_year", r"[0-9]{1,3}", 3),
    "H": ("hour", r"[0-9]{1,2}", 2),
    "k": ("hour", r"[0-9]{1,2}", 2),
    "h": ("half_hour", r"[0-9]{1,2}", 2),
    "I": ("half_hour", r"[0-9]{1,2}", 2),
    "l": ("half_hour", r"[0-9]{1,2}", 2),
    "i": ("minute", r"[0-9]{1,2}", 2),
    "s": ("second", r"[0-9]{1,2}", 2),
    "S": ("second", r"[0-9]{1,2}", 2),
    "f": ("fraction", r"[0-9]{1,9}", 9),
    "y": ("short_year", r"[0-9]{2}", 2),
    "p": ("half", r"(?i:AM|PM)", 0),
    "b": ("month_name", "", 0),
    "M": ("month_name", "", 0),
}
NUMBER_FIELDS = {letter for letter, (_, _, digits) in READ.items() if digits}


# SQL of a field's text or number, and of its default where the pattern lacks the field.
type Part = Callable[[str, str], str]
type Number = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a pattern reads a text: one expression for all of it, and the kinds of its groups."""

    expression: str
    kinds: tuple[str, ...]


def expand_fields(pattern: str) -> list[tuple[str, str]]:
    """Return the parts with %T and %r spelled out."""
    parts: list[tuple[str, str]] = []
    for letter, text in split_fields(pattern):
        match letter:
            case "T":
                parts += split_fields("%H:%i:%s")
            case "r":
                parts += split_fields("%h:%i:%s %p")
            case _:
                parts.append((letter, text))
    return parts


def read_pattern(pattern: str) -> Reading:
    """Return how a pattern reads; raises NotAPattern for fields that are not read here."""
    parts = expand_fields(pattern)
    pieces: list[str] = []
    kinds: list[str] = []
    for position, (letter, text) in enumerate(parts):
        if not letter:
            pieces.append(f"\\x{{{ord(text):x}}}")
            continue
        if letter not in READ:
            raise NotAPattern(f"%{letter} is not read here", False)
        kind, expression, digits = READ[letter]
        following = parts[position + 1] if position + 1 < len(parts) else ("", "")
        if digits and (following[0] in NUMBER_FIELDS or following[1].isdigit()):
            # Joda takes every digit that it may; a digit that follows is another field's.
            expression = f"[0-9]{{{digits}}}"
        if kind == "month_name":
            expression = month_expression()
        kinds.append(kind)
        pieces.append(f"({expression})")
    if (
        len(set(kinds)) < len(kinds)
        or {"hour", "half_hour"} <= set(kinds)
        or ({"month", "month_name"} <= set(kinds) or {"year", "short_year"} <= set(kinds))
    ):
        raise NotAPattern("a field that stands twice is not read here", False)
    if "day_of_year" in kinds and {"month", "month_name", "day"} & set(kinds):
        raise NotAPattern("%j beside a month or a day is not read here", False)
    return Reading("".join(pieces), tuple(kinds))


def month_expression() -> str:
    """Return what reads a month's name, whole or short, in any case."""
    names = MONTHS.split()
    return "(?i:" + "|".join([*names, *(name[:3] for name in names)]) + ")"


def parse_sql(pattern: str, text: str) -> str:
    """Return the timestamp of a text: `case when regexp_full_match(x, ...) then ... end`.

    A text that does not fit fails in Trino's words.
    """
    reading = read_pattern(pattern)
    expression = escape(text_literal(f"({reading.expression})"))

    def part(kind: str, default: str) -> str:
        if kind not in reading.kinds:
            return default
        group = reading.kinds.index(kind) + 2
        return f"regexp_extract({{0}}, {expression}, {group})"

    def number(kind: str, default: int) -> str:
        return f"cast({part(kind, text_literal(str(default)))} as bigint)"

    hour, checks = hour_sql(reading, part, number)
    date, date_checks = date_sql(reading, part, number)
    fraction = f"cast(rpad({part('fraction', text_literal('0'))}, 9, '0') as bigint)"
    milliseconds = f"({fraction} // 1000000)"
    minute, second = number("minute", 0), number("second", 0)
    checks += [*date_checks, f"{minute} <= 59", f"{second} <= 59"]
    moment = (
        f"cast({date} as timestamp) + to_milliseconds("
        f"(({hour} * 60 + {minute}) * 60 + {second}) * 1000 + {milliseconds})"
    )
    failing = fail("'Invalid format: \"' || {0} || '\"'", Type("timestamp", 3))
    template = (
        f"case when {{0}} is null then null "
        f"when not regexp_full_match({{0}}, {expression}) then {failing} "
        f"when not ({' and '.join(checks)}) then {failing} else {moment} end"
    )
    return expand(template, text)


def date_sql(reading: Reading, part: Part, number: Number) -> tuple[str, list[str]]:
    """Return the date, and what has to be true of what was read."""
    year = number("year", 1970)
    if "short_year" in reading.kinds:
        # Joda's pivot year is 2020: 69 is 2069, and 70 is 1970.
        short = number("short_year", 0)
        year = f"({short} + if({short} < 70, 2000, 1900))"
    if "day_of_year" in reading.kinds:
        day = number("day_of_year", 1)
        date = f"cast(make_date({year}, 1, 1) + to_days(cast({day} - 1 as integer)) as date)"
        return date, [f"{day} between 1 and 366", f"year({date}) = {year}"]
    month = number("month", 1)
    if "month_name" in reading.kinds:
        names = text_literal("janfebmaraprmayjunjulaugsepoctnovdec")
        month = f"((strpos({names}, lower(left({part('month_name', '')}, 3))) + 2) // 3)"
    return f"make_date({year}, {month}, {number('day', 1)})", []


def hour_sql(reading: Reading, part: Part, number: Number) -> tuple[str, list[str]]:
    """Return the hour, and what has to be true of what was read."""
    if "half_hour" in reading.kinds:
        half = number("half_hour", 12)
        half_name = part("half", text_literal("AM"))
        after_noon = f"if(upper({half_name}) = 'PM', 12, 0)"
        return f"({half} % 12 + {after_noon})", [f"{half} between 1 and 12"]
    if "half" in reading.kinds:
        raise NotAPattern("%p beside %H is not read here", False)
    hour = number("hour", 0)
    return hour, [f"{hour} <= 23"]
