"""Calls that one service makes to another by itself: the called one's policy has to allow them.

S3 tells a function of a new object, a rule of EventBridge calls its target, a topic fills a queue.
https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from localstack_lake.iam.evaluation import AccessRequest, Policy
from localstack_lake.iam.needed import NeededAccess

# Services that have no other permission for it, and what they do.
_CALLERS = ("s3", "events", "sns")
_ACTIONS = ("lambda:InvokeFunction", "sqs:SendMessage")


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service's principal, and the resource and account for which it calls."""

    principal: str
    source_arn: str
    source_account: str

    def asks_for(self, needed: NeededAccess) -> bool:
        """Whether the called resource's policy decides about it."""
        name = self.principal.removesuffix(".amazonaws.com")
        return name in _CALLERS and needed.action in _ACTIONS

    def request(self, needed: NeededAccess, keys: Mapping[str, str]) -> AccessRequest:
        """Return what policies are asked; `keys` are those that every request has."""
        values = dict(keys) | {
            "aws:sourcearn": self.source_arn,
            "aws:sourceaccount": self.source_account,
            "aws:principalservicename": self.principal,
            "aws:principalisawsservice": "true",
        }
        context = {name: (value,) for name, value in values.items()}
        principals = frozenset({self.principal})
        return AccessRequest(needed.action, needed.resource, principals, context)

    def remedy(self, needed: NeededAccess) -> dict[str, object]:
        """Return the statement that would allow the call, and where it belongs."""
        condition = {"ArnLike": {"aws:SourceArn": self.source_arn}}
        if self.principal.startswith("s3."):
            # A bucket's ARN names no account, and its name may get another owner.
            condition["StringEquals"] = {"aws:SourceAccount": self.source_account}
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": self.principal},
            "Action": needed.action,
            "Resource": needed.resource,
            "Condition": condition,
        }
        return {"allowed_by": statement, "in": f"the policy of {needed.resource}"}

    def message(self, needed: NeededAccess) -> str:
        """Return the message for a call that is denied."""
        what = f"{needed.action} on resource: {needed.resource}"
        why = f"because no resource-based policy allows the {needed.action} action"
        return f"User: {self.principal} is not authorized to perform: {what} {why}"


def is_allowed_service(request: AccessRequest, policies: tuple[Policy, ...]) -> bool:
    """Whether resource policies allow a service's call, and none denies it."""
    statements = (statement for policy in policies for statement in policy)
    found = [s for s in statements if s.applies(request, is_resource_policy=True)]
    return bool(found) and all(statement.is_allow for statement in found)
