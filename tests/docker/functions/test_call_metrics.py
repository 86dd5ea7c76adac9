"""Metrics of functions' calls: equal data points of a second are sent as one with a count."""

from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Any

from localstack_lake.functions.call_metrics import CallMetrics, Measured, data_points

SECOND = 1_795_960_564


def measured(metric: str, function: str, second: int = SECOND) -> Measured:
    return Measured("000000000000", "us-east-1", metric, function, 1, second)


def test_equal_values_of_one_second_become_one_data_point_with_their_number() -> None:
    values = [measured("Invocations", "a")] * 3 + [measured("Invocations", "a", SECOND + 1)]
    values += [measured("Errors", "a"), measured("Invocations", "b")]
    points = data_points(values)
    assert [
        (point["MetricName"], point["Dimensions"][0]["Value"], point["Values"], point["Counts"])
        for point in points
    ] == [
        ("Invocations", "a", [1], [3]),
        ("Invocations", "a", [1], [1]),
        ("Errors", "a", [1], [1]),
        ("Invocations", "b", [1], [1]),
    ]
    assert points[0]["Timestamp"] == datetime.fromtimestamp(SECOND, UTC)


def test_a_request_that_fails_does_not_keep_later_calls_from_being_counted() -> None:
    sent: SimpleQueue[tuple[str, list[dict[str, Any]]]] = SimpleQueue()
    fails = [True, False]

    def send(account: str, region: str, points: list[dict[str, Any]]) -> None:
        if fails.pop(0):
            sent.put(("failed", []))
            raise TimeoutError
        sent.put((f"{account} {region}", points))

    metrics = CallMetrics(send, pause=lambda seconds: None)
    metrics.publish("Invocations", 1, {"func_name": "a"}, "1", "eu-west-1")
    assert sent.get(timeout=60)[0] == "failed"
    metrics.publish("Invocations", 1, {"func_name": "a"}, "1", "eu-west-1")
    place, points = sent.get(timeout=60)
    assert place == "1 eu-west-1"
    assert points[0]["Counts"] == [1]
