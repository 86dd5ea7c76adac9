"""The encoding of a file: found from its bytes, or named by the contract; and its text as UTF-8.

UTF-8 is proven by the bytes themselves. Any other encoding is told, with a word that it reads.
"""

import codecs
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.contract.header_names import normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.encoding_guess import guess_encoding
from order_transform.refusal import FileRefused

_CHUNK = 1 << 19
_SAMPLE_BYTES = 1 << 14  # of lines with bytes beyond ASCII; more costs time and tells no more
_SEARCHED_BYTES = 8 << 20
_HEAD_BYTES = 1 << 12
_REMEDY = "set encoding in the contract to the file's own"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # begins as UTF-16's does
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What stands for a byte that is not a character while it is counted; no text has this code point.
_BROKEN, _REPLACEMENT = "\ufdd0", "\ufffd"


@dataclass(frozen=True, slots=True)
class ByteFacts:
    """What all bytes of a file say about its encoding.

    `first_beyond_ascii` is the offset of a chunk that has the first byte beyond ASCII, if any has.
    """

    valid_utf8: bool
    has_nul: bool
    is_ascii: bool = False
    first_beyond_ascii: int = 0


def find_encoding(path: Path, facts: ByteFacts, contract: Contract) -> Choice[str]:
    """Choose the encoding of a file; raises FileRefused where the contract's cannot be right."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    wanted = contract.rules.encoding
    if wanted != "auto":
        return _wanted(codecs.lookup(wanted).name, path, facts)
    for bom, name in _BOMS.items():
        if head.startswith(bom) and (name != "utf-8" or facts.valid_utf8):
            evidence = "the file begins with its byte order mark"
            if name == "utf-8":
                return _utf_8(evidence, path, facts)
            return replace(_proven(name, evidence), notable=True)
    if facts.has_nul and (utf_16 := _utf_16_without_mark(head)):
        return replace(_proven(utf_16, "every other byte is NUL, as in UTF-16"), notable=True)
    if facts.valid_utf8:
        return _utf_8("every byte is valid UTF-8", path, facts)
    sample = _lines_beyond_ascii(path, facts.first_beyond_ascii)
    if _is_mostly_utf8(sample):
        return Choice("encoding", "utf-8", Certainty.DOUBTFUL, "most texts are UTF-8")
    guess = guess_encoding(sample, _header_names(contract))
    texts = f"as {guess.language} such as {guess.example!r}" if guess.example else "as plain text"
    scant = ", though these few letters may be others" if guess.is_scant else ""
    return Choice(
        "encoding",
        guess.encoding,
        Certainty.PROVEN if guess.is_alone else Certainty.DOUBTFUL,
        f"the bytes are not UTF-8; in this encoding they read {texts}{scant}",
        remedy=_REMEDY,
        notable=True,
    )


def _wanted(name: str, path: Path, facts: ByteFacts) -> Choice[str]:
    if name != "utf-8":
        evidence = "the contract says so"
        return Choice("encoding", name, Certainty.SETTLED, evidence, remedy=_REMEDY)
    if facts.valid_utf8:
        return _proven(name, "every byte is valid UTF-8")
    if not _is_mostly_utf8(_lines_beyond_ascii(path, facts.first_beyond_ascii)):
        raise FileRefused("not_in_encoding", f"the file is not utf-8; {_REMEDY}, or to 'auto'")
    return Choice("encoding", name, Certainty.SETTLED, "the contract says so", remedy=_REMEDY)


def _proven(name: str, evidence: str) -> Choice[str]:
    return Choice("encoding", name, Certainty.PROVEN, evidence)


def _utf_8(evidence: str, path: Path, facts: ByteFacts) -> Choice[str]:
    """Return UTF-8; tell where its texts are UTF-8 that a program took for cp1252 before."""
    garbled = None
    if not facts.is_ascii:
        text = _lines_beyond_ascii(path, facts.first_beyond_ascii).decode("utf-8", "replace")
        garbled = next(filter(None, map(_ungarbled, re.findall(r"[^\s,;|]+", text))), None)
    if not garbled:
        return _proven("utf-8", evidence)
    evidence += ", but an earlier program read UTF-8 as cp1252: {0!r} must have been {1!r}"
    evidence = evidence.format(*garbled)
    remedy = "export the file again as UTF-8"
    return Choice("encoding", "utf-8", Certainty.DOUBTFUL, evidence, remedy=remedy)


def _ungarbled(word: str) -> tuple[str, str] | None:
    """Return a word such as `MÃ¼ller` with the one that it was; None for any other word."""
    if word.isascii():
        return None
    with contextlib.suppress(UnicodeError):
        return word, word.encode("cp1252").decode("utf-8")
    return None


def _utf_16_without_mark(head: bytes) -> str | None:
    """Tell UTF-16 by its zero bytes, which all stand at even places or all at odd ones."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(name, "replace")
    is_text = any(char in text for char in "\r\n") and any(char in text for char in ",;\t|")
    return name if is_text and "\0" not in text else None


def _is_mostly_utf8(sample: bytes) -> bool:
    """Tell whether more characters beyond ASCII are valid UTF-8 than bytes are not."""
    text = sample.decode("utf-8", "order_transform.broken")
    broken = text.count(_BROKEN)
    return sum(not char.isascii() for char in text) - broken >= max(broken, 1)


def _lines_beyond_ascii(path: Path, start: int) -> bytes:
    """Return the header and the first different lines with bytes beyond ASCII, as one text."""
    found: dict[bytes, None] = {}
    size = 0
    with path.open("rb", buffering=0) as raw:
        if start:
            found[re.split(rb"[\r\n]", raw.read(_CHUNK).removeprefix(codecs.BOM_UTF8))[0]] = None
            raw.seek(start)
            rest = b""
        else:
            rest = raw.read(3).removeprefix(codecs.BOM_UTF8)
        while size < _SAMPLE_BYTES and raw.tell() - start < _SEARCHED_BYTES:
            chunk = raw.read(_SAMPLE_BYTES)
            *lines, rest = re.split(rb"[\r\n]+", rest + chunk)
            new = [line for line in (lines if chunk else [rest]) if not line.isascii()]
            size += sum(map(len, new))
            found |= dict.fromkeys(new)
            if not chunk:
                break
    return b"\n".join(found)


def _header_names(contract: Contract) -> frozenset[str]:
    return _normalised(tuple((*field.aliases, *field.fallback) for field in contract.fields))


@lru_cache(maxsize=4)
def _normalised(lists: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(normalise(name) for names in lists for name in names)


class Transcoder:
    """A file's text as UTF-8, chunk by chunk.

    Where the encoding was found and not named by the contract, bytes that are not characters become
    U+FFFD; `broken` counts them, and `first_broken_line` is the 1-based line of the first.
    """

    def __init__(self, path: Path, encoding: Choice[str]) -> None:
        self.path, self.encoding = path, encoding
        self.broken = self.first_broken_line = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield the text; raises FileRefused where the contract's encoding does not fit."""
        name = self.encoding.value
        is_named = self.encoding.certainty is Certainty.SETTLED and name != "utf-8"
        errors = "strict" if is_named else "order_transform.broken"
        # Five bytes mean nothing in cp1252; browsers read them as C1 controls, and so do we.
        decoder = codecs.getincrementaldecoder(name)(
            "order_transform.c1" if name == "cp1252" else errors
        )
        lines = 1
        with self.path.open("rb", buffering=0) as raw:
            if raw.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
                raw.seek(0)
            is_open = True
            while is_open:
                chunk = raw.read(_CHUNK)
                is_open = bool(chunk)
                text = self._decoded(decoder, chunk)
                if _BROKEN in text:
                    before = text[: text.index(_BROKEN)]
                    self.first_broken_line = self.first_broken_line or lines + _line_ends(before)
                    self.broken += text.count(_BROKEN)
                    text = text.replace(_BROKEN, _REPLACEMENT)
                lines += _line_ends(text) if not self.first_broken_line else 0
                yield text.encode("utf-8", "replace")

    def _decoded(self, decoder: codecs.IncrementalDecoder, chunk: bytes) -> str:
        try:
            return decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            message = f"the file is not {self.encoding.value}: {error}; {_REMEDY}, or to 'auto'"
            raise FileRefused("not_in_encoding", message) from error

    def final_encoding(self) -> Choice[str]:
        """Return the encoding with what was replaced, once all chunks are read."""
        if not self.broken:
            return self.encoding
        bytes_text = "1 byte is not a character"
        if self.broken > 1:
            bytes_text = f"{self.broken:,} bytes are not characters"
        evidence = (
            f"{self.encoding.evidence}, but {bytes_text} and became \ufffd, "
            f"the first in line {self.first_broken_line:,}"
        )
        remedy = "correct the export where it matters"
        return replace(self.encoding, evidence=evidence, remedy=remedy, notable=True)


def _line_ends(text: str) -> int:
    """Count lines, also where only carriage returns end them."""
    return text.count("\n") or text.count("\r")


def _as_c1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _as_broken(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _BROKEN, max(error.end, error.start + 1)


codecs.register_error("order_transform.c1", _as_c1)
codecs.register_error("order_transform.broken", _as_broken)
