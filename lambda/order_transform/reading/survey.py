"""One streaming look at a raw file: compression, encoding, line ends, sizes.

Leaves behind a UTF-8 file on local disk and what was seen of it. Memory does not grow with the
file; a file beyond the contract's limits raises `FileRefused` before it can do harm.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from isal import igzip, igzip_lib

from order_transform.contract.definition import Contract, Limits
from order_transform.reading.choices import Certainty, Choice
from order_transform.refusal import FileRefused

_CHUNK = 1 << 19  # stays in a processor's cache while it is looked at several times
_IsalError: Any = igzip_lib.IsalError  # a class, which its stub calls an instance
_GZIP_MAGIC = b"\x1f\x8b"
_SET_ENCODING = "set encoding in the contract"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Regularity(StrEnum):
    """How far a file's lines and quotes can be trusted.

    `LINES`: each line is one record, and there are no quotes. `QUOTED`: quotes may hold line ends;
    a quick CSV reader and a careful one agree, unless stray quotes swallow lines. `IRREGULAR`:
    blank lines, several kinds of line ends, titles, or white space beside quotes; only the careful
    reader reads it. `REWRITTEN`: the careful reader has written it anew.
    """

    LINES = "lines"
    QUOTED = "quoted"
    IRREGULAR = "irregular"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen of a file, and where its text lies as UTF-8.

    `line_end` is "lf", "crlf", "cr" or "mixed". `lines` counts the lines, the header among them,
    without the `blank_lines_at_end`; it is right where the regularity is `LINES` or `QUOTED`.
    """

    path: Path
    size_bytes: int
    compressed: bool
    encoding: Choice[str]
    line_end: str
    regularity: Regularity
    lines: int
    blank_lines_at_end: int


def survey(source: Path, work_dir: Path, contract: Contract) -> Survey:
    """Look at every byte of `source` once; write a UTF-8 copy to `work_dir` if it is none."""
    with source.open("rb") as file:
        compressed = file.read(2) == _GZIP_MAGIC
    scan = _ByteScan(contract.limits)
    if compressed:
        path = work_dir / "decompressed"
        with path.open("wb") as plain:
            for chunk in scan.over(_decompressed(source)):
                plain.write(chunk)
    else:
        # A name of our own: in the path that it reads, DuckDB takes "[1]" for a pattern.
        path = work_dir / "source"
        path.symlink_to(source.absolute())
        with source.open("rb", buffering=0) as raw:
            for _ in scan.over(iter(lambda: raw.read(_CHUNK), b"")):
                pass
    encoding = _encoding(scan, contract.rules.encoding)
    if encoding.value != "utf-8":
        text = work_dir / "utf8"
        scan = _ByteScan(contract.limits)
        with text.open("wb") as plain:
            for chunk in scan.over(_transcoded(path, encoding.value)):
                plain.write(chunk)
        path.unlink()
        path = text
    if scan.nul * 1000 > scan.size:
        raise FileRefused("binary", "this is not text; export the orders as CSV")
    scan.odd = scan.odd or (scan.quoted and _has_blank_line_before(path, scan.first_quote))
    return Survey(
        path=path,
        size_bytes=scan.size,
        compressed=compressed,
        encoding=encoding,
        line_end=scan.line_end(),
        regularity=scan.regularity(),
        lines=scan.lines_with_text(),
        blank_lines_at_end=scan.blank_lines_at_end(),
    )


class _ByteScan:
    """Counts over the bytes of one file, chunk by chunk."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.start = self.end = b""
        self.size = self.nul = self.lines = 0
        self.quoted = False
        self.first_quote = 0  # the bytes of the chunks before the first one with a quote
        self.line_ends: set[str] = set()
        self.valid_utf8 = True
        self.odd = False
        self._line = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ascii = True

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
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
        self.nul += chunk.count(0) if 0 in chunk else 0
        self.lines += chunk.count(b"\n")
        if not self.quoted:
            self.quoted, self.first_quote = b'"' in chunk, self.size - len(chunk)
        self._note_line_ends(chunk)
        self.odd = self.odd or self._is_odd(chunk)
        self._measure_lines(chunk)
        if self.valid_utf8 and not (self._ascii and chunk.isascii()):
            self._ascii = False
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self.valid_utf8 = False
        self.end = (self.end + chunk[-1024:])[-1024:]

    def _is_odd(self, chunk: bytes) -> bool:
        """Look for blank lines and for white space beside a quote, where readers part.

        A search for two bytes takes longer than all else here. Without a quote nothing is odd:
        there the count of records tells of blank lines, since each line is one record.
        """
        if not self.quoted:
            return False
        seam = self.end + chunk
        return _has_blank_line(seam) or (b'"' in seam and (b' "' in seam or b'" ' in seam))

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
            raise FileRefused("line_too_long", f"a line is over {limit}; is this a CSV file?")

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

    def line_end(self) -> str:
        ends = self.line_ends | ({"cr"} if self.end.endswith(b"\r") else set())
        return next(iter(ends), "lf") if len(ends) < 2 else "mixed"

    def regularity(self) -> Regularity:
        blank_start = self.start.lstrip(codecs.BOM_UTF8)[:1] in (b"\r", b"\n")
        endless = len(self.end) == 1024 and not self.end.strip(b"\r\n")
        odd = self.odd or self.nul or blank_start or endless
        if odd or self.line_end() not in ("lf", "crlf"):
            return Regularity.IRREGULAR
        return Regularity.QUOTED if self.quoted else Regularity.LINES

    def lines_with_text(self) -> int:
        return self.lines + (not self.end.endswith(b"\n")) - self.blank_lines_at_end()

    def blank_lines_at_end(self) -> int:
        tail = self.end[len(self.end.rstrip(b"\r\n")) :]
        return max(tail.count(b"\n") - 1, 0)


def _has_blank_line(text: bytes) -> bool:
    # Line ends at the end of a chunk are blank lines only if the next chunk says so.
    body = text.rstrip(b"\r\n")
    return b"\n\n" in body or (b"\r" in body and (b"\n\r\n" in body or b"\r\r" in body))


def _has_blank_line_before(path: Path, end: int) -> bool:
    """Look at the part of a file that lies before its first quote, once it is known to have one."""
    seam = b""
    with path.open("rb", buffering=0) as text:
        while (size := min(_CHUNK, end - text.tell())) > 0:
            seam = seam[-4:] + text.read(size)
            if _has_blank_line(seam):
                return True
    return False


def _encoding(scan: _ByteScan, wanted: str) -> Choice[str]:
    """Name the encoding: by BOM, then UTF-8 if every byte fits, else cp1252, if not told."""
    if scan.size == 0:
        raise FileRefused("empty", "the file is empty; check the export")
    if wanted != "auto":
        name = codecs.lookup(wanted).name
        if name == "utf-8" and not scan.valid_utf8:
            message = "the file is not utf-8; set encoding in the contract"
            raise FileRefused("not_in_encoding", message)
        if name == "utf-8":
            return _proven_encoding(name, "every byte is valid UTF-8")
        evidence = "the contract says so"
        return Choice("encoding", name, Certainty.SETTLED, evidence, remedy=_SET_ENCODING)
    for bom, name in _BOMS.items():
        if scan.start.startswith(bom) and (name != "utf-8" or scan.valid_utf8):
            return _proven_encoding(name, "the file begins with its byte order mark")
    if scan.valid_utf8:
        return _proven_encoding("utf-8", "every byte is valid UTF-8")
    evidence = "some bytes are not UTF-8"
    return Choice("encoding", "cp1252", Certainty.DOUBTFUL, evidence, remedy=_SET_ENCODING)


def _proven_encoding(name: str, evidence: str) -> Choice[str]:
    return Choice("encoding", name, Certainty.PROVEN, evidence)


def _decompressed(source: Path) -> Iterator[bytes]:
    try:
        with igzip.open(source, "rb") as file:  # type: ignore[no-untyped-call]
            while chunk := file.read(_CHUNK):
                yield chunk
    except (EOFError, igzip.BadGzipFile, zlib.error, _IsalError) as error:
        message = f"the gzip data is damaged ({error}); upload the file again"
        raise FileRefused("corrupt_gzip", message) from error


def _transcoded(path: Path, encoding: str) -> Iterator[bytes]:
    # Five bytes mean nothing in cp1252; browsers read them as C1 controls, and so do we.
    errors = "order_transform.c1" if encoding == "cp1252" else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb", buffering=0) as raw:
        if raw.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            raw.seek(0)
        try:
            while chunk := raw.read(_CHUNK):
                yield decoder.decode(chunk).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            message = f"the file is not {encoding}: {error}; set encoding in the contract"
            raise FileRefused("not_in_encoding", message) from error


def _as_c1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("order_transform.c1", _as_c1)
