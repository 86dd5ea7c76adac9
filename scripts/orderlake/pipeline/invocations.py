"""Run the function on events in S3's form, with or without waiting for the result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from botocore.config import Config
from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed

if TYPE_CHECKING:
    from mypy_boto3_lambda.client import LambdaClient

# The longest time that a function may run, and some time for its answer to arrive.
LONGEST_RUN_SECONDS = 900
MARGIN_SECONDS = 15


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """The result of an invocation: each key's outcome, or the error that the function raised."""

    outcomes: Mapping[str, str]
    error: str | None = None


def event_of(bucket: str, key: str, *, is_forced: bool = False) -> dict[str, Any]:
    """Return an event as S3 sends it; the function reads bucket and key from it.

    `is_forced` makes the function process a file again although it is finished. Pure.
    """
    record: dict[str, Any] = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(key, safe="/")},
        },
    }
    return {"Records": [record | {"force": True} if is_forced else record]}


@dataclass(frozen=True)
class Function:
    """The deployed function. Several threads may call it once `client` has been created."""

    aws: Aws

    @cached_property
    def client(self) -> "LambdaClient":
        """A client that waits as long as the function may run.

        If an answer is lost, it calls twice, which does no harm: events may always come twice.
        """
        patient = Config(read_timeout=LONGEST_RUN_SECONDS + MARGIN_SECONDS, tcp_keepalive=True)
        client: LambdaClient = self.aws.client("lambda", patient)
        return client

    def start(self, event: Mapping[str, Any]) -> None:
        """Send an event as S3 does: with retries, and then the failure queue."""
        self._invoke(event, is_awaited=False)

    def run(self, event: Mapping[str, Any]) -> InvocationResult:
        """Run the function on an event and wait for its end; a failure is returned, not raised."""
        answer = self._invoke(event, is_awaited=True)
        body = json.loads(answer["Payload"].read() or b"null") or {}
        if answer.get("FunctionError"):
            return InvocationResult({}, error_text(body))
        return InvocationResult(outcomes_of(body))

    def _invoke(self, event: Mapping[str, Any], *, is_awaited: bool) -> Any:
        try:
            return self.client.invoke(
                FunctionName=self.aws.names.function,
                InvocationType="RequestResponse" if is_awaited else "Event",
                Payload=json.dumps(event).encode(),
            )
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                what = f"the function {self.aws.names.function}"
                raise NotDeployed(what, self.aws.settings.env) from error
            raise


def error_text(body: object) -> str:
    """Return a function's error as one line, from the payload that Lambda answers with."""
    if not isinstance(body, Mapping):
        return "no reason given"
    kind, message = body.get("errorType"), body.get("errorMessage")
    text = " ".join(str(message or "no reason given").split())
    return f"{kind}: {text}" if kind else text


def outcomes_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return each file's outcome from the function's answer.

    The function looks for a key in several spellings; those that do not exist say "absent".
    """
    outcomes = {file["key"]: file["outcome"] for file in body.get("files", [])}
    found = {key: outcome for key, outcome in outcomes.items() if outcome != "absent"}
    return found or outcomes
