"""The fast SQL for cells says the same as the plain SQL that it stands for."""

import itertools

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_transform.sql.date_fields import is_iso
from order_transform.sql.field_sql import is_null_or, without_spaces
from order_transform.sql.shapes import ISO_DATE

DAYS: tuple[str, ...] = (
    "2024-01-05",
    "2024-1-5",
    "2024-02-31",
    "1969-12-31",
    "1970-01-01",
    "2049-12-31",
)
DAYS += ("2050-01-01", "0024-01-05", "12024-01-05", "2024-13-01", "05.01.2024", "20240105", "")
CLOCKS: tuple[str, ...] = (
    "",
    " ",
    "T",
    " 10",
    " 10:20",
    " 1:20",
    " 10:20:30",
    "T10:20:30",
    " 24:00:00",
    " 23:59:60",
)
CLOCKS += (" 10:20:30.5", " 10:20:30.000000", " 10:20:30.1234567", " 10:20:30Z", "\t")
CELLS = [f"{space}{day}{clock}" for space, day, clock in itertools.product(("", " "), DAYS, CLOCKS)]


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def both(db: duckdb.DuckDBPyConnection, fast: str, plain: str, cells: list[str | None]) -> None:
    """Compare two expressions of c1 for all cells; `moment` is c1 as a timestamp."""
    found = db.execute(
        f"SELECT c1, {fast}, {plain}"
        " FROM (SELECT c1, TRY_CAST(c1 AS TIMESTAMP) AS moment FROM unnest($1::VARCHAR[]) t(c1))",
        [cells],
    ).fetchall()
    assert len(found) == len(cells)
    assert [row for row in found if row[1] != row[2]] == []


def test_a_date_is_iso_as_its_pattern_says(db: duckdb.DuckDBPyConnection) -> None:
    both(db, is_iso("c1", "moment"), is_null_or("c1", ISO_DATE), [*CELLS, None])


@given(
    st.lists(st.none() | st.text(alphabet=" \t!aé\u00a0\u3000\U0001f6d2", max_size=5), max_size=9)
)
def test_a_text_loses_the_spaces_around_it_and_no_other(
    db: duckdb.DuckDBPyConnection, cells: list[str | None]
) -> None:
    both(db, f"coalesce({without_spaces('c1')}, '')", "coalesce(nullif(trim(c1), ''), '')", cells)
