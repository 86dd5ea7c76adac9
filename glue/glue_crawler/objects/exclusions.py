"""The exclusion patterns of a target: which of its keys a crawl leaves out.

It knows keys only; listing them is for `listing`.
"""

import re
from functools import lru_cache

from glue_crawler.errors import InvalidCrawlerError


def is_excluded(relative_key: str, globs: tuple[str, ...]) -> bool:
    """Tell whether a key, relative to the include path, matches one of the exclusion patterns."""
    return any(glob_to_regex(glob).fullmatch(relative_key) for glob in globs)


@lru_cache(maxsize=256)
def glob_to_regex(glob: str) -> re.Pattern[str]:
    r"""Translate an exclusion pattern of a crawler.

    The rules are AWS's (docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html,
    "Include and exclude patterns"): `*` and `?` do not cross `/`,
    `**` does, `[a-z]` and `[!a]` match one character, `{a,b}` is a choice that does not nest, and
    `\` takes the next character as it is. Raises `InvalidCrawlerError` for a pattern left open.
    """
    parts: list[str] = []
    position, in_choice = 0, False
    while position < len(glob):
        char = glob[position]
        if char == "{" and not in_choice:
            in_choice = True
            parts.append("(?:")
        elif char == "}" and in_choice:
            in_choice = False
            parts.append(")")
        elif char == "," and in_choice:
            parts.append("|")
        else:
            text, position = _translate_token(glob, position)
            parts.append(text)
            continue
        position += 1
    if in_choice:
        raise InvalidCrawlerError(f"Exclusion pattern {glob!r} has an open {{")
    return re.compile("".join(parts), re.DOTALL)


def _translate_token(glob: str, position: int) -> tuple[str, int]:
    char = glob[position]
    if glob.startswith("**", position):
        return ".*", position + 2
    if char == "*":
        return "[^/]*", position + 1
    if char == "?":
        return "[^/]", position + 1
    if char == "[":
        return _translate_class(glob, position)
    if char == "\\":
        if position + 1 == len(glob):
            raise InvalidCrawlerError(f"Exclusion pattern {glob!r} ends in a backslash")
        return re.escape(glob[position + 1]), position + 2
    return re.escape(char), position + 1


def _translate_class(glob: str, position: int) -> tuple[str, int]:
    end = glob.find("]", position + 2)
    if end < 0:
        raise InvalidCrawlerError(f"Exclusion pattern {glob!r} has an open [")
    inner = glob[position + 1 : end]
    negated = inner.startswith("!")
    members = "".join(char if char == "-" else re.escape(char) for char in inner.removeprefix("!"))
    # Inside brackets a slash is never matched, as between them.
    return f"(?!/)[{'^' if negated else ''}{members}]", end + 1
