"""The Runtime API, spoken to as a runtime does: over HTTP, on loopback."""

import http.client
import json
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread

import pytest
from localstack_lake.functions.runtime_api import (
    MAX_ANSWER_BYTES,
    Answer,
    InitError,
    Invocation,
    Ready,
    RuntimeApi,
    RuntimeSignal,
)

INVOCATION = Invocation("id-1", b'{"n":1}', "arn:f", "Root=1", 1_700_000_000_123)
PREFIX = "/2018-06-01/runtime"


class Runtime:
    """One connection to the API, kept open from request to request."""

    def __init__(self, api: RuntimeApi) -> None:
        self.connection = http.client.HTTPConnection(api.address, timeout=10)

    def call(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, PREFIX + path, body or None, sent)
        response = self.connection.getresponse()
        return response.status, response.read(), dict(response.getheaders())


@pytest.fixture
def signals() -> SimpleQueue[RuntimeSignal]:
    return SimpleQueue()


@pytest.fixture
def api(signals: SimpleQueue[RuntimeSignal]) -> Iterator[RuntimeApi]:
    api = RuntimeApi(signals.put)
    yield api
    api.close()


@pytest.fixture
def runtime(api: RuntimeApi) -> Iterator[Runtime]:
    runtime = Runtime(api)
    yield runtime
    runtime.connection.close()


def test_next_hands_over_the_event_with_its_identity(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    api.offer(INVOCATION)
    status, body, headers = runtime.call("GET", "/invocation/next")
    assert (status, body) == (200, b'{"n":1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "id-1"
    assert headers["Lambda-Runtime-Deadline-Ms"] == "1700000000123"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:f"
    assert headers["Lambda-Runtime-Trace-Id"] == "Root=1"
    assert signals.get(timeout=5) == Ready()


def test_next_waits_until_there_is_an_invocation(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    answers: SimpleQueue[bytes] = SimpleQueue()
    asking = Thread(target=lambda: answers.put(runtime.call("GET", "/invocation/next")[1]))
    asking.start()
    assert signals.get(timeout=5) == Ready()
    assert answers.empty()
    api.offer(INVOCATION)
    assert answers.get(timeout=5) == INVOCATION.event
    asking.join()


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("response", Answer(b"[1]", None)),
        ("error", Answer(b"[1]", "ValueError")),
    ],
)
def test_a_result_and_an_error_are_told_apart(
    api: RuntimeApi,
    runtime: Runtime,
    signals: SimpleQueue[RuntimeSignal],
    verb: str,
    expected: Answer,
) -> None:
    api.offer(INVOCATION)
    runtime.call("GET", "/invocation/next")
    status, _, _ = runtime.call(
        "POST",
        f"/invocation/id-1/{verb}",
        b"[1]",
        Lambda_Runtime_Function_Error_Type="ValueError",
    )
    assert status == 202
    assert [signals.get(timeout=5), signals.get(timeout=5)] == [Ready(), expected]


def test_an_answer_to_another_invocation_is_refused(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    api.offer(INVOCATION)
    runtime.call("GET", "/invocation/next")
    signals.get(timeout=5)
    status, body, _ = runtime.call("POST", "/invocation/id-0/response", b"{}")
    assert status == 400
    assert json.loads(body)["errorType"] == "InvalidRequestID"
    assert signals.empty()


def test_only_the_first_answer_counts(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    api.offer(INVOCATION)
    runtime.call("GET", "/invocation/next")
    assert runtime.call("POST", "/invocation/id-1/response", b"1")[0] == 202
    assert runtime.call("POST", "/invocation/id-1/response", b"2")[0] == 400
    assert [signals.get(timeout=5), signals.get(timeout=5)] == [Ready(), Answer(b"1", None)]
    assert signals.empty()


def test_an_answer_above_the_size_limit_becomes_an_error(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    api.offer(INVOCATION)
    runtime.call("GET", "/invocation/next")
    signals.get(timeout=5)
    status, _, _ = runtime.call("POST", "/invocation/id-1/response", b"x" * (MAX_ANSWER_BYTES + 1))
    assert status == 413
    answer = signals.get(timeout=5)
    assert isinstance(answer, Answer)
    assert answer.error_type == "Function.ResponseSizeTooLarge"
    assert json.loads(answer.payload)["errorType"] == "Function.ResponseSizeTooLarge"


def test_the_largest_answer_allowed_passes(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    api.offer(INVOCATION)
    runtime.call("GET", "/invocation/next")
    signals.get(timeout=5)
    payload = b"x" * MAX_ANSWER_BYTES
    assert runtime.call("POST", "/invocation/id-1/response", payload)[0] == 202
    assert signals.get(timeout=5) == Answer(payload, None)


def test_an_init_error_is_reported_with_its_type(
    runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    status, _, _ = runtime.call(
        "POST", "/init/error", b"{}", Lambda_Runtime_Function_Error_Type="Runtime.ImportModuleError"
    )
    assert status == 202
    assert signals.get(timeout=5) == InitError(b"{}", "Runtime.ImportModuleError")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_refused(
    runtime: Runtime, signals: SimpleQueue[RuntimeSignal], method: str
) -> None:
    assert runtime.call(method, "/elsewhere", b"{}" if method == "POST" else b"")[0] == 404
    assert signals.empty()


def test_closing_lets_a_waiting_runtime_go(
    api: RuntimeApi, runtime: Runtime, signals: SimpleQueue[RuntimeSignal]
) -> None:
    ended: SimpleQueue[str] = SimpleQueue()

    def ask() -> None:
        try:
            runtime.call("GET", "/invocation/next")
        except (http.client.HTTPException, OSError) as error:
            ended.put(type(error).__name__)

    asking = Thread(target=ask)
    asking.start()
    assert signals.get(timeout=5) == Ready()
    api.close()
    assert ended.get(timeout=5)
    asking.join()


def test_nothing_listens_after_closing(api: RuntimeApi) -> None:
    api.close()
    api.close()
    with pytest.raises(OSError, match=r"refused|reset|Remote end closed"):
        Runtime(api).call("GET", "/invocation/next")


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}],
)
def test_a_web_page_can_neither_take_an_event_nor_answer_it(
    api: RuntimeApi,
    signals: SimpleQueue[RuntimeSignal],
    headers: dict[str, str],
) -> None:
    api.offer(INVOCATION)
    assert Runtime(api).call("GET", "/invocation/next", **headers)[0] == 403
    assert Runtime(api).call("POST", "/init/error", b"{}", **headers)[0] == 403
    assert signals.empty()
