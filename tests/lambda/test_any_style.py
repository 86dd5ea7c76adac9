"""A file in any style reads back as it was written, or what differs is told.

Unlike `test_round_trip`, no record is there to show how the others are meant.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from transformed import Outcome, run


@dataclass(frozen=True)
class Line:
    """One order line as it is meant."""

    price: Decimal
    quantity: int
    day: date


@dataclass(frozen=True)
class Style:
    """How an export writes its lines; `money` stands around a price in the currency `code`."""

    headers: tuple[str, str, str, str]
    delimiter: str
    point: str
    group: str
    money: str
    code: str | None
    unit: str
    day: str

    def write(self, lines: list[Line]) -> str:
        rows = [list(self.headers)]
        for number, line in enumerate(lines):
            price = self.money.format(self.number(f"{line.price:,}"))
            quantity = self.number(f"{line.quantity:,}") + self.unit
            rows.append([f"p{number}", price, quantity, self.date(line.day)])
        return "".join(self.delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)

    def number(self, text: str) -> str:
        return text.replace(",", "\0").replace(".", self.point).replace("\0", self.group)

    def date(self, day: date) -> str:
        month = MONTHS.split()[day.month - 1]
        excel = (day - date(1899, 12, 30)).days
        return day.strftime(self.day).replace("MONTH", month).replace("SERIAL", str(excel))


HEADERS = [
    ("SKU", "Unit Price", "Quantity", "Order Date"),
    ("Artikelnummer", "Einzelpreis", "Menge", "Bestelldatum"),
    ("Référence", "Prix unitaire", "Quantité", "Date de commande"),
    ("商品编号", "单价", "数量", "下单时间"),
]
MONEY = [
    ("{}", None),
    ("€ {}", "EUR"),
    ("{} EUR", "EUR"),
    ("£{}", "GBP"),
    ("US${}", "USD"),
    ("${}", "CAD"),
    ("{} kr", "DKK"),
    ("{} zł", "PLN"),
    ("CHF {}", "CHF"),
    ("¥{}", "CNY"),
    ("{} €/Stk.", "EUR"),
]
DAYS = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%y",
    "%y-%m-%d",
    "%y/%m/%d",
    "%d.%m.%Y",
    "%Y年%m月%d日",
    "%d MONTH %Y",
    "SERIAL",
    "%d-%b-%Y",
    "%m/%d/%y",
]
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
MARKS = [(".", ","), (",", "."), (".", ""), (",", ""), (",", " "), (".", "'"), (",", "\u202f")]
styles = st.builds(
    lambda headers, delimiter, marks, money, unit, day: Style(
        headers, delimiter, marks[0], marks[1], money[0], money[1], unit, day
    ),
    st.sampled_from(HEADERS),
    st.sampled_from(",;\t|"),
    st.sampled_from(MARKS),
    st.sampled_from(MONEY),
    st.sampled_from(["", "", " pcs", " Stk.", "x"]),
    st.sampled_from(DAYS),
)
lines = st.builds(
    Line,
    st.tuples(st.integers(0, 10**7), st.integers(0, 3)).map(
        lambda drawn: Decimal(drawn[0]).scaleb(-drawn[1])
    ),
    st.integers(1, 20_000),
    st.integers(0, 5_000).map(lambda days: date(2012, 1, 1) + timedelta(days)),
)


@settings(max_examples=examples(80), deadline=None)
@given(styles, st.lists(lines, min_size=1, max_size=6))
def test_a_file_in_any_style_reads_back_or_is_told(style: Style, written: list[Line]) -> None:
    outcome = run(style.write(written))
    assert outcome.refusal is None or outcome.refusal[1]
    assert outcome.counts.accepted + outcome.counts.rejected == len(written)
    told = {choice.name for choice in outcome.result.choices if choice.is_told}
    for line in outcome.lines:
        meant = written[int(line["product_id"].removeprefix("p"))]
        if (line["price"], line["quantity"]) != (meant.price, meant.quantity):
            assert "number_style" in told
        if line["order_date"] != meant.day.isoformat():
            assert "date_order" in told or outcome.result.warnings
        if line.get("currency") != style.code:
            assert "currency" in told
    assert_rejects_are_told(outcome)


def assert_rejects_are_told(outcome: Outcome) -> None:
    assert all(reject["reasons"] for reject in outcome.rejects)
    assert bool(outcome.rejects) == bool(outcome.result.reject_codes)
