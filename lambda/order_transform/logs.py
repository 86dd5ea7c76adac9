"""The function's log: one JSON object per line, with metrics that CloudWatch extracts.

It writes to standard output and never logs the contents of a file.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from order_transform.delivery.protocol import Delivered
from order_transform.reading.choices import Certainty

_NAMESPACE = "orderlake"
# Two shops in one account are told apart by their functions; the stack's alarms name it, too.
_DIMENSION = "FunctionName"
_state = {"cold": True}


def log(message: str, **facts: object) -> None:
    """Write one line: an event and its facts."""
    print(
        json.dumps({"message": message, **facts}, ensure_ascii=False), file=sys.stdout, flush=True
    )


def log_delivered(delivered: Delivered) -> None:
    """Write how one file ended, in CloudWatch's embedded metric format.

    Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    body = delivered.report.body if delivered.report else {}
    if delivered.outcome not in ("done", "refused"):
        log(delivered.outcome, key=delivered.key)
        return
    doubts = _doubts(body)
    metrics = _metrics(delivered.outcome, body, doubts)
    _state["cold"] = False
    log(
        delivered.outcome,
        key=delivered.key,
        version_id=body["source"]["version_id"],
        refusal=body["refusal"],
        reject_codes=body["reject_codes"],
        doubts=doubts,
        **{name: value for name, (value, _) in metrics.items()},
        **{_DIMENSION: os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "none")},
        _aws=_declared({name: unit for name, (_, unit) in metrics.items()}),
    )


def _metrics(
    outcome: str, body: Mapping[str, Any], doubts: Mapping[str, str]
) -> dict[str, tuple[float, str]]:
    """Return the metrics of a file, each with its unit in CloudWatch."""
    counts = body["counts"]
    return {
        "Records": (counts["records"], "Count"),
        "Accepted": (counts["accepted"], "Count"),
        "Rejected": (counts["rejected"], "Count"),
        "RefusedFiles": (int(outcome == "refused"), "Count"),
        "DoubtfulFiles": (int(bool(doubts)), "Count"),
        "Bytes": (body["source"]["size_bytes"], "Bytes"),
        "Duration": (sum(body["timings"].values()) * 1000, "Milliseconds"),
        "ColdStart": (int(_state["cold"]), "Count"),
    }


def _declared(units: Mapping[str, str]) -> dict[str, object]:
    """Return what tells CloudWatch which members of the line are metrics."""
    declaration = {
        "Namespace": _NAMESPACE,
        "Dimensions": [[_DIMENSION]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
    }
    return {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [declaration]}


def _doubts(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices that the file itself did not prove, each with how it was decided."""
    return {
        "/".join(filter(None, (choice["name"], choice["field"]))): choice["certainty"]
        for choice in body["choices"]
        if choice["certainty"] != Certainty.PROVEN
    }
