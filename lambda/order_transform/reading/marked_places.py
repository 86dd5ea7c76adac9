"""Places in a file's bytes where an earlier program may have changed a text, as in `1.2E+15`. Pure.

The survey reads every byte, and one that is rare in order files is found at nearly no cost. The
rows at these places are looked at like the file's first ones, wherever they stand.
"""

import re
from dataclasses import dataclass

from order_transform.reading.numbers.cells import INVISIBLE

_MOST = 20  # places of one kind; more say nothing new
_SEAM = 16  # bytes on either side of a chunk's end, which may part a mark from what follows it
_UNSEEN = ("\ufffd", *INVISIBLE)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One byte, what has to follow it, and which bytes have to stand before it, if any has to."""

    mark: bytes
    pattern: re.Pattern[bytes]
    before: bytes = b""


_KINDS: tuple[_Kind, ...] = (
    _Kind(b"&", re.compile(rb"&(?:#[0-9]{2,6}|[A-Za-z]{2,7});")),
    _Kind(b"+", re.compile(rb"\+[0-9]{2,3}(?![0-9:])"), b"Ee"),
    _Kind(b"'", re.compile(rb"'[\w.-]*[0-9]"), b',;|\t"\r\n'),
    _Kind(b"\t", re.compile(rb'\t(?=[,;|"\r\n])')),
    _Kind(b"\t", re.compile(rb"\t"), b',;|"'),
    _Kind(b"#", re.compile(rb"#(?:N/?[AV]|[A-Z0/]{3,5}[!?]|[ \t])")),
)
_BY_MARK = {kind.mark: [one for one in _KINDS if one.mark == kind.mark] for kind in _KINDS}


class MarkedPlaces:
    """Collects the first places of each kind, chunk by chunk."""

    def __init__(self) -> None:
        self._found: dict[_Kind | str, list[int]] = {kind: [] for kind in (*_KINDS, *_UNSEEN)}

    def look(self, before: bytes, chunk: bytes, start: int) -> None:
        """Look at a chunk that begins at a byte of the file, behind the bytes `before` it."""
        before = before[-_SEAM:]
        seam = before + chunk[:_SEAM]
        for mark, kinds in _BY_MARK.items():
            for part, place in ((chunk, start), (seam, start - len(before))):
                if mark in part:
                    for kind in kinds:
                        self._add_all(kind, part, place)

    def look_at_characters(self, text: str, chunk: bytes, start: int) -> None:
        """Look at the characters of a chunk which nobody sees, or which a program has lost."""
        for character in _UNSEEN:
            if character in text:
                place = chunk.find(character.encode())
                self._add(character, start + max(place, 0))

    def all(self) -> tuple[int, ...]:
        """Return the places, counted in bytes from 0, in the file's order."""
        return tuple(sorted({place for places in self._found.values() for place in places}))

    def _add_all(self, kind: _Kind, part: bytes, start: int) -> None:
        if len(self._found[kind]) >= _MOST:
            return
        for match in kind.pattern.finditer(part):
            place = match.start()
            if not kind.before or part[place - 1 : place] in kind.before:
                self._add(kind, start + place)

    def _add(self, kind: _Kind | str, place: int) -> None:
        if len(self._found[kind]) < _MOST:
            self._found[kind].append(place)
