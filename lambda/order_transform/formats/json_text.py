"""Read the objects of a JSON text one after the other, with numbers as they are written."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from order_transform.formats.json_tables import list_of, rows_of_table
from order_transform.refusal import LONGER_LINES, FileRefused

_CHUNK = 1 << 18
# The most bytes of a text that has to be read as a whole: one object with a list of orders in it.
MOST_WHOLE_BYTES = 32 << 20
# The names of the list of orders in a shop's answer.
LISTS = ("orders", "data", "results", "invoices", "charges", "records")
_SPACE = " \t\r\n"


class Number(str):
    """A number as it is written, so that no money goes through a binary fraction."""

    __slots__ = ()


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that stands twice in it has two values, of which none is right."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in an object")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_float=Number,
    parse_int=Number,
    parse_constant=_refuse_constant,
    strict=False,
)


def looks_like_json(head: bytes) -> bool:
    """Tell by its first bytes whether a text is JSON: an object, or a list of objects or lists."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] in (b"{", b"[") and text[1:].lstrip()[:1] in (b'"', b"{", b"}", b"[", b"]")


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A line that is not a JSON object, among lines that are."""

    text: str


type Placed = tuple[int, Mapping[str, Any] | BrokenRecord]


def read_objects(path: Path, most: int) -> Iterator[Placed]:
    """Yield the objects of a JSON text: one per line, of a list, or of the list in an object.

    Each comes with the number of the line on which it begins, from 1. `most` is how many characters
    one object may have. Memory holds one object at a time; but if a list is inside an object, it
    holds the whole list. A line that is not an object, where the first is one, is a broken record.
    Raises `FileRefused` for anything else.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = next((text for line in _pieces(file, most) if (text := line.strip())), "")
            file.seek(0)
            if first.startswith("["):
                yield from _elements(file, most)
            elif _is_whole(first):
                yield from _lines(file, most)
            else:
                yield from _members(file, path)
    except UnicodeDecodeError as error:
        raise FileRefused("damaged", "the JSON is not UTF-8; export it again") from error


def _pieces(file: TextIO, most: int) -> Iterator[str]:
    """Yield lines; a line of more than `most` characters comes in pieces."""
    return iter(lambda: file.readline(most), "")


def _is_whole(line: str) -> bool:
    try:
        return isinstance(_DECODER.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(file: TextIO, most: int) -> Iterator[Placed]:
    lines = enumerate(_pieces(file, most + 1), 1)
    objects = ((number, _of_line(line, number, most)) for number, line in lines if line.strip())
    first, second = next(objects), next(objects, None)
    if second is None:
        line, only = first
        if not isinstance(only, BrokenRecord):
            yield from ((line, found) for found in _list_in(only))
        return
    yield from (first, second)
    yield from objects


def _of_line(text: str, line: int, most: int) -> Mapping[str, Any] | BrokenRecord:
    try:
        return _object(text, line, most)
    except FileRefused as refused:
        if refused.code != "damaged":
            raise
        return BrokenRecord(text.strip())


def _members(file: TextIO, path: Path) -> Iterator[Placed]:
    """Yield the objects of a text that is one object over several lines."""
    if path.stat().st_size > MOST_WHOLE_BYTES:
        limit = f"{MOST_WHOLE_BYTES >> 20} MiB"
        message = f"a list of orders in an object of over {limit}; write one order per line instead"
        raise FileRefused("too_large", message)
    text = file.read()
    found = _object(text, 1, MOST_WHOLE_BYTES)
    if _rows_without_lines(found) is not None:
        yield from ((1, row) for row in _list_in(found))
        return
    yield from zip(_lines_of_elements(text, _list_name(found)), _list_in(found), strict=False)


def _list_name(found: Mapping[str, Any]) -> str | None:
    """Return the name of the list of orders in a shop's answer; None where it has no such list."""
    return next((name for name in LISTS if isinstance(found.get(name), list)), None)


def _rows_without_lines(found: Mapping[str, Any]) -> Iterator[Any] | None:
    """Return the rows of a table, or the orders of GraphQL's answer; their lines are not known."""
    data = found.get("data")
    orders = data.get("orders") if isinstance(data, Mapping) else None
    if isinstance(orders, Mapping):
        return iter(list_of(orders))
    return rows_of_table(found)


def _list_in(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the orders of a shop's answer; an object without such a list is an order itself."""
    if (rows := _rows_without_lines(found)) is not None:
        for number, row in enumerate(rows, 1):
            yield _checked(row, f"in element {number:,}")
        return
    name = _list_name(found)
    if name is None:
        yield found
        return
    for number, value in enumerate(found[name], 1):
        yield _checked(value, f"in element {number:,}")


def _lines_of_elements(text: str, name: str | None) -> Iterator[int]:
    """Yield the line of each element of the list of this name in a text that is one object.

    Without a name, yield the object's own. The text is known to be valid.
    """
    place = text.index("{")
    if name is None:
        yield 1 + text.count("\n", 0, place)
        return
    while True:
        key, place = _DECODER.raw_decode(text, _after_space(text, place + 1))
        place = _after_space(text, _after_space(text, place) + 1)  # behind the colon
        if key == name:
            break
        place = _after_space(text, _DECODER.raw_decode(text, place)[1])  # at the comma
    line, counted = 1, 0
    while text[place] != "]":
        place = _after_space(text, place + 1)
        line, counted = line + text.count("\n", counted, place), place
        yield line
        place = _after_space(text, _DECODER.raw_decode(text, place)[1])


def _after_space(text: str, place: int) -> int:
    while text[place : place + 1] and text[place] in _SPACE:
        place += 1
    return place


def _elements(file: TextIO, most: int) -> Iterator[Placed]:
    """Yield the objects of a list, reading on where one is not whole yet."""
    text, place, number = file.read(_CHUNK), 0, 0
    line = 1 + text.count("\n", 0, text.index("["))
    text = text[text.index("[") + 1 :]
    while True:
        text, place, line_ends = _without_space(file, text, place)
        line += line_ends
        if text[place : place + 1] == "]":
            return
        number += 1
        while True:
            try:
                value, end = _DECODER.raw_decode(text, place)
                break
            except (ValueError, RecursionError) as error:
                more = file.read(_CHUNK)
                if not more or isinstance(error, RecursionError):
                    raise _damaged(f"in element {number:,}", error) from error
                text, place = text[place:] + more, 0
                if len(text) > most + _CHUNK:
                    raise _too_long(most) from error
        yield line, _checked(value, f"in element {number:,}")
        line += text.count("\n", place, end)
        text, place, line_ends = _without_space(file, text, end)
        line += line_ends
        if text[place : place + 1] == ",":
            place += 1
        elif text[place : place + 1] != "]":
            raise _damaged(f"after element {number:,}", ValueError("the list is cut short"))


def _without_space(file: TextIO, text: str, place: int) -> tuple[str, int, int]:
    """Skip white space, reading on at the end of the text; count the line ends in it."""
    line_ends = 0
    while True:
        while place < len(text) and text[place] in _SPACE:
            line_ends += text[place] == "\n"
            place += 1
        if place < len(text) or not (more := file.read(_CHUNK)):
            return text, place, line_ends
        text, place = more, 0


def _object(text: str, line: int, most: int) -> Mapping[str, Any]:
    """Return the object of a text that begins in a line."""
    where = f"from line {line:,} on"
    if len(text) > most:
        raise _too_long(most)
    try:
        return _checked(_DECODER.decode(text.strip()), where)
    except (ValueError, RecursionError) as error:
        raise _damaged(where, error) from error


def _checked(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _damaged(where, ValueError("it is not an object"))
    return value


def _damaged(where: str, error: Exception) -> FileRefused:
    why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return FileRefused("damaged", f"the JSON is not valid {where}: {why}; export it again")


def _too_long(most: int) -> FileRefused:
    return FileRefused("line_too_long", f"an order has over {most:,} characters; {LONGER_LINES}")
