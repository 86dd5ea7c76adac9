"""A row whose cells are lists of items becomes one row per item, where its total proves it."""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from order_transform.sql.engine import Engine
from transformed import Outcome, orders, run

HEADER = "order_id,sku,quantity,price,order_total,note"
FAR = Engine(large_bytes=0, first_records=2)


def told(outcome: Outcome) -> list[str]:
    return [one.evidence for one in outcome.result.choices if one.name == "several_items"]


def test_a_row_whose_total_proves_its_lists_becomes_a_row_per_item_and_that_is_told() -> None:
    outcome = run(
        orders(
            '1,"MUG-1, PLA-1","1, 2","7.50, 3.25",14.00,"in red, in blue"',
            "2,CUP-1,3,1.00,3.00,x",
            header=HEADER,
        )
    )
    assert outcome.column("order_id") == ["1", "1", "2"]
    assert outcome.column("product_id") == ["MUG-1", "PLA-1", "CUP-1"]
    assert outcome.column("total_amount") == [Decimal("7.5"), Decimal("6.5"), Decimal(3)]
    assert outcome.column("note") == ["in red, in blue"] * 2 + ["x"]
    assert outcome.counts.records == outcome.counts.accepted == 3
    [evidence] = told(outcome)
    assert evidence.startswith("1 row with lists became 2 rows")


UNPROVEN = {
    "another total": '1,"A, B","1, 2","7.50, 3.25",15.00,',
    "no total": '1,"A, B","1, 2","7.50, 3.25",,',
    "a shorter list": '1,"A, B","1, 2, 3","7.50, 3.25",14.00,',
    "one product": '1,A,"1, 2","7.50, 3.25",14.00,',
    "not a number": '1,"A, B","1, two","7.50, 3.25",14.00,',
    "a return": '1,"A, B","-1, 2","7.50, 3.25",-1.00,',
}


@pytest.mark.parametrize("row", UNPROVEN.values(), ids=UNPROVEN)
def test_lists_that_nothing_proves_are_rejected(row: str) -> None:
    outcome = run(orders(row, "2,CUP-1,3,1.00,3.00,x", header=HEADER))
    assert (outcome.counts.accepted, outcome.counts.rejected) == (1, 1)
    assert told(outcome) == []


def test_the_orders_line_total_becomes_each_items_own() -> None:
    header = "order_id,sku,quantity,price,line total"
    whole = run(orders('1,"A|B",1|2,7.50|3.25,14.00', "2,C,3,1.00,3.00", header=header))
    listed = run(orders('1,"A|B",1|2,7.50|3.25,7.50|6.50', "2,C,3,1.00,3.00", header=header))
    for outcome in (whole, listed):
        assert outcome.column("line_total") == [Decimal("7.5"), Decimal("6.5"), Decimal(3)]


def test_a_list_far_below_the_first_rows_is_split_and_a_reject_keeps_its_line() -> None:
    rows = [f"{number},C,3,1.00,3.00," for number in range(40)]
    rows.insert(20, '1,"A, B","1, 2","7.50, 3.25",14.00,')
    rows.append("9,C,x,1.00,3.00,")
    far, near = (run(orders(*rows, header=HEADER), engine=engine) for engine in (FAR, Engine()))
    assert far.said() == near.said()
    assert far.counts.accepted == 42
    assert far.rejects[0]["line"] == len(rows) + 1


def test_a_reject_below_a_split_row_keeps_its_row_of_the_sheet() -> None:
    book, data = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Orders")
    for row in (
        HEADER.split(","),
        ["1", "A\nB", "1\n2", "7.50\n3.25", "14.00", "two\nlines"],
        ["2", "C", "x", "1.00", "3.00", ""],
    ):
        sheet.append(row)
    book.save(data)
    outcome = run(data.getvalue(), name="orders.xlsx")
    assert outcome.counts.accepted == 2
    assert outcome.rejects[0]["row"] == 3


def test_numbers_with_thousands_are_no_list_unless_the_total_says_so() -> None:
    number, both = '"A-1, B-2","1,250","3,125"', "order_id,sku,quantity,price,order_total,note"
    assert run(orders(f'1,{number},"3,906,250",', header=both)).counts.rejected == 1
    assert run(orders(f"1,{number},31253,", header=both)).column("quantity") == [1, 250]


@dataclass(frozen=True)
class Style:
    """How a shop joins the items of an order."""

    delimiter: str
    joint: str
    point: str

    def number(self, number: Decimal | int) -> str:
        return str(number).replace(".", self.point)

    def row(self, order: int, items: list[tuple[int, Decimal]]) -> list[str]:
        total = sum((quantity * price for quantity, price in items), Decimal(0))
        return [
            f"A{order}",
            self.joint.join(f"P{int(100 * price)}" for _, price in items),
            self.joint.join(str(quantity) for quantity, _ in items),
            self.joint.join(self.number(price) for _, price in items),
            self.number(total),
        ]


styles = st.sampled_from(
    [Style(",", joint, ".") for joint in (", ", ",", "; ", "|", "\n")]
    + [Style(";", joint, ",") for joint in ("; ", "|", "\n")]
)
prices = st.integers(1, 99_999).map(lambda cents: Decimal(cents).scaleb(-2))
items = st.lists(st.tuples(st.integers(1, 400), prices), min_size=1, max_size=4)


@pytest.mark.parametrize("engine", [FAR, Engine()], ids=["far", "near"])
@settings(max_examples=examples(25), deadline=None)
@given(styles, st.lists(items, min_size=1, max_size=12))
def test_items_written_as_lists_come_back_one_by_one(
    engine: Engine, style: Style, written: list[list[tuple[int, Decimal]]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator="\n")
    writer.writerow(["order_id", "sku", "quantity", "price", "order total"])
    writer.writerow(style.row(0, [(1, Decimal("1.50"))]))
    writer.writerows(style.row(order, each) for order, each in enumerate(written, 1))
    outcome = run(text.getvalue(), engine=engine)
    expected = [("A0", 1, Decimal("1.50"))]
    expected += [(f"A{order}", *item) for order, each in enumerate(written, 1) for item in each]
    found = [(line["order_id"], line["quantity"], line["price"]) for line in outcome.lines]
    assert found == expected
    assert outcome.result.total_amount == sum(quantity * price for _, quantity, price in expected)
