"""Log calls to AWS: the operation, its target, its result and how long it took.

It logs names only, never a body, a header or a credential.
"""

import logging
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session

LOGGER = logging.getLogger("orderlake.aws")
# Parameters that say what a call is about.
LOGGED_PARAMETERS = (
    "Bucket",
    "Key",
    "Prefix",
    "StackName",
    "ChangeSetName",
    "FunctionName",
    "Name",
    "DatabaseName",
    "TableName",
    "WorkGroup",
    "QueryExecutionId",
    "logGroupName",
    "RoleName",
)
BEGUN, ABOUT = "orderlake_begun", "orderlake_about"


def follow(session: "Session") -> None:
    """Log every call of a session's clients, if the log is switched on."""
    if not LOGGER.isEnabledFor(logging.DEBUG):
        return
    events = session.get_component("event_emitter")
    events.register("before-parameter-build", begin)
    events.register("after-call", end)
    events.register("after-call-error", fail)


def begin(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Note when a call begins and what it is about."""
    context[BEGUN] = time.monotonic()
    context[ABOUT] = " ".join(
        f"{name}={params[name]}" for name in LOGGED_PARAMETERS if params.get(name)
    )


def end(
    event_name: str, context: dict[str, Any], parsed: dict[str, Any], http_response: Any, **_: Any
) -> None:
    """Log a call that AWS answered."""
    code = parsed.get("Error", {}).get("Code") if isinstance(parsed, dict) else None
    LOGGER.debug("%s", line(event_name, context, f"{http_response.status_code} {code or ''}"))


def fail(event_name: str, context: dict[str, Any], exception: Exception, **_: Any) -> None:
    """Log a call that AWS did not answer."""
    LOGGER.debug("%s", line(event_name, context, type(exception).__name__))


def line(event_name: str, context: dict[str, Any], result: str) -> str:
    """Return a call as a line: s3 PutObject Bucket=... Key=... 200 (12 ms)."""
    _, service, operation = event_name.split(".", 2)
    milliseconds = (time.monotonic() - context.get(BEGUN, time.monotonic())) * 1000
    words = (service, operation, context.get(ABOUT, ""), result.strip(), f"({milliseconds:.0f} ms)")
    return " ".join(word for word in words if word)
