from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from athena_sql.errors import QueryFailed
from botocore.exceptions import ClientError
from orderlake.engines import QueryRequest
from orderlake.engines.athena_engine import AthenaEngine, cost_usd
from orderlake.engines.values import parse_value
from sql_lake import ALIASES

INFO: list[dict[str, Any]] = [
    {"Name": "name", "Type": "varchar", "Precision": 2147483647, "Scale": 0},
    {"Name": "revenue", "Type": "decimal", "Precision": 38, "Scale": 6},
    {"Name": "n", "Type": "bigint", "Precision": 19, "Scale": 0},
    {"Name": "share", "Type": "double", "Precision": 17, "Scale": 0},
    {"Name": "day", "Type": "date", "Precision": 0, "Scale": 0},
    {"Name": "at", "Type": "timestamp", "Precision": 3, "Scale": 0},
    {"Name": "zoned", "Type": "timestamp with time zone", "Precision": 3, "Scale": 0},
    {"Name": "yes", "Type": "boolean", "Precision": 0, "Scale": 0},
    {"Name": "tags", "Type": "array", "Precision": 0, "Scale": 0},
]
HEADER: list[str | None] = [column["Name"] for column in INFO]
FULL: list[str | None] = [
    *("A", "1.500000", "3", "1.0E7", "2026-01-05", "2026-01-05 10:20:30.000"),
    *("2026-01-05 10:20:30.000 UTC", "true", "[1, null]"),
]


def page(rows: list[list[str | None]]) -> dict[str, Any]:
    data = [{"Data": [{} if c is None else {"VarCharValue": c} for c in row]} for row in rows]
    return {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": INFO}}}


@dataclass
class MemoryAthena:
    """Athena's four calls, answering from lists."""

    states: list[dict[str, Any]]
    result: list[dict[str, Any]] = field(default_factory=lambda: [page([HEADER])])
    scanned: int = 0
    refusal: ClientError | None = None
    started: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        if self.refusal:
            raise self.refusal
        self.started.append(request)
        return {"QueryExecutionId": "q1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        status = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        statistics = {"DataScannedInBytes": self.scanned}
        return {"QueryExecution": {"Status": status, "Statistics": statistics}}

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, name: str) -> "MemoryAthena":
        assert name == "get_query_results"
        return self

    def paginate(self, **_: Any) -> Iterator[Mapping[str, Any]]:
        return iter(self.result)


def engine_on(
    athena: MemoryAthena, sleep: Callable[[float], None] = lambda s: None, ticks: float = 0
) -> AthenaEngine:
    moments = iter(range(10**6))
    return AthenaEngine(
        client=athena,  # type: ignore[arg-type]  # it has only the calls that the engine makes
        work_group="shop-orders",
        database="shop_orders",
        aliases=ALIASES,
        look_at_data=lambda: "hash",
        timeout_seconds=10,
        sleep=sleep,
        clock=lambda: next(moments) * ticks,
    )


DONE = {"State": "SUCCEEDED"}


def refused(code: str, message: str) -> ClientError:
    """The error of a call that Athena refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "StartQueryExecution")


def test_values_of_every_type_are_python_values() -> None:
    athena = MemoryAthena([DONE], [page([HEADER, FULL, [None] * 9])])
    answer = engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))
    assert list(answer.rows) == [
        (
            *("A", Decimal("1.500000"), 3, 1e7, date(2026, 1, 5)),
            datetime.fromisoformat("2026-01-05T10:20:30"),
            datetime(2026, 1, 5, 10, 20, 30, tzinfo=UTC),
            *(True, "[1, null]"),
        ),
        (None,) * 9,
    ]
    assert [c.type for c in answer.columns][:3] == ["varchar", "decimal(38,6)", "bigint"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("timestamp(3) with time zone", "2026-07-05 10:20:30.000 UTC", (10, 20, 30)),
        ("timestamp(3) with time zone", "2026-07-05 12:20:30.000 Europe/Oslo", (10, 20, 30)),
        ("timestamp(3) with time zone", "2026-07-05 05:50:30.000 -04:30", (10, 20, 30)),
    ],
)
def test_moments_of_any_zone_are_moments_in_utc(
    kind: str, text: str, value: tuple[int, int, int]
) -> None:
    assert parse_value(kind, text) == datetime(2026, 7, 5, *value, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "+12026-01-05"),
        ("timestamp(3)", "-0001-01-05 10:20:30.000"),
        ("timestamp(3) with time zone", "2026-01-05 10:20:30.000 Atlantis/Poseidonis"),
        ("timestamp(3) with time zone", "0001-01-01 00:00:00.000 +14:00"),
    ],
)
def test_what_python_has_no_date_for_stays_text(kind: str, text: str) -> None:
    assert parse_value(kind, text) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1.0E-4", "-0.0"])
def test_doubles_are_read_as_java_writes_them(text: str) -> None:
    assert repr(parse_value("double", text)) == repr(float(text))


def test_only_the_first_row_of_the_first_page_is_the_header() -> None:
    athena = MemoryAthena([DONE], [page([HEADER, FULL]), page([FULL]), page([FULL])])
    assert len(list(engine_on(athena).answer(QueryRequest("-e", "select 1 as x")).rows)) == 3


def test_an_empty_text_is_not_null() -> None:
    athena = MemoryAthena([DONE], [page([HEADER, ["", *[None] * 8]])])
    ((name, *_),) = engine_on(athena).answer(QueryRequest("-e", "select 1 as x")).rows
    assert name == ""


def test_the_query_is_sent_with_its_real_table_and_its_parameters() -> None:
    athena = MemoryAthena([DONE])
    sql = "select price from processed_orders where country = :c"
    engine_on(athena).answer(QueryRequest("-e", sql, {"c": "O'Hara"}))
    (request,) = athena.started
    token = request.pop("ClientRequestToken")
    assert 32 <= len(token) <= 128
    assert request == {
        "QueryString": "select price from shop_processed_orders where country = ?",
        "WorkGroup": "shop-orders",
        "QueryExecutionContext": {"Database": "shop_orders"},
        "ExecutionParameters": ["'O''Hara'"],
    }


def test_it_waits_ever_longer_through_queued_and_running_and_queued_again() -> None:
    waits: list[float] = []
    states = [{"State": s} for s in ("QUEUED", "RUNNING", "QUEUED", "RUNNING", "SUCCEEDED")]
    engine_on(MemoryAthena(states), waits.append).answer(QueryRequest("-e", "select 1 as x"))
    assert len(waits) == 4
    assert waits == sorted(waits)
    assert waits[0] == 0.1


def test_a_failure_is_told_in_athenas_words() -> None:
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'prise' cannot be resolved"
    athena = MemoryAthena([{"State": "FAILED", "StateChangeReason": reason}])
    with pytest.raises(QueryFailed, match="line 1:8: Column 'prise'"):
        engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))


def test_a_scan_limit_is_told_too() -> None:
    reason = "Bytes scanned limit was exceeded"
    athena = MemoryAthena([{"State": "CANCELLED", "StateChangeReason": reason}])
    with pytest.raises(QueryFailed, match=reason):
        engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))


def test_a_parse_error_at_the_start_keeps_its_position() -> None:
    refusal = refused("InvalidRequestException", "line 1:10: mismatched input '<EOF>'")
    athena = MemoryAthena([DONE], refusal=refusal)
    with pytest.raises(QueryFailed, match="line 1:10: mismatched input"):
        engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))


def test_a_refusal_that_is_not_about_the_sql_passes_through() -> None:
    athena = MemoryAthena([DONE], refusal=refused("AccessDeniedException", "no"))
    with pytest.raises(ClientError):
        engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))


def test_a_timeout_cancels_the_query() -> None:
    athena = MemoryAthena([{"State": "RUNNING"}])
    with pytest.raises(QueryFailed, match="cancelled"):
        engine_on(athena, ticks=4).answer(QueryRequest("-e", "select 1 as x"))
    assert athena.stopped == ["q1"]


def test_ctrl_c_cancels_the_query() -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    athena = MemoryAthena([{"State": "RUNNING"}])
    with pytest.raises(KeyboardInterrupt):
        engine_on(athena, interrupt).answer(QueryRequest("-e", "select 1 as x"))
    assert athena.stopped == ["q1"]


def test_bytes_and_cost_are_reported() -> None:
    athena = MemoryAthena([DONE], scanned=25_000_001)
    answer = engine_on(athena).answer(QueryRequest("-e", "select 1 as x"))
    assert (answer.scanned_bytes, answer.cost_usd) == (25_000_001, Decimal("0.00013"))


@pytest.mark.parametrize(
    ("scanned", "cost"), [(0, "0.00005"), (1, "0.00005"), (10**12, "5"), (3 * 10**12, "15")]
)
def test_the_cost_is_five_dollars_a_terabyte_and_never_less_than_ten_megabytes(
    scanned: int, cost: str
) -> None:
    assert cost_usd(scanned) == Decimal(cost)
