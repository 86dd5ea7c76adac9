import pytest
from athena_sql.answer import Answer, Column
from orderlake.answers.question import parse_query
from orderlake.report import section as module
from orderlake.report.section import Field, group_digits
from report_values import TOTALS, answer, answer_one


def test_an_answer_becomes_texts_with_the_digits_that_count() -> None:
    section = answer_one(TOTALS)
    assert section.grid
    assert section.grid.fields == (Field("product_id", "text"), Field("total", "number"))
    assert section.grid.rows == (("MUG", "15.900"), ("PEN", "0.999"), (None, "-7.950"))
    assert section.chart
    assert not section.problem


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("1234567", "1,234,567"),
        ("-1234567.8900", "-1,234,567.8900"),
        ("-0.50", "-0.50"),
        ("12345678901234567890123456789.123456", "12,345,678,901,234,567,890,123,456,789.123456"),
        ("1e+20", "1e+20"),
        ("NaN", "NaN"),
    ],
)
def test_thousands_are_set_apart_and_no_digit_is_lost(text: str, grouped: str) -> None:
    assert group_digits(text) == grouped
    assert grouped.replace(",", "") == text


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("date '2026-01-05'", "date"),
        ("timestamp '2026-01-05 10:00:00'", "date"),
        ("'2026-01'", "date"),
        ("'2026-01-05'", "date"),
        ("'2026-01-05x'", "text"),
        ("''", "text"),
        ("cast(1 as bigint)", "number"),
        ("1e0", "number"),
        ("true", "text"),
    ],
)
def test_the_kind_of_a_column_comes_from_its_type_or_from_all_its_texts(
    sql: str, kind: str
) -> None:
    grid = answer_one(f"select {sql} as x").grid
    assert grid
    assert grid.fields[0].kind == kind


def test_a_column_of_nulls_is_not_a_date() -> None:
    grid = answer_one("select cast(null as varchar) as x").grid
    assert grid
    assert grid.fields[0].kind == "text"
    assert grid.rows == ((None,),)


def test_rows_beyond_the_kept_ones_are_counted() -> None:
    rows = iter([(number,) for number in range(module.ROWS_KEPT + 7)])
    grid = module.answer_to_grid(Answer((Column("n", "bigint"),), rows))
    assert len(grid.rows) == module.ROWS_KEPT
    assert grid.total == module.ROWS_KEPT + 7


def test_an_answer_without_rows_has_its_columns() -> None:
    section = answer_one(TOTALS.replace("group by 1", "where quantity > 99 group by 1"))
    assert section.grid
    assert section.grid.total == 0
    assert [field.name for field in section.grid.fields] == ["product_id", "total"]
    assert section.chart is None
    assert not section.note


@pytest.mark.parametrize(
    ("sql", "problem", "is_missing"),
    [
        ("select country from processed_orders", "needs country, which", True),
        ("select 1 / (quantity - quantity) as x from processed_orders", "ivision by zero", False),
        ("select nope from", "not Athena SQL", False),
        ("select product_id ilike 'm' as x from processed_orders", "has no ilike", False),
        ("-- Which? One row.\n-- param day: date, the day\nselect :day as x", "needs day", False),
        ("", "empty", False),
    ],
)
def test_a_query_without_an_answer_says_why_and_what_to_do(
    sql: str, problem: str, is_missing: bool
) -> None:
    section = answer_one(sql)
    assert problem in section.problem
    assert section.grid is None
    assert section.next_step
    assert section.is_missing is is_missing
    assert section.is_failed is not is_missing


def test_a_failed_query_does_not_take_the_next_one_with_it() -> None:
    bad, good = parse_query("bad", "select nope from"), parse_query("good", TOTALS)
    first, second = answer(bad, good)
    assert first.is_failed
    assert second.grid


@pytest.mark.parametrize(
    ("hint", "note"),
    [
        ("bar nope total", "no chart: the answer has no column nope"),
        ("bar product_id product_id", "no chart: product_id is not a number"),
        ("line nope gone", "no chart: the answer has no column nope and no column gone"),
    ],
)
def test_a_hint_that_cannot_be_drawn_leaves_the_table_and_says_why(hint: str, note: str) -> None:
    section = answer_one(TOTALS.replace("bar product_id total", hint))
    assert section.grid
    assert section.chart is None
    assert section.note == note
