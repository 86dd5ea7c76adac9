"""Tell of denied calls: in the log of the function that made one, or in one log for all others.

Each line has AWS's message and, where one statement would allow the call, that statement.
"""

import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from localstack_lake.iam.callers import Caller
from localstack_lake.iam.evaluation import AccessRequest

LOG = logging.getLogger(__name__)

LOG_GROUP = "/localstack/denied-calls"
_FUNCTION_STREAM = "iam"


def log_denial(
    caller: Caller, request: AccessRequest, message: str, remedy: Mapping[str, Any], region: str
) -> None:
    """Write a denied call where its caller looks for it."""
    line = _line(request, message, remedy)
    logs = connect_to(aws_access_key_id=caller.account, region_name=region).logs
    group, stream = LOG_GROUP, caller.session_name
    if caller.is_role and _has_group(logs, f"/aws/lambda/{caller.session_name}"):
        group, stream = f"/aws/lambda/{caller.session_name}", _FUNCTION_STREAM
    _write(logs, group, stream, line)


def log_service_denial(
    account: str,
    service: str,
    request: AccessRequest,
    message: str,
    remedy: Mapping[str, Any],
    region: str,
) -> None:
    """Write a denied call of a service, which on AWS nobody is told of."""
    logs = connect_to(aws_access_key_id=account, region_name=region).logs
    _write(logs, LOG_GROUP, service, _line(request, message, remedy))


def _line(request: AccessRequest, message: str, remedy: Mapping[str, Any]) -> str:
    LOG.warning("denied: %s; %s", message, json.dumps(remedy))
    named = {"action": request.action, "resource": request.resource}
    return json.dumps({"level": "ERROR", "message": message, **named, **remedy})


def _write(logs: Any, group: str, stream: str, line: str) -> None:
    place = {"logGroupName": group, "logStreamName": stream}
    event = {"timestamp": int(time.time() * 1000), "message": line}
    # The call is denied whether or not there is a log of it.
    with suppress(BotoCoreError, ClientError):
        if group == LOG_GROUP:
            with suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(**place)
        logs.put_log_events(**place, logEvents=[event])


def _has_group(logs: Any, name: str) -> bool:
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return any(group["logGroupName"] == name for group in found)
