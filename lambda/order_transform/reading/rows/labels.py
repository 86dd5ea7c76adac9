"""Labels of rows that are not orders: totals, payouts, fees. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from order_transform.contract.definition import PRODUCT_ID, PRODUCT_NAME, Contract, FieldType
from order_transform.contract.header_names import header_words, normalise
from order_transform.contract.words import Words
from order_transform.reading.columns.columns import Columns
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.rows.running_sums import RunningSums

# Normalisation can make a letter of any character beyond ASCII.
_LETTER = re.compile(r"[A-Za-z\u0080-\U0010ffff]")
_PRODUCT_FIELDS = (PRODUCT_ID, PRODUCT_NAME)


@dataclass(frozen=True, slots=True)
class RowLabels:
    """Where a row's labels stand.

    `identity` are the places of the texts by which a row says what it is about, and `products`
    those of them that name a product. `kinds` are the places of columns such as `Type`, which
    say what kind of movement a row is.
    """

    words: Words
    identity: tuple[int, ...]
    products: tuple[int, ...]
    kinds: tuple[int, ...]

    def is_movement(self, cells: Sequence[str]) -> bool:
        """Tell whether a row is money that moves without an order: a payout, a hold, a fee."""
        movements = self.words.movements
        if any(normalise(cell_at(cells, place)) in movements for place in self.kinds):
            return True
        if self._has_two_texts(cells):
            return False
        texts = self._texts(cells)
        return len(texts) == 1 and normalise(texts[0]) in movements

    def is_total(self, cells: Sequence[str], sums: RunningSums | None) -> bool:
        """Tell whether a row adds up the rows above it: by its label, or by its numbers.

        A label counts where no other field says what the row is about, or where the numbers are
        sums, too. Where the word for a total is only one of the label's, the row must have no
        product, or sums. Without `sums`, whatever may be a total is one.
        """
        texts = self._texts(cells)
        if not texts:
            return sums is None or sums.match(cells)
        if len(texts) > 1 and sums is not None and not sums.match(cells):
            return False  # as for nearly every row; to look at its texts takes longer
        uses = [_use_of_total(text, self.words.totals) for text in texts]
        if _Use.LABEL in uses:
            return len(texts) == 1 or sums is None or sums.match(cells)
        if _Use.WORD not in uses:
            return False
        has_product = not self.products or any(cell_at(cells, place) for place in self.products)
        is_alone = len(texts) == 1 and len(self.identity) > 1 and not has_product
        return is_alone or sums is None or sums.match(cells)

    def may_be_labelled_total(self, cells: Sequence[str]) -> bool:
        """Tell whether a row has a word for a total in any cell."""
        totals = self.words.totals
        return any(_use_of_total(text, totals) is not _Use.NONE for text in cells)

    def have_total_words(self, rows: Iterable[Sequence[str]]) -> bool:
        """Tell whether any of many rows is one that `may_be_labelled_total`."""
        totals = self.words.totals
        texts: set[str] = set().union(*rows)  # most cells of a file are in many of its rows
        if all(map(_LETTER.search, totals)):
            texts = set(filter(_LETTER.search, texts))  # no numbers and no dates
        return any(_use_of_total(text, totals) is not _Use.NONE for text in texts)

    def has_no_text_or_moves(self, cells: Sequence[str]) -> bool:
        """Tell whether a row does not say what it is about, or that it `is_movement`."""
        if self._has_two_texts(cells) and not self.kinds:
            return False  # as for nearly every row
        return not self._texts(cells) or self.is_movement(cells)

    def _has_two_texts(self, cells: Sequence[str]) -> bool:
        """Tell quickly, as for most rows, that a row says more than one thing."""
        if len(self.identity) < 2:
            return False
        first, second, *_ = self.identity  # in the order of their places
        return len(cells) > second and bool(cells[first].strip() and cells[second].strip())

    def _texts(self, cells: Sequence[str]) -> list[str]:
        width = len(cells)
        return [text for place in self.identity if place < width and (text := cells[place].strip())]


def is_of_returns(title: Sequence[str], words: Words) -> bool:
    """Tell whether a table with this title has no sales: `Refunds`, `Cancelled orders`."""
    text = next((normalise(cell) for cell in title if cell.strip()), "")
    return text in words.returns or text.removesuffix("orders") in words.no_sale


class _Use(Enum):
    """How a text uses a word for totals."""

    NONE = auto()
    WORD = auto()
    LABEL = auto()


@lru_cache(maxsize=8192)
def _use_of_total(text: str, totals: frozenset[str]) -> _Use:
    """Tell whether a text is a label of totals, or else has a word for them."""
    if _is_total_label(text, totals):
        return _Use.LABEL
    return _Use.WORD if _has_total_word(text, totals) else _Use.NONE


def _is_total_label(text: str, totals: frozenset[str]) -> bool:
    """Tell whether a text is a word for totals, or begins with it as in `Subtotal: March`."""
    if normalise(text) in totals:
        return True
    return ":" in text and normalise(text.split(":", 1)[0]) in totals


def _has_total_word(text: str, totals: frozenset[str]) -> bool:
    """Tell whether the first or the last word is one for totals, as in `Furniture Total`."""
    words = header_words(text)
    if not words or words[-1].isdecimal():  # a product such as `Sum 41`
        return False
    return words[0] in totals or words[-1] in totals


def row_labels(columns: Columns, contract: Contract) -> RowLabels:
    """Find the columns of a file in which labels may stand."""
    identity = {
        place
        for name, place in columns.fields.items()
        if contract.field(name).type is FieldType.STRING and name not in ("currency", "status")
    }
    if 0 not in columns.fields.values():
        identity.add(0)
    kinds = [
        place
        for place in columns.extra.values()
        if normalise(columns.labels[place]) in contract.words.movement_columns
    ]
    products = {columns.fields[name] for name in _PRODUCT_FIELDS if name in columns.fields}
    return RowLabels(
        words=contract.words,
        identity=tuple(sorted(identity)),
        products=tuple(sorted(products)),
        kinds=tuple(kinds),
    )
