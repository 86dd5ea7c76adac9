"""Numbers that a comma without quotes has split in two cells: `A,10,50,1`. Pure.

Such a row has one cell too many. It is silently wrong where the header has a column to spare: the
price is then 10 and the quantity 50.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from order_transform.contract.definition import LINE_TOTAL, PRICE, QUANTITY
from order_transform.contract.header_names import header_words, names_a_sum
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns, is_unnamed
from order_transform.reading.rows.csv_rows import cell_at

SPLIT_NUMBER = "split_number"
# A sign or a currency may stand before the number and behind it; a dot may separate thousands.
_WHOLE = re.compile(r"[^\d.,]{0,4}(\d{1,3}(?:\.\d{3})+|\d{1,9})")
_CENTS = r"\d{2}[^\d.,]{0,4}"
_TENTHS = r"\d[^\d.,]{0,4}"  # 10,5 for 10.50
_THOUSANDS = r"\d{3}\.\d{1,2}[^\d.,]{0,4}"  # 1,250.00
_QUANTITY = re.compile(r"-?[1-9]\d{0,8}(?:\.0+)?")
# What columns of texts are called in exports with a decimal comma.
# fmt: off
_TEXTS = frozenset([
    "note", "notes", "comment", "comments", "remark", "remarks", "memo", "message",
    "description", "name", "address", "city", "town", "street", "email", "tags", "color",
    "colour", "bemerkung", "bemerkungen", "notiz", "kommentar", "hinweis", "anmerkung",
    "ort", "stadt", "adresse", "strasse", "farbe", "remarque", "commentaire", "ville",
    "couleur", "nota", "notas", "comentario", "observaciones", "observacoes", "ciudad",
    "cidade", "endereco", "commento", "citta", "indirizzo", "opmerking", "plaats", "uwagi",
    "komentarz", "miasto", "poznamka", "mesto", "megjegyzes", "varos",
])
# fmt: on
# A rate stands in each row: `A,1,10,19` below `price,VAT rate` is not 10.19.
_RATES = frozenset({"rate", "vat", "gst", "mwst", "ust", "tva", "iva", "btw", "moms", "percent"})
_COUNTS = frozenset({"quantity", "qty", "count"})


@dataclass(frozen=True, slots=True)
class SplitNumbers:
    """Where the numbers of a file may be split.

    `money` are the places of amounts, from left to right; the header has `width` cells. `unnamed`
    are the places right of the first amount whose header is empty. `spare` is the place of the last
    column where no field wants it, else -1. In a file whose amounts have a decimal point
    (`has_decimals`), only thousands can be split. `has_text_to_spare`: the last column is one of
    texts by its name.
    """

    money: tuple[int, ...]
    quantity: int
    width: int
    unnamed: tuple[int, ...]
    spare: int
    has_decimals: bool = False
    has_text_to_spare: bool = False

    @property
    def has_spare(self) -> bool:
        """Tell whether the last column may hold what a split number has shifted into it."""
        return self.spare >= 0

    def has_too_many(self, cells: Sequence[str]) -> bool:
        """Tell whether a row has a cell more than the header names, and a split number is why."""
        return self._has_more(cells) and self._is_split(cells)

    def may_have_too_many(self, cells: Sequence[str]) -> bool:
        """Tell the same of a row whose split number may also have one digit behind the comma."""
        return self._has_more(cells) and self._is_split(cells, with_tenths=True)

    def _has_more(self, cells: Sequence[str]) -> bool:
        if len(cells) > self.width or not self.unnamed:
            return len(cells) > self.width
        return any(cell_at(cells, place).strip() for place in self.unnamed)

    def _is_split(self, cells: Sequence[str], *, with_tenths: bool = False) -> bool:
        """Tell whether a row fits the header if each amount is put together again.

        A row in which price times quantity stands under another amount is right as it is.
        """
        joined = self._joined(cells, with_tenths=with_tenths)
        if len(joined) == len(cells) or any(joined[self.width :]):
            return False
        if any(cell_at(joined, place).strip() for place in self.unnamed):
            return False
        if self.quantity >= 0 and not _QUANTITY.fullmatch(cell_at(joined, self.quantity).strip()):
            return False
        return not self._has_own_total(cells)

    def _joined(self, cells: Sequence[str], *, with_tenths: bool) -> list[str]:
        """Return the cells of a row with each amount that may be split put together again."""
        cents = f"{_CENTS}|{_TENTHS}" if with_tenths else _CENTS
        second_part = _THOUSANDS if self.has_decimals else f"{cents}|{_THOUSANDS}"
        joined = list(cells)
        for place in self.money:
            first, second = cell_at(joined, place).strip(), cell_at(joined, place + 1).strip()
            if _WHOLE.fullmatch(first) and re.fullmatch(second_part, second):
                joined[place : place + 2] = [f"{first},{second}"]
        return joined

    def _has_own_total(self, cells: Sequence[str]) -> bool:
        price = _WHOLE.fullmatch(cell_at(cells, self.money[0]).strip())
        quantity = cell_at(cells, self.quantity).strip()
        if not price or not quantity.isdecimal():
            return False
        total = int(price[1].replace(".", "")) * int(quantity)
        others = (cell_at(cells, place).strip() for place in (*self.money[1:], *self.unnamed))
        return int(quantity) > 1 and str(total) in others

    def doubt(self, rows: Sequence[Sequence[str]]) -> Choice[object] | None:
        """Tell of a file in which every row that fills the last column may have a split number.

        Programs that write 10,5 for 10.50 write 10 for 10.00, which fills one column fewer. So one
        digit behind the comma is a doubt only where other rows leave the last column empty, or
        where that is one for texts, such as notes, and has nothing but digits.
        """
        rows = [cells for cells in rows if any(cells)]
        filled = [cells for cells in rows if self._fills_spare(cells)]
        has_tenths = self.has_text_to_spare or len(filled) < len(rows)
        filled = [cells for cells in filled if not self.has_too_many(cells)]  # rejected already
        if not filled or not self._may_be_split(filled, with_tenths=has_tenths):
            return None
        return Choice(
            name="split_numbers",
            value="as separate cells",
            certainty=Certainty.DOUBTFUL,
            evidence="each row that fills the last column has cells that may be one amount, which a"
            f" comma without quotes has split: '{','.join(filled[0])[:60]}'",
            field=PRICE,
            remedy="if 10,50 is meant, export with semicolons, or with quotes around such numbers",
        )

    def may_be_in_doubt(self, first_rows: Sequence[Sequence[str]]) -> bool:
        """Tell whether there may be a doubt about a file that begins with these rows."""
        if self.has_decimals or not self.has_spare:
            return False
        filled = list(filter(self._fills_spare, first_rows))
        # A row below that fills a column without a name is recognised by `may_have_too_many`.
        return self._may_be_split(filled, with_tenths=True) if filled else not self.unnamed

    def _may_be_split(self, rows: Iterable[Sequence[str]], *, with_tenths: bool) -> bool:
        """Tell whether every row leaves the last column empty if its numbers are put together."""
        return all(
            self._is_split(cells, with_tenths=with_tenths)
            and not cell_at(self._joined(cells, with_tenths=with_tenths), self.spare).strip()
            for cells in rows
        )

    def _fills_spare(self, cells: Sequence[str]) -> bool:
        return bool(cell_at(cells, self.spare).strip())


def split_numbers(columns: Columns, delimiter: str) -> SplitNumbers | None:
    """Return where a file's numbers may be split; None where no comma can split any."""
    fields = columns.fields
    width = columns.header_width
    money = {fields[name] for name in (PRICE, LINE_TOTAL) if fields.get(name, width) < width}
    if delimiter != "," or not money:
        return None
    labels = columns.labels[:width]
    money |= {place for place in columns.extra.values() if _is_amount(labels[place])}
    first = min(money)
    unnamed = tuple(place for place in range(first + 1, width) if is_unnamed(labels[place], place))
    last = width - 1
    is_rate = not _RATES.isdisjoint(header_words(labels[last]))
    is_spare = last in columns.extra.values() and last > first and not is_rate
    quantity = fields.get(QUANTITY, width)
    return SplitNumbers(
        money=tuple(sorted(money)),
        quantity=quantity if quantity < width else -1,
        width=width,
        unnamed=unnamed,
        spare=last if is_spare else -1,
        has_text_to_spare=not _TEXTS.isdisjoint(header_words(labels[last])),
    )


def _is_amount(label: str) -> bool:
    return names_a_sum(label) and _COUNTS.isdisjoint(header_words(label))
