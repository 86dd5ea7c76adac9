"""Roles that a call hands over to a service, and how that service refuses an unfit one. Pure.

The caller needs `iam:PassRole` on the role, and its trust policy has to name the service.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localstack_lake.iam.needed import Parameters, Place


@dataclass(frozen=True, slots=True)
class PassedRole:
    """A role by its ARN, and the principal of the service that gets it."""

    arn: str
    service: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A service's error for a role that it may not assume."""

    code: str
    message: str


_LAMBDA, _GLUE = "lambda.amazonaws.com", "glue.amazonaws.com"
_EVENTS, _SCHEDULER = "events.amazonaws.com", "scheduler.amazonaws.com"
_CLOUDFORMATION = "cloudformation.amazonaws.com"
# The request's field with the role, by its path.
_FIELDS: dict[tuple[str, str], tuple[str, str]] = {
    ("lambda", "CreateFunction"): ("Role", _LAMBDA),
    ("lambda", "UpdateFunctionConfiguration"): ("Role", _LAMBDA),
    ("glue", "CreateCrawler"): ("Role", _GLUE),
    ("glue", "UpdateCrawler"): ("Role", _GLUE),
    ("glue", "CreateJob"): ("Role", _GLUE),
    ("glue", "UpdateJob"): ("JobUpdate.Role", _GLUE),
    ("events", "PutRule"): ("RoleArn", _EVENTS),
    ("events", "PutTargets"): ("Targets.RoleArn", _EVENTS),
    ("scheduler", "CreateSchedule"): ("Target.RoleArn", _SCHEDULER),
    ("scheduler", "UpdateSchedule"): ("Target.RoleArn", _SCHEDULER),
    ("cloudformation", "CreateStack"): ("RoleARN", _CLOUDFORMATION),
    ("cloudformation", "UpdateStack"): ("RoleARN", _CLOUDFORMATION),
    ("cloudformation", "DeleteStack"): ("RoleARN", _CLOUDFORMATION),
    ("cloudformation", "CreateChangeSet"): ("RoleARN", _CLOUDFORMATION),
}
# Glue takes a job with any role, and fails its runs.
_TAKEN_UNCHECKED = {("glue", "CreateJob"), ("glue", "UpdateJob")}


def passed_roles(
    service: str, operation: str, parameters: Parameters, place: Place
) -> Iterator[PassedRole]:
    """Yield the roles that a call hands over; Glue also takes a role by its name."""
    field, principal = _FIELDS.get((service, operation), ("", ""))
    for role in _values(parameters, field.split(".")) if field else ():
        arn = role if role.startswith("arn:") else place.iam_arn(f"role/{role.lstrip('/')}")
        yield PassedRole(arn, principal)


def _values(found: Any, path: list[str]) -> Iterator[str]:
    if isinstance(found, list):
        for entry in found:
            yield from _values(entry, path)
    elif not path:
        yield str(found)
    elif found.get(path[0]):
        yield from _values(found[path[0]], path[1:])


def is_checked_at_once(service: str, operation: str) -> bool:
    """Whether a service looks at the trust policy when it gets the role, not when it uses it."""
    return (service, operation) not in _TAKEN_UNCHECKED


def refusal_of(role: PassedRole) -> Refusal:
    """Return a service's error, in its words, for a role whose trust policy does not name it.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
    https://github.com/hashicorp/terraform-provider-aws/issues/30371 (Glue)
    """
    match role.service:
        case "lambda.amazonaws.com":
            message = "The role defined for the function cannot be assumed by Lambda."
            return Refusal("InvalidParameterValueException", message)
        case "glue.amazonaws.com":
            message = "Service is unable to assume provided role. Please verify role's TrustPolicy"
            return Refusal("InvalidInputException", message)
        case "scheduler.amazonaws.com":
            message = (
                "The execution role you provide must allow AWS EventBridge Scheduler to assume "
                "the role."
            )
            return Refusal("ValidationException", message)
        case "cloudformation.amazonaws.com":
            message = f"Role {role.arn} is invalid or cannot be assumed"
            return Refusal("ValidationError", message)
        case _:
            message = f"Provided role '{role.arn}' cannot be assumed by principal '{role.service}'."
            return Refusal("ValidationException", message)


def job_run_refusal(role_arn: str) -> str:
    """Return the error of a job's run whose role does not trust Glue."""
    return f"Role {role_arn} should be given assume role permissions for Glue Service."
