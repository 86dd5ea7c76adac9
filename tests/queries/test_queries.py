import csv
import io
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, product
from pathlib import Path

import pytest
import sqlglot
from athena_sql.answer import Row, Value
from order_transform.contract.order_lines import LINE_IN_FILES
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


def test_the_query_of_repeated_lines_compares_what_status_compares() -> None:
    (query,) = (query for query in QUERIES if query.name == "repeated_lines")
    lines = sqlglot.parse_one(query.sql, read="athena").find(sqlglot.exp.CTE)
    assert lines
    names = [column.alias_or_name for column in lines.this.selects[: len(LINE_IN_FILES)]]
    assert names == list(LINE_IN_FILES)


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


type Key = tuple[str | None, str | None]


def sales(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.is_sale]


def total_by(lines: list[Line], key: str) -> dict[Key, Decimal]:
    """Currency and value of a key -> exact sum of the sales."""
    totals: dict[Key, Decimal] = defaultdict(Decimal)
    for line in sales(lines):
        totals[line.currency, getattr(line, key)] += line.total_amount
    return totals


def last_null(text: str | None) -> tuple[bool, str]:
    """A key that sorts as Trino does: null comes last."""
    return text is None, text or ""


def percent(part: float, whole: float) -> float:
    return float(Decimal(repr(100 * part / whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_top_products_are_those_of_exact_addition(engine: DuckdbEngine, lines: list[Line]) -> None:
    totals = total_by(lines, "product_id")
    expected = []
    for currency in sorted({currency for currency, _ in totals}, key=last_null):
        own = [(name, total) for (code, name), total in totals.items() if code == currency]
        own.sort(key=lambda pair: (-pair[1], pair[0] or ""))
        expected += [(name, total, currency) for name, total in own[:10]]
    assert rows_of(engine, "top_products") == expected


def test_revenue_by_day_is_that_of_exact_addition(engine: DuckdbEngine, lines: list[Line]) -> None:
    days: dict[Key, list[Line]] = defaultdict(list)
    for line in sales(lines):
        if line.order_date:
            days[line.order_date[:10], line.currency].append(line)
    expected = [
        (
            day,
            len({x.order_id for x in of}),
            sum(x.quantity for x in of),
            sum(x.total_amount for x in of),
            currency,
        )
        for (day, currency), of in sorted(
            days.items(), key=lambda kv: (kv[0][0] or "", last_null(kv[0][1]))
        )
    ]
    got = rows_of(engine, "revenue_by_day")
    assert [(str(day), *others) for day, *others in got] == expected


def test_revenue_by_country_is_that_of_exact_addition(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    totals = {(code, k or "unknown"): v for (code, k), v in total_by(lines, "country").items()}
    whole: dict[str | None, Decimal] = defaultdict(Decimal)
    for (currency, _), total in totals.items():
        whole[currency] += total
    expected = [
        (country, total, percent(float(total), float(whole[currency])), currency)
        for (currency, country), total in sorted(
            totals.items(), key=lambda kv: (last_null(kv[0][0]), -kv[1], kv[0][1])
        )
    ]
    got: list[tuple[Value, ...]] = [
        (country, revenue, share, currency)
        for country, _, revenue, share, currency in rows_of(engine, "revenue_by_country")
    ]
    assert got == expected


def test_rows_that_are_not_sales_are_in_no_revenue_and_have_an_answer_of_their_own(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    left_out = [row for row in rows_of(engine, "revenue_by_status") if row[0] is False]
    amounts: dict[str | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        if not line.is_sale:
            amounts[line.currency] += line.total_amount
    assert {row[4]: row[3] for row in left_out} == dict(amounts)


def test_a_line_that_stands_twice_is_found(engine: DuckdbEngine, lines: list[Line]) -> None:
    # A sale that comes again as refunded stands twice, too; two refunds change no revenue.
    sold = {(x.order_id, x.product_id, x.order_date) for x in sales(lines)}
    counts = Counter((x.order_id, x.product_id, x.order_date) for x in lines if x.order_id)
    expected = {key: count for key, count in counts.items() if count > 1 and key in sold}
    assert {row[:3]: row[3] for row in rows_of(engine, "repeated_lines")} == expected


def test_average_order_value_is_rounded_half_up(engine: DuckdbEngine, lines: list[Line]) -> None:
    orders: dict[tuple[str, str, str | None], Decimal] = defaultdict(Decimal)
    for line in sales(lines):
        if line.order_date and line.quantity > 0:
            orders[line.order_date[:7], line.order_id, line.currency] += line.total_amount
    months: dict[Key, list[Decimal]] = defaultdict(list)
    for (month, _, currency), value in orders.items():
        months[month, currency].append(value)
    expected = {
        month: (sum(of, Decimal()) / len(of)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        for month, of in months.items()
    }
    got = {(row[0], row[4]): row[3] for row in rows_of(engine, "average_order_value")}
    assert got == expected


def test_repeat_rate_counts_customers_with_several_orders(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    orders = defaultdict(set)
    for line in sales(lines):
        if line.customer_id and line.quantity > 0:
            orders[line.customer_id].add(line.order_id)
    again = sum(len(of) > 1 for of in orders.values())
    most = max(map(len, orders.values()))
    expected = (len(orders), again, percent(again, len(orders)), most)
    assert rows_of(engine, "repeat_rate") == [expected]


def test_basket_pairs_are_counted_once_an_order(engine: DuckdbEngine, lines: list[Line]) -> None:
    baskets = defaultdict(set)
    for line in sales(lines):
        if line.quantity > 0:
            baskets[line.order_id].add(line.product_id)
    pairs = Counter(pair for basket in baskets.values() for pair in combinations(sorted(basket), 2))
    common = [(one, other, n) for (one, other), n in pairs.items() if n >= 2]
    assert rows_of(engine, "basket_pairs") == sorted(common, key=lambda p: (-p[2], p[0], p[1]))[:20]


def test_cohorts_hold_every_customer_of_their_month(
    engine: DuckdbEngine, lines: list[Line]
) -> None:
    months = defaultdict(set)
    for line in sales(lines):
        if line.customer_id and line.order_date and line.quantity > 0:
            year, month = map(int, line.order_date[:7].split("-"))
            months[line.customer_id].add(year * 12 + month - 1)
    counts = Counter((min(of), m - min(of)) for of in months.values() for m in of)
    newest = max(month for of in months.values() for month in of)
    # A month that has passed without an order counts 0; one that is still to come has no row.
    places = product(sorted({a for a, _ in counts}), sorted({b for _, b in counts}))
    expected = [
        (f"{first // 12}-{first % 12 + 1:02}-01", since, n, percent(n, counts[first, 0]))
        for first, since in places
        if first + since <= newest
        for n in (counts[first, since],)
    ]
    got = rows_of(engine, "cohort_retention")
    assert [(str(cohort), *others) for cohort, *others in got] == expected


def test_returns_are_set_against_what_was_sold(engine: DuckdbEngine, lines: list[Line]) -> None:
    sold: Counter[tuple[str, str | None]] = Counter()
    back: Counter[tuple[str, str | None]] = Counter()
    for line in sales(lines):
        side = sold if line.quantity > 0 else back
        side[line.product_id, line.currency] += abs(line.quantity)
    expected = [
        (product, sold[product, currency], units, currency)
        for (product, currency), units in sorted(
            back.items(), key=lambda kv: (last_null(kv[0][1]), -kv[1], kv[0][0])
        )
    ]
    got: list[tuple[Value, ...]] = [(*row[:3], row[5]) for row in rows_of(engine, "return_rate")]
    assert got == expected
