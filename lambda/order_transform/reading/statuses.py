"""Which statuses of a file mean a sale. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from order_transform.contract.definition import STATUS
from order_transform.contract.header_names import normalise
from order_transform.contract.word_lists import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns import Columns

_MOST_KINDS = 50  # a column with more texts says something else


@dataclass(frozen=True, slots=True)
class Statuses:
    """The cells of a column that says which rows are sales, as the file writes them.

    `place` is that of the status, or of a column such as `Type` in a file without one (`is_kind`);
    its returns are no sales only where their quantity is above 0, since others lower the total
    themselves. `no_sale` are the cells that the contract's list names. `others` are all further
    ones, where only a sample was read: a row with one that is in neither has to be looked at. It
    is None where every row was read.
    """

    no_sale: tuple[str, ...] = ()
    others: tuple[str, ...] | None = None
    place: int = -1
    is_kind: bool = False

    def choice(self, columns: Columns) -> Choice[object] | None:
        """Return what to tell of a column that is taken for a status without being called so."""
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
    cells: Iterable[str], no_sale: frozenset[str], *, is_sample: bool, place: int, is_kind: bool
) -> Statuses:
    """Part statuses into sales and others; `no_sale` are normalised."""
    texts = set(cells)
    if is_kind and len(texts) > _MOST_KINDS:
        return Statuses()
    found = {text for text in texts if normalise(text) in no_sale}
    others = tuple(sorted(texts - found)) if is_sample else None
    return Statuses(tuple(sorted(found)), others, place, is_kind)
