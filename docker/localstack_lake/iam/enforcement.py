"""Refuse calls that the policies of their caller do not allow, before a service sees them.

`LAKE_IAM` says whose calls: `functions` (the default) those with a role's credentials, `all` also
those of IAM users, `off` nobody's. The account's own key may do everything, like root on AWS.
LocalStack's calls to itself are not checked.
"""

import json
import logging
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.connect import connect_to
from localstack.http import Response
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from localstack_lake.gateway.entrance import is_from_localstack
from localstack_lake.iam.actions import NeededAccess, Place, needed_access
from localstack_lake.iam.callers import Caller, bucket_policies, find_caller, trust_policy
from localstack_lake.iam.evaluation import (
    AccessRequest,
    Decision,
    PolicyUnreadable,
    allowing_statement,
    decide,
    decide_assume_role,
    denial,
)

LOG = logging.getLogger(__name__)

MODE_VARIABLE = "LAKE_IAM"
MODES = ("functions", "all", "off")
_DENIALS_STREAM = "iam"
_ERROR = "<Error><Code>AccessDenied</Code><Message>{}</Message></Error>"
# Everybody may call this.
_ALWAYS_ALLOWED = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
_CODES = {"s3": "AccessDenied", "sqs": "AccessDenied", "sts": "AccessDenied", "iam": "AccessDenied"}


class Enforcement:
    """A handler of parsed requests."""

    def __init__(self, *, with_users: bool) -> None:
        self._with_users = with_users

    def __call__(self, _: Any, context: RequestContext, response: Response) -> None:
        """Called by LocalStack for each request; raises the service's error for a denied one."""
        if context.service is None or context.operation is None or is_from_localstack(context):
            return
        headers: Any = context.request.headers
        key = extract_access_key_id_from_auth_header(headers)
        caller = find_caller(key) if key else None
        if caller is None or not (caller.is_role or self._with_users):
            return
        service, operation = context.service.service_name, context.operation.name
        place = Place(context.account_id, context.region, context.partition)
        parameters: Any = context.service_request or {}
        for needed in needed_access(service, operation, parameters, place):
            if needed.action not in _ALWAYS_ALLOWED:
                _check(caller, needed, context)
        context.enforced_caller = caller


def hide_what_is_missing(_: Any, context: RequestContext, response: Response) -> None:
    """Called by LocalStack for each response: S3 says 404 only to those who may list the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    caller: Caller | None = context.get("enforced_caller")
    if caller is None or response.status_code != 404 or context.operation is None:
        return
    if context.operation.name not in ("GetObject", "HeadObject"):
        return
    parameters: Any = context.service_request or {}
    needed = NeededAccess("s3:ListBucket", f"arn:aws:s3:::{parameters.get('Bucket')}")
    try:
        _check(caller, needed, context)
    except CommonServiceException as error:
        is_head = context.operation.name == "HeadObject"
        response.status_code = 403
        response.set_response("" if is_head else _ERROR.format(escape(error.message)))


def _check(caller: Caller, needed: NeededAccess, context: RequestContext) -> None:
    request = AccessRequest(
        needed.action, needed.resource, caller.principals, _condition_keys(caller, context)
    )
    try:
        decision = _decide(caller, request)
    except PolicyUnreadable as error:
        raise CommonServiceException("AccessDenied", str(error), 403, True) from error
    if decision is Decision.ALLOWED:
        return
    message = denial(request, decision, caller.arn)
    LOG.warning("denied: %s; allow it by: %s", message, json.dumps(allowing_statement(request)))
    if caller.is_role:
        _log_for_function(caller, request, message, context.region)
    service = needed.action.partition(":")[0]
    code = _CODES.get(service, "AccessDeniedException")
    raise CommonServiceException(code, message, 403 if code == "AccessDenied" else 400, True)


def _decide(caller: Caller, request: AccessRequest) -> Decision:
    if request.action == "sts:AssumeRole":
        trust = trust_policy(request.resource)
        return decide_assume_role(request, caller.policies, trust, caller.account, caller.boundary)
    its = bucket_policies(request.resource) if request.action.startswith("s3:") else ()
    return decide(request, caller.policies, its, caller.boundary)


def _condition_keys(caller: Caller, context: RequestContext) -> dict[str, tuple[str, ...]]:
    """The keys that conditions can ask about, in lower case.

    Nothing leaves the machine between a caller and here, which is what SecureTransport is about.
    """
    now = datetime.now(UTC)
    parameters: Any = context.service_request or {}
    values = {
        "aws:securetransport": "true",
        "aws:sourceip": "127.0.0.1",
        "aws:principalarn": next(a for a in sorted(caller.principals) if ":iam:" in a),
        "aws:principalaccount": caller.account,
        "aws:principaltype": "AssumedRole" if caller.is_role else "User",
        "aws:requestedregion": context.region,
        "aws:resourceaccount": context.account_id,
        "s3:resourceaccount": context.account_id,
        "aws:currenttime": now.isoformat(timespec="seconds"),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:useragent": context.request.headers.get("User-Agent", ""),
    }
    if not caller.is_role:
        values["aws:username"] = caller.session_name
    for name in ("Prefix", "Delimiter", "VersionId"):
        if (value := parameters.get(name)) is not None:
            values[f"s3:{name.lower()}"] = str(value)
    return {name: (value,) for name, value in values.items()}


def _log_for_function(caller: Caller, request: AccessRequest, message: str, region: str) -> None:
    """Write the denial into the log of the function whose role it is, where it has one."""
    line = {"level": "ERROR", "message": message, "allowed_by": allowing_statement(request)}
    stream = {
        "logGroupName": f"/aws/lambda/{caller.session_name}",
        "logStreamName": _DENIALS_STREAM,
    }
    logs = connect_to(aws_access_key_id=caller.account, region_name=region).logs
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(line)}
    with suppress(BotoCoreError, ClientError):  # another kind of role has no such log
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(**stream)
        logs.put_log_events(**stream, logEvents=[event])


def install() -> None:
    """Enforce policies as the environment says; raises ValueError for an unknown mode."""
    mode = os.environ.get(MODE_VARIABLE) or "functions"
    if mode not in MODES:
        raise ValueError(f"{MODE_VARIABLE} is {mode}, and not one of {', '.join(MODES)}")
    if mode != "off":
        request_handlers: list[Any] = handlers.serve_custom_service_request_handlers.handlers
        request_handlers.append(Enforcement(with_users=mode == "all"))
        response_handlers: list[Any] = handlers.run_custom_response_handlers.handlers
        response_handlers.append(hide_what_is_missing)
