"""Known orders, written as some shop's program would write them, come back as they were."""

import csv
import gzip
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from order_transform.sql.engine import Engine
from transformed import HASTY, run


@dataclass(frozen=True)
class Order:
    product: str
    price: Decimal
    quantity: int
    ordered: datetime


@dataclass(frozen=True)
class Numbers:
    """How a program writes numbers: `mark` parts thousands, `money` stands around a price."""

    point: str
    mark: str
    money: str
    is_accounting: bool

    def write(self, number: Decimal | int) -> str:
        text = f"{abs(number):,}".replace(",", "_").replace(".", self.point)
        text = text.replace("_", self.mark)
        if number < 0:
            return f"({text})" if self.is_accounting else f"-{text}"
        return text

    def write_price(self, price: Decimal) -> str:
        return self.money.format(self.write(price))


@dataclass(frozen=True)
class Program:
    """How a program writes a file."""

    header: tuple[str, str, str, str]
    numbers: Numbers
    date: tuple[str, str]  # strftime's format, and that of the ISO date it comes to
    delimiter: str
    line_end: str
    encoding: str
    dialect: type[csv.Dialect]
    titles: int
    blank_lines: int
    repeats_header: bool
    is_packed: bool

    def write(self, orders: list[Order]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(
            text, self.dialect, delimiter=self.delimiter, lineterminator=self.line_end
        )
        writer.writerows([f"Orders {number}"] for number in range(self.titles))
        writer.writerow(self.header)
        for number, order in enumerate(orders):
            if self.repeats_header and number == 1:
                writer.writerow(self.header)
            price = self.numbers.write_price(order.price)
            quantity = self.numbers.write(order.quantity)
            date = order.ordered.strftime(self.date[0])
            writer.writerow([order.product, price, quantity, date])
        data = (text.getvalue() + self.line_end * self.blank_lines).encode(self.encoding)
        return gzip.compress(data) if self.is_packed else data

    def may_be_several_items(self, order: Order) -> bool:
        """Whether both numbers and the product have as many commas, as lists of items have."""
        numbers = (self.numbers.write_price(order.price), self.numbers.write(order.quantity))
        parts = {text.count(",") for text in (*numbers, order.product)}
        return len(parts) == 1 and parts != {0}


HEADERS = [
    ("SKU", "Unit Price", "Qty", "Order Date"),
    ("Artikel-Nr.", "Preis (EUR)", "Menge", "Bestelldatum"),
    ("Lineitem sku", "Lineitem price", "Lineitem quantity", "Created at"),
    ("product_id", "price_usd", "quantity_ordered", "date"),
]
DATES = [
    ("%Y-%m-%d", "%Y-%m-%d"),
    ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
    ("%Y/%m/%d", "%Y-%m-%d"),
    ("%Y%m%d", "%Y-%m-%d"),
    ("%d.%m.%Y", "%Y-%m-%d"),
    ("%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:00"),
    ("%m/%d/%Y", "%Y-%m-%d"),
    ("%d/%m/%Y", "%Y-%m-%d"),
    ("%d/%m/%y", "%Y-%m-%d"),
    ("%m-%d-%y", "%Y-%m-%d"),
    ("%m/%d/%Y %I:%M %p", "%Y-%m-%dT%H:%M:00"),
    ("%d-%b-%Y", "%Y-%m-%d"),
    ("%B %d, %Y", "%Y-%m-%d"),
    ("%a, %d %b %Y %H:%M:%S +0000", "%Y-%m-%dT%H:%M:%S+00:00"),
]
# It shows how the numbers and dates of its file are meant, and what cp1252 is.
TELLING = Order(
    "Brötchen für Käse", Decimal("0.5"), 1, datetime(2024, 3, 28, 13, 14, 15, tzinfo=UTC)
)

products = st.text("abcXYZ019 -_/.,;|\"'&#äöüßé€", min_size=1, max_size=12).map(str.strip)
prices = st.tuples(st.integers(0, 10**9), st.integers(0, 4)).map(
    lambda drawn: Decimal(drawn[0]).scaleb(-drawn[1])
)
orders = st.builds(
    Order,
    products.filter(bool),
    prices,
    st.integers(-2_000_000, 2_000_000).filter(bool),
    st.integers(946_684_800, 2_208_988_799).map(lambda at: datetime.fromtimestamp(at, UTC)),
)
numbers = st.builds(
    Numbers,
    st.just("."),
    st.sampled_from(["", ",", "'", " ", "\u00a0"]),
    st.sampled_from(["{}", "${}", "$ {}", "USD {}", "{} USD", "US${}", "Rs. {}"]),
    st.booleans(),
) | st.builds(
    Numbers,
    st.just(","),
    st.sampled_from(["", ".", " ", "\u00a0"]),
    st.sampled_from(["{}", "{} €", "€ {}", "{} EUR", "{} kr", "kr. {}"]),
    st.booleans(),
)
programs = st.builds(
    Program,
    st.sampled_from(HEADERS),
    numbers,
    st.sampled_from(DATES),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([csv.excel, csv.unix_dialect]),
    st.sampled_from([0, 0, 0, 2]),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize("engine", [Engine(), HASTY], ids=["careful", "hasty"])
@settings(max_examples=examples(30), deadline=None)
@given(programs, st.lists(orders, max_size=8), st.integers(0, 8))
def test_orders_come_back_as_they_were(
    engine: Engine, program: Program, drawn: list[Order], place: int
) -> None:
    written = [*drawn[:place], TELLING, *drawn[place:]]
    # Such a row is rejected (several_items), which has tests of its own.
    assume(not any(program.may_be_several_items(order) for order in written))
    outcome = run(program.write(written), engine=engine)
    assert outcome.refusal is None, outcome.result.refusal
    assert [
        (line["product_id"], line["price"], line["quantity"], line["order_date"])
        for line in outcome.lines
    ] == [
        (order.product, order.price, order.quantity, order.ordered.strftime(program.date[1]))
        for order in written
    ]
    assert outcome.column("total_amount") == [order.price * order.quantity for order in written]
    assert outcome.result.total_amount == sum(order.price * order.quantity for order in written)
    repeated = program.repeats_header and len(written) > 1
    assert outcome.result.reject_codes == ({"repeated_header": 1} if repeated else {})
