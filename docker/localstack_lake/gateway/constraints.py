"""The constraints of a service's model on a request: lengths, ranges, patterns, fixed values.

Pure. The words are those that AWS's services share, such as `Value 'x' at 'maxResults' failed to
satisfy constraint: Member must have value less than or equal to 50`.
https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

NUMBERS = ("integer", "long", "float", "double")
# Java's way to write every character beyond the first 65,536.
SURROGATES, BEYOND = r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"


def violations(shape: Shape, value: object, path: str = "") -> Iterator[str]:
    """Yield what is wrong with a value of a shape, in AWS's words; `path` is where it is."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _of_structure(shape, value, path)
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        yield from _of_size(shape, value, len(value), path)
        for number, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _of_size(shape, value, len(value), path)
        for key, item in value.items():
            yield from violations(shape.key, key, f"{path}.key")
            yield from violations(shape.value, item, f"{path}.{key}.member")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _of_text(shape, value, path)
    elif shape.type_name in NUMBERS and isinstance(value, int | float):
        yield from _of_bounds(shape, value, "value", value, path)


def message(found: list[str]) -> str:
    """Return the message that AWS makes of them: `1 validation error detected: Value ...`."""
    errors = "errors" if len(found) > 1 else "error"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _of_structure(shape: StructureShape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        where = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
        if value.get(name) is not None:
            yield from violations(member, value[name], where)
        elif name in shape.required_members:
            yield _failed("null", where, "not be null")


def _of_text(shape: StringShape, value: str, path: str) -> Iterator[str]:
    yield from _of_size(shape, value, len(value), path)
    if shape.enum and value not in shape.enum:
        yield _failed(f"'{value}'", path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _failed(f"'{value}'", path, f"satisfy regular expression pattern: {pattern}")


def _of_size(shape: Shape, value: object, size: int, path: str) -> Iterator[str]:
    yield from _of_bounds(shape, size, "length", value, path)


def _of_bounds(shape: Shape, number: float, what: str, value: object, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and number < least:
        yield _failed(f"'{value}'", path, f"have {what} greater than or equal to {least}")
    if most is not None and number > most:
        yield _failed(f"'{value}'", path, f"have {what} less than or equal to {most}")


def _failed(value: str, path: str, wanted: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: Member must {wanted}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern of the model; one that Python has no words for (`\p{L}`) takes any text."""
    try:
        return re.compile(pattern.replace(SURROGATES, BEYOND))
    except re.error:
        return re.compile("(?s).*")
