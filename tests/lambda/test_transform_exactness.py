"""Money is exact: from the text of a cell to the digits in the JSON and the sum in the report."""

import json
import re
from decimal import Decimal, localcontext

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.contract.definition import NumberStyle
from transformed import Outcome, orders, prices, ruled, run

MONEY = st.tuples(st.integers(0, 10**18 - 1), st.integers(0, 6), st.integers(0, 10**6 - 1))
QUANTITY = st.integers(-(10**12) + 1, 10**12 - 1).filter(bool)


def to_text(price: tuple[int, int, int]) -> str:
    whole, digits, fraction = price
    return f"{whole}.{fraction % 10**digits:0{digits}}" if digits else str(whole)


def check_exact(outcome: Outcome, cells: list[tuple[str, int]]) -> None:
    with localcontext(prec=100):
        expected = [(Decimal(price), count, Decimal(price) * count) for price, count in cells]
        assert [
            (line["price"], line["quantity"], line["total_amount"]) for line in outcome.lines
        ] == expected
        assert outcome.result.total_amount == sum(total for _, _, total in expected)
        assert outcome.result.quantity == sum(count for _, count, _ in expected)


@settings(max_examples=examples(30))
@given(st.lists(st.tuples(MONEY.map(to_text), QUANTITY), min_size=1, max_size=8))
def test_every_total_and_the_sum_are_those_of_decimal(cells: list[tuple[str, int]]) -> None:
    outcome = run(orders(*(f"p,{price},{count}" for price, count in cells)))
    check_exact(outcome, cells)


@settings(max_examples=examples(15))
@given(st.lists(st.tuples(MONEY.map(to_text), QUANTITY), min_size=1, max_size=8))
def test_one_odd_cell_changes_no_other_rows_value(cells: list[tuple[str, int]]) -> None:
    rows = [f"p,{price},{count}" for price, count in cells]
    outcome = run(orders(*rows, "odd,ERROR,1", 'odd,"$1,000.50",x'))
    check_exact(outcome, cells)
    assert outcome.counts.rejected == 2


@settings(max_examples=examples(15))
@given(
    st.lists(MONEY.map(to_text), min_size=1, max_size=6),
    st.sampled_from(["{}", "${}", "{} €", "USD {}", "Rs. {}", "kr. {}", " {} ", "+{}", "R$ {}"]),
    st.sampled_from(["", ",", "'", " ", "\u00a0", "\u202f"]),
)
def test_decoration_and_grouping_change_no_digit(
    cells: list[str], decoration: str, mark: str
) -> None:
    written = []
    for cell in cells:
        whole, point, fraction = cell.partition(".")
        grouped = f"{int(whole):,}".replace(",", mark)
        written.append(decoration.format(grouped + point + fraction))
    # A price that only one style can have, so that all are read in the style meant.
    outcome = prices([*written, "0.5"])
    assert outcome.counts.rejected == 0
    assert outcome.column("price") == [Decimal(cell) for cell in [*cells, "0.5"]]


@settings(max_examples=examples(15))
@given(st.lists(MONEY.map(to_text), min_size=1, max_size=6))
def test_a_decimal_comma_is_as_exact_as_a_point(cells: list[str]) -> None:
    commas = [
        f"{int(whole):,}".replace(",", ".") + ("," + fraction if fraction else "")
        for whole, _, fraction in (cell.partition(".") for cell in cells)
    ]
    outcome = prices([*commas, "0,5"], ruled(number_style=NumberStyle.COMMA))
    assert outcome.column("price") == [Decimal(cell) for cell in [*cells, "0.5"]]


@settings(max_examples=examples(40))
@given(st.lists(st.text("0123456789.,'-+()$€ \u00a0eERs", max_size=14), min_size=1, max_size=30))
def test_no_price_is_ever_rounded_whatever_stands_in_the_cell(cells: list[str]) -> None:
    outcome = prices(cells)
    for line, row in zip(outcome.lines, accepted_cells(outcome, cells), strict=True):
        digits = re.sub(r"[^0-9]", "", row).lstrip("0").rstrip("0")
        exact = re.sub(r"[^0-9]", "", str(line["price"])).lstrip("0").rstrip("0")
        assert digits == exact, (row, line["price"])


def accepted_cells(outcome: Outcome, cells: list[str]) -> list[str]:
    rejected = {line["record"] for line in outcome.rejects}
    return [cell for number, cell in enumerate(cells, 1) if number not in rejected]


@pytest.mark.parametrize(
    "cell",
    ["1.555" + "0" * 70, " " * 70 + "1.555", "Rs. 1.555", "USD" + " " * 70 + "1.555", "Rs.1.555"],
)
def test_a_price_whose_size_its_start_does_not_show_is_not_rounded(cell: str) -> None:
    outcome = prices([cell, "2.5"])
    assert outcome.column("price") == [Decimal("1.555"), Decimal("2.5")]


def test_the_digits_in_the_file_are_the_reports_digits() -> None:
    outcome = run(orders("a,19.99,3", "b,0.1,3", "c,1234567.89,1"))
    floats_would_differ = json.loads(f"[{outcome.result.total_amount}]", parse_float=str)
    assert floats_would_differ == ["1234628.16"]
    assert '"price":0.10,"quantity":3,"total_amount":0.30' in outcome.text


def test_the_largest_sums_are_exact() -> None:
    row = "a,999999999999999999.999999,999999999999"
    outcome = run(orders(*[row] * 50))
    with localcontext(prec=100):
        assert outcome.result.total_amount == 50 * (
            Decimal("999999999999999999.999999") * 999999999999
        )
