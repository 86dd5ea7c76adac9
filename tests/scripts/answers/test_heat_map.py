import io
from decimal import Decimal

import pytest
from athena_sql.answer import Answer, Column
from orderlake.answers.formats import write_answer
from orderlake.answers.heat_map import (
    LEVELS,
    Heat,
    Point,
    lay_out,
)
from orderlake.answers.question import Chart, parse_query
from orderlake.report.heatmap import map_of
from orderlake.report.section import Field, Grid


def points(*cells: tuple[str, str, float]) -> list[Point]:
    return [Point(label, across, value, str(value)) for label, across, value in cells]


def heat_of(*cells: tuple[str, str, float]) -> Heat:
    heat = lay_out(points(*cells))
    assert isinstance(heat, Heat)
    return heat


def test_columns_stand_by_their_number_and_rows_as_they_come() -> None:
    heat = heat_of(("b", "10", 1), ("b", "9", 2), ("a", "1,000", 3))
    assert heat.labels == ("b", "a")
    assert heat.columns == ("9", "10", "1,000")


def test_columns_that_are_not_numbers_stand_as_they_come() -> None:
    assert heat_of(("a", "May", 1), ("a", "April", 2)).columns == ("May", "April")


def test_levels_are_ranks_and_only_the_highest_has_the_last() -> None:
    cells = [("a", str(n), float(n)) for n in range(16)] + [("b", "0", 1000.0)]
    heat = heat_of(*cells)
    assert heat.levels["b", "0"] == LEVELS
    assert heat.levels["a", "0"] == 0
    assert heat.levels["a", "15"] == LEVELS - 1
    assert len({heat.levels["a", str(n)] for n in range(16)}) == LEVELS


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([("a", "1", 1.0), ("a", "1", 2.0)], "two rows are about a and 1"),
        ([(str(n), "1", 1.0) for n in range(61)], "61 by 1 cells are too many"),
        ([("a", str(n), 1.0) for n in range(41)], "1 by 41 cells are too many"),
    ],
)
def test_what_cannot_be_a_map_says_why(cells: list[tuple[str, str, float]], reason: str) -> None:
    assert lay_out(points(*cells)) == reason


def test_a_map_without_values_has_the_lowest_level() -> None:
    assert set(heat_of(("a", "1", float("nan"))).levels.values()) == {0}


CHART = Chart("heat", "cohort", "percent", "since")
FIELDS = (Field("cohort", "date"), Field("since", "number"), Field("percent", "number"))


def test_on_the_page_months_are_months() -> None:
    rows = (("2026-01-01", "0", "100.00"), ("2026-02-01", "1", None))
    heat = map_of(CHART, Grid(FIELDS, rows, 2))
    assert isinstance(heat, Heat)
    assert heat.labels == ("2026-01", "2026-02")


def test_a_terminal_shows_shades_and_values() -> None:
    columns = (Column("cohort", "date"), Column("since", "bigint"), Column("percent", "decimal"))
    rows = [("Jan", 0, Decimal("100.00")), ("Jan", 1, Decimal("9.50")), ("Feb", 0, Decimal("50"))]
    out = io.StringIO()
    assert write_answer(Answer(columns, iter(rows)), "chart", out, CHART) == 3
    assert out.getvalue().splitlines() == [
        "          0     1",
        "Jan █100.00  9.50",
        "Feb ░ 50.00",
    ]


def test_a_map_that_is_wider_than_the_terminal_has_parts_of_whole_columns() -> None:
    columns = (Column("cohort", "date"), Column("since", "bigint"), Column("percent", "decimal"))
    rows = [(name, n, Decimal(n)) for name in ("Jan", "Feb") for n in range(5)]
    out = io.StringIO()
    write_answer(Answer(columns, iter(rows)), "chart", out, CHART, 12)
    lines = out.getvalue().splitlines()
    assert [line.split() for line in (lines[0], lines[4])] == [["0", "1", "2"], ["3", "4"]]
    assert [line[:3].strip() for line in lines] == ["", "Jan", "Feb", "", "", "Jan", "Feb"]
    assert max(map(len, lines)) <= 12


def test_a_terminal_says_how_to_see_rows_that_make_no_map() -> None:
    columns = (Column("cohort", "date"), Column("since", "bigint"), Column("percent", "decimal"))
    rows = [("Jan", since, Decimal(1)) for since in range(41)]
    out = io.StringIO()
    assert write_answer(Answer(columns, iter(rows)), "chart", out, CHART) == 41
    assert out.getvalue() == (
        "no chart: 1 by 41 cells are too many; to see the rows: --format table\n"
    )


def test_a_header_names_three_columns_of_a_heat_map() -> None:
    query = parse_query("q", "-- Stay? One.\n-- chart: heat cohort since percent\nselect 1 as x")
    assert query.chart == CHART


def test_a_header_names_the_topic_and_the_place_in_it() -> None:
    query = parse_query("q", "-- Stay? One.\n-- topic: customers 2\nselect 1 as x")
    assert (query.topic, query.place) == ("customers", 2)
    assert parse_query("q", "-- topic: stock\nselect 1 as x").topic == "stock"
    assert parse_query("q", "select 1 as x").topic == ""
