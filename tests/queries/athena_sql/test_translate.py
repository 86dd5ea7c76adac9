import contextlib
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import pytest
from athena_sql.answer import Column, Row
from athena_sql.athena_text import to_athena
from athena_sql.catalog import TableName
from athena_sql.errors import BadQuery, MissingColumns, NotPortable, QueryFailed, UnknownTable
from athena_sql.statement import parse_statement
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine
from orderlake.engines.parity import compare, ordering
from orderlake.engines.trino_engine import json_value
from orderlake.engines.values import type_text
from sql_lake import ask, memory_engine
from trino_orders import COLUMNS, ROWS, recorded, statements

RECORDING = recorded()
REFUSED = [sql for sql, answer in RECORDING["answers"].items() if "error" in answer]
# Statements that answer with the time at which they run.
CLOCK = ("select now()", "select current_timestamp", "select localtimestamp")

type Outcome = tuple[tuple[Column, ...], list[Row]]


@pytest.fixture(scope="module")
def engine() -> DuckdbEngine:
    return memory_engine(ROWS, COLUMNS, is_asked_often=True)


@pytest.fixture(scope="module")
def small_engine() -> DuckdbEngine:
    columns = (("product_id", "string"), ("price", "double"), ("quantity", "int"))
    return memory_engine(f"select product_id, price, quantity from ({ROWS})", columns)


def answer(engine: DuckdbEngine, sql: str, **values: Any) -> list[tuple[object, ...]]:
    return list(engine.answer(QueryRequest("-e", sql, values)).rows)


def outcome(engine: DuckdbEngine, sql: str) -> Outcome | None:
    try:
        answered = ask(engine, sql)
        return tuple(answered.columns), list(answered.rows)
    except (BadQuery, MissingColumns, NotPortable, QueryFailed):
        return None


def without_field_names(row: Row) -> Row:
    """Trino's protocol sends a row as a list."""
    return tuple(list(cell.values()) if isinstance(cell, dict) else cell for cell in row)


def without_sizes(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(Column(c.name, re.sub(r"(varchar|char)\(\d+\)", r"\1", c.type)) for c in columns)


@pytest.fixture(scope="module")
def outcomes(engine: DuckdbEngine) -> dict[str, Outcome | None]:
    """Each recorded statement with its answer here, or None where it is refused."""
    return {sql: outcome(engine, sql) for sql in statements()}


def difference(sql: str, got: Outcome) -> str | None:
    """Return how an answer differs from the one that a real Trino gave."""
    expected = RECORDING["answers"][sql]
    columns, rows = without_sizes(got[0]), [without_field_names(row) for row in got[1]]
    theirs = without_sizes(
        Column(c.name, type_text(kind.replace(", ", ",")))
        for c, kind in zip(columns, expected["types"], strict=True)
    )
    if columns != theirs and "[]" not in sql:
        return f"{columns} and not {theirs}"
    if any(word in sql for word in CLOCK):
        return None
    values = [
        tuple(json_value(c.type, cell) for c, cell in zip(theirs, row, strict=True))
        for row in expected["rows"]
    ]
    compared = compare(sql, (columns, rows), (theirs, values), ordering(sql, columns), 1e-12)
    return None if compared.is_fine else str(compared.differences)


def test_what_is_answered_is_answered_as_a_real_trino_did(
    outcomes: dict[str, Outcome | None],
) -> None:
    answered = {sql: got for sql, got in outcomes.items() if got and sql not in REFUSED}
    assert len(answered) > 1000
    found = {sql: text for sql, got in answered.items() if (text := difference(sql, got))}
    assert found == {}


def test_the_recording_has_an_answer_to_every_statement() -> None:
    assert list(RECORDING["answers"]) == statements()


def test_nothing_runs_that_trino_refuses(outcomes: dict[str, Outcome | None]) -> None:
    assert len(REFUSED) > 50
    assert [sql for sql in REFUSED if outcomes[sql] is not None] == []


def test_few_are_refused_that_trino_answers(outcomes: dict[str, Outcome | None]) -> None:
    answered = [sql for sql in outcomes if sql not in REFUSED]
    needless = [sql for sql in answered if outcomes[sql] is None]
    assert len(needless) < 0.1 * len(answered)


decimals = st.decimals(
    min_value=-(10**11), max_value=10**11, allow_nan=False, allow_infinity=False, places=6
)


@settings(deadline=None, max_examples=examples(50))
@given(st.lists(decimals, min_size=1, max_size=20))
def test_money_that_went_through_a_double_is_summed_exactly(values: list[Decimal]) -> None:
    # 15 significant digits survive a double; more cannot be in it.
    values = [v for v in values if len(v.normalize().as_tuple().digits) <= 15]
    rows = ", ".join(
        f"({float(v)!r}e0)" if "e" not in repr(float(v)) else f"({float(v)!r})" for v in values
    )
    engine = memory_engine(
        f"select * from (values {rows or '(0e0)'}) t(price)", (("price", "double"),)
    )
    total = answer(engine, "select sum(cast(price as decimal(38, 6))) as r from processed_orders")
    assert total == [(sum(values, Decimal(0)).quantize(Decimal("0.000001")),)]


@settings(deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    st.integers(0, 6),
)
def test_a_double_becomes_the_decimal_of_its_shortest_digits(
    engine: DuckdbEngine, value: float, scale: int
) -> None:
    sql = f"select cast(:value as decimal(38, {scale})) as r"
    with localcontext(prec=60):
        expected = Decimal(repr(value)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    assert answer(engine, sql, value=value) == [(expected,)]


@settings(deadline=None)
@given(
    st.decimals(min_value=-(10**6), max_value=10**6, places=3),
    st.decimals(min_value=-(10**4), max_value=10**4, places=2).filter(bool),
)
def test_decimals_divide_half_up_at_the_larger_scale(
    engine: DuckdbEngine, left: Decimal, right: Decimal
) -> None:
    sql = f"select cast('{left}' as decimal(12, 3)) / cast('{right}' as decimal(9, 2)) as r"
    with localcontext(prec=60):
        expected = (left / right).quantize(Decimal("0.001"), ROUND_HALF_UP)
    assert answer(engine, sql) == [(expected,)]


def test_columns_have_trino_s_names_and_types(engine: DuckdbEngine) -> None:
    sql = """select count(*), sum(quantity) as q, sum(weight), date(substr(order_date, 1, 10)) d
    from processed_orders group by 4"""
    columns = engine.answer(QueryRequest("-e", sql)).columns
    assert [(c.name, c.type) for c in columns] == [
        ("_col0", "bigint"),
        ("q", "bigint"),
        ("_col2", "decimal(38,2)"),
        ("d", "date"),
    ]


def test_parameters_are_bound_and_not_pasted(engine: DuckdbEngine) -> None:
    sql = "select count(*) as n from processed_orders where product_id = :name"
    assert answer(engine, sql, name="A") == [(1,)]
    assert answer(engine, sql, name="A' or '1' = '1") == [(0,)]


def test_a_parameter_without_a_value_is_named(engine: DuckdbEngine) -> None:
    with pytest.raises(BadQuery, match=":name has no value"):
        answer(engine, "select :name as x")


def test_a_column_of_the_contract_that_the_files_lack_is_named(small_engine: DuckdbEngine) -> None:
    with pytest.raises(MissingColumns) as caught:
        answer(
            small_engine,
            "select customer_id, max(country) as c, price from processed_orders group by 1, 3",
        )
    assert caught.value.columns == ("customer_id", "country")


def test_an_unknown_column_is_answered_with_the_known_ones(small_engine: DuckdbEngine) -> None:
    with pytest.raises(BadQuery) as caught:
        answer(small_engine, "select prise from processed_orders")
    assert "prise" in caught.value.message
    assert "product_id, price, quantity" in caught.value.next_step


def test_an_unknown_table_is_answered_with_the_known_ones(engine: DuckdbEngine) -> None:
    with pytest.raises(UnknownTable, match="there is no table 'orders'"):
        answer(engine, "select 1 as x from orders")


def test_a_step_may_have_the_name_of_the_table_it_reads(engine: DuckdbEngine) -> None:
    sql = """with processed_orders as (select price from processed_orders)
    select count(*) as n from processed_orders"""
    assert answer(engine, sql) == [(3,)]


def test_the_real_table_name_works_too(engine: DuckdbEngine) -> None:
    sql = "select count(*) as n from shop_orders.shop_processed_orders"
    assert answer(engine, sql) == [(3,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "the query is empty"),
        ("-- nothing", "the query is empty"),
        ("select 1 as a; select 2 as b", "one statement at a time"),
        ("drop table processed_orders", "it begins with drop"),
        ("insert into processed_orders select * from processed_orders", "it begins with insert"),
        ("create table x as select 1 as y", "it begins with create"),
        ("selec price", "not a question"),
        ("select price fro processed_orders x", "line 1:"),
        ("select 'open", "not Athena SQL"),
        ("select price from (select 1", "not Athena SQL"),
        ("select ? as x", "a \\? has no name"),
        ("select 1_000", "1_000: digits in groups are not known\nwrite 1000"),
        ("select price from processed_orders where price > 1_0.5", "line 1:50: 1_0"),
    ],
)
def test_what_is_not_a_question_is_refused_with_a_reason(
    engine: DuckdbEngine, sql: str, message: str
) -> None:
    with pytest.raises(BadQuery, match=message):
        answer(engine, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 / 0 as x",
        "select cast('a' as integer) as x",
        "select cast('1.5' as integer) as x",
        "select date(order_date) as x from processed_orders",
        "select cast(2e10 as integer) as x",
    ],
)
def test_what_fails_in_athena_fails_here(engine: DuckdbEngine, sql: str) -> None:
    with pytest.raises(QueryFailed):
        answer(engine, sql)


@given(st.text(max_size=40))
def test_any_text_is_a_statement_or_a_clear_refusal(text: str) -> None:
    with contextlib.suppress(BadQuery):
        assert parse_statement(text).selects


def test_athena_is_sent_the_users_own_text_with_names_and_parameters_in_place() -> None:
    sql = """-- What?
select p.price, ':day' as x  -- :day
from processed_orders as p
where order_date = :day and price > :low or order_date = :day;
"""
    text, literals = to_athena(
        sql,
        {"processed_orders": TableName("d", "shop_processed_orders")},
        {"day": "it's", "low": 2},
    )
    assert text.splitlines()[2] == "from shop_processed_orders as p"
    assert text.splitlines()[3] == "where order_date = ? and price > ? or order_date = ?"
    assert "':day' as x  -- :day" in text
    assert literals == ["'it''s'", "2", "'it''s'"]


def test_a_step_named_like_the_table_keeps_its_name_for_athena() -> None:
    sql = "with processed_orders as (select 1 as x) select x from processed_orders"
    assert to_athena(sql, {"processed_orders": TableName("d", "t")}, {})[0] == sql


@pytest.mark.parametrize(
    "refused",
    [
        "array_distinct(array[price, nan()])",
        "map(array[nan()], array[1])",
        "sequence(date '2024-01-01', date '2024-01-02', interval '1' hour)",
        "max(quantity, quantity)",
        "array_join(array[row(1)], ',')",
        "transform_keys(map(array['a'], array[1]), (k, v) -> nan())",
        "(timestamp '2024-01-02' - timestamp '2024-01-01')",
        "row(1)",
    ],
)
def test_a_refusal_tells_the_place_of_the_call(engine: DuckdbEngine, refused: str) -> None:
    with pytest.raises((BadQuery, NotPortable), match="line 2:"):
        answer(engine, f"select 1 as one,\n {refused} as r from processed_orders")


@pytest.mark.parametrize(
    "call",
    [
        "from_iso8601_date('5')",  # 0005-01-01 in Trino
        "levenshtein_distance('Straße', 'a')",
        "json_extract_scalar('{\"a\": 1', '$.a')",
        "upper(chr(0))",
    ],
)
def test_what_is_not_answered_here_does_not_become_null_inside_try(
    engine: DuckdbEngine, call: str
) -> None:
    for asked in (call, f"try({call})"):
        with pytest.raises(QueryFailed, match=r"not |only of") as failed:
            answer(engine, f"select {asked} as r")
        assert "TimeZone" not in str(failed.value)


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("from_iso8601_date('2024-01-05')", date(2024, 1, 5)),
        ("from_iso8601_date(cast(null as varchar))", None),
        ("from_iso8601_timestamp('yesterday')", None),
        ("json_extract_scalar('{\"a\": 1}', '$.a')", "1"),
        ("regexp_extract('a1', '[0-9]+$')", "1"),
        ("chr(65)", "A"),
        ("chr(-1)", None),
        ("levenshtein_distance('a', 'bc')", 2),
    ],
)
def test_inside_try_a_value_is_itself_and_what_fails_in_trino_is_null(
    engine: DuckdbEngine, call: str, result: object
) -> None:
    assert answer(engine, f"select try({call}) as r") == [(result,)]
