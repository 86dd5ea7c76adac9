import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from athena_sql.answer import (
    Answer,
    Column,
    Row,
    Value,
)
from hypothesis import given
from hypothesis import strategies as st
from orderlake.answers.formats import (
    bar,
    write_answer,
)
from orderlake.answers.question import Chart
from orderlake.answers.value_text import readable_value, shown_digits, value_text
from orderlake.errors import WrongUse

COLUMNS = (Column("name", "varchar"), Column("revenue", "decimal(38,6)"))
ROWS: list[Row] = [("A", Decimal("1.500000")), (None, Decimal("12.345000")), ("", None)]


def text(form: str, rows: list[Row] = ROWS, chart: Chart | None = None) -> str:
    out = io.StringIO()
    assert write_answer(Answer(COLUMNS, iter(rows)), form, out, chart) == len(rows)
    return out.getvalue()


def test_csv_tells_null_from_an_empty_text_and_keeps_the_digits() -> None:
    assert text("csv") == 'name,revenue\n"A",1.500000\n,12.345000\n"",\n'


def test_json_keeps_the_digits_as_a_number() -> None:
    assert '"revenue": 12.345000' in text("json")
    assert json.loads(text("json"), parse_float=Decimal) == [
        {"name": "A", "revenue": Decimal("1.500000")},
        {"name": None, "revenue": Decimal("12.345000")},
        {"name": "", "revenue": None},
    ]


def test_json_of_no_rows_is_an_empty_list() -> None:
    assert text("json", []) == "[]\n"


def test_json_lines_are_an_object_each() -> None:
    assert [json.loads(line)["name"] for line in text("jsonl").splitlines()] == ["A", None, ""]


def test_markdown_aligns_numbers_and_escapes_its_signs() -> None:
    lines = text("markdown", [("a|b", Decimal("1.500000"))]).splitlines()
    assert lines == ["| name | revenue |", "| --- | --: |", "| a\\|b | 1.50 |"]


def test_a_chart_draws_the_columns_that_the_query_names() -> None:
    rows: list[Row] = [("A", Decimal("10.00")), ("B", Decimal("-5.00")), ("C", None)]
    first, second, third = text("chart", rows, Chart("bar", "name", "revenue")).splitlines()
    assert first == f"A 10.00  {'█' * 40}"
    assert second == f"B -5.00 -{'█' * 20}"
    assert third == "C"


def test_a_chart_without_columns_says_how_to_name_them() -> None:
    with pytest.raises(WrongUse, match="chart: bar LABEL VALUE"):
        text("chart")


def test_a_chart_of_columns_that_are_not_there_is_refused() -> None:
    with pytest.raises(WrongUse, match="name, revenue"):
        text("chart", chart=Chart("bar", "nope", "revenue"))


def test_a_bar_is_exact_to_an_eighth_of_a_cell() -> None:
    assert bar(1, 40) == "█" * 40
    assert bar(1 / 320, 40) == "▏"
    assert bar(0, 40) == ""


def test_bars_are_shorter_on_a_narrow_terminal() -> None:
    rows: list[Row] = [("n" * 40, Decimal("1.50"), None, None)]
    chart = Chart("bar", "name", "revenue")
    for width, cells in ((200, 40), (80, 33), (30, 10)):
        out = io.StringIO()
        write_answer(Answer(COLUMNS, iter(rows)), "chart", out, chart, width)
        assert out.getvalue().count("█") == cells


def test_csv_streams_and_holds_nothing() -> None:
    class Counting(io.StringIO):
        written = 0

        def write(self, text: str) -> int:
            self.written += text.count("\n")
            return len(text)

    out = Counting()

    def rows() -> Iterator[Row]:
        for number in range(1000):
            assert out.written >= number  # every earlier row is out already
            yield ("A", Decimal(number))

    write_answer(Answer(COLUMNS, rows()), "csv", out)
    assert out.written == 1001


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (1.0, "1.0"),
        (12345678.9, "1.23456789E7"),
        ([0.0001, 1e7], "[1.0E-4, 1.0E7]"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0E-6"), "0.000000"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime.fromisoformat("2026-01-05 10:20:30"), "2026-01-05 10:20:30.000"),
        (datetime(2026, 1, 5, 10, 20, 30, tzinfo=UTC), "2026-01-05 10:20:30.000 UTC"),
        ([1, None, "a"], "[1, null, a]"),
        ({"name": "Ann", "city": None}, "{name=Ann, city=null}"),
        (b"\x01\xff", "01 ff"),
    ],
)
def test_values_are_printed_as_athena_prints_them(value: Value, expected: str) -> None:
    assert value_text(value) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e7, 1.0])
def test_csv_prints_doubles_as_athena_does_and_without_quotes(value: float) -> None:
    out = io.StringIO()
    write_answer(Answer((Column("x", "double"),), iter([(value,)])), "csv", out)
    assert out.getvalue() == f"x\n{value_text(value)}\n"


def test_a_person_reads_doubles_without_an_exponent() -> None:
    assert readable_value(12345678.9, None) == "12345678.9"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([100.0, 99.47, 0.3], ["100.00", "99.47", "0.30"]),
        ([100.0, 5.0], ["100.0", "5.0"]),
        ([0.1 + 0.2, 0.5], ["0.30000000000000004", "0.5"]),
        ([1e-9, 0.25, 2.0], ["1e-09", "0.25", "2.00"]),
        ([float("nan"), 0.25, 2.0], ["NaN", "0.25", "2.00"]),
    ],
)
def test_a_column_of_doubles_has_one_number_of_decimals(
    values: list[float], texts: list[str]
) -> None:
    digits = shown_digits([(value,) for value in values], 0)
    assert [readable_value(value, digits) for value in values] == texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_no_digit_of_a_double_is_ever_hidden(values: list[float]) -> None:
    digits = shown_digits([(value,) for value in values], 0)
    assert [float(readable_value(value, digits)) for value in values] == values


def test_money_is_shown_with_the_digits_that_count_and_at_least_two() -> None:
    rows: list[Row] = [(Decimal("1.500000"),), (Decimal("2.345000"),)]
    assert shown_digits(rows, 0) == 3
    assert shown_digits([(Decimal("1.000000"),)], 0) == 2
    assert shown_digits([(Decimal("7"),)], 0) == 0
    assert shown_digits([(None,)], 0) is None


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=6), min_size=1))
def test_no_digit_that_counts_is_ever_hidden(values: list[Decimal]) -> None:
    digits = shown_digits([(value,) for value in values], 0)
    assert [Decimal(readable_value(value, digits)) for value in values] == values


@given(st.text())
def test_no_control_character_reaches_the_terminal(value: str) -> None:
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in readable_value(value, None))


@given(st.lists(st.tuples(st.text(), st.decimals(allow_nan=False, allow_infinity=False, places=6))))
def test_any_text_survives_csv(rows: list[Row]) -> None:
    out = io.StringIO(newline="")
    write_answer(Answer(COLUMNS, iter(rows)), "csv", out)
    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    assert [(name, Decimal(revenue)) for name, revenue in read] == rows


def test_a_chart_over_time_keeps_its_newest_rows_and_a_ranking_its_first() -> None:
    columns = (Column("day", "varchar"), Column("units", "bigint"))
    rows: list[Row] = [(f"{number:03}", number) for number in range(100)]

    def chart(kind: str) -> list[str]:
        out = io.StringIO()
        write_answer(Answer(columns, iter(rows)), "chart", out, Chart(kind, "day", "units"))
        return out.getvalue().splitlines()

    line, bar = chart("line"), chart("bar")
    assert line[0] == "... 40 earlier rows"
    assert (line[1].split()[0], line[-1].split()[0]) == ("040", "099")
    assert (bar[0].split()[0], bar[-1]) == ("000", "... 40 more rows")
