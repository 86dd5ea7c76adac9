from datetime import date
from pathlib import Path

import pytest
from athena_sql.errors import BadQuery
from orderlake.answers.question import (
    Chart,
    find_query,
    list_queries,
    parse_query,
)
from orderlake.errors import UnknownName, UnreadableInput

TEXT = """-- What sells? One row per product.
-- param since: date = 2026-01-01, the first day
-- param least: bigint, the least number
-- param name: varchar = x, a text
-- param share: double = 0.5, a share
-- chart: bar product_id revenue
select 1 as x -- param late: date, not in the header
"""


def test_the_header_is_read_as_facts() -> None:
    query = parse_query("q", TEXT)
    assert (query.question, query.grain) == ("What sells?", "One row per product.")
    assert query.chart == Chart("bar", "product_id", "revenue")
    assert [p.name for p in query.parameters] == ["since", "least", "name", "share"]


def test_values_are_typed_and_defaults_fill_in() -> None:
    assert parse_query("q", TEXT).bind({"least": "3", "name": "2026"}) == {
        "since": date(2026, 1, 1),
        "least": 3,
        "name": "2026",
        "share": 0.5,
    }


def test_a_value_that_must_be_given_is_asked_for() -> None:
    with pytest.raises(BadQuery, match="--param least="):
        parse_query("q", TEXT).bind({})


@pytest.mark.parametrize("given", [{"least": "x"}, {"least": "1", "since": "5.1.2026"}])
def test_a_value_of_another_type_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(BadQuery, match="is not a"):
        parse_query("q", TEXT).bind(given)


def test_an_unknown_parameter_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="did you mean 'since'"):
        parse_query("q", TEXT).bind({"sinse": "2026-01-01", "least": "1"})


def test_a_value_that_a_query_does_not_use_is_refused() -> None:
    with pytest.raises(UnknownName, match="q: there is no parameter 'top'") as caught:
        parse_query("q", "select :x as x").bind({"top": "1"})
    assert caught.value.known == ("x",)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("-5", -5), ("1.5", 1.5), ("1e3", 1000.0), ("abc", "abc"), ("", ""), ("nan", "nan")],
)
def test_an_undeclared_value_is_a_number_where_it_looks_like_one(text: str, value: object) -> None:
    bound = parse_query("-e", "select :x as x").bind({"x": text})["x"]
    assert bound == value
    assert type(bound) is type(value)


def test_a_query_is_found_by_name_or_by_path(tmp_path: Path) -> None:
    (tmp_path / "sales.sql").write_text(TEXT)
    assert find_query("sales", tmp_path).name == "sales"
    assert find_query(str(tmp_path / "sales.sql"), Path("nowhere")).name == "sales"


def test_an_unknown_query_gets_the_nearest_and_all_names(tmp_path: Path) -> None:
    (tmp_path / "sales.sql").write_text(TEXT)
    with pytest.raises(UnknownName, match="did you mean 'sales'") as caught:
        find_query("salse", tmp_path)
    assert "known: sales" in caught.value.next_step


@pytest.mark.parametrize("name", ["../secrets", "/etc/hostname-nope", "nope.sql"])
def test_a_path_that_is_not_a_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        find_query(name, tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match="not UTF-8"):
        list_queries(tmp_path)
