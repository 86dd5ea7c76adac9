"""Rows other than orders, and carried fields, that begin far below the first rows of a file.

A file in which only a few rows are looked at first reads as one in which all of them are.
"""

import operator
from collections.abc import Callable
from decimal import Decimal

import pytest
from drawn_examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from order_transform.contract.header_names import normalise
from order_transform.sql.engine import Engine
from transformed import CONTRACT, Outcome, orders, run

FAR = Engine(large_bytes=0, first_records=5)
HEADER = "order_id,status,currency,country,sku,qty,price"
NARROW = "sku,qty,price"

type Rows = list[tuple[int, int]]
lines = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 900)), min_size=12, max_size=30)


def written(order: int, line: tuple[int, int], kind: str = "paid,EUR,DE") -> str:
    quantity, cents = line
    return f"{1000 + order},{kind},P{cents},{quantity},{Decimal(cents).scaleb(-2)}"


# Orders below all others, since a file's last rows are looked at, too.
LAST = [(1, 1)] * 160


def summed(rows: Rows) -> Decimal:
    return sum((q * Decimal(cents).scaleb(-2) for q, cents in rows), Decimal(0))


def read_both_ways(text: str) -> Outcome:
    far, near = run(text, engine=FAR), run(text)
    assert far.said() == near.said()
    return far


def totals(rows: Rows) -> str:
    return f"Total,,,,,{sum(q for q, _ in rows)},{summed(rows)}"


def labelled_twice(rows: Rows) -> str:
    return f"Subtotal,,,all,all,{sum(q for q, _ in rows)},{summed(rows)}"


def unlabelled(rows: Rows) -> str:
    return f",,,,,{sum(q for q, _ in rows)},"


def average(_: Rows) -> str:
    return "Durchschnitt:,,,,,2,3.10"


def payout(_: Rows) -> str:
    return "Payout,,,,,1,300.00"


KINDS = [
    totals,
    payout,
    *(pytest.param(kind, marks=pytest.mark.long) for kind in (labelled_twice, unlabelled, average)),
]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(6), deadline=None)
@given(lines, st.data())
def test_a_row_that_is_not_an_order_is_found_at_any_place(
    kind: Callable[[Rows], str], rows: Rows, data: st.DataObject
) -> None:
    place = data.draw(st.integers(6, len(rows)))
    text = [written(number, row) for number, row in enumerate(rows + LAST)]
    text.insert(place, kind(rows[:place]))
    outcome = read_both_ways(orders(*text, header=HEADER))
    assert sum(outcome.result.reject_codes.values()) == 1
    assert outcome.result.reject_codes.keys() <= {"total_row", "money_movement"}
    assert outcome.result.total_amount == summed(rows + LAST)


cents = st.integers(300, 900)
sales = st.lists(st.tuples(st.just(1), cents), min_size=6, max_size=9)
returns = st.lists(st.tuples(st.sampled_from([-2, -1, -1, 1]), cents), min_size=3, max_size=20)


@pytest.mark.parametrize("has_line_totals", [False, True])
@settings(max_examples=examples(20), deadline=None)
@given(st.builds(operator.add, sales, returns), st.data())
def test_a_total_is_found_at_any_place_among_returns(
    has_line_totals: bool, rows: Rows, data: st.DataObject
) -> None:
    places = [place for place in range(6, len(rows) + 1) if summed(rows[:place])]
    assume(places)
    place = data.draw(st.sampled_from(places))
    every = rows + LAST
    text = [written(number, row) for number, row in enumerate(every)]
    text.insert(place, labelled_twice(rows[:place]))
    header = HEADER
    if has_line_totals:
        own = [str(summed([row])) for row in every]
        own.insert(place, str(summed(rows[:place])))
        text = [f"{row},{total}" for row, total in zip(text, own, strict=True)]
        header += ",line total"
    outcome = read_both_ways(orders(*text, header=header))
    assert outcome.result.reject_codes == {"total_row": 1}
    assert outcome.result.total_amount == summed(every)


@settings(max_examples=examples(6), deadline=None)
@given(lines, st.integers(6, 12))
def test_a_further_table_is_found_at_any_place(rows: Rows, place: int) -> None:
    text = [written(number, row) for number, row in enumerate(rows)]
    summary = ["sku,sold,revenue,,,qty,price", "P1,5,4,,P1,3,2.00", HEADER]
    outcome = read_both_ways(orders(*text[:place], *summary, *text[place:], header=HEADER))
    assert outcome.result.reject_codes == {"other_table": 2, "repeated_header": 1}
    assert outcome.result.total_amount == summed(rows)


@settings(max_examples=examples(10), deadline=None)
@given(lines, st.integers(6, 10), st.booleans())
def test_fields_are_carried_down_wherever_the_pattern_begins(
    rows: Rows, place: int, is_mixed: bool
) -> None:
    text = [written(number, row) for number, row in enumerate(rows)]
    text[place] = written(place - 1, rows[place], ",,")
    if is_mixed:
        text[place + 1] = written(place - 1, rows[place + 1])
    outcome = read_both_ways(orders(*text, header=HEADER))
    status = outcome.column("status")[place]
    assert status == (None if is_mixed else "paid")
    assert "carried_down" in {choice.name for choice in outcome.result.choices if choice.is_told}


@pytest.mark.parametrize("name", ["totals", "movements"])
def test_every_label_is_found_where_it_is_a_rows_only_text(name: str) -> None:
    texts = CONTRACT.words.label_texts[name]
    rows = ["MUG-1,2,1.50", "Pen,1,2.00", "7001,1,3.00"] * 3
    for style in (str, str.upper, normalise, "* {} *".format, "{}:".format):
        labels = [f'"{style(text).replace(chr(34), chr(34) * 2)}",3,5.00' for text in texts]
        outcome = run(orders(*rows, *labels, header=NARROW), engine=FAR)
        assert outcome.counts.rejected == len(labels), style


def test_orders_without_what_others_have_are_still_orders() -> None:
    rows = [f"{n},paid,EUR,DE,A,1,2" for n in range(8)]
    odd = ["9,,EUR,DE,A,1,2", ",paid,EUR,DE,A,1,2", "11,paid,EUR,DE,,1,2", "12,paid,EUR,,Totem,9,2"]
    outcome = read_both_ways(orders(*rows, *odd, header=HEADER))
    assert outcome.counts.accepted == 12
