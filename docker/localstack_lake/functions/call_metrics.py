"""Count the calls of functions for CloudWatch once a second, and not by a request per call.

LocalStack sends a data point for each call, on a thread of its own. CloudWatch keeps the second of
a data point; equal ones of a second are sent as one with a count, and are the same there.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

LOG = logging.getLogger(__name__)
_COLLECT_SECONDS = 1.0

type DataPoint = dict[str, Any]
type Send = Callable[[str, str, list[DataPoint]], None]


class Measured(NamedTuple):
    """A value of a metric of a function, and the second (of Unix time) in which it was."""

    account: str
    region: str
    metric: str
    function: str
    value: float
    second: int


class CallMetrics:
    """Collects values from any thread; `send` gets those of one account and region."""

    def __init__(self, send: Send, pause: Callable[[float], None] = time.sleep) -> None:
        self._send, self._pause = send, pause
        self._waiting: SimpleQueue[Measured] = SimpleQueue()
        Thread(target=self._run, name="call-metrics", daemon=True).start()

    def publish(
        self,
        metric: str,
        value: float,
        of: Mapping[str, str],
        account_id: str,
        region_name: str,
    ) -> None:
        """Note a value; called as LocalStack's `publish_lambda_metric`."""
        second = int(time.time())
        self._waiting.put(Measured(account_id, region_name, metric, of["func_name"], value, second))

    def _run(self) -> None:
        while True:
            found = [self._waiting.get()]
            self._pause(_COLLECT_SECONDS)
            found += (self._waiting.get() for _ in range(self._waiting.qsize()))
            for (account, region), several in groupby(sorted(found), lambda one: one[:2]):
                try:
                    self._send(account, region, data_points(list(several)))
                except Exception:  # else no later call of any function would be counted
                    LOG.exception("calls of functions could not be counted")


def data_points(measured: list[Measured]) -> list[DataPoint]:
    """Return the values as CloudWatch takes them: equal ones of one second once, with a count."""
    return [
        {
            "MetricName": one.metric,
            "Dimensions": [{"Name": "FunctionName", "Value": one.function}],
            "Timestamp": datetime.fromtimestamp(one.second, UTC),
            "Values": [one.value],
            "Counts": [count],
        }
        for one, count in Counter(measured).items()
    ]


def install() -> None:
    """Replace LocalStack's function by this, for all functions."""
    from localstack.aws.connect import connect_to
    from localstack.services.lambda_.invocation import metrics
    from localstack.utils.bootstrap import is_api_enabled

    def send(account: str, region: str, points: list[DataPoint]) -> None:
        if is_api_enabled("cloudwatch"):
            client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
            client.put_metric_data(Namespace="AWS/Lambda", MetricData=points)

    its: Any = metrics
    its.publish_lambda_metric = CallMetrics(send).publish
