"""Decide about a request by the policies of one account. Pure.

Within an account, the identity's policy or the resource's policy is enough to allow a request. A
denial in any policy wins. A request that no policy allows is denied.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from localstack_lake.iam.conditions import Conditions, hold, is_known
from localstack_lake.iam.patterns import (
    Context,
    MissingVariable,
    arn_matches,
    fill_in,
    matches,
)


class PolicyUnreadable(ValueError):
    """IAM would not accept this policy document."""


class Decision(Enum):
    """The decision, with AWS's words for the reason of a denial."""

    ALLOWED = ""
    DENIED_BY_IDENTITY = "with an explicit deny in an identity-based policy"
    DENIED_BY_RESOURCE = "with an explicit deny in a resource-based policy"
    DENIED_BY_BOUNDARY = "with an explicit deny in a permissions boundary"
    OUTSIDE_BOUNDARY = "because no permissions boundary allows the {action} action"
    NOT_TRUSTED = "because no resource-based policy allows the {action} action"
    NOT_ALLOWED = "because no identity-based policy allows the {action} action"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One action on one resource. `principals` are the ARNs and names that the caller goes by."""

    action: str
    resource: str
    principals: frozenset[str]
    context: Context


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; of each pair of elements (`Action`, `NotAction`) one has values."""

    is_allow: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...]
    not_principals: tuple[str, ...]
    conditions: Conditions
    has_variables: bool

    def applies(self, request: AccessRequest, *, is_resource_policy: bool) -> bool:
        """Whether the statement applies to the request."""
        if is_resource_policy and not self._names_principal(request.principals):
            return False
        context: Context = request.context if self.has_variables else {}
        return (
            self._names_action(request.action)
            and self._names_resource(request.resource, context)
            and hold(self.conditions, request.context)
        )

    def _names_action(self, action: str) -> bool:
        if self.not_actions:
            return not any(matches(p, action, ignores_case=True) for p in self.not_actions)
        return any(matches(p, action, ignores_case=True) for p in self.actions)

    def _names_resource(self, resource: str, context: Context) -> bool:
        if self.not_resources:
            return not any(self._is_named(p, resource, context) for p in self.not_resources)
        return any(self._is_named(p, resource, context) for p in self.resources)

    def _is_named(self, pattern: str, resource: str, context: Context) -> bool:
        try:
            text = fill_in(pattern, context) if self.has_variables else pattern
        except MissingVariable:
            return False
        return arn_matches(text, resource)

    def _names_principal(self, principals: frozenset[str]) -> bool:
        if self.not_principals:
            return not principals & set(self.not_principals)
        return "*" in self.principals or bool(principals & set(self.principals))


type Policy = tuple[Statement, ...]


def decide(
    request: AccessRequest,
    identity: Iterable[Policy],
    resource: Iterable[Policy],
    boundary: Policy | None = None,
) -> Decision:
    """Return the decision by an identity's policies and a resource's policy together.

    A boundary limits what both allow; but a resource that names a user or a role's session, and not
    the role, allows it beyond the boundary.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    of_identity = [s for policy in identity for s in policy]
    of_resource = [s for policy in resource for s in policy]
    own = [s for s in of_identity if s.applies(request, is_resource_policy=False)]
    its = [s for s in of_resource if s.applies(request, is_resource_policy=True)]
    if not all(s.is_allow for s in own):
        return Decision.DENIED_BY_IDENTITY
    if not all(s.is_allow for s in its):
        return Decision.DENIED_BY_RESOURCE
    within = [s for s in boundary or () if s.applies(request, is_resource_policy=False)]
    if not all(s.is_allow for s in within):
        return Decision.DENIED_BY_BOUNDARY
    if not (own or its):
        return Decision.NOT_ALLOWED
    if boundary is None or within or _names_session(its, request):
        return Decision.ALLOWED
    return Decision.OUTSIDE_BOUNDARY


def decide_assume_role(
    request: AccessRequest,
    identity: Iterable[Policy],
    trust: Policy,
    account: str,
    boundary: Policy | None = None,
) -> Decision:
    """Return the decision about AssumeRole, which the role's trust policy has to allow, too.

    Where it names the caller, that is enough. Where it names the account, the caller's own policies
    decide. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html
    """
    decision = decide(request, identity, [trust], boundary)
    root = f"arn:aws:iam::{account}:root"
    as_account = replace(request, principals=request.principals | {root})
    is_trusted = any(s.is_allow and s.applies(as_account, is_resource_policy=True) for s in trust)
    return Decision.NOT_TRUSTED if decision is Decision.ALLOWED and not is_trusted else decision


def is_trusted_service(service: str, role_arn: str, trust: Policy) -> bool:
    """Whether a role's trust policy lets a service such as `glue.amazonaws.com` assume it.

    The request has no condition keys: AWS documents none for the moment when a role is handed over.
    """
    request = AccessRequest("sts:AssumeRole", role_arn, frozenset({service}), {})
    found = [s for s in trust if s.applies(request, is_resource_policy=True)]
    return bool(found) and all(statement.is_allow for statement in found)


def _names_session(statements: Iterable[Statement], request: AccessRequest) -> bool:
    principals = frozenset(name for name in request.principals if ":role/" not in name)
    session = replace(request, principals=principals)
    return any(s.applies(session, is_resource_policy=True) for s in statements)


def denial(request: AccessRequest, decision: Decision, caller: str) -> str:
    """Return AWS's message for a request that is denied."""
    reason = decision.value.format(action=request.action)
    what = f"{request.action} on resource: {request.resource}"
    return f"User: {caller} is not authorized to perform: {what} {reason}"


def remedy(request: AccessRequest, decision: Decision, caller: str) -> dict[str, Any]:
    """Return what to do about a denial: the narrowest statement that allows it, and where.

    While a statement denies the request, no other statement allows it.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Action": request.action}
    match decision:
        case Decision.NOT_TRUSTED:
            trusted = statement | {"Principal": {"AWS": caller}}
            return {"allowed_by": trusted, "in": f"the trust policy of {request.resource}"}
        case Decision.NOT_ALLOWED | Decision.OUTSIDE_BOUNDARY:
            statement["Resource"] = request.resource
            if service := request.context.get("iam:passedtoservice"):
                condition = {"StringEquals": {"iam:PassedToService": service[0]}}
                statement["Condition"] = condition
            is_boundary = decision is Decision.OUTSIDE_BOUNDARY
            where = "the permissions boundary" if is_boundary else "an identity-based policy"
            return {"allowed_by": statement, "in": where}
        case _:
            return {"next": "remove or narrow the statement that denies it"}


def parse_policy(document: str | Mapping[str, Any]) -> Policy:
    """Return a policy's statements; raises PolicyUnreadable."""
    try:
        content: Any = json.loads(document) if isinstance(document, str) else document
        # only this version knows variables
        has_variables = content.get("Version") == "2012-10-17"
        statements = content["Statement"]
        entries = statements if isinstance(statements, list) else [statements]
        return tuple(_parse_statement(entry, has_variables) for entry in entries)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PolicyUnreadable(f"the policy cannot be read: {error}") from error


def _parse_statement(entry: Mapping[str, Any], has_variables: bool) -> Statement:
    if entry["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"Effect is {entry['Effect']}")
    conditions = {
        operator: {key: _texts(values) for key, values in keys.items()}
        for operator, keys in entry.get("Condition", {}).items()
    }
    for operator in conditions:
        if not is_known(operator):
            raise ValueError(f"the condition operator {operator} is not known")
    return Statement(
        entry["Effect"] == "Allow",
        _texts(entry.get("Action")),
        _texts(entry.get("NotAction")),
        _texts(entry.get("Resource")),
        _texts(entry.get("NotResource")),
        _principals(entry.get("Principal")),
        _principals(entry.get("NotPrincipal")),
        conditions,
        has_variables,
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)


def _principals(value: Any) -> tuple[str, ...]:
    """Every principal that an element names, of whatever kind; a bare account is its root."""
    if not isinstance(value, Mapping):
        return _texts(value)
    names = [name for kind in value.values() for name in _texts(kind)]
    return tuple(f"arn:aws:iam::{n}:root" if n.isdecimal() else n for n in names)
