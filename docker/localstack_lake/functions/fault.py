"""The ways in which a function fails other than by its own exception, with AWS's words for each.

Pure values; environment.py detects the faults.
https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

import json
import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the sandbox ended an invocation. `payload` is set where the runtime itself spoke."""

    error_type: str
    reason: str
    payload: bytes | None = None

    @property
    def is_timeout(self) -> bool:
        """Whether time ran out (AWS reports that as a status of its own)."""
        return self.error_type == _TIMED_OUT

    def answer(self, request_id: str) -> bytes:
        """The JSON that the caller of the function gets."""
        if self.payload is not None:
            return self.payload
        message = f"RequestId: {request_id} Error: {self.reason}"
        return json.dumps({"errorType": self.error_type, "errorMessage": message}).encode()


_TIMED_OUT = "Sandbox.Timedout"


def timed_out(timeout_seconds: float) -> Fault:
    """The function's time limit, or that of its initialisation, passed."""
    return Fault(_TIMED_OUT, f"Task timed out after {timeout_seconds:.2f} seconds")


def out_of_memory() -> Fault:
    """The function held more memory than its size."""
    return Fault("Runtime.OutOfMemory", "Runtime exited with error: signal: killed")


def exited(status: int) -> Fault:
    """The process ended by itself or by a signal (a negative status, as in `subprocess`)."""
    return Fault("Runtime.ExitError", f"Runtime exited {_exit_reason(status)}")


def init_error(error_type: str, payload: bytes) -> Fault:
    """The runtime could not load the handler; it says why in the payload."""
    return Fault(error_type, "", payload)


def _exit_reason(status: int) -> str:
    if status == 0:
        return "without providing a reason"
    if status > 0:
        return f"with error: exit status {status}"
    name = signal.strsignal(-status) or str(-status)
    return f"with error: signal: {name.lower()}"
