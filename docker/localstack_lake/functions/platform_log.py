"""The lines that Lambda itself writes into a function's log, in both of its formats.

Pure text from values: no clock, no process. Formats as AWS writes them:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, Literal, Protocol

from localstack_lake.functions.fault import Fault

type Phase = Literal["init", "invoke"]


@dataclass(frozen=True, slots=True)
class InvocationReport:
    """What one invocation took. Durations in milliseconds; `init_ms` only after a cold start."""

    request_id: str
    duration_ms: float
    init_ms: float | None
    memory_size_mb: int
    memory_used_bytes: int
    fault: Fault | None

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds, the initialisation included (AWS bills it since August 2025)."""
        return ceil(round(self.duration_ms + (self.init_ms or 0), 2))

    @property
    def memory_used_mb(self) -> int:
        """Never above the size: the sandbox has no more to give."""
        return min(ceil(self.memory_used_bytes / 1024**2), self.memory_size_mb)


class PlatformLog(Protocol):
    """Lambda's own lines, in one of two formats. Each method gives whole lines."""

    def init_start(self, runtime_version: str) -> str:
        """A process begins to initialise."""

    def init_failed(self, duration_ms: float, phase: Phase, fault: Fault) -> str:
        """A process did not become ready."""

    def start(self, request_id: str, version: str) -> str:
        """An invocation begins."""

    def fault(self, request_id: str, fault: Fault) -> str:
        """An invocation was ended by the sandbox, not by the function."""

    def end(self, report: InvocationReport) -> str:
        """An invocation is over."""


class TextLog:
    """The default format, for people."""

    def init_start(self, runtime_version: str) -> str:
        """See `PlatformLog`."""
        return f"INIT_START Runtime Version: {runtime_version}\n"

    def init_failed(self, duration_ms: float, phase: Phase, fault: Fault) -> str:
        """See `PlatformLog`."""
        fields = [f"INIT_REPORT Init Duration: {duration_ms:.2f} ms", f"Phase: {phase}"]
        return "\t".join([*fields, *_fault_fields(fault)]) + "\n"

    def start(self, request_id: str, version: str) -> str:
        """See `PlatformLog`."""
        return f"START RequestId: {request_id} Version: {version}\n"

    def fault(self, request_id: str, fault: Fault) -> str:
        """See `PlatformLog`."""
        if fault.is_timeout:
            return f"{_timestamp()} {request_id} {fault.reason}\n"
        return f"RequestId: {request_id} Error: {fault.reason}\n{fault.error_type}\n"

    def end(self, report: InvocationReport) -> str:
        """See `PlatformLog`."""
        fields = [
            f"REPORT RequestId: {report.request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {report.billed_ms} ms",
            f"Memory Size: {report.memory_size_mb} MB",
            f"Max Memory Used: {report.memory_used_mb} MB",
        ]
        if report.init_ms is not None:
            fields.append(f"Init Duration: {report.init_ms:.2f} ms")
        fields += _fault_fields(report.fault)
        return f"END RequestId: {report.request_id}\n" + "\t".join(fields) + "\n"


class JsonLog:
    """The format of a function whose `LoggingConfig` asks for JSON, for programs."""

    def init_start(self, runtime_version: str) -> str:
        """See `PlatformLog`."""
        record = {"initializationType": "on-demand", "runtimeVersion": runtime_version}
        return _json_line("platform.initStart", record | {"phase": "init"})

    def init_failed(self, duration_ms: float, phase: Phase, fault: Fault) -> str:
        """See `PlatformLog`."""
        record = {"initializationType": "on-demand", "phase": phase, **_fault_record(fault)}
        metrics = {"durationMs": round(duration_ms, 3)}
        return _json_line("platform.initReport", record | {"metrics": metrics})

    def start(self, request_id: str, version: str) -> str:
        """See `PlatformLog`."""
        return _json_line("platform.start", {"requestId": request_id, "version": version})

    def fault(self, request_id: str, fault: Fault) -> str:
        """See `PlatformLog`."""
        return _json_line("platform.runtimeDone", {"requestId": request_id, **_fault_record(fault)})

    def end(self, report: InvocationReport) -> str:
        """See `PlatformLog`."""
        metrics: dict[str, float] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": report.billed_ms,
            "memorySizeMB": report.memory_size_mb,
            "maxMemoryUsedMB": report.memory_used_mb,
        }
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        status = _fault_record(report.fault) if report.fault else {"status": "success"}
        record = {"requestId": report.request_id, "metrics": metrics, **status}
        return _json_line("platform.report", record)


def platform_log(log_format: str | None) -> PlatformLog:
    """The format by the name that Lambda gives it (`JSON`; anything else is text)."""
    return JsonLog() if log_format == "JSON" else TextLog()


def _fault_fields(fault: Fault | None) -> list[str]:
    if fault is None:
        return []
    if fault.is_timeout:
        return ["Status: timeout"]
    return ["Status: error", f"Error Type: {fault.error_type}"]


def _fault_record(fault: Fault) -> dict[str, Any]:
    if fault.is_timeout:
        return {"status": "timeout"}
    return {"status": "error", "errorType": fault.error_type}


def _json_line(event_type: str, record: dict[str, Any]) -> str:
    return json.dumps({"time": _timestamp(), "type": event_type, "record": record}) + "\n"


def _timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
