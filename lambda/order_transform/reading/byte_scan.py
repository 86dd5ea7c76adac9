"""Counts over the bytes of one file, chunk by chunk: sizes, line ends, quotes, encoding."""

import codecs
from collections.abc import Iterable, Iterator
from enum import StrEnum

from order_transform.contract.definition import Limits
from order_transform.reading.blank_lines import has_blank_line
from order_transform.reading.encoding import ByteFacts
from order_transform.reading.marked_places import MarkedPlaces
from order_transform.reading.quotes import has_misplaced_quote
from order_transform.refusal import LONGER_LINES, FileRefused


class Regularity(StrEnum):
    """How regular a file's lines and quotes are.

    `LINES`: each line is one record, and there are no quotes. `QUOTED`: quotes may hold line ends;
    a quick CSV reader and a careful one agree, unless stray quotes swallow lines. `IRREGULAR`:
    blank lines, several kinds of line ends, titles, or white space outside quotes; only the careful
    reader reads it. `REWRITTEN`: the careful reader has written it anew.
    """

    LINES = "lines"
    QUOTED = "quoted"
    IRREGULAR = "irregular"
    REWRITTEN = "rewritten"


class ByteScan:
    """Counts over the bytes of one file, chunk by chunk."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.start = self.end = b""
        self.size = self.nul = self.lines = 0
        self.quoted = self.formulas = False
        self.first_quote = 0  # the bytes of the chunks before the first one with a quote
        self.line_ends: set[str] = set()
        self.valid_utf8 = True
        self.first_nul_line = 0
        self.first_beyond_ascii = 0  # as first_quote
        self.odd = False
        self.places = MarkedPlaces()
        self._line = self._quotes = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ascii = True

    def count_through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass chunks through, counting; raises FileRefused at the first limit crossed."""
        for chunk in chunks:
            self._count(chunk)
            yield chunk
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.valid_utf8 = False

    def _count(self, chunk: bytes) -> None:
        self.start = self.start or chunk[:4]
        self.size += len(chunk)
        if self.size > self.limits.decompressed_bytes:
            limit = f"{self.limits.decompressed_bytes:,} bytes"
            raise FileRefused("too_large", f"more than {limit} of text; split the file")
        if 0 in chunk:
            if not self.nul:
                before = self.lines + chunk[: chunk.index(0)].count(b"\n")
                self.first_nul_line = 1 + before
            self.nul += chunk.count(0)
        self.lines += chunk.count(b"\n")
        if not self.quoted:
            self.quoted, self.first_quote = b'"' in chunk, self.size - len(chunk)
        if self.quoted and not self.formulas and (b"=" in chunk or self.end.endswith(b"=")):
            self.formulas = b'="' in self.end[-1:] + chunk
        self._note_line_ends(chunk)
        self.odd = self.odd or self._is_odd(chunk)
        self._quotes += chunk.count(b'"') if self.quoted and not self.odd else 0
        self._measure_lines(chunk)
        self.places.look(self.end, chunk, self.size - len(chunk))
        if self.valid_utf8 and not (self._ascii and chunk.isascii()):
            self._decode(chunk, self.size - len(chunk))
        self.end = (self.end + chunk[-1024:])[-1024:]

    def _decode(self, chunk: bytes, start: int) -> None:
        if self._ascii:
            self._ascii, self.first_beyond_ascii = False, start
        try:
            text = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self.valid_utf8 = False
        else:
            self.places.look_at_characters(text, chunk, start)

    def _is_odd(self, chunk: bytes) -> bool:
        """Look for blank lines and for white space outside a quote, where readers part.

        A search for two bytes takes longer than all else here. Without a quote nothing is odd:
        there the count of records tells of blank lines, since each line is one record.
        """
        if not self.quoted:
            return False
        seam = self.end + chunk
        is_inside = (self._quotes - self.end.count(b'"')) % 2 == 1
        return has_blank_line(seam) or has_misplaced_quote(seam, is_inside=is_inside)

    def _measure_lines(self, chunk: bytes) -> None:
        mark = b"\n" if b"\n" in chunk else b"\r"
        first = chunk.find(mark)
        if first < 0:
            self._line += len(chunk)
            longest = self._line
        else:
            longest = self._line + first
            self._line = len(chunk) - chunk.rfind(mark) - 1
        if max(longest, self._line) > self.limits.line_bytes:
            limit = f"{self.limits.line_bytes:,} bytes"
            raise FileRefused("line_too_long", f"a line is over {limit}; {LONGER_LINES}")

    def _note_line_ends(self, chunk: bytes) -> None:
        if b"\r" not in chunk:
            if b"\n" in chunk.removeprefix(b"\n" if self.end.endswith(b"\r") else b""):
                self.line_ends.add("lf")
            return
        # A pair that the seam parts is counted with the chunk that ends it.
        whole = self.end[-1:].replace(b"\n", b"") + chunk
        pairs, open_end = whole.count(b"\r\n"), whole.endswith(b"\r")
        counts = {
            "crlf": pairs,
            "lf": chunk.count(b"\n") - pairs,
            "cr": whole.count(b"\r") - pairs - open_end,
        }
        self.line_ends |= {name for name, count in counts.items() if count > 0}

    def facts(self) -> ByteFacts:
        """Return what the bytes tell of the encoding."""
        return ByteFacts(
            self.valid_utf8,
            bool(self.nul),
            self._ascii,
            self.first_beyond_ascii,
        )

    def line_end(self) -> str:
        """Return "lf", "crlf", "cr" or "mixed"."""
        ends = self.line_ends | ({"cr"} if self.end.endswith(b"\r") else set())
        return next(iter(ends), "lf") if len(ends) < 2 else "mixed"

    def regularity(self) -> Regularity:
        """Return which reader can read the lines."""
        blank_start = self.start.lstrip(codecs.BOM_UTF8)[:1] in (b"\r", b"\n")
        endless = len(self.end) == 1024 and not self.end.strip(b"\r\n")
        odd = self.odd or self.nul or blank_start or endless
        if odd or self.line_end() not in ("lf", "crlf"):
            return Regularity.IRREGULAR
        return Regularity.QUOTED if self.quoted else Regularity.LINES

    def lines_with_text(self) -> int:
        """Return the number of lines without the blank ones at the end."""
        return self.lines + (not self.end.endswith(b"\n")) - self.blank_lines_at_end()

    def blank_lines_at_end(self) -> int:
        """Return the number of blank lines at the end, of those in the last KiB."""
        tail = self.end[len(self.end.rstrip(b"\r\n")) :]
        return max(tail.count(b"\n") - 1, 0)
