"""What a function's faults answer and log through the public API, on a little function of our own.

The deployed function does not fail in these ways on purpose; this one does as it is told.
"""

import io
import json
import os
import re
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

SOURCE = Path(__file__).with_name("little_function.py").read_text("utf-8")
# A container's processes have names of their own.
ORPHANS_CAN_BE_SEEN = (
    Path("/proc/self").exists() and os.environ.get("ORDERLAKE_RUNTIME") != "docker"
)
ROLE = "arn:aws:iam::000000000000:role/anybody"


GIVEN = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "TZ",
    "LANG",
    "LC_CTYPE",
    "PATH",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
}


def zipped(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("little_function.py", source)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation answered: the payload, and the kind of error or None."""

    payload: Any
    error: str | None


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function and how to call it."""

    functions: Any
    name: str

    def call(self, do: str, **event: Any) -> Answer:
        payload = json.dumps({"do": do, **event}).encode()
        done = self.functions.invoke(FunctionName=self.name, Payload=payload)
        return Answer(json.loads(done["Payload"].read()), done.get("FunctionError"))

    def update(self, source: str) -> None:
        self.functions.update_function_code(FunctionName=self.name, ZipFile=zipped(source))
        self.wait("function_updated_v2")

    def configure(self, **settings: Any) -> None:
        self.functions.update_function_configuration(FunctionName=self.name, **settings)
        self.wait("function_updated_v2")

    def wait(self, state: str) -> None:
        waiter = self.functions.get_waiter(state)
        waiter.wait(FunctionName=self.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})


def deployed(lake: Lake, name: str, source: str = SOURCE) -> Iterator[Function]:
    """Create a function with 128 MB and 1 second, and remove it at the end."""
    functions = boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{lake.port}",
        region_name="us-east-1",
        aws_access_key_id=lake.credentials["aws_access_key_id"],
        aws_secret_access_key=lake.credentials["aws_secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="little_function.handle",
        Role=ROLE,
        Timeout=1,
        MemorySize=128,
        Code={"ZipFile": zipped(source)},
    )
    function = Function(functions, name)
    function.wait("function_active_v2")
    yield function
    functions.delete_function(FunctionName=name)


@pytest.fixture(scope="module")
def little(lake: Lake) -> Iterator[Function]:
    yield from deployed(lake, "little")


def test_a_warm_call_runs_in_the_same_process(little: Function) -> None:
    first, second = little.call("count"), little.call("count")
    assert first.error is None
    assert second.payload == first.payload | {"calls": first.payload["calls"] + 1}


@pytest.mark.parametrize(
    ("event", "error_type", "message"),
    [
        ({"do": "sleep", "seconds": 5}, "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        (
            {"do": "exit", "status": 3},
            "Runtime.ExitError",
            "Runtime exited with error: exit status 3",
        ),
        ({"do": "exit", "status": 0}, "Runtime.ExitError", "Runtime exited without providing"),
        ({"do": "kill"}, "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        (
            {"do": "fill", "mb": 400},
            "Runtime.OutOfMemory",
            "Runtime exited with error: signal: killed",
        ),
    ],
    ids=["timeout", "exit 3", "exit 0", "kill -9", "out of memory"],
)
def test_a_fault_is_answered_as_on_aws_and_the_next_call_is_fresh(
    little: Function, event: dict[str, Any], error_type: str, message: str
) -> None:
    before = little.call("count").payload
    began = time.monotonic()
    failed = little.call(**event)
    assert time.monotonic() - began < 4
    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == error_type
    assert message in failed.payload["errorMessage"]
    after = little.call("count")
    assert after.error is None
    assert after.payload["calls"] == 1
    assert after.payload["pid"] != before["pid"]


def test_an_exception_of_the_function_leaves_its_process_alone(little: Function) -> None:
    before = little.call("count").payload
    failed = little.call("raise")
    assert (failed.error, failed.payload["errorType"]) == ("Unhandled", "ValueError")
    assert failed.payload["errorMessage"] == "no such order"
    assert little.call("count").payload["pid"] == before["pid"]


def test_an_error_while_loading_is_answered_with_its_reason(lake: Lake) -> None:
    for function in deployed(lake, "little-broken", "import no_such_library\n"):
        failed = function.call("count")
        assert failed.error == "Unhandled"
        assert failed.payload["errorType"] == "Runtime.ImportModuleError"
        assert "No module named 'no_such_library'" in failed.payload["errorMessage"]


def log_lines(lake: Lake, function: str, wanted: str) -> list[str]:
    """Return the function's log once it holds what is wanted."""
    deadline = time.monotonic() + 10
    lines: list[str] = []
    while time.monotonic() < deadline:
        pages = lake.aws("logs").get_paginator("filter_log_events")
        lines = [
            event["message"].rstrip()
            for page in pages.paginate(logGroupName=f"/aws/lambda/{function}")
            for event in page["events"]
        ]
        if any(wanted in line for line in lines):
            return lines
        time.sleep(0.1)
    raise AssertionError(f"no {wanted!r} in {lines}")


def test_the_log_has_the_functions_own_lines_and_a_report_of_each_call(
    lake: Lake, little: Function
) -> None:
    little.call("print", text="4711 is on its way")
    text = "\n".join(log_lines(lake, "little", "4711 is on its way"))
    start = text.rindex("START RequestId: ")
    assert text.index("4711", start) < text.index("END RequestId: ", start)
    report = re.compile(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB"
    )
    assert report.search(text, start)
    assert re.search(r"REPORT .*\tInit Duration: [\d.]+ ms", text)


def test_a_metric_filter_counts_the_lines_of_a_function(lake: Lake, little: Function) -> None:
    little.call("print", text="before the filter: lost parcel")
    log_lines(lake, little.name, "END RequestId")
    counted = {"metricName": "LostParcels", "metricNamespace": "Shop", "metricValue": "1"}
    lake.aws("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{little.name}",
        filterName="lost",
        filterPattern="lost",
        metricTransformations=[counted],
    )
    little.call("print", text="after the filter: lost parcel")
    deadline = time.monotonic() + 30
    while not lake.aws("cloudwatch").list_metrics(Namespace="Shop")["Metrics"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_timeout_stands_in_the_log(lake: Lake, little: Function) -> None:
    little.call("sleep", seconds=5)
    lines = log_lines(lake, "little", "Status: timeout")
    assert any("Task timed out after 1.00 seconds" in line for line in lines)


def test_a_function_sees_its_own_variables_and_nothing_of_the_developers(little: Function) -> None:
    seen = set(little.call("look").payload["variables"])
    assert {
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "LAMBDA_TASK_ROOT",
    } <= seen
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, and what stands for
    # the sandbox: where AWS is, a home that is nobody's, and /tmp where it cannot be private
    assert seen <= GIVEN | {"AWS_ENDPOINT_URL", "HOME", "TMPDIR"}


def test_the_code_of_a_function_is_read_only(little: Function) -> None:
    assert little.call("look").payload["code_is_writable"] is False


def test_the_temporary_folder_lasts_as_long_as_its_environment(lake: Lake) -> None:
    for function in deployed(lake, "little-tidy"):
        function.call("leave")
        seen = function.call("look").payload
        assert "left" in seen["temporary_files"]
        # private in either way: as /tmp itself, or where the system forbids that, by TMPDIR
        assert (seen["temporary"] == "/tmp") != ("TMPDIR" in seen["variables"])
        assert not Path("/tmp/left").exists()
        function.update(SOURCE + "\n")
        assert "left" not in function.call("look").payload["temporary_files"]


def test_an_update_lets_the_running_call_end_with_the_code_it_began_with(lake: Lake) -> None:
    old = SOURCE.replace('os.environ.get("CODE")', '"old"')
    new = SOURCE.replace('os.environ.get("CODE")', '"new"')
    for function in deployed(lake, "little-updated", old):
        assert function.call("count").payload["code"] == "old"
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(function.call, "sleep", seconds=0.9)
            time.sleep(0.3)
            function.update(new)
            assert function.call("count").payload["code"] == "new"
            assert running.result().payload["code"] == "old"


@pytest.mark.long
def test_no_event_is_lost_or_run_twice_while_the_function_is_updated_again_and_again(
    lake: Lake,
) -> None:
    for function in deployed(lake, "little-busy"):
        done = Event()

        def send(function: Function, done: Event) -> int:
            count = 0
            while not done.is_set() or count <= 12:
                event = json.dumps({"do": "print", "text": f"event {count};"}).encode()
                function.functions.invoke(
                    FunctionName=function.name, InvocationType="Event", Payload=event
                )
                count += 1
                time.sleep(0.03)
            return count

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(send, function, done)
            for number in range(12):
                function.configure(Environment={"Variables": {"CODE": str(number)}})
            done.set()
            count = sending.result()
        wanted = sorted(f"event {number};" for number in range(count))
        deadline = time.monotonic() + 20
        while (ran := sorted(printed(lake, function.name))) != wanted:
            assert time.monotonic() < deadline, set(wanted) ^ set(ran) or ran
            time.sleep(0.2)
        function.configure(Environment={"Variables": {"CODE": "last"}})
        deadline = time.monotonic() + 10
        while ORPHANS_CAN_BE_SEEN and (left := processes_of(function.name)):
            assert time.monotonic() < deadline, f"environments outlive their versions: {left}"
            time.sleep(0.1)


def printed(lake: Lake, function: str) -> list[str]:
    """Return each line `event N;` in the function's log, as often as it is there."""
    pages = lake.aws("logs").get_paginator("filter_log_events")
    return [
        event["message"].strip()
        for page in pages.paginate(logGroupName=f"/aws/lambda/{function}")
        for event in page["events"]
        if event["message"].startswith("event ")
    ]


def processes_of(function: str) -> list[str]:
    """Return the processes of this machine that run the function."""
    wanted = f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(folder.name)
    return found


def test_the_log_of_a_call_that_outlasts_an_update_is_kept(lake: Lake) -> None:
    for function in deployed(lake, "little-late"):
        assert function.call("count").error is None
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(function.call, "sleep", seconds=0.9)
            time.sleep(0.3)
            function.update(SOURCE + "\n")
            running.result()
        lines = log_lines(lake, "little-late", "REPORT RequestId")
        until = time.monotonic() + 5
        while sum(line.startswith("REPORT") for line in lines) < 2:
            assert time.monotonic() < until
            lines = log_lines(lake, "little-late", "REPORT RequestId")


def test_calls_beyond_the_reserved_concurrency_are_refused(lake: Lake, little: Function) -> None:
    reserve = {"FunctionName": "little", "ReservedConcurrentExecutions": 1}
    little.functions.put_function_concurrency(**reserve)
    try:
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(little.call, "sleep", seconds=0.9)
            time.sleep(0.3)
            with pytest.raises(ClientError) as refused:
                little.call("count")
            assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
            assert running.result().error is None
        assert little.call("count").error is None
    finally:
        little.functions.delete_function_concurrency(FunctionName="little")
