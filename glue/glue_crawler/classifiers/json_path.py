"""The part of JSON path that Glue's JSON classifiers take: `$`, children, subscripts, wildcards.

Source: docs.aws.amazon.com/glue/latest/dg/custom-classifier.html ("Writing JSON custom
classifiers").
"""

import re
from collections.abc import Iterator

from glue_crawler.errors import InvalidClassifierError

# A step is a child's name, an item's number, or None for all children or items.
type PathSteps = tuple[str | int | None, ...]

_STEP = re.compile(
    r"\.(?P<name>[^.\[\]*'\"\s]+)|\.(?P<all>\*)|\[\*(?P<items>)\]|\[(?P<number>[0-9]+)\]"
    r"|\[(?P<quote>['\"])(?P<quoted>.+?)(?P=quote)\]"
)


def read_path(path: str) -> PathSteps:
    """Read a path such as `$.orders[*]`. Raises `InvalidClassifierError`."""
    if not path.startswith("$"):
        raise InvalidClassifierError(f"JsonPath must begin with $: {path!r}")
    steps: list[str | int | None] = []
    position = 1
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            raise InvalidClassifierError(f"JsonPath cannot be read at {path[position:]!r}")
        name = found["name"] or found["quoted"]
        steps.append(int(found["number"]) if found["number"] else name)
        position = found.end()
    return tuple(steps)


def find_values(value: object, steps: PathSteps) -> Iterator[object]:
    """Yield the values that a path leads to from one JSON value."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    for child in _children(value, step):
        yield from find_values(child, rest)


def _children(value: object, step: str | int | None) -> Iterator[object]:
    if isinstance(value, dict):
        if step is None:
            yield from value.values()
        elif step in value:
            yield value[step]
    elif isinstance(value, list):
        if step is None:
            yield from value
        elif isinstance(step, int) and step < len(value):
            yield value[step]
