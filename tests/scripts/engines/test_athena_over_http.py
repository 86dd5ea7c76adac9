"""The Athena engine and `query --engine athena` through real botocore, against Athena's protocol.

What the server answers is what facts about Athena say; what it computes is nothing.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from athena_server import AthenaServer, Cells, Refusal, Script, column, serving_athena
from athena_sql.errors import QueryFailed
from botocore.config import Config
from botocore.exceptions import ClientError
from orderlake.engines import QueryRequest
from orderlake.engines.athena_engine import AthenaEngine
from sql_lake import ALIASES

ROOT = Path(__file__).resolve().parents[3]
ONE = QueryRequest("-e", "select 1 as x")
COLUMNS = [
    column("name", "varchar", 2147483647),
    column("revenue", "decimal", 38, 6),
    column("n", "bigint", 19),
    column("share", "double", 17),
    column("day", "date"),
    column("at", "timestamp", 3),
    column("zoned", "timestamp with time zone", 3),
    column("yes", "boolean"),
    column("tags", "array"),
    column("who", "row"),
]
FULL: Cells = (
    *("A", "12345678901234567890123456789012.500000", "9223372036854775807", "1.0E-4"),
    *("2026-01-05", "2026-01-05 10:20:30.123", "2026-01-05 10:20:30.000 Europe/Oslo", "true"),
    *("[1, null]", "{name=Ann, city=Oslo}"),
)
THROTTLED = Refusal("ThrottlingException", "Rate exceeded")
TOO_MANY = Refusal("TooManyRequestsException", "You have exceeded the limit for queries")
FAILED: dict[str, Any] = {
    "State": "FAILED",
    "StateChangeReason": "COLUMN_NOT_FOUND: line 2:8: Column 'prise' cannot be resolved",
    "AthenaError": {"ErrorCategory": 2, "ErrorType": 1006, "Retryable": False},
}


@pytest.fixture
def athena() -> Iterator[AthenaServer]:
    with serving_athena() as server:
        yield server


def engine_on(athena: AthenaServer, timeout_seconds: float = 30, attempts: int = 5) -> AthenaEngine:
    """The engine with a client as `open_aws` makes it for a real account."""
    client = boto3.client(
        "athena",
        endpoint_url=athena.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )
    return AthenaEngine(
        client,
        "shop-orders",
        "shop_orders",
        ALIASES,
        lambda: "hash",
        timeout_seconds=timeout_seconds,
    )


def states(*names: str) -> list[dict[str, Any]]:
    return [{"State": name} for name in names]


def test_values_are_exact_and_null_is_not_an_empty_text(athena: AthenaServer) -> None:
    empty: Cells = ("", *[None] * 9)
    athena.script = Script(columns=COLUMNS, rows=[FULL, [None] * 10, empty])
    answer = engine_on(athena).answer(ONE)
    assert [c.type for c in answer.columns] == [
        *("varchar", "decimal(38,6)", "bigint", "double", "date", "timestamp(3)"),
        *("timestamp(3) with time zone", "boolean", "array", "row"),
    ]
    assert list(answer.rows) == [
        (
            *("A", Decimal("12345678901234567890123456789012.500000"), 2**63 - 1, 0.0001),
            date(2026, 1, 5),
            datetime.fromisoformat("2026-01-05T10:20:30.123"),
            datetime(2026, 1, 5, 9, 20, 30, tzinfo=UTC),
            *(True, "[1, null]", "{name=Ann, city=Oslo}"),
        ),
        (None,) * 10,
        ("", *[None] * 9),
    ]


@pytest.mark.parametrize("count", [0, 1, 998, 999, 1000, 2500])
def test_every_page_is_read_and_only_the_first_has_a_header(
    athena: AthenaServer, count: int
) -> None:
    rows: list[Cells] = [[str(number)] for number in range(count)]
    athena.script = Script(columns=[column("n", "integer", 10)], rows=rows)
    assert [n for (n,) in engine_on(athena).answer(ONE).rows] == list(range(count))
    pages = athena.asked("GetQueryResults")
    assert len(pages) == (count + 1000) // 1000
    assert all(page["MaxResults"] == 1000 for page in pages)
    assert ["NextToken" in page for page in pages] == [False, *[True] * (len(pages) - 1)]


def test_a_row_that_reads_like_the_header_is_a_row(athena: AthenaServer) -> None:
    athena.script = Script(columns=[column("name", "varchar")], rows=[["name"], ["name"]])
    assert list(engine_on(athena).answer(ONE).rows) == [("name",), ("name",)]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ([column("tab_name", "string")], [["a"], ["b"]]),  # show tables
        ([column("rows", "bigint", 19)], []),  # create table as select
        ([], []),
    ],
)
def test_what_is_not_a_select_has_no_header(
    athena: AthenaServer, columns: list[dict[str, Any]], rows: list[Cells]
) -> None:
    athena.script = Script(columns=columns, rows=rows, statement_type="DDL")
    engine = engine_on(athena)
    query_id = engine.start(ONE)
    answer = engine.collect(query_id, engine.wait(query_id))
    assert list(answer.rows) == [tuple(row) for row in rows]


def test_the_pauses_between_looks_grow_and_end_with_the_query(athena: AthenaServer) -> None:
    athena.script = Script(states("QUEUED", "RUNNING", "QUEUED", "RUNNING", "SUCCEEDED"))
    engine_on(athena).answer(ONE)
    times = athena.times("GetQueryExecution")
    pauses = [after - before for before, after in pairwise(times)]
    assert len(pauses) == 4
    assert pauses[0] >= 0.1
    assert pauses[-1] >= 0.1 * 1.5**3
    assert athena.asked("StopQueryExecution") == []


def test_a_failure_has_athenas_words_and_the_line_of_the_users_text(athena: AthenaServer) -> None:
    athena.script = Script([FAILED])
    with pytest.raises(QueryFailed) as failed:
        engine_on(athena).answer(QueryRequest("-e", "select\n  prise\nfrom processed_orders"))
    assert failed.value.message == (
        "athena: COLUMN_NOT_FOUND: line 2:8: Column 'prise' cannot be resolved"
    )
    sent = athena.asked("StartQueryExecution")[0]["QueryString"]
    assert sent == "select\n  prise\nfrom shop_processed_orders"
    assert athena.asked("GetQueryResults") == []


def test_an_error_without_a_reason_is_told_by_athenas_error(athena: AthenaServer) -> None:
    error = {
        "ErrorCategory": 2,
        "ErrorType": 1006,
        "Retryable": False,
        "ErrorMessage": "Incorrect number of parameters: expected 1 but found 0",
    }
    athena.script = Script([{"State": "FAILED", "AthenaError": error}])
    with pytest.raises(QueryFailed, match="expected 1 but found 0"):
        engine_on(athena).answer(ONE)


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (FAILED, "fix the query"),
        (
            {"State": "FAILED", "AthenaError": {"ErrorCategory": 1, "ErrorType": 233}},
            "run the same command again",
        ),
        (
            {"State": "CANCELLED", "StateChangeReason": "Bytes scanned limit was exceeded"},
            "raise ScanLimitBytes",
        ),
        (
            {"State": "CANCELLED", "StateChangeReason": "Query was cancelled by a user."},
            "run the same command again",
        ),
    ],
)
def test_a_query_that_ended_badly_says_what_to_do(
    athena: AthenaServer, status: dict[str, Any], step: str
) -> None:
    athena.script = Script([status])
    with pytest.raises(QueryFailed) as failed:
        engine_on(athena).answer(ONE)
    assert step in failed.value.next_step


@pytest.mark.parametrize(
    ("message", "step"),
    [
        ("line 1:10: mismatched input '<EOF>'. Expecting: 'ALTER', <query>", "fix the query"),
        ("WorkGroup shop-orders is not found.", "make deploy"),
    ],
)
def test_what_athena_refuses_at_once_is_told_as_it_says_it(
    athena: AthenaServer, message: str, step: str
) -> None:
    athena.refusals["StartQueryExecution"] = [Refusal("InvalidRequestException", message)]
    with pytest.raises(QueryFailed) as failed:
        engine_on(athena).answer(ONE)
    assert failed.value.message == f"athena: {message}"
    assert step in failed.value.next_step


@pytest.mark.parametrize(
    "operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"]
)
@pytest.mark.parametrize("refusal", [THROTTLED, TOO_MANY, Refusal("InternalError", "oh", 500)])
def test_a_busy_athena_is_asked_again_and_the_query_runs_once(
    athena: AthenaServer, operation: str, refusal: Refusal
) -> None:
    athena.script = Script(columns=[column("x", "integer")], rows=[["1"]])
    athena.refusals[operation] = [refusal, refusal]
    assert list(engine_on(athena).answer(ONE).rows) == [(1,)]
    assert len(athena.asked(operation)) == 3
    assert len(athena.queries) == 1
    assert athena.asked("StopQueryExecution") == []


def test_a_running_query_outlives_a_long_spell_of_throttling(athena: AthenaServer) -> None:
    athena.script = Script(states("RUNNING", "SUCCEEDED"))
    # More than all the attempts that the client makes of one call.
    athena.refusals["GetQueryExecution"] = [THROTTLED] * 5
    assert list(engine_on(athena, attempts=2).answer(ONE).rows) == []
    assert athena.asked("StopQueryExecution") == []


def test_throttling_without_end_is_given_up(athena: AthenaServer) -> None:
    athena.refusals["StartQueryExecution"] = [TOO_MANY] * 2
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        engine_on(athena, attempts=2).answer(ONE)
    assert athena.queries == {}


def test_a_query_that_takes_too_long_is_stopped(athena: AthenaServer) -> None:
    athena.script = Script(states("RUNNING"))
    with pytest.raises(QueryFailed, match="no answer in 0 s: cancelled"):
        engine_on(athena, 0.3).answer(ONE)
    (stopped,) = athena.asked("StopQueryExecution")
    assert {stopped["QueryExecutionId"]} == athena.queries.keys()


def test_a_query_that_cannot_be_stopped_is_not_called_cancelled(athena: AthenaServer) -> None:
    athena.script = Script(states("RUNNING"))
    athena.refusals["StopQueryExecution"] = [Refusal("AccessDeniedException", "not authorized")]
    with pytest.raises(QueryFailed) as failed:
        engine_on(athena, 0.1).answer(ONE)
    (query_id,) = athena.queries
    assert "may still run, it could not be cancelled: " in failed.value.message
    assert failed.value.next_step.endswith(f"--query-execution-id {query_id}")


def test_bytes_and_their_price_come_from_the_statistics(athena: AthenaServer) -> None:
    athena.script = Script(scanned=25_000_001)
    answer = engine_on(athena).answer(ONE)
    assert (answer.scanned_bytes, answer.cost_usd) == (25_000_001, Decimal("0.00013"))


def test_parameters_travel_as_literals_beside_the_text(athena: AthenaServer) -> None:
    sql = "select price from processed_orders where country = :c and quantity > :n"
    engine_on(athena).answer(QueryRequest("-e", sql, {"c": "O'Hara", "n": 3}))
    (request,) = athena.asked("StartQueryExecution")
    assert request["QueryString"].endswith("where country = ? and quantity > ?")
    assert request["ExecutionParameters"] == ["'O''Hara'", "3"]
    assert request["WorkGroup"] == "shop-orders"
    assert request["QueryExecutionContext"] == {"Database": "shop_orders"}


# The command itself, as a process.


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "orderlake.toml").write_text("", "utf-8")
    (tmp_path / "queries").symlink_to(ROOT / "queries")
    return tmp_path


def start(project: Path, athena: AthenaServer, *arguments: str) -> subprocess.Popen[str]:
    """The command on a real account's settings; it hears Ctrl-C however the tests were started."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ORDERLAKE_"))}
    own = {
        "AWS_ENDPOINT_URL": athena.endpoint_url,
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    hear = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = ["query", "--engine", "athena", "--env", "aws", *arguments]
    return subprocess.Popen(
        [sys.executable, "-c", f"{hear}; from orderlake.cli import main; main()", *command],
        cwd=project,
        env=kept | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and messages of a command, which must not be long in coming."""
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "Traceback" not in out + err
    return process.returncode, out, err


def test_the_command_prints_rows_and_what_they_cost(project: Path, athena: AthenaServer) -> None:
    columns = [column("product_id", "varchar"), column("revenue", "decimal", 38, 6)]
    rows: list[Cells] = [["A", "10.100000"], [None, "0.000001"]]
    athena.script = Script(states("QUEUED", "SUCCEEDED"), columns, rows, scanned=25_000_001)
    code, out, err = finish(start(project, athena, "top_products", "--format", "csv"))
    assert out == 'product_id,revenue\n"A",10.100000\n,0.000001\n'
    assert "2 rows in " in err
    assert "25.0 MB scanned, about $0.00013" in err
    assert code == 0


def test_the_command_repeats_athenas_error_in_two_lines(
    project: Path, athena: AthenaServer
) -> None:
    athena.script = Script([FAILED])
    code, out, err = finish(start(project, athena, "top_products"))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "error: athena: COLUMN_NOT_FOUND: line 2:8: Column 'prise' cannot be resolved",
        "  fix the query, or inspect the data with -e",
    ]


@pytest.mark.long
def test_a_busy_account_is_told_as_one_to_try_again(project: Path, athena: AthenaServer) -> None:
    athena.refusals["StartQueryExecution"] = [TOO_MANY] * 5
    code, _, err = finish(start(project, athena, "top_products"))
    assert code == 1
    assert "TooManyRequestsException" in err.splitlines()[0]
    assert err.splitlines()[1] == "  wait a minute, then run the same command again"


def test_ctrl_c_stops_the_query_in_athena(project: Path, athena: AthenaServer) -> None:
    athena.script = Script(states("RUNNING"))
    process = start(project, athena, "top_products")
    athena.wait_for("GetQueryExecution", 2)
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, out, err) == (130, "", "\nerror: stopped\n")
    (stopped,) = athena.asked("StopQueryExecution")
    assert {stopped["QueryExecutionId"]} == athena.queries.keys()


def test_ctrl_c_before_athena_told_the_query_s_name_stops_it_too(
    project: Path, athena: AthenaServer
) -> None:
    athena.script = Script(states("RUNNING"), start_seconds=1)
    process = start(project, athena, "top_products")
    athena.wait_for("StartQueryExecution")
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert (code, err) == (130, "\nerror: stopped\n")
    (query_id,) = athena.queries
    assert [r["QueryExecutionId"] for r in athena.asked("StopQueryExecution")] == [query_id]


def test_ctrl_c_on_a_query_that_cannot_be_stopped_says_how_to_stop_it(
    project: Path, athena: AthenaServer
) -> None:
    athena.script = Script(states("RUNNING"))
    athena.refusals["StopQueryExecution"] = [Refusal("AccessDeniedException", "not authorized")]
    process = start(project, athena, "top_products")
    athena.wait_for("GetQueryExecution")
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 1
    assert "may still run" in err
    assert "aws athena stop-query-execution --query-execution-id" in err


def test_an_answer_read_in_part_is_not_a_query_to_stop(project: Path, athena: AthenaServer) -> None:
    rows: list[Cells] = [[str(number)] for number in range(5000)]
    athena.script = Script(columns=[column("n", "integer")], rows=rows)
    process = start(project, athena, "top_products", "--format", "jsonl")
    assert process.stdout
    assert json.loads(process.stdout.readline()) == {"n": 0}
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == ""
    process.wait(60)
    assert athena.asked("StopQueryExecution") == []
