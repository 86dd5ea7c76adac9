"""Refuse calls that the policies of their caller do not allow, before a service sees them.

`LAKE_IAM` says whose calls: `functions` (the default) those with a role's credentials, `all` also
those of IAM users, `off` nobody's. The account's own key may do everything, like root on AWS.
LocalStack's calls to itself are checked where it makes them in somebody's name (gateway/acting.py).
"""

import os
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from localstack.aws import handlers
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.http import Response
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from localstack_lake.gateway.acting import note_requester
from localstack_lake.gateway.entrance import acting_for, is_from_localstack
from localstack_lake.iam.actions import needed_access
from localstack_lake.iam.allowed_calls import note_allowed
from localstack_lake.iam.callers import (
    Caller,
    find_identity,
    trust_policy,
)
from localstack_lake.iam.denials import log_denial, log_service_denial
from localstack_lake.iam.evaluation import (
    AccessRequest,
    Decision,
    PolicyUnreadable,
    decide,
    decide_assume_role,
    denial,
    is_trusted_service,
    remedy,
)
from localstack_lake.iam.needed import NeededAccess, Parameters, Place
from localstack_lake.iam.passed_roles import is_checked_at_once, passed_roles, refusal_of
from localstack_lake.iam.query_places import work_groups_of
from localstack_lake.iam.request_keys import caller_keys, common_keys
from localstack_lake.iam.resource_policies import bucket_owner, resource_policies
from localstack_lake.iam.service_calls import ServiceCall, is_allowed_service

MODE_VARIABLE = "LAKE_IAM"
MODES = ("functions", "all", "off")
_ERROR = "<Error><Code>AccessDenied</Code><Message>{}</Message></Error>"
# Everybody may call this.
_ALWAYS_ALLOWED = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
_ACCESS_DENIED = ("s3", "sqs", "sts", "iam", "cloudformation", "sns", "cloudwatch")


class Enforcement:
    """A handler of parsed requests."""

    def __init__(self, *, with_users: bool) -> None:
        self._with_users = with_users

    def __call__(self, _: Any, context: RequestContext, response: Response) -> None:
        """Called by LocalStack for each request; raises the service's error for a denied one."""
        note_requester(None)
        if context.service is None or context.operation is None:
            return
        if identity := self._identity(context):
            caller = find_identity(identity)
            if caller is not None and (caller.is_role or self._with_users):
                check_call(caller, context)
                context.enforced_caller = caller
                note_requester(identity)
        check_service_call(context)
        check_passed_roles(context)

    def _identity(self, context: RequestContext) -> str | None:
        if is_from_localstack(context):
            return acting_for(context)
        headers: Any = context.request.headers
        return extract_access_key_id_from_auth_header(headers)


def check_for(identity: str | None, context: RequestContext) -> None:
    """Check a call within the process that is made in the name of an identity, if policies are."""
    caller = find_identity(identity) if identity and _mode() != "off" else None
    if caller is not None:
        check_call(caller, context)


def check_for_service(service: Mapping[str, str], context: RequestContext) -> None:
    """Check a call within the process that a service makes, if policies are enforced.

    `service` has what LocalStack's own requests tell: `service_principal` and `source_arn`; it is
    empty for a call that nobody has to allow.
    """
    if service and _mode() != "off":
        told: Any = service
        context.internal_request_params = told
        context.is_from_localstack = True
        check_service_call(context)


def check_call(caller: Caller, context: RequestContext) -> None:
    """Raise the service's error unless policies allow a caller all that a call needs."""
    service, operation, parameters, place = _described(context)
    for needed in needed_access(service, operation, parameters, place):
        if needed.action not in _ALWAYS_ALLOWED:
            _check(caller, needed, context)


def check_service_call(context: RequestContext) -> None:
    """Raise AccessDenied for a service's own call that the called resource does not allow."""
    given = context.internal_request_params
    if not given or not given.get("source_arn") or not is_from_localstack(context):
        return
    service, operation, parameters, place = _described(context)
    source = str(given["source_arn"])
    account = source.split(":")[4] or bucket_owner(source.rpartition(":")[2]) or place.account
    call = ServiceCall(f"{given.get('service_principal')}.amazonaws.com", source, account)
    for needed in needed_access(service, operation, parameters, place):
        request = call.request(needed, common_keys(context))
        if not call.asks_for(needed) or is_allowed_service(
            request, resource_policies(needed.resource)
        ):
            continue
        message, remedy = call.message(needed), call.remedy(needed)
        log_service_denial(account, call.principal, request, message, remedy, context.region)
        raise CommonServiceException("AccessDeniedException", message, 403, True)


def check_passed_roles(context: RequestContext) -> None:
    """Raise the service's error for a role whose trust policy does not name the service.

    A role that this LocalStack does not have is not checked.
    """
    service, operation, parameters, place = _described(context)
    if not is_checked_at_once(service, operation):
        return
    for role in passed_roles(service, operation, parameters, place):
        trust = trust_policy(role.arn)
        if trust is not None and not is_trusted_service(role.service, role.arn, trust):
            refusal = refusal_of(role)
            raise CommonServiceException(refusal.code, refusal.message, 400, True)


def _described(context: RequestContext) -> tuple[str, str, Parameters, Place]:
    place = Place(context.account_id, context.region, context.partition)
    service: Any = context.service
    operation: Any = context.operation
    parameters: Any = context.service_request or {}
    if groups := work_groups_of(parameters):
        parameters = {**parameters, "WorkGroups": groups}
    return service.service_name, operation.name, parameters, place


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
    keys = {**caller_keys(caller, context)}
    keys |= {name.lower(): (value,) for name, value in needed.keys.items()}
    request = AccessRequest(needed.action, needed.resource, caller.principals, keys)
    try:
        decision = _decide(caller, request)
    except PolicyUnreadable as error:
        raise CommonServiceException("AccessDenied", str(error), 403, True) from error
    if decision is Decision.ALLOWED:
        if _mode() == "all":
            note_allowed(caller.arn, needed)
        return
    message = denial(request, decision, caller.arn)
    log_denial(caller, request, message, remedy(request, decision, caller.arn), context.region)
    service: Any = context.service
    code = "AccessDenied" if service.service_name in _ACCESS_DENIED else "AccessDeniedException"
    raise CommonServiceException(code, message, 403 if code == "AccessDenied" else 400, True)


def _decide(caller: Caller, request: AccessRequest) -> Decision:
    if request.action == "sts:AssumeRole":
        trust = trust_policy(request.resource) or ()
        return decide_assume_role(request, caller.policies, trust, caller.account, caller.boundary)
    its = resource_policies(request.resource)
    return decide(request, caller.policies, its, caller.boundary)


def _mode() -> str:
    return os.environ.get(MODE_VARIABLE) or "functions"


def install() -> None:
    """Enforce policies as the environment says; raises ValueError for an unknown mode."""
    mode = _mode()
    if mode not in MODES:
        raise ValueError(f"{MODE_VARIABLE} is {mode}, and not one of {', '.join(MODES)}")
    if mode != "off":
        request_handlers: list[Any] = handlers.serve_custom_service_request_handlers.handlers
        request_handlers.append(Enforcement(with_users=mode == "all"))
        response_handlers: list[Any] = handlers.run_custom_response_handlers.handlers
        response_handlers.append(hide_what_is_missing)
