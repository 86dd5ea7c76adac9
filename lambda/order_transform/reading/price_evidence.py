"""What the rows of a file show about its price, in counts. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Sale(NamedTuple):
    """A row with money above 0: its product, the money, and how many pieces it is for.

    `order` is None where the row has no order id, or where the money is surely not the order's.
    """

    product: str | None
    money: float
    pieces: float
    order: str | None = None


@dataclass(frozen=True, slots=True)
class PriceEvidence:
    """Counts over the accepted rows with a price that is not 0.

    `several` have a quantity other than 1 and -1. Of these, those with a line total: `compared`;
    in `unit_fits` of them it is price times quantity, in `line_fits` it is the price itself. Of the
    rows with one piece, `singles` have a line total, and in `single_fits` it is the price.
    `example` describes a row in which it is neither or the less frequent one. `same_cell` rows
    have the same product and price as a row of another quantity; `same_share` rows have the same
    product and price divided by quantity as such a row; `comparable` rows have a product that was
    sold in several quantities. Of the orders with several different lines, `same_orders` have one
    amount on all of them, and `other_orders` do not. A further column called `total` is price times
    quantity in every row looked at, or the price is that called `per_piece` times the quantity.
    """

    several: int = 0
    compared: int = 0
    unit_fits: int = 0
    line_fits: int = 0
    singles: int = 0
    single_fits: int = 0
    example: str = ""
    same_cell: int = 0
    same_share: int = 0
    comparable: int = 0
    same_orders: int = 0
    other_orders: int = 0
    total: str = ""
    per_piece: str = ""

    @property
    def differences(self) -> int:
        """Return in how many rows the file's line total is not price times quantity."""
        return self.compared - self.unit_fits + self.singles - self.single_fits


def count_repeats(sales: Iterable[Sale]) -> PriceEvidence:
    """Count rows that repeat a product's cell, or its share per piece, at another quantity.

    Count, too, the orders whose lines all have the same money.
    """
    several = comparable = same_cell = same_share = 0
    orders: defaultdict[str, set[Sale]] = defaultdict(set)
    products: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for sale in sales:
        product, money, pieces, order = sale
        several += pieces > 1
        if product:
            products[product].append((money, pieces))
        if order:
            orders[order].add(sale)
    for lines in products.values():
        if len({pieces for _, pieces in lines}) > 1:
            comparable += len(lines)
            same_cell += _repeated(lines)
            same_share += _repeated((round(money / pieces, 2), pieces) for money, pieces in lines)
    amounts = [len({line.money for line in lines}) for lines in orders.values() if len(lines) > 1]
    same_orders = amounts.count(1)
    return PriceEvidence(
        several,
        same_cell=same_cell,
        same_share=same_share,
        comparable=comparable,
        same_orders=same_orders,
        other_orders=len(amounts) - same_orders,
    )


def _repeated(lines: Iterable[tuple[float, float]]) -> int:
    """Count the lines whose amount stands at several numbers of pieces, which come second."""
    groups: defaultdict[float, list[float]] = defaultdict(list)
    for amount, pieces in lines:
        groups[amount].append(pieces)
    return sum(
        len(pieces) for amount, pieces in groups.items() if amount > 0 and len(set(pieces)) > 1
    )
