"""Events to run again: which files names mean, what an event says, what a failed one told."""

import json
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from memory_aws import MemoryAws
from order_transform.delivery.events import Change, changes
from orderlake.errors import NotDeployed, UnknownFile
from orderlake.pipeline.failure_queue import Failure, FailureQueue, event_keys, read_message
from orderlake.pipeline.invocations import (
    InvocationResult,
    error_text,
    event_of,
    outcomes_of,
)
from orderlake.pipeline.replay import replay_failures, replay_files, resolve

KEYS = ["raw/2026/a.csv", "raw/a.csv", "raw/b[1].csv", "raw/b1.csv", "raw/raw/a.csv"]


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["raw/a.csv"], ["raw/a.csv"]),
        (["a.csv"], ["raw/a.csv"]),
        (["a.csv", "raw/a.csv"], ["raw/a.csv"]),
        (["*a.csv"], ["raw/2026/a.csv", "raw/a.csv", "raw/raw/a.csv"]),
        (["raw/2026/*"], ["raw/2026/a.csv"]),
        (["b[1].csv"], ["raw/b[1].csv"]),
        (["b?.csv"], ["raw/b1.csv"]),
    ],
)
def test_names_and_patterns_mean_raw_files(names: list[str], keys: list[str]) -> None:
    assert resolve(names, KEYS) == keys


@pytest.mark.parametrize("name", ["c.csv", "raw/2027/*", "A.CSV"])
def test_a_name_without_a_file_is_wrong_use(name: str) -> None:
    with pytest.raises(UnknownFile, match="no raw file is called"):
        resolve([name], KEYS)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), st.booleans())
def test_the_function_reads_out_of_an_event_the_key_that_went_in(key: str, force: bool) -> None:
    event = json.loads(json.dumps(event_of("bucket", key, is_forced=force)))
    assert changes(event)[0] == Change("bucket", key, force)
    assert event_keys(event) == (key,)


def test_a_message_of_the_failure_queue_gives_event_and_error() -> None:
    event = event_of("bucket", "raw/a b.csv")
    body = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorType": "ClientError", "errorMessage": "no\n such bucket"},
    }
    message = {"MessageId": "1", "ReceiptHandle": "r", "Body": json.dumps(body)}
    failure = read_message(message)
    assert failure.event == event
    assert failure.keys == ("raw/a b.csv",)
    assert failure.error == "ClientError: no such bucket"


@pytest.mark.parametrize("body", ["", "not json", "[]", '{"requestPayload": "text"}', "{}"])
def test_a_message_that_is_not_an_event_is_told_so_and_not_run(body: str) -> None:
    failure = read_message({"MessageId": "1", "ReceiptHandle": "r", "Body": body})
    assert failure.event is None
    assert failure.error == "not an event of the function"


def test_a_failure_without_an_answer_still_has_a_reason() -> None:
    assert error_text(None) == "no reason given"
    assert error_text({"errorMessage": "Task timed out after 3.00 seconds"}).startswith("Task")


def test_spellings_of_a_key_that_do_not_exist_are_left_out() -> None:
    files = [{"key": "raw/a b", "outcome": "done"}, {"key": "raw/a+b", "outcome": "absent"}]
    assert outcomes_of({"files": files}) == {"raw/a b": "done"}
    assert outcomes_of({"files": files[1:]}) == {"raw/a+b": "absent"}
    assert outcomes_of({}) == {}


def run_unless_bad(event: Mapping[str, Any]) -> InvocationResult:
    [key] = event_keys(event)
    return (
        InvocationResult({}, "OSError: disk full")
        if "bad" in key
        else InvocationResult({key: "done"})
    )


def failed_events(root: Path, *keys: str) -> MemoryAws:
    aws = MemoryAws(root)
    for key in keys:
        aws.sqs.bodies[key] = json.dumps({"requestPayload": event_of("bucket", key)})
    return aws


def test_only_events_that_succeed_leave_the_queue_and_the_rest_are_seen_again(
    tmp_path: Path,
) -> None:
    keys = [f"raw/{number}{'bad' if number % 5 == 0 else ''}.csv" for number in range(25)]
    aws = failed_events(tmp_path, *keys)
    aws.sqs.bodies["rubbish"] = "no event"
    results = list(replay_failures(run_unless_bad, FailureQueue(aws.as_aws())))
    assert len(results) == 26
    assert sum(result.is_done for result in results) == 20
    assert set(aws.sqs.bodies) == {*(key for key in keys if "bad" in key), "rubbish"}
    assert not aws.sqs.hidden & set(aws.sqs.bodies)


class QueueOnItsWayOut:
    """A queue that is removed after its address was given."""

    def get_queue_url(self, **_: str) -> dict[str, str]:
        return {"QueueUrl": "http://queue"}

    def __getattr__(self, operation: str) -> Any:
        def refuse(**_: Any) -> None:
            code = "AWS.SimpleQueueService.NonExistentQueue"
            raise ClientError({"Error": {"Code": code, "Message": "gone"}}, operation)

        return refuse


@pytest.mark.parametrize(
    "ask",
    [
        FailureQueue.count,
        FailureQueue.peek,
        lambda queue: list(queue.receive(1)),
        lambda queue: queue.remove(Failure("id", "receipt", None, "")),
        lambda queue: queue.put_back(Failure("id", "receipt", None, "")),
    ],
)
def test_a_queue_that_goes_between_two_calls_is_told_as_missing(
    tmp_path: Path, ask: Callable[[FailureQueue], object]
) -> None:
    aws: Any = MemoryAws(tmp_path)
    aws.sqs = QueueOnItsWayOut()
    with pytest.raises(NotDeployed, match="the queue shop-order-failures does not exist"):
        ask(FailureQueue(aws))


def test_an_interrupted_replay_puts_back_what_it_had_not_finished(tmp_path: Path) -> None:
    keys = [f"raw/{number}.csv" for number in range(8)]
    aws = failed_events(tmp_path, *keys)
    results = replay_failures(run_unless_bad, FailureQueue(aws.as_aws()))
    next(results)
    assert isinstance(results, Generator)
    results.close()
    assert sorted(aws.sqs.bodies) == keys[1:]
    assert not aws.sqs.hidden & set(aws.sqs.bodies)


def test_named_files_are_forced_and_told_in_order() -> None:
    seen = []

    def run(event: Mapping[str, Any]) -> InvocationResult:
        seen.append(event["Records"][0]["force"])
        return run_unless_bad(event)

    results = list(replay_files(run, "bucket", ["raw/b.csv", "raw/bad.csv", "raw/a.csv"]))
    assert [result.error is None for result in results] == [True, False, True]
    assert [result.keys[0] for result in results] == ["raw/b.csv", "raw/bad.csv", "raw/a.csv"]
    assert seen == [True, True, True]
