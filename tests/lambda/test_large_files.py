"""Files long enough for a guess at how they are read: it must never show in what comes out.

Each case is one row, odd or plain, that comes after those which the guess was made from.
"""

import dataclasses
import itertools
from decimal import Decimal, localcontext

import pytest
from transformed import HASTY, run

HEADER = "sku,price,quantity,order_date,note"
HEADER_OF_ORDERS = "order id,sku,price,quantity,order_date,status"
NOTE = "a" * 1_500
SHORT = "p-1,9.99,3,2026-11-22 10:00:00,a"
FIRST = f"p-1,9.99,3,2026-11-22 10:00:00,{NOTE}"
REPEATS = 4_000  # 6 MB, and twice as many rows as a guess looks at

ROWS = {
    "plain": "p-2,12.50,1,2026-11-22 10:00:00,b",
    "another plain": "p-2,0.05,-2,2026-11-22T10:00,b",
    "currency": "p-2,€5,1,2026-11-22,b",
    "thousands": '"p-2","1,234.50",1,2026-11-22,b',
    "more decimals": "p-2,1.000005,1,2026-11-22,b",
    "too many decimals": "p-2,1.0000005,1,2026-11-22,b",
    "large price": "p-2,12345678901.00,1,2026-11-22,b",
    "largest price": "p-2,999999999999999999.999999,999999999999,2026-11-22,b",
    "large quantity": "p-2,1.00,1234567,2026-11-22,b",
    "fractional quantity": "p-2,1.00,1.0,2026-11-22,b",
    "no whole quantity": "p-2,1.00,1.5,2026-11-22,b",
    "leading zeros": "p-2,007.50,01,2026-11-22,b",
    "negative price": "p-2,-1.00,1,2026-11-22,b",
    "zero quantity": "p-2,1.00,0,2026-11-22,b",
    "empty price": "p-2,,1,2026-11-22,b",
    "word for a price": "p-2,n/a,1,2026-11-22,b",
    "exponent": "p-2,1e3,1,2026-11-22,b",
    "space around": "p-2, 1.00 ,1,2026-11-22,b",
    "other date": "p-2,1.00,1,11/23/2026,b",
    "no such date": "p-2,1.00,1,2026-02-30,b",
    "word for a date": "p-2,1.00,1,yesterday,b",
    "empty date": "p-2,1.00,1,,b",
    "empty product": ",1.00,1,2026-11-22,b",
    "repeated header": HEADER,
    "too few cells": "p-2,1.00",
    "too many cells": "p-2,1.00,1,2026-11-22,b,c",
    "quoted line end": 'p-2,1.00,1,2026-11-22,"b\nc"',
    "quoted quote": 'p-2,1.00,1,2026-11-22,"5"" wide"',
    "escapes": "p-2,1.00,1,2026-11-22,\\ / \t \x01 \x7f é \u2028 \U0001f600",
    "space before a quote": 'p-2,1.00,1,2026-11-22, "b"',
    "empty cells": ",,,,",
    "blank line": "",
    "blank line before a quote": '\np-2,1.00,1,2026-11-22,"b"',
    "blank line between": "\np-2,1.00,1,2026-11-22,b",
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize(
    "end", [pytest.param("\n", id="lf"), pytest.param("\r\n", id="crlf", marks=pytest.mark.long)]
)
def test_a_guess_from_the_first_rows_does_not_show(row: str, end: str) -> None:
    text = end.join((HEADER, SHORT, SHORT, SHORT, row, "p-3,1.25,1,2026-11-22,z", ""))
    assert run(text, engine=HASTY).said() == run(text).said()


STATUSES = ("shipped", "5' wide", "C:\\new", '"say ""hi"""', "\t", "é \u2028")
LAST_STATUSES = ("shipped", "", " ", "cancelled", "lost")
LAST_DAYS = ("2026-11-22", "2026-11-22T10:00", "", "2026-11-22 24:00")
# Every seventh combination, which has each value at least three times, is tested every day.
ORDERS = [
    pytest.param(*one, marks=pytest.mark.long if number % 7 else ())
    for number, one in enumerate(itertools.product(STATUSES, LAST_STATUSES, LAST_DAYS))
]


@pytest.mark.parametrize(("status", "last", "day"), ORDERS)
def test_statuses_and_dates_of_orders_are_written_alike(status: str, last: str, day: str) -> None:
    rows = [f"A-{number},p-1,9.99,3,2026-11-22 10:00:00,{status}" for number in range(4)]
    text = "\n".join((HEADER_OF_ORDERS, *rows, f"A-5,p-2,1.25,1,{day},{last}", ""))
    assert run(text, engine=HASTY).said() == run(text).said()


@pytest.mark.parametrize("row", ["plain", "more decimals", "zero quantity", "blank line"])
def test_a_large_file_is_read_as_a_small_one(row: str) -> None:
    last = "p-3,1.25,1,2026-11-22,z"
    small = run("\n".join((HEADER, FIRST, ROWS[row], last, "")))
    large = run("\n".join((HEADER, *[FIRST] * REPEATS, ROWS[row], last, "")))
    more = REPEATS - 1
    first, *_ = small.text.splitlines(keepends=True)
    assert large.text == first * more + small.text
    assert large.result.total_amount == small.result.total_amount + Decimal("29.97") * more
    assert large.result.quantity == small.result.quantity + 3 * more
    assert large.rejects == [
        one | {"record": one["record"] + more, "line": one["line"] + more} for one in small.rejects
    ]
    assert large.counts == dataclasses.replace(
        small.counts,
        records=small.counts.records + more,
        accepted=small.counts.accepted + more,
    )


def test_rows_come_out_in_the_order_of_the_file() -> None:
    rows = [f"p-{number},1.00,1,2026-11-22,{NOTE}" for number in range(REPEATS)]
    outcome = run("\n".join((HEADER, *rows)))
    assert outcome.column("product_id") == [f"p-{number}" for number in range(REPEATS)]


def test_a_blank_line_long_before_the_first_quote_is_counted() -> None:
    quoted = 'p-2,1.00,1,2026-11-22,"b"'
    rows = [FIRST, "", *[FIRST] * REPEATS, quoted, FIRST]
    outcome = run("\n".join((HEADER, *rows, "")))
    assert (outcome.counts.records, outcome.counts.blank) == (len(rows), 1)
    assert outcome.counts.accepted == REPEATS + 3


def test_totals_beyond_64_bits_are_summed_exactly() -> None:
    row = f"p,9999999999.999999,999999,2026-11-22,{NOTE}"
    outcome = run("\n".join((HEADER, *[row] * REPEATS)))
    total = Decimal("9999999999.999999") * 999999
    assert outcome.result.total_amount == total * REPEATS
    assert outcome.lines[-1]["total_amount"] == total


def test_negative_totals_are_summed_exactly() -> None:
    rows = [f"p,0.01,-1,,{NOTE}", f"p,1234567890.12,999999,,{NOTE}"] * (REPEATS // 2)
    outcome = run("\n".join((HEADER, *rows)))
    total = Decimal("1234567890.12") * 999999 - Decimal("0.01")
    assert outcome.result.total_amount == total * (REPEATS // 2)
    assert outcome.result.quantity == 999998 * (REPEATS // 2)


def test_a_sum_has_more_digits_than_decimal_computes_with() -> None:
    rows = ["p,1234567890.12,999999,,a", "p,1234567890.13,999999,,a"] * 2
    with localcontext(prec=5):
        outcome = run("\n".join((HEADER, *rows)), engine=HASTY)
    assert outcome.result.total_amount == Decimal("2469135780.25") * 999999 * 2
