"""Which actions on which resources an API call needs, for the services of a data lake. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Iterator

from localstack_lake.iam.glue_resources import glue_resources
from localstack_lake.iam.needed import NeededAccess, Parameters, Place
from localstack_lake.iam.passed_roles import passed_roles
from localstack_lake.iam.s3_actions import s3_access

# Operations whose action has another name.
_ACTIONS = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "InvokeAsync"): "InvokeFunction",
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("cloudwatch", "DescribeAlarmsForMetric"): "DescribeAlarms",
}
# These act on the account or on a list of everything, whatever names they are given.
_ON_ANYTHING = {
    "cloudformation:GetTemplateSummary",
    "cloudwatch:PutMetricData",
    "iam:ListRoles",
    "iam:ListUsers",
    "iam:ListPolicies",
}


def needed_access(
    service: str, operation: str, parameters: Parameters, place: Place
) -> Iterator[NeededAccess]:
    """Yield what a call needs; for a service that is not known here, its action on anything."""
    yield from _own_access(service, operation, parameters, place)
    for role in passed_roles(service, operation, parameters, place):
        yield NeededAccess("iam:PassRole", role.arn, {"iam:PassedToService": role.service})


def _own_access(
    service: str, operation: str, parameters: Parameters, place: Place
) -> Iterator[NeededAccess]:
    if service == "s3":
        yield from s3_access(operation, parameters, place)
        return
    action = f"{service}:{_ACTIONS.get((service, operation), operation)}"
    if service in _SEVERAL:
        resources = list(_SEVERAL[service](operation, parameters, place))
    elif action in _ON_ANYTHING or service not in _RESOURCE:
        resources = ["*"]
    else:
        resources = [_RESOURCE[service](operation, parameters, place)]
    for resource in resources:
        yield NeededAccess(action, resource)


def _queue(_: str, parameters: Parameters, place: Place) -> str:
    name = parameters.get("QueueName") or str(parameters.get("QueueUrl", "*")).rpartition("/")[2]
    return place.arn("sqs", name)


def _log_group(_: str, parameters: Parameters, place: Place) -> str:
    if arn := parameters.get("logGroupIdentifier") or parameters.get("resourceArn"):
        return str(arn)
    group, stream = parameters.get("logGroupName"), parameters.get("logStreamName")
    if not group:
        return place.arn("logs", "log-group:*")
    return place.arn("logs", f"log-group:{group}:log-stream:{stream or ''}")


def _function(operation: str, parameters: Parameters, place: Place) -> str:
    if arn := parameters.get("Resource"):
        return str(arn)
    name = str(parameters.get("FunctionName") or "*")
    if name == "*":
        return name
    qualifier = parameters.get("Qualifier") if operation == "Invoke" else None
    arn = name if name.startswith("arn:") else place.arn("lambda", f"function:{name}")
    return f"{arn}:{qualifier}" if qualifier else arn


def _work_groups(operation: str, parameters: Parameters, place: Place) -> Iterator[str]:
    """The work groups of a call; `WorkGroups` are those of the queries that it names."""
    if arn := parameters.get("ResourceARN"):
        yield str(arn)
    elif operation in ("ListWorkGroups", "ListDataCatalogs", "ListEngineVersions"):
        yield "*"
    else:
        name = parameters.get("Name") if operation == "CreateWorkGroup" else None
        one = name or parameters.get("WorkGroup") or "primary"
        for group in parameters.get("WorkGroups") or (one,):
            yield place.arn("athena", f"workgroup/{group}")


def _stack(_: str, parameters: Parameters, place: Place) -> str:
    name = str(parameters.get("StackName") or "*")
    if name == "*" or name.startswith("arn:"):
        return name
    return place.arn("cloudformation", f"stack/{name}/*")


def _identity(_: str, parameters: Parameters, place: Place) -> str:
    for field, kind in (("RoleName", "role"), ("UserName", "user"), ("GroupName", "group")):
        if name := parameters.get(field):
            path = str(parameters.get("Path") or "/")
            return place.iam_arn(f"{kind}{path}{name}")
    return str(parameters.get("PolicyArn") or "*")


def _rule(operation: str, parameters: Parameters, place: Place) -> str:
    if arn := parameters.get("ResourceARN"):
        return str(arn)
    if operation == "PutEvents":
        entries = parameters.get("Entries") or [{}]
        return place.arn("events", f"event-bus/{entries[0].get('EventBusName') or 'default'}")
    name = parameters.get("Rule") or parameters.get("Name")
    bus = parameters.get("EventBusName")
    start = "" if bus in (None, "default") else f"{bus}/"
    return place.arn("events", f"rule/{start}{name}") if name else "*"


def _topic(_: str, parameters: Parameters, place: Place) -> str:
    if subscription := parameters.get("SubscriptionArn"):
        return str(subscription).rpartition(":")[0]
    if arn := parameters.get("TopicArn") or parameters.get("ResourceArn"):
        return str(arn)
    name = parameters.get("Name")
    return place.arn("sns", name) if name else "*"


def _alarm(_: str, parameters: Parameters, place: Place) -> str:
    if arn := parameters.get("ResourceARN"):
        return str(arn)
    names = parameters.get("AlarmNames") or [parameters.get("AlarmName")]
    return place.arn("cloudwatch", f"alarm:{names[0]}") if names[0] else "*"


def _key(_: str, parameters: Parameters, place: Place) -> str:
    name = str(parameters.get("KeyId") or "*")
    if name == "*" or name.startswith(("arn:", "alias/")):
        return name
    return place.arn("kms", f"key/{name}")


def _assumed_role(_: str, parameters: Parameters, place: Place) -> str:
    return str(parameters.get("RoleArn") or "*")


_SEVERAL: dict[str, Callable[[str, Parameters, Place], Iterator[str]]] = {
    "athena": _work_groups,
    "glue": glue_resources,
}
_RESOURCE: dict[str, Callable[[str, Parameters, Place], str]] = {
    "cloudformation": _stack,
    "cloudwatch": _alarm,
    "events": _rule,
    "iam": _identity,
    "kms": _key,
    "lambda": _function,
    "logs": _log_group,
    "sns": _topic,
    "sqs": _queue,
    "sts": _assumed_role,
}
