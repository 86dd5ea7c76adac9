"""Wildcards and variables in policies. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import functools
import re
from collections.abc import Mapping

# Every value of a condition key, by the key in lower case.
type Context = Mapping[str, tuple[str, ...]]

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERAL = {"*": "[*]", "?": "[?]", "$": "$"}
_ARN_PARTS = 6


class MissingVariable(Exception):
    """A variable has no value in this request: the element that holds it matches nothing."""


def fill_in(text: str, context: Context) -> str:
    """Return a policy's text with its variables replaced; raises MissingVariable.

    `${*}`, `${?}` and `${$}` stand for these characters themselves; `${name, 'default'}` has a
    value for requests without one. A `*` in the value of a variable is not a wildcard.
    """
    return _VARIABLE.sub(lambda found: _value_of(found[1], context), text)


def _value_of(variable: str, context: Context) -> str:
    if variable in _LITERAL:
        return _LITERAL[variable]
    name, _, default = variable.partition(",")
    values = context.get(name.strip().lower(), ())
    if len(values) == 1:
        return re.sub(r"[*?]", lambda found: f"[{found[0]}]", values[0])
    if default.strip():
        return default.strip().strip("'")
    raise MissingVariable(name.strip())


def plain(text: str) -> str:
    """Return a filled-in text for a comparison without wildcards."""
    return text.replace("[*]", "*").replace("[?]", "?")


def matches(pattern: str, text: str, *, ignores_case: bool = False) -> bool:
    """Whether `*` (any characters) and `?` (one) make a pattern into the text."""
    return _compiled(pattern, ignores_case).fullmatch(text) is not None


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str, ignores_case: bool) -> re.Pattern[str]:
    parts = re.split(r"(\[\*\]|\[\?\]|\*|\?)", pattern)
    special = {"*": ".*", "?": ".", "[*]": r"\*", "[?]": r"\?"}
    text = "".join(special.get(part, re.escape(part)) for part in parts)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignores_case else 0))


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether a pattern names a resource: part by part, so that a `*` stays within its part."""
    if pattern == "*":
        return True
    wanted, found = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    return len(wanted) == len(found) and all(map(matches, wanted, found))
