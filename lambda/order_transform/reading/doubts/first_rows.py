"""The first rows of a file, as far as they may be orders, and what their columns mean. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
)
from order_transform.contract.order_lines import LINE_IN_FILE
from order_transform.contract.words import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.rows.csv_rows import cell_at

# A fixed number, so that a file is read alike however much of it an engine looks at first.
LOOKED_AT = 1_000
_DIGITS = re.compile("[0-9]+")
_FEWEST_CELLS = 3  # of an order; a row with fewer, and no digit, may be a title
_DIGIT = re.compile(r"\d")
_EXAMPLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The cells of the first rows that may be orders, and what their columns mean.

    A blank row or a title stands above those of the rows whose numbers, from 0, are in `apart`.
    `are_last`: they are the last rows of a longer file. The last `others` of the rows stand further
    below the first ones, with gaps between them.
    """

    columns: Columns
    rows: Sequence[Sequence[str]]
    words: Words
    apart: frozenset[int] = frozenset()
    are_last: bool = False
    others: int = 0
    _cells: dict[int, list[str]] = field(default_factory=dict, compare=False, init=False)
    _texts: dict[str, list[str]] = field(default_factory=dict, compare=False, init=False)
    _bare_texts: dict[int, dict[str, str]] = field(default_factory=dict, compare=False, init=False)

    @property
    def are_all(self) -> bool:
        """Tell whether the file has no other rows."""
        return len(self.rows) < LOOKED_AT and not (self.are_last or self.others)

    def looked_at(self) -> str:
        """Return which rows these are, in words."""
        if self.others:
            return f"{len(self.rows):,} rows that were looked at"
        return f"{'last' if self.are_last else 'first'} {len(self.rows):,} rows"

    def share(self, found: Sequence[object]) -> str:
        """Return how many of the rows something is found in: `2 of the first 1,000 rows`.

        Of rows with gaps between them it is the least that there is: `at least 3 rows`.
        """
        if self.others:
            return f"at least {len(found):,} row{'s' if len(found) > 1 else ''}"
        return f"{len(found):,} of the {self.looked_at()}"

    def cells(self, place: int) -> list[str]:
        """Return the cells at a place, one per row, as `cell_at` does."""
        if place not in self._cells:
            # No call of ours: each column has thousands of cells.
            self._cells[place] = [row[place] if 0 <= place < len(row) else "" for row in self.rows]
        return self._cells[place]

    def texts(self, name: str) -> list[str]:
        """Return the filled cells of a field; empty if the file has no column for it."""
        if name not in self._texts:
            cells = self.cells(self.columns.fields.get(name, -1))
            self._texts[name] = [text for cell in cells if (text := cell.strip())]
        return self._texts[name]

    def rows_with(self, texts: Mapping[int, Set[str]]) -> list[Sequence[str]]:
        """Return the rows that have one of some texts at a place, by place."""
        found = {
            number
            for place, odd in texts.items()
            for number, cell in enumerate(self.cells(place))
            if cell in odd
        }
        return [self.rows[number] for number in sorted(found)]

    def found(self, name: str, holds: Callable[[str], object]) -> list[str]:
        """Return the filled cells of a field for which something holds: most texts come again."""
        texts = self.texts(name)
        odd = set(filter(holds, set(texts)))
        return [text for text in texts if text in odd] if odd else []

    def odd_texts(self, place: int, is_odd: Callable[[str], bool]) -> set[str]:
        """Return the texts at a place that are odd, whatever their digits: most differ in those."""
        if place not in self._bare_texts:
            texts = set(self.cells(place))
            self._bare_texts[place] = {text: _DIGITS.sub("", text) for text in texts}
        bare_texts = self._bare_texts[place]
        odd = {text for text in set(bare_texts.values()) if is_odd(text.strip())}
        return {text for text, bare in bare_texts.items() if bare in odd} if odd else odd

    def products(self, row: Sequence[str]) -> list[str]:
        """Return the filled cells of a row that name its product."""
        places = (self.columns.fields.get(name, -1) for name in (PRODUCT_ID, PRODUCT_NAME))
        return [text for place in places if (text := cell_at(row, place).strip())]

    def line_places(self) -> list[int]:
        """Return the places of what makes a row this line of its order (`LINE_IN_FILE`).

        The order's is the first one, and is -1 where the file has no column for it.
        """
        fields = self.columns.fields
        unused = LINE_TOTAL if PRICE in fields else PRICE
        others = [fields[name] for name in LINE_IN_FILE[1:] if name in fields and name != unused]
        return [fields.get(ORDER_ID, -1), *others]

    def money(self, row: Sequence[str]) -> str:
        """Return the cell of a row's price, or of its line total in a file without prices."""
        fields = self.columns.fields
        return cell_at(row, fields.get(PRICE, fields.get(LINE_TOTAL, -1)))

    def is_paid(self, row: Sequence[str]) -> bool:
        """Tell whether a row has money other than 0."""
        return re.search("[1-9]", self.money(row)) is not None


def first_rows(
    columns: Columns, rows: Iterable[Sequence[str]], words: Words, *, are_last: bool = False
) -> FirstRows:
    """Return the rows that are not blank, and which of them stand apart from those above."""
    filled: list[Sequence[str]] = []
    apart: set[int] = set()
    is_apart = False
    for row in rows:
        cells = sum(map(bool, row))
        if cells and is_apart:
            apart.add(len(filled))
        is_apart = cells < _FEWEST_CELLS and not any(map(_DIGIT.search, row))
        if cells:
            filled.append(row)
    return FirstRows(columns, tuple(filled), words, frozenset(apart), are_last)


def doubt_of_texts(name: str, evidence: str, remedy: str, rows: int) -> Choice[object]:
    """Return the choice that tells of texts which are written as they are."""
    return Choice("texts", "as written", Certainty.DOUBTFUL, evidence, name, remedy, rows=rows)


def shown(row: Sequence[str]) -> str:
    """Return the filled cells of a row, cut to a length that can be read."""
    return ", ".join(filter(None, map(str.strip, row)))[:_EXAMPLE_LENGTH]
