"""Columns that no field wants, but which say that price or quantity is not what counts. Pure."""

from dataclasses import dataclass

from order_transform.contract.definition import PRICE, QUANTITY, Contract
from order_transform.contract.header_names import header_words, names_a_sum, normalise
from order_transform.contract.word_lists import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns import Columns
from order_transform.reading.spelled_headers import aliases_of
from order_transform.refusal import FileRefused

_PIECES = frozenset({"qty", "quantity", "units", "pieces", "items", "pcs"})


@dataclass(frozen=True, slots=True)
class ContraryColumns:
    """The places of such columns.

    `unsold` count pieces that were cancelled or came back, `price_units` for how many pieces a
    price is, `reduced` are lower prices than the one that is read, `discounts` say how much is
    taken off, and `refunds` how much was paid back.
    """

    unsold: tuple[int, ...] = ()
    price_units: tuple[int, ...] = ()
    reduced: tuple[int, ...] = ()
    discounts: tuple[int, ...] = ()
    refunds: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """Return the places of all of them."""
        return (
            *self.unsold,
            *self.price_units,
            *self.reduced,
            *self.discounts,
            *self.refunds,
        )


def contrary_columns(columns: Columns, contract: Contract) -> ContraryColumns:
    """Find such columns by their headers."""
    words = contract.words
    quantity_names = aliases_of(contract.field(QUANTITY), words) | _PIECES
    price_names = aliases_of(contract.field(PRICE), words)
    unsold, price_units, reduced, discounts, refunds = [], [], [], [], []
    for place in columns.extra.values():
        label = columns.labels[place]
        names = header_words(label)
        if normalise(label) in words.price_units:
            price_units.append(place)
        elif not quantity_names.isdisjoint(names):
            if not (words.no_sale | words.returns).isdisjoint(names):
                unsold.append(place)
        elif not price_names.isdisjoint(names) and not words.reduced_prices.isdisjoint(names):
            reduced.append(place)
        elif _is_discount(label, words):
            discounts.append(place)
        elif names_a_sum(label) and not (words.no_sale | words.returns).isdisjoint(names):
            refunds.append(place)
    return ContraryColumns(*map(tuple, (unsold, price_units, reduced, discounts, refunds)))


def _is_discount(label: str, words: Words) -> bool:
    """Tell whether a column is a discount by its name: `Discount Amount`, `折扣金额`."""
    names = header_words(label)
    if not words.no_discounts.isdisjoint(names):
        return False
    joined = normalise(label)
    return not words.discounts.isdisjoint(names) or any(
        word in joined for word in words.discounts if not word.isascii() or " " in word
    )


def tell_discount(label: str, *, is_line: bool) -> Choice[object]:
    """Tell that the file has discounts or refunds which price or line total may not have."""
    return Choice(
        name="discount",
        value=label,
        certainty=Certainty.SETTLED,
        evidence=f"{label!r} is not 0 in some rows, and total_amount is"
        f" {'the line total' if is_line else 'price times quantity'} all the same",
        field=PRICE,
        remedy="export the price or the line total after it where that is what counts",
    )


def tell_unsold(label: str, rows: int) -> Choice[object]:
    """Tell that the quantity has pieces that were not sold, or came back."""
    return Choice(
        name="no_sale",
        value="sales",
        certainty=Certainty.DOUBTFUL,
        evidence=f"in rows in which {label!r} is not 0 its pieces count as sold, too: {rows:,}",
        field=QUANTITY,
        remedy="export the number of pieces that stay sold, or a negative quantity for the others",
        rows=rows,
    )


def tell_reduced(label: str, header: str, rows: int) -> Choice[object]:
    """Tell that the file has a lower price than the one that is read."""
    return Choice(
        name="column",
        value=header,
        certainty=Certainty.DOUBTFUL,
        evidence=f"in rows {label!r} is another amount, and may be what was paid: {rows:,}",
        field=PRICE,
        remedy=f'--map price="{label}"',
        rows=rows,
    )


def refuse_price_units(label: str, header: str, example: str) -> FileRefused:
    """Return the refusal of a file whose prices are for several pieces."""
    return FileRefused(
        "unclear_unit",
        f"{header!r} is the price of as many pieces as {label!r} says, such as {example};"
        " export the price of one piece, or read the column of the whole line's money with"
        ' --map price="Header" and --price-is line',
    )
