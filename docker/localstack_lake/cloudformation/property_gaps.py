"""The properties that LocalStack's CloudFormation leaves out, set through the services' own API.

Each function takes the clients, the model to reach and the previous model (empty at creation),
and is idempotent. Shapes of properties: AWS's CloudFormation template reference.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

type Model = dict[str, Any]


def complete_bucket(clients: Any, model: Model, previous: Model) -> None:
    """A bucket's protection, lifecycle, and on update also versioning, events and tags."""
    s3, bucket = clients.s3, model["BucketName"]
    if rules := _rules(model, "BucketEncryption", "ServerSideEncryptionConfiguration"):
        encryption = {"Rules": [_renamed(rule, _ENCRYPTION_NAMES) for rule in rules]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=encryption)
    if block := model.get("PublicAccessBlockConfiguration"):
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    if ownership := model.get("OwnershipControls"):
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=ownership)
    if rules := _rules(model, "LifecycleConfiguration", "Rules"):
        lifecycle = {"Rules": [lifecycle_rule(rule) for rule in rules]}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=lifecycle)
    elif "LifecycleConfiguration" in previous:
        s3.delete_bucket_lifecycle(Bucket=bucket)
    if previous:
        _update_bucket(s3, bucket, model, previous)


def holds_objects(clients: Any, model: Model) -> bool:
    """Whether a bucket holds any version of any object: AWS deletes no such bucket with a stack.

    LocalStack empties it first, and obeys no RetainExceptOnCreate.
    """
    try:
        found = clients.s3.list_object_versions(Bucket=model["BucketName"], MaxKeys=1)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return False
        raise
    return bool(found.get("Versions") or found.get("DeleteMarkers"))


def _update_bucket(s3: Any, bucket: str, model: Model, previous: Model) -> None:
    if "VersioningConfiguration" in model or "VersioningConfiguration" in previous:
        versioning = model.get("VersioningConfiguration") or {"Status": "Suspended"}
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versioning)
    if "NotificationConfiguration" in model or "NotificationConfiguration" in previous:
        notification = notification_configuration(model.get("NotificationConfiguration") or {})
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=notification
        )
    if model.get("Tags"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": model["Tags"]})
    elif previous.get("Tags"):
        s3.delete_bucket_tagging(Bucket=bucket)


def lifecycle_rule(rule: Model) -> Model:
    """A rule as S3's API spells it, from a rule as CloudFormation spells it."""
    expiration = _renamed(rule, _EXPIRATION_NAMES, only_these=True)
    noncurrent = dict(rule.get("NoncurrentVersionExpiration") or {})
    if "NoncurrentVersionExpirationInDays" in rule:
        noncurrent["NoncurrentDays"] = rule["NoncurrentVersionExpirationInDays"]
    transitions = rule.get("Transitions") or _alone(rule.get("Transition"))
    noncurrent_transitions = rule.get("NoncurrentVersionTransitions") or _alone(
        rule.get("NoncurrentVersionTransition")
    )
    parts = {
        "ID": rule.get("Id"),
        "Filter": _lifecycle_filter(rule),
        "Expiration": expiration,
        "NoncurrentVersionExpiration": noncurrent,
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        "Transitions": [_renamed(t, _TRANSITION_NAMES) for t in transitions],
        "NoncurrentVersionTransitions": [
            _renamed(t, {"TransitionInDays": "NoncurrentDays"}) for t in noncurrent_transitions
        ],
    }
    given = {name: part for name, part in parts.items() if part or name == "Filter"}
    return {"Status": rule["Status"], **given}


def notification_configuration(configuration: Model) -> Model:
    """A bucket's notifications as S3's API spells them, from CloudFormation's spelling."""
    targets = (
        ("LambdaConfigurations", "LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
        ("QueueConfigurations", "QueueConfigurations", "Queue", "QueueArn"),
        ("TopicConfigurations", "TopicConfigurations", "Topic", "TopicArn"),
    )
    result: Model = {}
    for section, api_section, target, api_target in targets:
        if entries := configuration.get(section):
            result[api_section] = [_notification(e, target, api_target) for e in entries]
    if (configuration.get("EventBridgeConfiguration") or {}).get("EventBridgeEnabled"):
        result["EventBridgeConfiguration"] = {}
    return result


def complete_function(clients: Any, model: Model, previous: Model) -> None:
    """A function's reserved concurrency, and on update its tags. Its disk: function_client."""
    lambda_, name = clients.lambda_, model["FunctionName"]
    reserved = model.get("ReservedConcurrentExecutions")
    if reserved is not None:
        lambda_.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )
    elif "ReservedConcurrentExecutions" in previous:
        lambda_.delete_function_concurrency(FunctionName=name)
    before, after = _tags(previous), _tags(model)
    if previous and before != after:
        arn = lambda_.get_function_configuration(FunctionName=name)["FunctionArn"]
        lambda_.untag_resource(Resource=arn, TagKeys=[*before])
        lambda_.tag_resource(Resource=arn, Tags=after)


def complete_log_group(clients: Any, model: Model, previous: Model) -> None:
    """A log group's retention. Tags are left out: LocalStack's service drops later ones."""
    logs, name = clients.logs, model["LogGroupName"]
    if days := model.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    elif "RetentionInDays" in previous:
        logs.delete_retention_policy(logGroupName=name)


def complete_role(clients: Any, model: Model, previous: Model) -> None:
    """An updated role's trust, description, and inline and managed policies."""
    if not previous:
        return  # LocalStack's creation is complete
    iam, role = clients.iam, model["RoleName"]
    trust = json.dumps(model["AssumeRolePolicyDocument"])
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust)
    iam.update_role(
        RoleName=role,
        Description=model.get("Description") or "",
        MaxSessionDuration=int(model.get("MaxSessionDuration") or 3600),
    )
    _update_inline_policies(iam, role, model, previous)
    before, after = _managed_policies(previous), _managed_policies(model)
    for arn in before - after:
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in after - before:
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def _update_inline_policies(iam: Any, role: str, model: Model, previous: Model) -> None:
    policies = {p["PolicyName"]: p["PolicyDocument"] for p in model.get("Policies") or []}
    for policy in previous.get("Policies") or []:
        if policy["PolicyName"] not in policies:
            iam.delete_role_policy(RoleName=role, PolicyName=policy["PolicyName"])
    for name, document in policies.items():
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def _lifecycle_filter(rule: Model) -> Model:
    conditions = [
        {name: rule[name]}
        for name in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
        if rule.get(name) not in (None, "")
    ]
    conditions += [{"Tag": tag} for tag in rule.get("TagFilters") or []]
    if len(conditions) <= 1:
        return conditions[0] if conditions else {"Prefix": ""}
    tags = [condition["Tag"] for condition in conditions if "Tag" in condition]
    others = {k: v for condition in conditions for k, v in condition.items() if k != "Tag"}
    return {"And": {**others, **({"Tags": tags} if tags else {})}}


def _notification(entry: Model, target: str, api_target: str) -> Model:
    result = {api_target: entry[target], "Events": [entry["Event"]]}
    rules = ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules")
    return {**result, "Filter": {"Key": {"FilterRules": rules}}} if rules else result


def _rules(model: Model, outer: str, inner: str) -> list[Model]:
    return (model.get(outer) or {}).get(inner) or []


def _renamed(model: Model, names: dict[str, str], only_these: bool = False) -> Model:
    kept = {k: v for k, v in model.items() if not only_these or k in names}
    return {names.get(k, k): v for k, v in kept.items()}


def _alone(value: Model | None) -> list[Model]:
    return [value] if value else []


def _tags(model: Model) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in model.get("Tags") or []}


def _managed_policies(model: Model) -> set[str]:
    return set(model.get("ManagedPolicyArns") or [])


_ENCRYPTION_NAMES = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}

_EXPIRATION_NAMES = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}

_TRANSITION_NAMES = {"TransitionInDays": "Days", "TransitionDate": "Date"}
