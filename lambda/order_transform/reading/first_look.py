"""What the first rows of a file show of texts and items that may not be what the shop meant.

Each function is one kind of evidence; `look_at_first_rows` asks them all. None changes a row: each
tells what a person has to know before the file's sums and texts are used. Pure.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    Contract,
)
from order_transform.contract.header_names import normalise
from order_transform.contract.word_lists import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns import Columns
from order_transform.reading.rows import cell_at

# A fixed number, so that a file is read alike however much of it an engine looks at first.
LOOKED_AT = 1_000
_IDS = (ORDER_ID, PRODUCT_ID, "customer_id")
_TEXTS = (*_IDS, PRODUCT_NAME, "category", "country", "currency")
_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*[Ee]\+[0-9]{2,}")
_DAY = re.compile(r"[0-9]{1,2}[-.] ?(\w{3,4})|(\w{3,4})[-. ][0-9]{2}")
_FLOAT = re.compile(r"[0-9]+\.0")
_KEPT_DIGITS = 15  # by spreadsheets
_FEWEST_ZEROS = 4  # behind them, over several numbers; fewer may be chance


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The cells of the first rows that are orders, and what their columns mean."""

    columns: Columns
    rows: Sequence[Sequence[str]]
    words: Words

    def share(self, found: Sequence[object]) -> str:
        """Return how many of the rows something is found in: `2 of the first 1,000 rows`."""
        return f"{len(found):,} of the first {len(self.rows):,} rows"

    def texts(self, field: str) -> list[str]:
        """Return the filled cells of a field; empty if the file has no column for it."""
        place = self.columns.fields.get(field, -1)
        return [text for row in self.rows if (text := cell_at(row, place).strip())]


def look_at_first_rows(
    columns: Columns, rows: Iterable[Sequence[str]], contract: Contract
) -> list[Choice[object]]:
    """Return what the first rows show; nothing for most files."""
    first = FirstRows(columns, tuple(rows), contract.words)
    kinds: tuple[Callable[[FirstRows], Iterator[Choice[object]]], ...] = (
        _no_values,
        _damaged_ids,
        _side_items,
        _lacking_products,
    )
    return [choice for kind in kinds for choice in kind(first)]


def _no_values(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of texts such as NULL, which would be a customer or a product of their own."""
    for field in _TEXTS:
        found = [text for text in first.texts(field) if text.casefold() in first.words.no_values]
        if found:
            yield _text_doubt(
                field,
                f"'{found[0]}' stands in {first.share(found)}, where it may mean no value, or the"
                " one of the row above",
                "export empty cells, or the value itself in each row",
                len(found),
            )


def _damaged_ids(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of ids that a program has taken for numbers or for dates."""
    for field in _IDS:
        texts = first.texts(field)
        rounded = [text for text in texts if _ROUNDED.fullmatch(text)] or _with_lost_digits(texts)
        days = [text for text in texts if _is_day(text, first.words)]
        days = days if len(days) < len(texts) else []
        if rounded:
            why = "a spreadsheet has rounded it, and different ones may have become one"
            yield _text_doubt(field, f"'{rounded[0]}', in {first.share(rounded)}: {why}", _AS_TEXT)
        if days:
            why = "a spreadsheet may have made a day of it"
            yield _text_doubt(field, f"'{days[0]}', in {first.share(days)}: {why}", _AS_TEXT)
        if texts and all(map(_FLOAT.fullmatch, texts)):
            why = "a program has made a decimal number of each, which other files do not have"
            yield _text_doubt(field, f"'{texts[0]}', in {first.share(texts)}: {why}", _AS_TEXT)


_AS_TEXT = "export this column as a text"


def _with_lost_digits(texts: Sequence[str]) -> list[str]:
    """Return long numbers if all of them have zeros behind the digits that a spreadsheet keeps."""
    longer = {text for text in texts if len(text) > _KEPT_DIGITS and text.isdecimal()}
    endings = [text[_KEPT_DIGITS:] for text in longer]
    if any(map(int, endings)) or sum(map(len, endings)) < _FEWEST_ZEROS:
        return []
    return [text for text in texts if text in longer]


def _is_day(text: str, words: Words) -> bool:
    match = _DAY.fullmatch(text)
    return match is not None and normalise(match[1] or match[2]) in words.months


def _side_items(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with money for shipping, a tip or a tax, which count like products."""
    fields = first.columns.fields
    products = [fields[name] for name in (PRODUCT_ID, PRODUCT_NAME) if name in fields]
    money = fields.get(PRICE, fields.get(LINE_TOTAL, -1))
    found = [
        text
        for row in first.rows
        for place in products
        if normalise(text := cell_at(row, place).strip()) in first.words.side_items
        and re.search("[1-9]", cell_at(row, money))
    ]
    if found:
        yield Choice(
            name="side_items",
            value="counted",
            certainty=Certainty.SETTLED,
            evidence=f"rows such as '{found[0]}' count like products: {first.share(found)}",
            field=PRODUCT_ID,
            remedy="leave such rows out of the export where only goods are to count",
            rows=len(found),
        )


def _lacking_products(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of orders without a product, as pivot tables leave it out where it repeats."""
    fields = first.columns.fields
    products = [fields[name] for name in (PRODUCT_ID, PRODUCT_NAME) if name in fields]
    money, order = fields.get(PRICE, fields.get(LINE_TOTAL, -1)), fields.get(ORDER_ID, -1)
    rows = [
        row
        for row in first.rows
        if re.search("[0-9]", cell_at(row, money))
        and not any(cell_at(row, at).strip() for at in products)
        and (cell_at(row, order).strip() or any(map(_says_more_than_a_sum, row)))
    ]
    if rows:
        example = ", ".join(filter(None, map(str.strip, rows[0])))[:60]
        yield _text_doubt(
            PRODUCT_ID,
            f"it is empty in {first.share(rows)}, such as '{example}', and stays empty there",
            "fill it in each row where it is the one of the row above",
            len(rows),
        )


def _says_more_than_a_sum(cell: str) -> bool:
    """Tell whether a cell has a letter or a date; a row without one may be a total."""
    return re.search(r"[^\W\d_]|\d[-/.]\d{1,2}[-/.]\d", cell) is not None


def _text_doubt(field: str, evidence: str, remedy: str, rows: int = 0) -> Choice[object]:
    return Choice("texts", "as written", Certainty.DOUBTFUL, evidence, field, remedy, rows=rows)
