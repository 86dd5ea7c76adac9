"""Read the head of a file as JSON: records one after the other, or one top-level array.

It yields parsed values and says where it stopped; it knows nothing of types.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = re.compile(r"[\s\x00]*")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class JsonCursor:
    """How far a reading went: records, lines that are not JSON, characters used."""

    records: int = 0
    malformed: int = 0
    used_chars: int = 0


def read_objects(text: str, complete: bool, cursor: JsonCursor) -> Iterator[dict[str, object]]:
    """Yield the objects of a text: one a line, run together, or spread over several lines.

    The last one may be cut off when the text is not `complete`. A line that is not a JSON object is
    counted and passed over; reading goes on at the next line.
    """
    found = _read_lines(text, complete, cursor)
    if found is not None:
        yield from found
        return
    position = _skip_blank(text, 0)
    while position < len(text):
        try:
            value, end = _DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            if not complete and _is_cut(text, error):
                return
            value, end = None, _line_end(text, position)
        except ValueError:
            # A number of more digits than Python converts.
            value, end = None, _line_end(text, position)
        if isinstance(value, dict):
            cursor.records += 1
            yield value
        else:
            cursor.malformed += 1
        position = _skip_blank(text, end)
        cursor.used_chars = position


def _read_lines(text: str, complete: bool, cursor: JsonCursor) -> list[dict[str, object]] | None:
    """Read clean JSON Lines in one go, three times as fast; None for anything else."""
    end = len(text) if complete else text.rfind("\n") + 1
    lines = [line for line in text[:end].split("\n") if line and not line.isspace()]
    try:
        found: list[dict[str, object]] = json.loads(f"[{','.join(lines)}]")
    except ValueError:
        return None
    if len(found) != len(lines) or not all(type(item) is dict for item in found):
        return None
    cursor.records, cursor.used_chars = len(found), end
    return found


def read_array(text: str, complete: bool, cursor: JsonCursor) -> Iterator[object]:
    """Yield the items of a top-level array, up to where a text that is not complete is cut."""
    position = _skip_blank(text, 0) + 1
    while True:
        position = _skip_blank(text, position)
        if position >= len(text):
            cursor.malformed += complete
            return
        if text[position] == "]":
            return
        try:
            value, end = _DECODER.raw_decode(text, position)
        except ValueError:
            cursor.malformed += complete
            return
        end = _skip_blank(text, end)
        # A number at the very end of a cut text may go on in the next byte.
        if end >= len(text) and not complete:
            return
        cursor.records += 1
        cursor.used_chars = end
        yield value
        position = end + 1 if text[end : end + 1] == "," else end


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return found if found >= 0 else len(text)


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Tell an error at the text's very end from one in its middle; `false` is the longest word."""
    return error.msg.startswith("Unterminated") or error.pos + len("false") >= len(text)


def _skip_blank(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position
