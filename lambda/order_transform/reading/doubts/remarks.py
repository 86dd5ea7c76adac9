"""Evidence that a row says something about the file, and is not an order. Pure.

It is not clear enough to reject a row, so it is told.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID, PRODUCT_NAME
from order_transform.contract.header_names import header_words
from order_transform.contract.words import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows, shown

_COMMENT = re.compile(r"\s*(?:#|//|--)\s")
_SIGN = re.compile(r"\s*(?:#|//|~~|(?:--|REM)\s)")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST_REMARK = 4  # words
# What a template has in place of an id: `<sku>`, `{{order}}`, `ORD-XXXX`.
_ENDS = ("x", "X", ">", "}", "]")
_PLACEHOLDER = re.compile(r"<[^<>]+>|\{+[^{}]+\}+|\[[^\[\]]+\]|(?:.*[-_ #])?[Xx]{3,}")
_CODES = frozenset({"sku", "code", "id", "no", "nr", "number", "ref"})
_FIELDS = (ORDER_ID, PRODUCT_ID, PRODUCT_NAME, "customer_id")


def comments(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that begin as comments do.

    A `#1001` or `//1001` may be the number of an order, but not where others have no such sign.
    """
    starts = first.cells(0)
    is_comment = _COMMENT.match
    if 2 * sum(text.startswith(("#", "/", "~")) for text in starts) < len(starts):
        is_comment = _SIGN.match
    found = [
        row
        for text, row in zip(starts, first.rows, strict=True)
        if is_comment(text) and first.is_paid(row)
    ]
    if found:
        yield _told(first, "rows that begin as comments do", found)


def remarks(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that are called an example, a page, a count of rows or a balance."""
    words = first.words
    is_remark = _test_of(words, words.remarks)
    is_code = _test_of(words, words.remark_codes | words.remarks)
    fields = first.columns.fields
    places = dict.fromkeys(first.columns.extra.values(), is_remark)
    places |= {fields[name]: is_remark for name in _FIELDS if name in fields}
    places |= {0: is_code, fields.get(ORDER_ID, 0): is_code}
    product = fields.get(PRODUCT_ID, -1)
    label = first.columns.labels[product] if product >= 0 else ""
    if PRODUCT_NAME in fields or not _CODES.isdisjoint(header_words(label)):
        places[product] = is_code
    yield from _rows_with(first, places, "rows called as an example, a page or a count of rows")


def placeholders(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with a placeholder where others have an id, as the first row of a template."""
    fields = first.columns.fields
    places = {fields[name]: _is_placeholder for name in (ORDER_ID, PRODUCT_ID) if name in fields}
    yield from _rows_with(first, places, "rows with a placeholder for an id")


def _rows_with(
    first: FirstRows, places: Mapping[int, Callable[[str], bool]], what: str
) -> Iterator[Choice[object]]:
    """Yield what to tell of rows in which a cell at one of the places is so.

    Nothing where nearly all rows are so: they are what the file is about.
    """
    odd = {
        place: texts for place, is_so in places.items() if (texts := first.odd_texts(place, is_so))
    }
    rows = list(filter(first.is_paid, first.rows_with(odd)))
    if rows and len(rows) * 3 <= len(first.rows) * 2:
        yield _told(first, what, rows)


def _told(first: FirstRows, what: str, rows: Sequence[Sequence[str]]) -> Choice[object]:
    return Choice(
        name="remarks",
        value="counted",
        certainty=Certainty.DOUBTFUL,
        evidence=f"{what} count like orders: {first.share(rows)}, such as '{shown(rows[0])}'",
        remedy="remove such rows from the file where they are not orders",
        rows=len(rows),
    )


def _test_of(words: Words, names: frozenset[str]) -> Callable[[str], bool]:
    """Return a test whether a text is one of these names, or begins with one of several words.

    The text has no digits.
    """
    starts = {name[:2] for name in names}

    def is_one(text: str) -> bool:
        letters = _LETTERS.search(text)
        if letters and text.isascii() and letters[0].lower() not in starts:
            return False  # as nearly all texts
        parts = header_words(text)
        if "".join(parts) in names:
            return True
        sizes = range(2, min(len(parts), _LONGEST_REMARK) + 1)
        return any("".join(parts[:size]) in words.remarks for size in sizes)

    return is_one


def _is_placeholder(text: str) -> bool:
    return text[-1:] in _ENDS and _PLACEHOLDER.fullmatch(text) is not None
