"""The policies of buckets, functions and queues, in LocalStack's records."""

import json
from typing import Any

from localstack.services.s3.models import s3_stores

from localstack_lake.iam.evaluation import Policy, parse_policy


def resource_policies(resource: str) -> tuple[Policy, ...]:
    """Return the policy of the resource with this ARN, or of an object's bucket, if it has one.

    Raises PolicyUnreadable.
    """
    if resource.count(":") < 5:
        return ()
    _, _, service, region, account, name = resource.split(":", 5)
    match service:
        case "s3":
            document = _bucket_policy(name.partition("/")[0])
        case "lambda":
            document = _function_policy(account, region, name.removeprefix("function:"))
        case "sqs":
            document = _queue_policy(account, region, name)
        case _:
            document = None
    return (parse_policy(document),) if document else ()


def bucket_owner(name: str) -> str | None:
    """Return the account of a bucket."""
    return next((account for account in list(s3_stores) if _bucket(account, name)), None)


def _bucket(account: str, name: str) -> Any:
    stores = list(s3_stores[account].values())
    return next((store.buckets[name] for store in stores if name in store.buckets), None)


def _bucket_policy(name: str) -> Any:
    owner = bucket_owner(name)
    return _bucket(owner, name).policy if owner else None


def _function_policy(account: str, region: str, name: str) -> Any:
    from localstack.services.lambda_.invocation.models import lambda_stores

    function, _, qualifier = name.partition(":")
    found = lambda_stores[account][region].functions.get(function)
    kept = found.permissions.get(qualifier or "$LATEST") if found else None
    return {"Version": kept.policy.Version, "Statement": kept.policy.Statement} if kept else None


def _queue_policy(account: str, region: str, name: str) -> Any:
    from localstack.services.sqs.models import sqs_stores

    queue = sqs_stores[account][region].queues.get(name)
    attributes: dict[Any, str] = {**queue.attributes} if queue else {}
    document = attributes.get("Policy")
    return json.loads(document) if document else None
