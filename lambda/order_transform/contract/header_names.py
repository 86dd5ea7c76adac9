"""How header names and words are compared: case, accents, spaces and punctuation do not count.

Pure text. Used by the contract, which lists names, and by the reading, which meets them in files.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# A capital letter after a small one or a digit begins a word: `unitPrice`.
_ASCII_WORD = re.compile(r"[A-Z]*[a-z0-9]+|[A-Z]+")
_ASCII_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}
_NAME_CHARACTERS = 200  # a header of more is a whole line, read with another delimiter
_LONGEST_ENDING = 3  # words
_LONGEST_NAME = 3  # words
_SHORTEST_ENDING = 6  # letters of a name that ends a longer word
# Letters that Unicode does not split into a letter and an accent; the fifth is Turkish, no dot.
_BARE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# How keyboards without these letters write them: `Stueckpreis`, `Beloeb`.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ABOVE, _BELOW, _ATTACHED_BELOW = 230, 220, 202  # the combining classes of accents
_SUMS = frozenset(
    {"total", "subtotal", "amount", "price", "sum", "revenue", "sales", "quantity", "qty", "count"}
)
# Before or behind the noun: `ID Produit`, `Produit ID`; `Nr. zamówienia`, `Order No.`
_LABEL_WORDS = frozenset({"id", "no", "nr", "n", "num", "number", "numero", "code", "ref"})


@lru_cache(maxsize=8192)
def normalise(header: str) -> str:
    """Return the significant part of a name: its letters and digits, without case and accents.

    `Número de  Pedido` is `numerodepedido`. A mark other than an accent (a vowel sign of Hindi, a
    voicing mark of Japanese) counts.
    """
    if header.isascii():
        return header.lower().translate(_ASCII_MARKS)
    text = unicodedata.normalize("NFKC", header).casefold().translate(_BARE_LETTERS)
    parts = unicodedata.normalize("NFKD", text)
    accents = (_ABOVE, _BELOW, _ATTACHED_BELOW)
    bare = "".join(
        char
        for char in parts
        if char.isalnum() or (_is_mark(char) and unicodedata.combining(char) not in accents)
    )
    return unicodedata.normalize("NFKC", bare)


@lru_cache(maxsize=8192)
def spellings(name: str) -> tuple[str, ...]:
    """Return the one or two normalised forms of a known name: as it is, and without its umlauts."""
    if name.isascii():
        return (normalise(name),)
    lower = unicodedata.normalize("NFC", name).lower()
    return tuple(dict.fromkeys((normalise(name), normalise(lower.translate(_SPELLED_OUT)))))


@lru_cache(maxsize=8192)
def plain_name(header: str, articles: frozenset[str]) -> str:
    """Return a name without its articles, a leading `ID` or `No.` moved to its end.

    `Precio del producto` is `precioproducto`, `ID Produit` is `produitid`. `articles` are
    normalised words. The last word is never an article: `Quantity D` is more than `Quantity`.
    """
    return "".join(_plain_words(header, articles))


def name_forms(name: str, articles: frozenset[str]) -> tuple[str, ...]:
    """Return the normalised forms of a known name, as `spellings` and `plain_name` have them."""
    return (*sorted(spellings(name)), plain_name(name, articles))


@lru_cache(maxsize=8192)
def bare_name(header: str, articles: frozenset[str], endings: frozenset[str]) -> str:
    """Return a plain name without the words at its end that say a unit or a tax.

    `endings` are such words, normalised: `Unit Price (EUR)` is `unitprice` where it has `eur`.
    """
    words = _plain_words(header, articles)
    sizes = range(_LONGEST_ENDING, 0, -1)
    while size := next((n for n in sizes if n < len(words) and "".join(words[-n:]) in endings), 0):
        del words[-size:]
    return "".join(words)


def _plain_words(header: str, articles: frozenset[str]) -> list[str]:
    *others, last = header_words(header) or ("",)
    words = [*(word for word in others if word not in articles), last]
    return [*words[1:], words[0]] if words[0] in _LABEL_WORDS else words


@lru_cache(maxsize=8192)
def header_words(header: str) -> tuple[str, ...]:
    """Return the normalised words of a header; `unitPrice` has two."""
    if header.isascii():
        return tuple(map(str.lower, _ASCII_WORD.findall(header[:_NAME_CHARACTERS])))
    return tuple(filter(None, map(normalise, _split(header[:_NAME_CHARACTERS]))))


def has_name(header: str, names: frozenset[str]) -> bool:
    """Tell whether a header has one of some normalised names among its words: `Gift wrap price`.

    So it has at the end of a long word (`Metallzuschlag`), and anywhere in scripts that join words.
    """
    words = header_words(header)
    sizes = range(1, _LONGEST_NAME + 1)
    runs = {"".join(words[at : at + size]) for at in range(len(words)) for size in sizes}
    if not names.isdisjoint(runs):
        return True
    endings = (word[at:] for word in words for at in range(1, len(word) - _SHORTEST_ENDING + 1))
    joined = normalise(header)
    return not names.isdisjoint(endings) or any(
        name in joined for name in names if not (joined.isascii() or name.isascii())
    )


def names_a_sum(header: str) -> bool:
    """Tell whether a name is that of an amount or a number of pieces: `total`, `grandTotal`."""
    return not _SUMS.isdisjoint(header_words(header))


def snake_case(header: str) -> str:
    """Return a header as a column name: lower case, letters and digits of any script, and `_`.

    Such a name is legal in Glue and Athena, whose names are any UTF-8 text of 1 to 255 bytes in
    lower case; beyond ASCII, SQL quotes it
    (https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html).
    Signs alone are named (`%` is `percent_sign`); the name of an empty header is empty.
    """
    # Turkish İ has a dot that lower() would leave as a letter of its own.
    words = [word.replace("\u0130", "I").lower() for word in _split(header)]
    name = "_".join(words) or "_".join(map(_sign_name, header.strip()[:3])).strip("_")
    name = f"column_{name}" if name[:1].isdigit() else name
    return name.encode()[:_NAME_CHARACTERS].decode(errors="ignore").strip("_")


def _sign_name(char: str) -> str:
    name = unicodedata.name(char, "").lower()
    return re.sub(r"[^a-z0-9]+", "_", name)


def _split(header: str) -> Iterator[str]:
    """Yield the words of a text as they are written: runs of letters, digits and their marks."""
    if header.isascii():
        yield from _ASCII_WORD.findall(header)
        return
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    word = ""
    for char in text:
        if char.isalnum() or (_is_mark(char) and word):
            word += char
        elif unicodedata.category(char) != "Cf" and word:  # Cf: joiners within a word
            yield word
            word = ""
    if word:
        yield word


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")
