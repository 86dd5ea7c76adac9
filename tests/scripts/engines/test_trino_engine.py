import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from athena_sql.errors import QueryFailed
from loopback import LoopbackHandler, serving
from orderlake.engines import QueryRequest
from orderlake.engines.trino_engine import TrinoEngine, json_value
from sql_lake import ALIASES

COLUMNS = [
    {"name": "product_id", "type": "varchar"},
    {"name": "revenue", "type": "decimal(38, 6)"},
    {"name": "share", "type": "double"},
]


@dataclass
class Script:
    """What the server answers, in turn, and what it was asked."""

    pages: list[tuple[int, dict[str, Any]]]
    requests: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    # Bytes in the place of a page; None: the connection is closed instead.
    raw: list[bytes | None] = field(default_factory=list)


class Handler(LoopbackHandler):
    protocol_version = "HTTP/1.0"  # a handler that answers nothing closes the connection
    script: Script

    def take(self) -> None:
        body = self.read_body().decode()
        self.script.requests.append((self.command, self.path, body, dict(self.headers)))
        status, page = self.script.pages.pop(0) if self.command != "DELETE" else (204, {})
        host = f"http://{self.headers['Host']}"
        text = json.dumps(page).replace("HOST", host).encode() if status != 204 else b""
        if self.script.raw and (raw := self.script.raw.pop(0)) is not None:
            text = raw
        elif page == {} and status == 200:
            return
        self.send(status, text)


@pytest.fixture
def script() -> Script:
    return Script([])


@pytest.fixture
def engine(script: Script) -> Iterator[TrinoEngine]:
    handler = type("Scripted", (Handler,), {"script": script})
    with serving(handler) as url:
        yield TrinoEngine(url, "hive", "shop_orders", ALIASES, lambda: "hash")


def test_bytes_arrive_as_bytes() -> None:
    assert json_value("varbinary", "YWI=") == b"ab"
    assert json_value("varchar", "YWI=") == "YWI="


def test_pages_are_followed_and_values_are_exact(script: Script, engine: TrinoEngine) -> None:
    following: dict[str, Any] = {"nextUri": "HOST/v1/next"}
    script.pages = [
        (200, following),
        (200, following | {"columns": COLUMNS}),
        (200, following | {"columns": COLUMNS, "data": [["A", "1.500000", 1]]}),
        (200, {"columns": COLUMNS, "data": [[None, "2.000000", "NaN"]]}),
    ]
    answer = engine.answer(QueryRequest("-e", "select product_id from processed_orders"))
    one, other = answer.rows
    assert one == ("A", Decimal("1.500000"), 1.0)
    assert other[:2] == (None, Decimal("2.000000"))
    assert isinstance(one[2], float)
    assert [c.type for c in answer.columns] == ["varchar", "decimal(38,6)", "double"]
    method, path, body, headers = script.requests[0]
    assert (method, path) == ("POST", "/v1/statement")
    assert body == "select product_id from shop_processed_orders"
    assert headers["X-Trino-Schema"] == "shop_orders"


def test_parameters_are_sent_apart_from_the_text(script: Script, engine: TrinoEngine) -> None:
    script.pages = [(200, {"columns": COLUMNS, "data": []})]
    engine.answer(QueryRequest("-e", "select 'it''s' as x where 1 = :n", {"n": 5}))
    assert (
        script.requests[0][2] == "execute immediate 'select ''it''''s'' as x where 1 = ?' using 5"
    )


def test_a_failure_is_told_in_trinos_words(script: Script, engine: TrinoEngine) -> None:
    script.pages = [(200, {"error": {"message": "line 1:8: Column 'x' cannot be resolved"}})]
    with pytest.raises(QueryFailed, match="line 1:8: Column 'x'"):
        engine.answer(QueryRequest("-e", "select x from processed_orders"))


def test_a_busy_server_is_asked_again(script: Script, engine: TrinoEngine) -> None:
    script.pages = [(503, {}), (200, {"columns": COLUMNS, "data": []})]
    assert list(engine.answer(QueryRequest("-e", "select 1 as x")).rows) == []


def test_an_http_error_is_told(script: Script, engine: TrinoEngine) -> None:
    script.pages = [(401, {})]
    with pytest.raises(QueryFailed, match="HTTP 401"):
        engine.answer(QueryRequest("-e", "select 1 as x"))


def test_an_answer_left_early_is_cancelled(script: Script, engine: TrinoEngine) -> None:
    page: dict[str, Any] = {
        "nextUri": "HOST/v1/next",
        "columns": COLUMNS,
        "data": [["A", "1.0", 1.0]],
    }
    script.pages = [(200, page), (200, page)]
    rows = engine.answer(QueryRequest("-e", "select 1 as x")).rows
    next(rows)
    assert isinstance(rows, Generator)
    rows.close()
    assert script.requests[-1][:2] == ("DELETE", "/v1/next")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html>hello</html>", "the server at .* is not a Trino"),
        (b"[1]", "the server at .* is not a Trino"),
        (None, "no answer from .*: Remote end closed connection"),
    ],
)
def test_a_stranger_s_answer_and_none_at_all_are_clear_failures(
    script: Script, engine: TrinoEngine, body: bytes | None, told: str
) -> None:
    script.pages = [(200, {})]
    script.raw = [body]
    with pytest.raises(QueryFailed, match=told) as failed:
        engine.answer(QueryRequest("-e", "select 1 as x"))
    assert "--trino-url" in failed.value.next_step


def test_ctrl_c_between_pages_cancels_the_query(
    script: Script, engine: TrinoEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: dict[str, Any] = {"nextUri": "HOST/v1/next"}
    script.pages = [(200, page), (503, {})]

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("orderlake.engines.trino_engine.time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        engine.answer(QueryRequest("-e", "select 1 as x"))
    assert script.requests[-1][:2] == ("DELETE", "/v1/next")


def test_no_server_is_a_clear_failure() -> None:
    engine = TrinoEngine("http://127.0.0.1:9", "hive", "s", ALIASES, lambda: "hash")
    with pytest.raises(QueryFailed, match="no answer from") as failed:
        engine.answer(QueryRequest("-e", "select 1 as x"))
    assert failed.value.next_step.startswith("start a Trino server")
    assert "--trino-url" in failed.value.next_step


def test_an_address_that_is_not_http_is_refused() -> None:
    engine = TrinoEngine("file:///etc", "hive", "s", ALIASES, lambda: "hash")
    with pytest.raises(QueryFailed, match="is not an http address"):
        engine.answer(QueryRequest("-e", "select 1 as x"))
