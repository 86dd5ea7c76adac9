import csv
import io
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from pathlib import Path

import pytest
import sqlglot
from athena_sql.answer import Row, Value
from orderlake.answers.formats import write_answer
from orderlake.answers.lint_question import lint_question
from orderlake.answers.question import Query, list_queries
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine
from orderlake.engines.parity import ordering

from .conftest import Line

HERE = Path(__file__).parent
QUERIES = list_queries(HERE.parents[1] / "queries")
every_query = pytest.mark.parametrize("query", QUERIES, ids=[query.name for query in QUERIES])


def rows_of(engine: DuckdbEngine, name: str) -> list[Row]:
    (query,) = (query for query in QUERIES if query.name == name)
    return list(engine.answer(QueryRequest(name, query.sql, query.bind({}))).rows)


@every_query
def test_a_query_is_athena_sql(query: Query) -> None:
    assert len([tree for tree in sqlglot.parse(query.sql, read="athena") if tree]) == 1


@every_query
def test_a_query_passes_the_lint(query: Query) -> None:
    assert [finding.message for finding in lint_question(query)] == []


@every_query
def test_a_query_says_its_question_and_its_grain_in_its_first_line(query: Query) -> None:
    assert query.question.endswith("?")
    assert query.grain.startswith("One row")


@every_query
def test_a_query_answers_its_expected_rows(query: Query, engine: DuckdbEngine) -> None:
    out = io.StringIO()
    write_answer(engine.answer(QueryRequest(query.name, query.sql, query.bind({}))), "csv", out)
    assert out.getvalue() == (HERE / "expected" / f"{query.name}.csv").read_text("utf-8")


@every_query
def test_a_query_s_expected_rows_show_something(query: Query) -> None:
    with (HERE / "expected" / f"{query.name}.csv").open(encoding="utf-8") as handle:
        assert len(list(csv.reader(handle))) > 1


@every_query
def test_a_query_orders_its_rows_totally(query: Query, engine: DuckdbEngine) -> None:
    answer = engine.answer(QueryRequest(query.name, query.sql, query.bind({})))
    positions = ordering(query.sql, answer.columns)
    keys = [tuple(map(repr, (row[i] for i in positions))) for row in answer.rows]
    assert len(keys) == 1 or len(set(keys)) == len(keys)


@every_query
def test_a_query_names_its_columns_in_snake_case(query: Query, engine: DuckdbEngine) -> None:
    names = engine.answer(QueryRequest(query.name, query.sql, query.bind({}))).names
    assert all(name.islower() and name.isidentifier() for name in names)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.chart], ids=lambda query: query.name)
def test_a_query_s_chart_draws_columns_that_it_answers(query: Query, engine: DuckdbEngine) -> None:
    assert query.chart is not None
    names = engine.answer(QueryRequest(query.name, query.sql, query.bind({}))).names
    assert set(query.chart.columns) <= set(names)


def test_no_expected_rows_are_left_without_a_query() -> None:
    expected = {path.stem for path in (HERE / "expected").glob("*.csv")}
    assert expected == {query.name for query in QUERIES}


# The answers once more, in plain Python over the same lines.


def total_by(lines: list[Line], key: str) -> dict[str | None, Decimal]:
    totals: dict[str | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        totals[getattr(line, key)] += line.total_amount
    return totals


def percent(part: float, whole: float) -> float:
    return float(Decimal(repr(100 * part / whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_top_products_are_those_of_exact_addition(engine: DuckdbEngine, lines: list[Line]) -> None:
    expected = sorted(total_by(lines, "product_id").items(), key=lambda kv: (-kv[1], kv[0] or ""))
    assert rows_of(engine, "top_products") == expected[:10]


def test_revenue_by_day_is_that_of_exact_addition(engine: DuckdbEngine, lines: list[Line]) -> None:
    days: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.order_date:
            days[line.order_date[:10]].append(line)
    expected = [
        (
            day,
            len({x.order_id for x in of}),
            sum(x.quantity for x in of),
            sum(x.total_amount for x in of),
        )
        for day, of in sorted(days.items())
    ]
    got = rows_of(engine, "revenue_by_day")
    assert [(str(day), *others) for day, *others in got] == expected


def test_revenue_by_country_is_that_of_exact_addition(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    totals = {k or "unknown": v for k, v in total_by(lines, "country").items()}
    whole = sum(totals.values(), Decimal())
    expected = [
        (country, total, percent(float(total), float(whole)))
        for country, total in sorted(totals.items(), key=lambda kv: (-kv[1], kv[0]))
    ]
    got: list[tuple[Value, ...]] = [
        (a, c, d) for a, _, c, d in rows_of(engine, "revenue_by_country")
    ]
    assert got == expected


def test_average_order_value_is_rounded_half_up(engine: DuckdbEngine, lines: list[Line]) -> None:
    orders: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.order_date and line.quantity > 0:
            orders[line.order_date[:7], line.order_id] += line.total_amount
    months: dict[str, list[Decimal]] = defaultdict(list)
    for (month, _), value in orders.items():
        months[month].append(value)
    expected = {
        month: (sum(of, Decimal()) / len(of)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        for month, of in months.items()
    }
    assert {row[0]: row[3] for row in rows_of(engine, "average_order_value")} == expected


def test_repeat_rate_counts_customers_with_several_orders(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    orders = defaultdict(set)
    for line in lines:
        if line.customer_id and line.quantity > 0:
            orders[line.customer_id].add(line.order_id)
    again = sum(len(of) > 1 for of in orders.values())
    most = max(map(len, orders.values()))
    expected = (len(orders), again, percent(again, len(orders)), most)
    assert rows_of(engine, "repeat_rate") == [expected]


def test_basket_pairs_are_counted_once_an_order(engine: DuckdbEngine, lines: list[Line]) -> None:
    baskets = defaultdict(set)
    for line in lines:
        if line.quantity > 0:
            baskets[line.order_id].add(line.product_id)
    pairs = Counter(pair for basket in baskets.values() for pair in combinations(sorted(basket), 2))
    common = [(one, other, n) for (one, other), n in pairs.items() if n >= 2]
    assert rows_of(engine, "basket_pairs") == sorted(common, key=lambda p: (-p[2], p[0], p[1]))[:20]


def test_cohorts_hold_every_customer_of_their_month(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    months = defaultdict(set)
    for line in lines:
        if line.customer_id and line.order_date and line.quantity > 0:
            year, month = map(int, line.order_date[:7].split("-"))
            months[line.customer_id].add(year * 12 + month - 1)
    counts = Counter((min(of), m - min(of)) for of in months.values() for m in of)
    expected = [
        (f"{first // 12}-{first % 12 + 1:02}-01", since, n, percent(n, counts[first, 0]))
        for (first, since), n in sorted(counts.items())
    ]
    got = rows_of(engine, "cohort_retention")
    assert [(str(cohort), *others) for cohort, *others in got] == expected


def test_returns_are_set_against_what_was_sold(engine: DuckdbEngine, lines: list[Line]) -> None:
    sold: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for line in lines:
        (sold if line.quantity > 0 else back)[line.product_id] += abs(line.quantity)
    expected = [(p, sold[p], n) for p, n in sorted(back.items(), key=lambda kv: (-kv[1], kv[0]))]
    got: list[tuple[Value, ...]] = [tuple(row[:3]) for row in rows_of(engine, "return_rate")]
    assert got == expected
