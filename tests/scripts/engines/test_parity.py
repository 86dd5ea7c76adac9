import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from athena_sql.answer import (
    Answer,
    Column,
    Row,
    Value,
)
from athena_sql.errors import QueryFailed
from hypothesis import given
from hypothesis import strategies as st
from orderlake.engines import QueryRequest
from orderlake.engines.parity import compare, compare_engines, ordering
from orderlake.engines.recorded import RecordedEngine, RecordingEngine
from orderlake.errors import SnapshotsDiffer, UnreadableInput
from sql_lake import memory_engine

COLUMNS = (Column("name", "varchar"), Column("n", "bigint"), Column("share", "double"))
ROWS: list[Row] = [("A", 1, 0.5), ("B", 2, 1.5), ("B", 2, 1.5)]


@dataclass
class MemoryEngine:
    """An engine that knows its answers."""

    answers: Mapping[str, tuple[Sequence[Column], Sequence[Row]] | QueryFailed]
    data: str = "same"
    name: str = "memory"

    def answer(self, ask: QueryRequest) -> Answer:
        found = self.answers[ask.name]
        if isinstance(found, QueryFailed):
            raise found
        return Answer(tuple(found[0]), iter(found[1]))

    def fingerprint(self) -> str:
        return self.data


def verdict(left: Sequence[Row], right: Sequence[Row], order: Sequence[int] = ()) -> str:
    return compare("q", (COLUMNS, left), (COLUMNS, right), order).status


def test_equal_rows_in_another_order_are_equal() -> None:
    assert verdict(ROWS, ROWS[::-1]) == "equal"


def test_the_order_counts_where_it_was_asked_for() -> None:
    assert verdict(ROWS, ROWS[::-1], order=[0]) == "different"
    assert verdict(ROWS, [ROWS[0], ROWS[2], ROWS[1]], order=[0]) == "equal"


def test_doubles_within_the_tolerance_are_close() -> None:
    assert verdict(ROWS, [("A", 1, 0.5 * (1 + 1e-12)), *ROWS[1:]]) == "close"


def test_doubles_beyond_the_tolerance_differ() -> None:
    assert verdict(ROWS, [("A", 1, 0.5 * (1 + 1e-6)), *ROWS[1:]]) == "different"


def test_a_row_too_few_is_a_difference_even_if_it_is_a_double_of_another() -> None:
    result = compare("q", (COLUMNS, ROWS), (COLUMNS, ROWS[:2]), ())
    assert [d.kind for d in result.differences] == ["count", "row"]
    assert result.differences[1].left == ("B", "2", "1.5")
    assert result.differences[1].right == ()


def test_a_difference_shows_both_rows_and_names_the_column() -> None:
    other: list[Row] = [("A", 9, 0.5), *ROWS[1:]]
    (difference,) = compare("q", (COLUMNS, ROWS), (COLUMNS, other), ()).differences
    assert difference.columns == ("n",)
    assert (difference.left, difference.right) == (("A", "1", "0.5"), ("A", "9", "0.5"))


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [
        (Decimal("1.50"), Decimal("1.5"), "different"),
        (Decimal("1.50"), 1.5, "different"),
        (1, "1", "different"),
        (1, True, "different"),
        (None, "", "different"),
        (None, 0.0, "different"),
        (float("nan"), float("nan"), "equal"),
        (float("inf"), float("-inf"), "different"),
        (0.0, -0.0, "close"),
        (date(2026, 1, 1), date(2026, 1, 1), "equal"),
        ([1, None], "[1, null]", "equal"),
        ({"a": 1}, "{a=1}", "equal"),
    ],
)
def test_values_are_compared_by_kind_and_value(left: Value, right: Value, status: str) -> None:
    columns = (Column("x", "unknown"),)
    assert compare("q", (columns, [(left,)]), (columns, [(right,)]), ()).status == status


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("varchar", "varchar(3)", True),
        ("bigint", "integer", False),
        ("decimal(38,6)", "decimal(38,2)", False),
        ("array(varchar)", "array", True),
        ("unknown", "double", True),
        ("timestamp(3)", "date", False),
    ],
)
def test_types_are_compared(one: str, other: str, is_same: bool) -> None:
    result = compare("q", ([Column("x", one)], []), ([Column("x", other)], []), ())
    assert (result.status == "equal") is is_same


def test_names_are_compared() -> None:
    result = compare("q", ([Column("x", "double")], []), ([Column("y", "double")], []), ())
    assert result.differences[0].kind == "columns"


type Cells = tuple[str | None, int, float]

cells = st.tuples(
    st.sampled_from(["A", "B", None]), st.integers(0, 2), st.floats(0, 1e9, allow_nan=False)
)


@given(st.lists(cells, max_size=12), st.randoms())
def test_any_rows_equal_themselves_shuffled_and_nudged(rows: list[Cells], random: Random) -> None:
    other = [(a, b, c * (1 + 1e-13)) for a, b, c in rows]
    random.shuffle(other)
    assert verdict(rows, other) in ("equal", "close")


@given(st.lists(cells, min_size=1, max_size=12), st.data())
def test_any_changed_count_is_found(rows: list[Cells], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    name, n, share = rows[index]
    changed = [*rows[:index], (name, n + 5, share), *rows[index + 1 :]]
    assert verdict(rows, changed) == "different"


def test_the_order_of_a_statement_is_read_from_it() -> None:
    assert ordering("select 1 as name, 2 as n order by 2 desc, name", COLUMNS) == [1, 0]
    assert ordering("select 1 as name, 2 as n order by n, abs(n), name", COLUMNS) == [1]
    assert ordering("select 1 as name", COLUMNS) == []


def test_engines_with_other_data_are_not_compared() -> None:
    one, other = MemoryEngine({}), MemoryEngine({}, data="newer")
    with pytest.raises(SnapshotsDiffer, match="make sync"):
        list(compare_engines([], one, other))


def test_a_failure_is_reported_with_its_engine_and_the_others_go_on() -> None:
    good = (COLUMNS, ROWS)
    one = MemoryEngine({"a": good, "b": good}, name="left")
    other = MemoryEngine({"a": QueryFailed("right", "no such function"), "b": good}, name="right")
    asks = [QueryRequest("a", "select 1 as x"), QueryRequest("b", "select 1 as x")]
    results = list(compare_engines(asks, one, other))
    assert [r.status for r in results] == ["failed", "equal"]
    assert results[0].reason == "right: no such function"


def test_a_query_that_the_files_cannot_answer_is_skipped() -> None:
    engine = memory_engine("select 'A' as product_id", (("product_id", "string"),))
    asks = [QueryRequest("q", "select customer_id from processed_orders")]
    (result,) = compare_engines(asks, engine, engine)
    assert (result.status, result.is_fine) == ("skipped", True)


SQL = "select 'A' as name, 1.50 as price, cast(null as date) as day, 0.1e0 as share, true as yes"


def test_a_recording_stands_in_for_its_engine(tmp_path: Path) -> None:
    engine = memory_engine("select 1 as x", (("x", "int"),))
    ask = QueryRequest("q", SQL)
    list(compare_engines([ask], engine, RecordingEngine(engine, tmp_path)))
    (result,) = compare_engines([ask], engine, RecordedEngine(tmp_path))
    assert result.status == "equal"
    assert RecordedEngine(tmp_path).name == "recorded duckdb"


def test_a_recording_of_another_text_does_not_answer(tmp_path: Path) -> None:
    engine = memory_engine("select 1 as x", (("x", "int"),))
    list(compare_engines([QueryRequest("q", SQL)], engine, RecordingEngine(engine, tmp_path)))
    same = QueryRequest("q", f"-- a comment\n{SQL.replace(', ', ',  ')}")
    assert list(RecordedEngine(tmp_path).answer(same).rows)
    with pytest.raises(QueryFailed, match="has changed since"):
        RecordedEngine(tmp_path).answer(QueryRequest("q", SQL.replace("'A'", "'B'")))
    with pytest.raises(QueryFailed, match="was not recorded"):
        RecordedEngine(tmp_path).answer(QueryRequest("other", SQL))


def test_a_recording_of_other_data_is_refused(tmp_path: Path) -> None:
    engine = memory_engine("select 1 as x", (("x", "int"),))
    list(compare_engines([QueryRequest("q", SQL)], engine, RecordingEngine(engine, tmp_path)))
    about = tmp_path / "recording.json"
    about.write_text(json.dumps({"engine": "athena", "fingerprint": "other"}))
    with pytest.raises(SnapshotsDiffer):
        list(compare_engines([QueryRequest("q", SQL)], engine, RecordedEngine(tmp_path)))


def test_a_folder_without_a_recording_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="--record"):
        RecordedEngine(tmp_path).fingerprint()
