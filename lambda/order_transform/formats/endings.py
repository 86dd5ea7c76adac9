"""The endings of order file names, in upper or lower case.

An ending only decides whether a file is read. Its bytes decide how it is read.
"""

import re

TEXTS = (".csv", ".tsv", ".txt")
JSONS = (".json", ".jsonl", ".ndjson")
# A text, and JSON, may have one of these after its own ending.
COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
ARCHIVES = (".zip",)
ENDINGS = (*TEXTS, *JSONS, *WORKBOOKS, *ARCHIVES)

_TEXT = "|".join(map(re.escape, TEXTS))
_JSON = "|".join(map(re.escape, JSONS))
_COMPRESSION = "|".join(map(re.escape, COMPRESSIONS))
_OTHER = "|".join(map(re.escape, (*WORKBOOKS, *ARCHIVES)))
_NAME = re.compile(
    rf"(?is:(.*?)(?:({_TEXT})(?:{_COMPRESSION})?|(?:{_JSON})(?:{_COMPRESSION})?|{_OTHER}))"
)
_UNKNOWN = re.compile(rf"(?is:(.*?)()(?:{_COMPRESSION})?)")


def has_known_ending(name: str) -> bool:
    """Tell whether files of this name are read as order files."""
    return _NAME.fullmatch(name) is not None


def split_ending(name: str) -> tuple[str, str]:
    """Return a name without its ending, and the ending of its text: `a.csv.gz` is `a`, `.csv`.

    The second is empty if the ending is unknown or is not that of a text.
    """
    found = _NAME.fullmatch(name) or _UNKNOWN.fullmatch(name)
    return (found[1], found[2] or "") if found else (name, "")


def known_endings() -> str:
    """Say how the names of order files end."""
    compressed = f"a text or JSON may have {_in_words(COMPRESSIONS)} after it"
    return f"order files end in {_in_words(ENDINGS)}; {compressed}"


def _in_words(endings: tuple[str, ...]) -> str:
    *most, last = endings
    return f"{', '.join(most)} or {last}"
