"""Which statuses of a file mean a sale. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from order_transform.contract.header_names import normalise


@dataclass(frozen=True, slots=True)
class Statuses:
    """The cells of the status column as the file writes them.

    `no_sale` are those that the contract's list names. `others` are all further ones, where only
    a sample was read: a row with one that is in neither has to be looked at. It is None where
    every row was read.
    """

    no_sale: tuple[str, ...] = ()
    others: tuple[str, ...] | None = None


def sort_statuses(cells: Iterable[str], no_sale: frozenset[str], *, is_sample: bool) -> Statuses:
    """Part statuses into sales and others; `no_sale` are normalised."""
    found: set[str] = set()
    others: set[str] = set()
    for cell in cells:
        if normalise(cell) in no_sale:
            found.add(cell)
        elif is_sample:
            others.add(cell)
    return Statuses(tuple(sorted(found)), tuple(sorted(others)) if is_sample else None)
