"""Which statuses of a file mean a sale. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from order_transform.contract.definition import STATUS
from order_transform.contract.header_names import header_words, normalise
from order_transform.contract.words import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns

_PARTLY = ("part", "parz", "parc", "teil", "gedeelte", "del", "czesc", "castec", "kismi", "част")
# Beside one of these a `Credit` is a card.
_PAYMENTS = frozenset(
    {"cash", "debit", "card", "debitcard", "paypal", "check", "cheque", "ec", "visa"}
)
# Orders that are not paid or not confirmed in some programs, and sales in others.
_OPEN = frozenset(
    {
        "pending",
        "open",
        "onhold",
        "wconhold",
        "unconfirmed",
        "offen",
        "ausstehend",
        "enattente",
        "pendiente",
        "insospeso",
        "pendente",
        "oczekujace",
    }
)
_CODE = re.compile(r"[A-Za-z]|\d{1,3}")
_MOST_KINDS = 50  # a column with more texts says something else


@dataclass(frozen=True, slots=True)
class Statuses:
    """The cells of a column that says which rows are sales, as the file writes them.

    `place` is that of the status, or of a column such as `Type` in a file without one (`is_kind`);
    its returns are left out of the sales only where their quantity is above 0, since others lower
    the total themselves. `no_sale` are the cells that the contract's list names. `others` are all
    further ones, where only a sample was read: a row with one that is in neither has to be looked
    at. It is None where every row was read. `unclear` are texts that have a word of the list among
    others, or codes.
    """

    no_sale: tuple[str, ...] = ()
    others: tuple[str, ...] | None = None
    place: int = -1
    is_kind: bool = False
    unclear: tuple[str, ...] = ()

    def known(self) -> tuple[str, ...]:
        """Return every cell that a row of a sampled file may have, besides an empty one."""
        return (*(self.others or ("",)), *self.no_sale)

    def choice(self, columns: Columns) -> Choice[object] | None:
        """Return what to tell of a doubtful status, or of a column that was taken for a status."""
        if self.unclear and not self.is_kind:
            return self._unclear_status()
        if not (self.is_kind and self.no_sale):
            return None
        label = columns.labels[self.place]
        return Choice(
            name="column",
            value=label,
            certainty=Certainty.DOUBTFUL,
            evidence=f"rows with a quantity above 0 in which {label!r} is {self.no_sale[0]!r}"
            " are not counted as sales",
            field=STATUS,
            remedy=f'--map status="{label}" if it is the status; or a negative quantity in returns',
        )

    def _unclear_status(self) -> Choice[object]:
        texts = ", ".join(f"'{text[:40]}'" for text in self.unclear[:3])
        return counted_as_sales(
            f"rows with a status such as {texts} count as sales; the list lacks them",
            "add it to no_sale in the contract, or to sale if it is one",
        )


@dataclass(frozen=True, slots=True)
class NoSaleMark:
    """A column that marks rows that are not sales: with one of `cells`, or, if None, any text.

    A text without a digit above 0, such as 0000-00-00, is not a day. `others` are as in `Statuses`.
    """

    label: str
    place: int
    cells: tuple[str, ...] | None
    others: tuple[str, ...] | None = None


def counted_as_sales(
    evidence: str, remedy: str, *, rows: int = 0, field: str = STATUS
) -> Choice[object]:
    """Tell of rows that count as sales, and may not be sales."""
    return Choice("no_sale", "sales", Certainty.DOUBTFUL, evidence, field, remedy, rows=rows)


def mark_of(
    label: str, place: int, texts: Iterable[str], words: Words, *, is_sample: bool
) -> NoSaleMark | None:
    """Return the mark of a column by its texts; None where it holds something else.

    A column called `Refunded` may have amounts.
    """
    if normalise(label) in words.no_sale_days:
        return NoSaleMark(label, place, None)
    found = {text: normalise(text) for text in texts}
    if not all(name in words.yes or name in words.no or not name for name in found.values()):
        return None
    marks = tuple(sorted(text for text, name in found.items() if name in words.yes))
    others = tuple(sorted(found.keys() - set(marks))) if is_sample else None
    return NoSaleMark(label, place, marks, others)


def status_place(columns: Columns, words: Words) -> tuple[int, bool]:
    """Return the place of the status, or of a column of kinds and True; -1 where neither is."""
    if STATUS in columns.fields:
        return columns.fields[STATUS], False
    kinds = (
        place
        for place in columns.extra.values()
        if normalise(columns.labels[place]) in words.movement_columns
    )
    place = next(kinds, -1)
    return place, place >= 0


def sort_statuses(
    cells: Iterable[str], words: Words, *, is_sample: bool, place: int, is_kind: bool
) -> Statuses:
    """Part statuses into sales and others."""
    no_sale = words.no_sale | (words.returns if is_kind else frozenset())
    texts = set(cells)
    if is_kind and len(texts) > _MOST_KINDS:
        return Statuses()
    if is_kind and not _PAYMENTS.isdisjoint(map(normalise, texts)):
        no_sale -= {"credit"}
    found = {text for text in texts if normalise(text) in no_sale}
    others = tuple(sorted(texts - found)) if is_sample else None
    unclear = [text for text in texts - found if _may_be_no_sale(text, no_sale, words.sale)]
    unclear = unclear or ([] if is_kind else _codes(texts, words.sale))
    return Statuses(tuple(sorted(found)), others, place, is_kind, tuple(sorted(unclear)))


def _codes(texts: set[str], sale: frozenset[str]) -> list[str]:
    """Return statuses if all are numbers or letters: what they mean, the file does not say."""
    codes = {text for text in texts if text.strip()}
    if len(codes) > 1 and all(_CODE.fullmatch(text.strip()) for text in codes):
        return [text for text in codes if normalise(text) not in sale]
    return []


def _may_be_no_sale(text: str, no_sale: frozenset[str], sale: frozenset[str]) -> bool:
    """Tell whether a status is open, or has a word of the list among others: `Venta cancelada`.

    A partly refunded order is a sale, and so is one with a status of `sale`.
    """
    if normalise(text) in sale:
        return False
    if normalise(text) in _OPEN:
        return True
    words = header_words(text)
    return not no_sale.isdisjoint(words) and not any(word.startswith(_PARTLY) for word in words)
