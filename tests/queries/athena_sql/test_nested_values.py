"""Values inside rows, arrays and maps: their digits, their zones and what NaN compares as."""

import math
from datetime import datetime
from typing import Any

import pytest
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import DuckdbEngine
from sql_lake import memory_engine
from trino_orders import COLUMNS, ROWS

OSLO = "timestamp '2024-01-01 00:00:00.1236 Europe/Oslo'"
SHOWN = datetime.fromisoformat("2024-01-01T00:00:00.124")


@pytest.fixture(scope="module")
def engine() -> DuckdbEngine:
    return memory_engine(ROWS, COLUMNS)


def answer(engine: DuckdbEngine, sql: str) -> Any:
    ((value,),) = engine.answer(QueryRequest("-e", f"select {sql} as r")).rows
    return value


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("cast(row(real '0.1') as row(a real))", {"a": 0.1}),
        (
            "array[cast(row(1, timestamp '2024-01-01 00:00:00.1236') as row(a int, b timestamp))]",
            [{"a": 1, "b": SHOWN}],
        ),
        ("cast(row(null) as row(a real))", {"a": None}),
        ("cast(null as row(a real))", None),
    ],
)
def test_a_field_of_a_row_has_the_digits_of_its_type(
    engine: DuckdbEngine, sql: str, expected: object
) -> None:
    assert answer(engine, sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        f"array[{OSLO}][1]",
        f"cast(array[{OSLO}] as array(timestamp(3) with time zone))[1]",
        f"cast(row({OSLO}) as row(a timestamp(3) with time zone)).a",
        f"cast(map(array[1], array[{OSLO}]) as map(bigint, timestamp(3) with time zone))[1]",
        f"map_values(cast(map(array[1], array[{OSLO}]) as map(int, timestamp with time zone)))[1]",
    ],
)
def test_a_time_keeps_its_zone_in_a_cast_of_what_holds_it(engine: DuckdbEngine, sql: str) -> None:
    assert answer(engine, sql).replace(tzinfo=None) == SHOWN


def test_a_row_shows_a_time_in_its_own_zone(engine: DuckdbEngine) -> None:
    value = answer(engine, f"cast(row({OSLO}) as row(a timestamp(3) with time zone))")["a"]
    assert (value.hour, str(value.tzinfo)) == (0, "Europe/Oslo")


@pytest.mark.parametrize(
    "sql",
    [
        "cast(row(nan()) as row(a double)).a",
        "cast(array['NaN'] as array(double))[1]",
        "cast(map(array['a'], array['NaN']) as map(varchar, double))['a']",
        "coalesce(map(array['a'], array[nan()]), map(array['bb'], array[1e0]))['a']",
        "coalesce(row('a', nan()), row('bb', 1e0))[2]",
    ],
)
def test_nan_from_inside_another_value_is_greater_than_nothing(
    engine: DuckdbEngine, sql: str
) -> None:
    assert math.isnan(answer(engine, sql))
    assert answer(engine, f"{sql} > 1") is False
