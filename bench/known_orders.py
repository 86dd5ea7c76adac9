"""Random files of orders that are known exactly, with what makes their meaning hard to read.

Rows of totals, order fields on an order's first line alone, prices of one piece or of the whole
line, and several items in a row: each as shops write it, in a random style.
"""

import csv
import io
import random
from dataclasses import dataclass, field
from decimal import Decimal

UNIT_NAMES = ["price", "Unit Price", "Preis", "Lineitem price"]
UNCLEAR_NAMES = ["Amount", "Sales", "item_price"]
LINE_NAMES = ["Line Total", "line_total", "Total Price", "Umsatz"]
TOTAL_LABELS = ["Total", "Summe", "Subtotal", "Gesamt", "Grand Total", "Totale", "Total:", ""]
STATUSES = ["paid", "pending", "fulfilled"]
CURRENCIES = ["EUR", "USD", "GBP"]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an order; `fields` are its order's status, currency and customer."""

    order: str
    fields: tuple[str, str, str]
    product: str
    quantity: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """Return the money of the line."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file's bytes, its lines, how many rows of totals it has, and what was drawn for it.

    `price` is the meaning of the money column: `unit`, `line`, `only_line` (a column that can mean
    nothing else) or `both`.
    """

    data: bytes
    lines: tuple[Line, ...]
    totals: int
    price: str
    is_carried: bool
    is_listed: bool


@dataclass(slots=True)
class _Style:
    delimiter: str
    point: str
    mark: str
    decimals: int = 2
    line_end: str = "\n"

    def number(self, number: Decimal | int) -> str:
        text = f"{number:,}" if isinstance(number, int) else f"{number:,.{self.decimals}f}"
        return text.replace(",", "_").replace(".", self.point).replace("_", self.mark)


@dataclass(slots=True)
class _Writer:
    """Writes the rows of one file; `price` and `fields` as in `KnownFile`."""

    chance: random.Random
    style: _Style
    price: str
    is_carried: bool
    rows: list[list[str]] = field(default_factory=list)
    totals: int = 0

    def money(self, lines: list[Line]) -> list[str]:
        """Return the money cells of a row."""
        number = self.style.number
        total = number(sum((line.total for line in lines), Decimal(0)))
        price = number(lines[0].price)
        return {"unit": [price], "both": [price, total]}.get(self.price, [total])

    def order(self, lines: list[Line]) -> None:
        """Write an order with one row per item."""
        for place, line in enumerate(lines):
            fields = ("", "", "") if place and self.is_carried else line.fields
            quantity = self.style.number(line.quantity)
            self.rows.append([line.order, *fields, line.product, quantity, *self.money([line])])

    def listed(self, lines: list[Line], joint: str) -> None:
        """Write an order as one row with lists."""
        total = self.style.number(sum((line.total for line in lines), Decimal(0)))
        self.rows.append(
            [
                lines[0].order,
                *lines[0].fields,
                joint.join(line.product for line in lines),
                joint.join(str(line.quantity) for line in lines),
                joint.join(f"{line.price:.2f}".replace(".", self.style.point) for line in lines),
                total,
            ]
        )

    def total(self, above: list[Line]) -> None:
        """Write a row that adds up the lines above."""
        label = self.chance.choice(TOTAL_LABELS)
        quantity = self.style.number(sum(line.quantity for line in above))
        total = self.style.number(sum((line.total for line in above), Decimal(0)))
        money = {"both": ["", total]}.get(self.price, [total])
        row = ["", "", "", "", "", quantity, *money]
        row[self.chance.choice([0, 0, 4])] = label
        self.rows.append(row)
        self.totals += 1


def known_file(chance: random.Random) -> KnownFile:
    """Draw one file."""
    style = _style(chance)
    lines = _orders(chance, chance.choice([4, 10, 40, 200]))
    price = chance.choice(["unit", "unit", "line", "only_line", "both"])
    is_listed = price == "both" and chance.random() < 0.5
    writer = _Writer(chance, style, price, not is_listed and chance.random() < 0.5)
    joint = chance.choice(["; ", "|", "\n"] + ([", ", ","] if style.point == "." else []))
    above: list[Line] = []
    written: list[Line] = []
    has_totals = chance.random() < 0.5 and not is_listed
    for order in lines:
        if is_listed and len(order) > 1:
            writer.listed(order, joint)
        else:
            writer.order(order)
        above += order
        written += order
        if has_totals and len(above) > 2 and chance.random() < 0.1:
            writer.total(above)
            above = []
    if has_totals:
        writer.total(written)
    fields = ["Order ID", "Status", "Currency", "Customer ID", "SKU", "Quantity"]
    text = io.StringIO()
    out = csv.writer(text, delimiter=style.delimiter, lineterminator=style.line_end)
    out.writerows([[*fields, *_money(chance, price)], *writer.rows])
    return KnownFile(
        data=text.getvalue().encode(),
        lines=tuple(written),
        totals=writer.totals,
        price=price,
        is_carried=writer.is_carried,
        is_listed=is_listed,
    )


def _money(chance: random.Random, price: str) -> list[str]:
    clear, line = chance.choice(UNIT_NAMES), chance.choice(LINE_NAMES)
    unclear = chance.choice(UNCLEAR_NAMES)
    return {
        "unit": [chance.choice([clear, clear, unclear])],
        "line": [unclear],
        "only_line": [line],
        "both": [clear, line],
    }[price]


def _style(chance: random.Random) -> _Style:
    if chance.random() < 0.6:
        line_end = chance.choice(["\n", "\r\n"])
        return _Style(",", ".", chance.choice(["", "", ","]), line_end=line_end)
    return _Style(chance.choice([";", "\t"]), ",", chance.choice(["", "."]))


def _orders(chance: random.Random, size: int) -> list[list[Line]]:
    catalogue = {
        f"P-{number}": Decimal(chance.randrange(100, 10 ** chance.choice([4, 4, 6]))).scaleb(-2)
        for number in range(chance.choice([3, 20]))
    }
    most = chance.choice([1, 5, 5, 2000])
    orders = []
    for number in range(size):
        fields = (
            chance.choice(STATUSES),
            chance.choice(CURRENCIES),
            f"C-{chance.randrange(size)}",
        )
        products = chance.sample(sorted(catalogue), chance.choice([1, 1, 2, 3]))
        orders.append(
            [
                Line(f"A-{number}", fields, product, chance.randint(1, most), catalogue[product])
                for product in products
            ]
        )
    return orders
