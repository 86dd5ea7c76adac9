"""The patterns of format_datetime, which are Joda's, as fields that `dates` writes.

Pure. Source: Trino, `DateTimeFunctions.formatDatetime`; Joda's DateTimeFormat.
"""

import re

from athena_sql.patterns.dates import NotAPattern

# What a run of one letter is, by its letter and length: a field of `dates.WRITTEN`.
FIELDS = {
    "yyyy": "Y", "yy": "y", "M": "c", "MM": "m", "MMM": "b", "MMMM": "M", "d": "e", "dd": "d",
    "H": "k", "HH": "H", "h": "l", "hh": "h", "m": "minute", "mm": "i", "s": "second", "ss": "s",
    "SSS": "ms", "a": "p", "E": "a", "EE": "a", "EEE": "a", "EEEE": "W", "D": "day_of_year",
    "DDD": "j", "e": "weekday", "xxxx": "x", "ww": "v", "Y": "Y", "YYYY": "Y", "y": "Y",
}  # fmt: skip
PIECE = re.compile(r"([A-Za-z])\1*|'(?:[^']|'')*'|[^A-Za-z']+")


def read_fields(pattern: str) -> list[tuple[str, str]]:
    """Return (field, '') and ('', text) in order; raises NotAPattern."""
    if not pattern:
        raise NotAPattern("Invalid pattern specification", True)
    found: list[tuple[str, str]] = []
    position = 0
    for piece in PIECE.finditer(pattern):
        if piece.start() != position:
            break
        position = piece.end()
        text = piece[0]
        if text == "''":
            found.append(("", "'"))
        elif text.startswith("'"):
            found.append(("", text[1:-1].replace("''", "'")))
        elif not piece[1]:
            found.append(("", text))
        elif text in FIELDS:
            found.append((FIELDS[text], ""))
        else:
            told = f"{text} is not written here"
            raise NotAPattern(told, False, "use yyyy MM dd HH mm ss SSS EEE MMM a")
    if position != len(pattern):
        raise NotAPattern(f"the quote in {pattern} does not end", False, "end the quote")
    return found
