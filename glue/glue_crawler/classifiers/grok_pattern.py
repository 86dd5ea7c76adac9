"""Grok patterns: named regular expressions put together, as in `%{INT:status:int}`.

Source: docs.aws.amazon.com/glue/latest/dg/custom-classifier.html ("Writing grok custom
classifiers"), which also lists the built-in patterns; those most in use are in
`grok_patterns.txt`.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from glue_crawler.errors import InvalidClassifierError

_USE = re.compile(r"%\{(?P<pattern>\w+)(?::(?P<column>[^:}]+))?(?::(?P<type>\w+))?\}")
_TYPES = {"byte": "tinyint", "short": "smallint", "int": "int", "long": "bigint"}
_TYPES |= {name: name for name in ("float", "double", "boolean", "string", "date", "timestamp")}
MAX_DEPTH = 20
# A part that AWS's own patterns call so is matched, and makes no column.
_UNWANTED = "unwanted"
# A named group as in `(?<level>INFO|WARN)`, and not a look-behind.
_NAMED_GROUP = re.compile(r"\(\?<(?P<column>\w+)>")


@dataclass(frozen=True, slots=True)
class GrokPattern:
    """A pattern as one regular expression, and its columns: lower-cased name and Hive type."""

    regex: re.Pattern[str]
    columns: tuple[tuple[str, str], ...]


def compile_grok(pattern: str, custom_patterns: str = "") -> GrokPattern:
    """Compile a pattern with the built-in patterns and custom ones (`NAME expression` a line).

    Raises `InvalidClassifierError` for an unknown pattern or type, and for one without columns.
    """
    known = {**_built_in(), **_read_patterns(custom_patterns)}
    columns: dict[str, str] = {}

    def open_group(group: re.Match[str]) -> str:
        columns.setdefault(group["column"].lower(), "string")
        return "(?:"

    def expand(text: str, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise InvalidClassifierError(f"The grok pattern {pattern!r} contains itself")

        def replace(use: re.Match[str]) -> str:
            if use["pattern"] not in known:
                raise InvalidClassifierError(f"Grok pattern {use['pattern']} is not defined")
            if use["column"] and use["column"].lower() != _UNWANTED:
                kind = use["type"] or "string"
                if kind not in _TYPES:
                    raise InvalidClassifierError(f"{kind} is not a type of a grok pattern")
                columns.setdefault(use["column"].lower(), _TYPES[kind])
            return f"(?:{expand(known[use['pattern']], depth + 1)})"

        return _NAMED_GROUP.sub(open_group, _USE.sub(replace, text))

    expression = expand(pattern, 0)
    if not columns:
        raise InvalidClassifierError("The grok pattern names no column: write %{PATTERN:name}")
    try:
        return GrokPattern(re.compile(expression), tuple(columns.items()))
    except re.error as error:
        raise InvalidClassifierError(f"The grok pattern is not an expression: {error}") from error


@cache
def _built_in() -> dict[str, str]:
    return _read_patterns(files(__package__).joinpath("grok_patterns.txt").read_text("utf-8"))


def _read_patterns(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    parts = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {name: expression.strip() for name, _, expression in parts}
