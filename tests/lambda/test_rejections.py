"""Every code there is: produced by a file, and in the documentation with the same words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from order_transform.contract.definition import Contract, DateOrder, OnProblem
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.refusal import FILE_CODES, MEMBER_CODES, ROW_CODES
from packed import zipped
from transformed import CONTRACT, LENIENT, limited, orders, ruled, run

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rejections.md"
PROTECTED = Path(__file__).parent / "formats" / "workbooks" / "protected.xlsx"
DATED = "sku,price,quantity,order_date"
STRICT_DATES = parse_contract(
    default_contract_text().replace(
        '[fields.order_date]\ntype = "date"\ninvalid = "accept"',
        '[fields.order_date]\ntype = "date"\ninvalid = "reject"',
    )
)
STRICT_DATES = replace(STRICT_DATES, rules=LENIENT.rules)
ROWS: dict[str, tuple[str, Contract]] = {
    "empty": (orders("a,,1"), LENIENT),
    "not_a_number": (orders("a,x,1"), LENIENT),
    "not_whole": (orders("a,1,1.5"), LENIENT),
    "too_large": (orders("a,1234567890123456789,1"), LENIENT),
    "too_precise": (orders("a,0.1234567,1"), LENIENT),
    "below_minimum": (orders("a,-1,1"), LENIENT),
    "zero": (orders("a,1,0"), LENIENT),
    "return": (orders("a,1,-1"), ruled(returns=OnProblem.REJECT)),
    "not_a_date": (orders("a,1,1,2026-02-30", header=DATED), STRICT_DATES),
    "year_out_of_range": (orders("a,1,1,05/03/2569", header=DATED), STRICT_DATES),
    "several_items": (orders('"A-1, B-2","3,125","1,250"'), LENIENT),
    "too_many_cells": (orders("a,1,1,x"), LENIENT),
    "split_number": (orders("a,10,50,1"), LENIENT),
    "shifted_cells": (
        orders("a,x, 7,1,2,", "b,x,1,2,", "c,y,3,4,", header="sku,city,quantity,price,note"),
        LENIENT,
    ),
    "broken_record": ('{"sku": "a", "price": 1, "quantity": 1}\n{"sku": "b",\n', LENIENT),
    "malformed_quote": (orders('"a,1,1', "b,1,1"), LENIENT),
    "total_row": (orders("a,1,2", "b,3,4", "Total,14,6"), LENIENT),
    "other_table": (orders("a,1,2", "qty,sku,price,stock"), LENIENT),
    "money_movement": (orders("a,1,2", "Payout,14,1"), LENIENT),
    "repeated_header": (orders("sku,price,quantity"), LENIENT),
    "duplicate": (orders("a,1,1", "a,1,1"), ruled(duplicates=OnProblem.REJECT)),
}
FILES: dict[str, tuple[str | bytes, Contract]] = {
    "empty": ("", CONTRACT),
    "binary": (b"\x89PNG" + bytes(range(256)) * 9, CONTRACT),
    "not_in_encoding": (b"sku,price,quantity\n\xe4,1,1\n", ruled(encoding="utf-8")),
    "damaged": (b"\x1f\x8b\x08\x00", CONTRACT),
    "protected": (PROTECTED.read_bytes(), CONTRACT),
    "nothing_inside": (zipped({"a.pdf": b"x"}), CONTRACT),
    "too_large": (orders(*["a,1,1"] * 100), limited(decompressed_bytes=100)),
    "line_too_long": (orders("a" * 200 + ",1,1"), limited(line_bytes=100)),
    "too_many_columns": (orders(header="sku,price,quantity,a,b"), limited(columns=4)),
    "no_required_column": ("name,age\nx,3\n", CONTRACT),
    "ambiguous_columns": ("sku,price,Unit Price,quantity\n", CONTRACT),
    "ambiguous_dates": (
        orders("a,1,1,03/04/2026", header=DATED),
        ruled(date_order=DateOrder.REFUSE),
    ),
    "unclear_price": (orders("a,1,2", header="sku,amount,quantity"), CONTRACT),
    "unclear_unit": (orders("a,1250,2", header="sku,unit_amount,quantity"), CONTRACT),
    "too_many_rejects": (orders("a,x,1"), CONTRACT),
}


def test_each_code_has_an_example_here() -> None:
    assert ROWS.keys() == ROW_CODES.keys()
    assert FILES.keys() == FILE_CODES.keys()


@pytest.mark.parametrize("code", ROW_CODES)
def test_a_row_is_rejected_with(code: str) -> None:
    data, contract = ROWS[code]
    outcome = run(data, contract)
    assert outcome.refusal is None
    assert code in {one["code"] for line in outcome.rejects for one in line["reasons"]}
    assert outcome.result.reject_codes[code] == 1


@pytest.mark.parametrize("code", FILE_CODES)
def test_a_file_is_refused_with(code: str) -> None:
    data, contract = FILES[code]
    outcome = run(data, contract)
    assert outcome.refusal == code
    assert outcome.lines == []
    assert outcome.counts.accepted == 0
    assert outcome.result.total_amount == 0
    assert outcome.result.refusal is not None
    assert len(outcome.result.refusal[1]) < 300


def test_the_documentation_shows_the_tables_of_the_code() -> None:
    _, rows, files, members = re.split(
        r"^## (?:Rows|Files|Members)$", DOCS.read_text("utf-8"), flags=re.MULTILINE
    )
    for text, codes in ((rows, ROW_CODES), (files, FILE_CODES), (members, MEMBER_CODES)):
        assert re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE) == list(codes.items())


def test_a_rejected_row_has_all_its_reasons_and_its_raw_cells() -> None:
    outcome = run(orders("a,1,1", "b, x ,0,y", header="sku,Unit Price,quantity"))
    assert outcome.rejects == [
        {
            "record": 2,
            "line": 3,
            "reasons": [
                {"code": "too_many_cells", "field": None, "value": '["y"]'},
                {"code": "not_a_number", "field": "price", "value": " x "},
                {"code": "zero", "field": "quantity", "value": "0"},
            ],
            "cells": {
                "sku": "b",
                "Unit Price": " x ",
                "quantity": "0",
                "(beyond the header)": ["y"],
            },
        }
    ]


@pytest.mark.parametrize(("share", "refused"), [(0.4, True), (0.5, False), (1.0, False), (0, True)])
def test_a_share_of_rejects_refuses_the_file(share: float, refused: bool) -> None:
    outcome = run(orders("a,1,1", "a,x,1", ",,"), ruled(max_rejected_share=share))
    assert (outcome.refusal == "too_many_rejects") is refused
    assert outcome.counts.blank == 1
    assert outcome.counts.rejected == (2 if refused else 1)


def test_equal_rows_are_kept_unless_the_contract_rejects_them() -> None:
    rows = orders("a,1,1", "b,1,1", "a,1,1", "a,1,1", ",,", ",,")
    assert run(rows).counts.accepted == 4
    outcome = run(rows, ruled(duplicates=OnProblem.REJECT))
    assert outcome.column("product_id") == ["a", "b"]
    assert [line["record"] for line in outcome.rejects] == [3, 4]
    assert outcome.counts.blank == 2


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "web page"),
        ('[{"sku": "a", "price": 1}]\n'.encode("utf-16"), "JSON"),
        ('"sku,price,quantity"\n"a,1,2"\n', "wrapped in quotes"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 9, "cut short"),
        (orders("a,free,2", "b,free,1"), "such as price 'free'"),
    ],
)
def test_a_refusal_says_the_likely_cause(data: str | bytes, word: str) -> None:
    refusal = run(data, CONTRACT).result.refusal
    assert refusal is not None
    assert word in refusal[1]


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ("a,-1,2", "export returns as negative quantities"),
        ("a,1,0", "export the orders with their quantities"),
        ('"A-1, B-2","3,125","1,250"', "export one row per item"),
        ("a,x,1", 'if another column has it, --map price="Header"'),
        ("a,,1", 'if another column has it, --map price="Header"'),
        ("a,1,2 boxes", 'if another column has it, --map quantity="Header"'),
        ('"A, B","1, 2","1, 3"', "export one row per item"),
    ],
)
def test_a_file_of_rejects_is_refused_with_the_step_that_fits_its_reason(
    row: str, step: str
) -> None:
    refusal = run(orders(row, row), CONTRACT).result.refusal
    assert refusal is not None
    assert refusal[0] == "too_many_rejects"
    assert step in refusal[1]


def test_a_list_of_json_orders_is_read_whatever_its_ending() -> None:
    text = '[{"sku":"A","price":1.5,"quantity":2}]'
    assert run(text, CONTRACT, name="orders.csv").counts.accepted == 1


def test_json_in_another_encoding_is_refused_as_json_however_its_lines_break() -> None:
    text = '[\n  {\n    "sku": "A", "price": 1.5, "quantity": 2}\n]\n'
    refusal = run(text.encode("utf-16"), CONTRACT, name="orders.csv").result.refusal
    assert refusal is not None
    assert "this is JSON that is not UTF-8" in refusal[1]
