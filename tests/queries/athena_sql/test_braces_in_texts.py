"""Texts with braces, which also mark the places of a template, are answered as they are."""

from collections.abc import Iterator

import pytest
from athena_sql.errors import SqlError
from athena_sql.functions.catalogue import FUNCTIONS
from athena_sql.functions.signature import TypePattern
from orderlake.engines.duckdb_engine import DuckdbEngine
from sql_lake import ask, memory_engine
from trino_orders import COLUMNS, ROWS

TEXT = "'{0}{1}{tail}{order}{distinct}{nulls}{{}}'"
SAMPLES = {"varchar": TEXT, "bigint": "2", "integer": "2", "double": "2e0", "boolean": "true"}


@pytest.fixture(scope="module")
def engine() -> DuckdbEngine:
    return memory_engine(ROWS, COLUMNS, is_asked_often=True)


def sample(pattern: TypePattern) -> str | None:
    if pattern.name == "array":
        inside = sample(pattern.items[0])
        return inside and f"array[{inside}]"
    return TEXT if pattern.is_variable else SAMPLES.get(pattern.name)


def calls() -> Iterator[tuple[str, list[str]]]:
    """Yield each function with arguments for one of its forms that takes a text."""
    for function in FUNCTIONS.values():
        for form in function.forms:
            given = [sample(pattern) for pattern in form.signature.parameters]
            arguments = [one for one in given if one]
            if function.kind != "window" and TEXT in arguments and all(given):
                yield function.name, arguments


def outcome(engine: DuckdbEngine, sql: str) -> object:
    try:
        return list(ask(engine, sql).rows)
    except SqlError:
        return None


def test_a_function_answers_a_literal_as_it_does_a_column(engine: DuckdbEngine) -> None:
    compared, other = 0, []
    for name, arguments in calls():
        columns = [f"c{number}" for number in range(len(arguments))]
        table = f"(values ({', '.join(arguments)})) t({', '.join(columns)})"
        written = f"select {name}({', '.join(arguments)}) r from {table}"
        answers = [
            outcome(engine, sql)
            for sql in (written, f"select {name}({', '.join(columns)}) r from {table}")
        ]
        if None not in answers:
            compared += 1
            other += [written] if answers[0] != answers[1] else []
    assert compared > 40
    assert other == []


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"concat('a', {TEXT})", "a{0}{1}{tail}{order}{distinct}{nulls}{{}}"),
        (f"date_format(timestamp '2024-01-02', {TEXT[:-1]}%Y')", f"{TEXT[1:-1]}2024"),
        ("map_agg(1, '{tail}')", {1: "{tail}"}),
        ("max('{distinct}', 1)", ["{distinct}"]),
        ('cast(cast(row(1) as row("{0}" bigint)) as row("{tail}" bigint))', {"{tail}": 1}),
        ('cast(array[cast(row(1) as row("{0}" bigint))] as array(row(c integer)))', [{"c": 1}]),
        ("map(array['a'], array[cast(row(1) as row(\"{0}\" bigint))])['a']", {"{0}": 1}),
    ],
)
def test_braces_stay_in_texts_and_in_names(
    engine: DuckdbEngine, sql: str, expected: object
) -> None:
    assert outcome(engine, f"select {sql} as r") == [(expected,)]
