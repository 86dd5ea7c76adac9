"""Rows of a text: each physical line belongs to one row, and a stray quote costs one row."""

import csv
import io

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.contract.definition import Limits
from order_transform.reading.rows.csv_rows import MALFORMED_QUOTE, Format, read_rows
from transformed import HASTY, orders, run

FORM = Format(",", Limits(), width=4, numbers=(1, 2))


def rows(text: str, form: Format = FORM) -> list[tuple[int, list[str], str]]:
    lines = io.StringIO(text, newline="")
    return [(row.line, row.cells, row.problem) for row in read_rows(lines, form)]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,1,2,n", ["a", "1", "2", "n"]),
        ('24" screen,1,2,5\' 3"', ['24" screen', "1", "2", "5' 3\""]),
        ('"24"" screen",1,2,""', ['24" screen', "1", "2", ""]),
        ('"two\nlines",1,2,"two\r\nlines"', ["two\nlines", "1", "2", "two\r\nlines"]),
        ('a,1,2,"a list:\n1, 2\n3, 4\n"', ["a", "1", "2", "a list:\n1, 2\n3, 4\n"]),
        ('"a" ,1,"2"  ,"n"\t', ["a ", "1", "2  ", "n\t"]),
        ('"a" ,1,2,"two\nlines"', ["a ", "1", "2", "two\nlines"]),
        ("", []),
    ],
)
def test_what_is_quoted_legally_is_one_row(line: str, cells: list[str]) -> None:
    text = f"x,1,1,n\n{line}\ny,1,1,n\n"
    found = rows(text)
    assert [row[1:] for row in found] == [
        (["x", "1", "1", "n"], ""),
        (cells, ""),
        (["y", "1", "1", "n"], ""),
    ]
    assert found[2][0] == 3 + line.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        '"a,1,2,n\nb,1,2,n\nc,1,2,n\n',
        '"a,1,2,n\nb,1,2,n\n"c,1,2,n\n',
        '"a,1,2,n\nb,1,2,n\nc",1,2,n\n',
        'a,1,2,"n\nb",1,2,n\nc,1,2,n\n',
        '"a"x,1,2,n\nb,1,2,n\nc,1,2,n\n',
        'a,1,2,"n""\nb,1,2,n\n"c, d",1,2,n\n',
    ],
)
def test_a_stray_quote_swallows_no_line(text: str) -> None:
    found = rows(text)
    assert [line for line, _, _ in found] == [1, 2, 3]
    assert found[0][2] == MALFORMED_QUOTE
    assert found[1][1][0].strip('"') == "b"


# A cell of nothing but delimiters can, with one quote more, make another text that is legal.
CELL = st.just("") | st.text(st.sampled_from('ab ,"\n;'), max_size=6).map(lambda text: f"x{text}y")
RECORD = st.tuples(CELL, st.integers(1, 99), st.integers(1, 9), CELL)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=6), st.data())
def test_a_stray_quote_anywhere_changes_at_most_the_record_that_it_touches(
    records: list[tuple[str, int, int, str]], data: st.DataObject
) -> None:
    clean = io.StringIO()
    csv.writer(clean, lineterminator="\n").writerows(records)
    text = clean.getvalue()
    place = data.draw(st.integers(0, len(text) - 1))
    whole = rows(text)
    touched = max(
        number for number, (line, _, _) in enumerate(whole) if line <= line_of(text, place)
    )
    first = whole[touched][0]
    after = whole[touched + 1][0] if touched + 1 < len(whole) else text.count("\n") + 1
    stray = rows(text[:place] + '"' + text[place:])
    assert [row for row in stray if row[0] < first] == whole[:touched]
    assert [row for row in stray if row[0] >= after] == whole[touched + 1 :]


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


@pytest.mark.parametrize("engine", [None, HASTY])
@pytest.mark.parametrize("quoted", [(300, 900), (300, 301), (5, 999), (7,)])
def test_stray_quotes_far_apart_leave_every_other_order_in_place(
    engine: object, quoted: tuple[int, ...]
) -> None:
    lines = [f"s-{n},{n}.50,1,Plate" for n in range(1000)]
    for number in quoted:
        lines[number] = lines[number].replace("Plate", '"Plate')
    text = orders(*lines, header="sku,price,quantity,product_name")
    outcome = run(text, engine=HASTY) if engine else run(text)
    assert outcome.counts.records == 1000
    rejected = [one["line"] for one in outcome.rejects]
    assert rejected == [number + 2 for number in quoted]
    assert outcome.counts.accepted == 1000 - len(quoted)


@pytest.mark.parametrize("engine", [None, HASTY])
def test_two_stray_quotes_that_make_a_well_formed_cell_are_found(engine: object) -> None:
    lines = [f"s-{n},{n}.50,1,Plate" for n in range(40)]
    lines[10] = 's-10,10.50,1,"Plate'
    lines[20] = 's-20",20.50,1,Plate'
    text = orders(*lines, header="sku,price,quantity,product_name")
    outcome = run(text, engine=HASTY) if engine else run(text)
    assert outcome.counts.records == 40
    assert outcome.rejects[0]["line"] == 12
    assert outcome.counts.accepted == 39


def test_a_reject_below_cells_with_line_ends_has_its_own_line_number() -> None:
    quoted = orders(
        'a,1,2,"two\nlines"',
        'b,x,2,"n"',
        'c,1,2,"n\n\nm"',
        'd,1,0,"n"',
        header="sku,price,quantity,note",
    )
    assert [one["line"] for one in run(quoted).rejects] == [4, 8]
