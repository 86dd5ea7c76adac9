"""The filter language of GetPartitions, against SQL's own answers."""

import sqlite3
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lake.glue.partition_filter import (
    NULL_VALUE,
    InvalidExpressionError,
    parse_expression,
)

KEYS = [
    {"Name": "dt", "Type": "string"},
    {"Name": "n", "Type": "int"},
    {"Name": "day", "Type": "date"},
    {"Name": "price", "Type": "decimal(10,2)"},
]
ROWS = [
    ("2026-11-21", "9", "2026-11-21", "1.50"),
    ("2026-11-22", "10", "2026-11-22", "2"),
    ("it's", "-3", "2025-01-01", "10.00"),
    (NULL_VALUE, "0", NULL_VALUE, "0"),
]


def numbers(expression: str, rows: Sequence[Sequence[str]] = ROWS) -> list[int]:
    test = parse_expression(expression, KEYS)
    return [index for index, row in enumerate(rows) if test(row) is True]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("dt = '2026-11-22'", [1]),
        ("DT='2026-11-22'", [1]),
        ("\"dt\" = '2026-11-22'", [1]),
        ("`dt` <> '2026-11-22'", [0, 2]),
        ("dt != '2026-11-22'", [0, 2]),
        ("'2026-11-22' > dt", [0]),
        ("n > 9", [1]),
        ("n >= '9'", [0, 1]),
        ("n = -3", [2]),
        ("dt = 'it''s'", [2]),
        ("dt like '2026%'", [0, 1]),
        ("dt LIKE '2026-11-2_'", [0, 1]),
        ("dt not like '2026%'", [2]),
        ("dt in ('2026-11-21', 'it''s')", [0, 2]),
        ("n not in (9, 10)", [2, 3]),
        ("n between 0 and 9", [0, 3]),
        ("n not between 0 and 9", [1, 2]),
        ("n between 9 and 0", []),
        ("dt is null", [3]),
        ("dt is not null and n > 0", [0, 1]),
        (f"(dt = '{NULL_VALUE}')", [3]),
        (f"(dt <> '{NULL_VALUE}')", [0, 1, 2]),
        (f"(dt = 'it''s') OR (day = '{NULL_VALUE}')", [2, 3]),
        ("n = 9 or n = 10 and dt = 'no'", [0]),
        ("(n = 9 or n = 10) and dt = '2026-11-22'", [1]),
        ("not (n = 9 or dt = 'x')", [1, 2]),
        ("not dt = 'x'", [0, 1, 2]),
        ("day >= date '2026-11-21'", [0, 1]),
        ("day < '2026-01-01'", [2]),
        ("price = 2.0", [1]),
        ("price > 1.5", [1, 2]),
        ("  n\n=\t9  ", [0]),
    ],
)
def test_expressions_select_as_sql_does(expression: str, expected: list[int]) -> None:
    assert numbers(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "dt",
        "dt =",
        "= 'x'",
        "dt = 'x' and",
        "(dt = 'x'",
        "dt = 'x')",
        "color = 'x'",
        "n = 'x'",
        "n like '1%'",
        "day = '2026-02-31'",
        "dt in ()",
        "dt = x",
        "dt ~ 'x'",
        "dt = 'x",
        "dt is 3",
        "dt between 'a'",
        "dt = 'a' 'b'",
        "%",
    ],
)
def test_what_makes_no_sense_is_refused(expression: str) -> None:
    with pytest.raises(InvalidExpressionError):
        parse_expression(expression, KEYS)


CONDITIONS = st.sampled_from(
    [
        "n = 1",
        "n > 2",
        "n between 1 and 3",
        "dt = 'a'",
        "dt < 'b'",
        "dt in ('a', 'c')",
        "dt is null",
        "dt is not null",
        "dt not in ('a')",
        "n <> 2",
        "dt like 'a%'",
        "n not between 2 and 3",
    ]
)
EXPRESSIONS = st.recursive(
    CONDITIONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join)
        | inner.map(lambda text: f"({text})")
        | inner.map(lambda text: f"not ({text})")
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(EXPRESSIONS)
def test_any_expression_selects_what_a_database_selects(expression: str) -> None:
    rows = [(dt, str(n)) for dt in ("a", "b", "c", "aa", NULL_VALUE) for n in range(4)]
    database = sqlite3.connect(":memory:")
    database.execute("create table t (dt text, n integer, place integer)")
    database.executemany(
        "insert into t values (nullif(?, ?), ?, ?)",
        [(dt, NULL_VALUE, int(n), place) for place, (dt, n) in enumerate(rows)],
    )
    query = f"select place from t where {expression} order by place"
    expected = [place for (place,) in database.execute(query)]
    database.close()
    assert numbers(expression, rows) == expected
