"""Evidence that a text is not what the shop meant: no value, or changed by a program. Pure."""

import re
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID, PRODUCT_NAME
from order_transform.contract.header_names import normalise
from order_transform.contract.words import Words
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.first_rows import FirstRows, doubt_of_texts
from order_transform.reading.numbers.cells import INVISIBLE

_IDS = (ORDER_ID, PRODUCT_ID, "customer_id")
_TEXTS = (*_IDS, PRODUCT_NAME, "category", "country", "currency")
_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*[Ee]\+[0-9]{2,}")
_DAY = re.compile(r"[0-9]{1,2}[-.] ?(\w{3,4})|(\w{3,4})[-. ][0-9]{2}")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d)(?:[T ]0?0:00(?::00)?)?"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[,'\u00a0\u202f]\d{3})+")
_MARKED = re.compile(r"'[\w.-]*[0-9][\w.-]*")  # as a spreadsheet marks a number that is a text
_LOST = re.compile(r"\w*\ufffd\w*")
_ENTITY = re.compile(
    r"[\w ]{0,20}&(?:amp|quot|apos|nbsp|lt|gt|[aeioucnysAEIOUCNYS][a-z]{3,6}|#[0-9]{2,6});"
)
NO_VALUE = "where it may mean no value, or the one of the row above"
MADE_A_DAY = "a spreadsheet may have made a day of it"
_FLOAT = re.compile(r"[0-9]+\.0")
_TRUTH = re.compile("(?i)true|false|wahr|falsch|vrai|faux|verdadero|falso|vero")
_FIRST_DAY = re.compile(r"(?:1970-01-01|0?1[./]0?1[./]1970)(?!\d)")
_QUOTES = frozenset(
    [
        "''",
        "``",
        "\u201c\u201d",
        "\u201e\u201c",
        "\u201e\u201d",
        "\u00ab\u00bb",
        "\u00bb\u00ab",
        "\u2018\u2019",
    ]
)
_KEPT_DIGITS = 15  # by spreadsheets
_FEWEST_ZEROS = 4  # behind them, over several numbers; fewer may be chance
_LONGEST_WITHOUT_SEPARATOR = 3  # digits
_UNSEEN = frozenset(INVISIBLE)


def no_values(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of texts such as NULL, which would be a customer or a product of their own."""
    for field in _TEXTS:
        found = first.found(field, lambda text: text.casefold() in first.words.no_values)
        if found:
            several = sorted(set(found), key=found.index)[:2]
            yield tell_no_value(field, "' or '".join(several), first.share(found), len(found))


def tell_no_value(field: str, text: str, share: str, rows: int) -> Choice[object]:
    """Tell of a text that may mean no value; `share` says in how many rows it stands."""
    return doubt_of_texts(
        field,
        f"'{text}' stands in {share}, {NO_VALUE}",
        "export empty cells, or the value itself in each row",
        rows,
    )


def tell_day(field: str, text: str, share: str, rows: int) -> Choice[object]:
    """Tell of an id that a spreadsheet may have taken for a day: `3-Jan`."""
    return _damaged(field, text, share, MADE_A_DAY, rows)


def _damaged(field: str, text: str, share: str, why: str, rows: int) -> Choice[object]:
    evidence = f"'{text}', in {share}: {why}"
    return doubt_of_texts(field, evidence, "export this column as a text", rows)


def damaged_ids(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of ids that a program has taken for numbers or for dates."""
    for field in _IDS:
        texts = first.texts(field)
        rounded = first.found(field, _ROUNDED.fullmatch) or _with_lost_digits(texts)
        days = first.found(field, lambda text: _is_day(text, first.words))
        days = days if len(days) < len(texts) else []
        for found, why in (
            (rounded, "a spreadsheet has rounded it, and different ones may have become one"),
            (days, MADE_A_DAY),
            (
                first.found(field, _TRUTH.fullmatch),
                "a program has put a yes or a no there, and no id",
            ),
            (
                first.found(field, _MARKED.fullmatch),
                "its apostrophe may be a spreadsheet's mark of a text, and no part of it",
            ),
            (
                _grouped(texts),
                "a program has written it as a number with a separator, unlike other files",
            ),
            (
                _floats(texts, field),
                "a program has made a decimal number of it, unlike other files",
            ),
        ):
            if found:
                yield _damaged(field, found[0], first.share(found), why, len(found))


def _floats(texts: Sequence[str], field: str) -> Sequence[str]:
    """Return the texts if each is a whole number as a decimal one, such as 1001.0.

    Programs write a customer's number so where some rows have none, and all files of a shop alike.
    """
    return texts if field != "customer_id" and all(map(_FLOAT.fullmatch, texts)) else ()


def _grouped(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts with a thousands separator, if all others are too short for one: 1,001."""
    every = set(texts)  # most texts come again
    found = set(filter(_GROUPED.fullmatch, every))
    rest = every - found
    is_all = all(text.isdecimal() and len(text) <= _LONGEST_WITHOUT_SEPARATOR for text in rest)
    return [text for text in texts if text in found] if is_all and len(found) > 1 else ()


def _with_lost_digits(texts: Sequence[str]) -> list[str]:
    """Return long numbers if all of them have zeros behind the digits that a spreadsheet keeps."""
    longer = {text for text in texts if len(text) > _KEPT_DIGITS and text.isdecimal()}
    endings = [text[_KEPT_DIGITS:] for text in longer]
    if any(map(int, endings)) or sum(map(len, endings)) < _FEWEST_ZEROS:
        return []
    return [text for text in texts if text in longer]


def _is_day(text: str, words: Words) -> bool:
    if text.isupper():  # an article such as `SET-12`
        return False
    if _DATE.fullmatch(text):
        return True
    match = _DAY.fullmatch(text)
    return match is not None and normalise(match[1] or match[2]) in words.months


def foreign_quotes(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of texts in quotes of another kind than a table's, which are part of the text then."""
    for field in _TEXTS:
        texts = first.texts(field)
        if texts and all(text[:1] + text[-1:] in _QUOTES and len(text) > 1 for text in texts):
            yield doubt_of_texts(
                field,
                f"all texts stand in quotes that belong to them, such as {texts[0]}",
                'export the file with " around texts, or with no quotes',
                len(texts),
            )


def placeholder_days(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of the first day that Unix counts, which programs write where they have no date."""
    found = first.found("order_date", _FIRST_DAY.match)
    if found:
        yield doubt_of_texts(
            "order_date",
            f"'{found[0]}' stands in {first.share(found)}, as where a program has no date",
            "export empty cells there",
            len(found),
        )


def invisible_characters(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of ids with a mark that nobody sees, such as a tab or one that begins another file."""
    for field in _IDS:
        cells = first.cells(first.columns.fields.get(field, -1))
        odd = set(filter(_has_unseen, set(cells)))
        found = [cell.strip(" ") for cell in cells if cell in odd] if odd else []
        if found:
            yield doubt_of_texts(
                field,
                f"{found[0]!a} has a character that nobody sees, in {first.share(found)}",
                "remove it; files that were joined often have one where the second begins",
                len(found),
            )


def _has_unseen(cell: str) -> bool:
    """Tell whether a filled cell has a character that nobody sees, other than spaces around it."""
    text = cell.strip(" ")
    return bool(text.strip()) and (text.strip() != text or not _UNSEEN.isdisjoint(text))


def damaged_texts(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of texts that an earlier program has damaged, or has written for a web page."""
    for mark, pattern, why in (
        ("\ufffd", _LOST, "a character that an earlier program has lost stands in"),
        ("&", _ENTITY, "characters are written as for a web page in"),
    ):
        texts = (text for row in first.rows if mark in (text := "\0".join(row)))  # few have it
        found = [match[0] for text in texts if (match := pattern.search(text))]
        if found:
            yield doubt_of_texts(
                "",
                f"{why} {first.share(found)}, such as '{found[0].strip()}'",
                "export the texts again, from the program that has them right",
                len(found),
            )
