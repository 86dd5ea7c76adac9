"""The policies of docs/aws.md as things that can be asked, and what each call of ours asks."""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from orderlake.names import Names

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "123456789012", "eu-west-1"
# AWS's names of permissions where they are not those of the operations.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
ACTIONS = {
    "s3:HeadBucket": ["s3:ListBucket"],
    "s3:HeadObject": ["s3:GetObject"],
    "s3:ListObjectsV2": ["s3:ListBucket"],
    "s3:ListObjectVersions": ["s3:ListBucketVersions"],
    "s3:DeleteObjects": ["s3:DeleteObjectVersion"],
    "s3:PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
    "s3:CreateMultipartUpload": ["s3:PutObject"],
    "s3:UploadPart": ["s3:PutObject"],
    "s3:CompleteMultipartUpload": ["s3:PutObject"],
    "s3:UploadFile": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "s3:PutBucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
    "lambda:Invoke": ["lambda:InvokeFunction"],
    "cloudformation:CreateChangeSet": ["cloudformation:CreateChangeSet"],
}
OBJECT_ACTIONS = re.compile(r"s3:(Get|Put|Delete|Abort|ListMultipartUploadParts)")
BUCKET_ACTIONS = re.compile(r"s3:(Create|Delete|Get|Put|List)Bucket|s3:\w+Configuration")
# These know no resource: AWS asks for them on "*".
# https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE = {
    "cloudformation:GetTemplateSummary",
    "lambda:GetAccountSettings",
    "lakeformation:DescribeLakeFormationIdentityCenterConfiguration",
    "lakeformation:DescribeResource",
    "lakeformation:ListResources",
    "logs:DescribeResourcePolicies",
    "sns:ListTopics",
    "sts:GetCallerIdentity",
}
# These know one, but read a list that has to be seen whole, before there is anything of ours.
LISTED_WHOLE = {"cloudwatch:DescribeAlarms", "iam:ListRoles", "logs:DescribeLogGroups"}


def read_policies(
    prefix: str = "shop", account: str = ACCOUNT, region: str = REGION
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the documentation's policies, of who uses and of who deploys, for an account.

    Who deploys has both.
    """
    text = (ROOT / "docs" / "aws.md").read_text("utf-8")
    use, deploy = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    identifier = prefix.replace("-", "_")
    given = {"ACCOUNT": account, "REGION": region, "shop_": f"{identifier}_", "shop-": f"{prefix}-"}
    for name, value in given.items():
        use, deploy = use.replace(name, value), deploy.replace(name, value)
    return json.loads(use), json.loads(deploy)


def both(*policies: Mapping[str, Any]) -> dict[str, Any]:
    """Return what policies allow together."""
    return {"Statement": [one for policy in policies for one in policy["Statement"]]}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allows(policy: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a statement names the action and a pattern that fits the resource."""
    return any(
        fnmatchcase(action.lower(), allowed.lower()) and fnmatchcase(resource, pattern)
        for statement in policy["Statement"]
        for allowed in as_list(statement["Action"])
        for pattern in as_list(statement["Resource"])
    )


def actions_of(service: str, operation: str) -> list[str]:
    """Return the permissions that AWS asks for when an operation is called."""
    name = f"{service}:{operation}"
    return ACTIONS.get(name, [name])


def resources_of(action: str, names: Names, *, is_use: bool = False) -> list[str]:
    """Return the ARNs of the deployment that an action is used on; in mere use, on fewer."""
    here = f"{names.region}:{names.account}"
    service = action.partition(":")[0]
    if action in WITHOUT_RESOURCE | LISTED_WHOLE:
        return ["*"]
    if service == "s3":
        return list((used_objects if is_use else buckets_or_objects)(action, names))
    return {
        "cloudformation": [f"arn:aws:cloudformation:{here}:stack/{names.stack}/1234"],
        "lambda": [f"arn:aws:lambda:{here}:function:{names.function}"],
        "iam": [
            f"arn:aws:iam::{names.account}:role/{names.stack}-{role}-1A2B"
            for role in ("TransformRole", "CrawlerRole")
        ],
        "sqs": [f"arn:aws:sqs:{here}:{names.failure_queue}"],
        "cloudwatch": [f"arn:aws:cloudwatch:{here}:alarm:{alarm}" for alarm in names.alarms],
        "sns": [f"arn:aws:sns:{here}:{names.alarm_topic}"],
        "logs": [f"arn:aws:logs:{here}:log-group:{names.log_group}:log-stream:"],
        "glue": list(catalog_resources(action, names)),
        "athena": [f"arn:aws:athena:{here}:workgroup/{names.work_group}"],
    }[service]


def buckets_or_objects(action: str, names: Names) -> Iterator[str]:
    if "MultipartUpload" in action and "Abort" not in action:
        # Athena's, when it writes an answer.
        part = "" if action.endswith("Uploads") else "/athena-results/1.csv"
        yield f"arn:aws:s3:::{names.processed_bucket}{part}"
        return
    is_of_objects = OBJECT_ACTIONS.match(action) and not BUCKET_ACTIONS.match(action)
    for bucket in (names.raw_bucket, names.processed_bucket, names.artifact_bucket):
        yield f"arn:aws:s3:::{bucket}{'/key' if is_of_objects else ''}"


def used_objects(action: str, names: Names) -> Iterator[str]:
    """Uploading writes order files, Athena its answers; both buckets are listed and read."""
    raw, processed = f"arn:aws:s3:::{names.raw_bucket}", f"arn:aws:s3:::{names.processed_bucket}"
    if action in ("s3:PutObject", "s3:AbortMultipartUpload"):
        yield from (f"{raw}/raw/orders.csv", f"{processed}/athena-results/1.csv")
    elif action == "s3:GetObject":
        folders = ("processed/orders", "rejected", "reports", "athena-results")
        yield f"{raw}/raw/orders.csv"
        yield from (f"{processed}/{folder}/x" for folder in folders)
    else:
        yield from (raw, processed)


def asked(
    service: str, operation: str, params: Mapping[str, Any], names: Names
) -> Iterator[tuple[str, str]]:
    """Yield (permission, ARN) that AWS asks for when a call is made with these parameters."""
    for action in actions_of(service, operation):
        for resource in called(action, params, names) or resources_of(action, names):
            yield action, resource


def called(action: str, params: Mapping[str, Any], names: Names) -> list[str]:
    """Return the ARNs that a call's parameters name; none where they name none."""
    here = f"{names.region}:{names.account}"
    match action.partition(":")[0], params:
        case "s3", {"Bucket": bucket, "Delete": {"Objects": objects}}:
            return [f"arn:aws:s3:::{bucket}/{one['Key']}" for one in objects]
        case "s3", {"Bucket": bucket, "Key": key}:
            return [f"arn:aws:s3:::{bucket}/{key}"]
        case "s3", {"Bucket": bucket}:
            return [f"arn:aws:s3:::{bucket}"]
        case "cloudformation", {"StackName": stack} if not stack.startswith("arn:"):
            return [f"arn:aws:cloudformation:{here}:stack/{stack}/1234"]
        case "cloudformation", {"StackName": arn}:
            return [arn]
        case "lambda", {"FunctionName": function}:
            return [f"arn:aws:lambda:{here}:function:{function}"]
        case "sqs", {"QueueName": queue}:
            return [f"arn:aws:sqs:{here}:{queue}"]
        case "sqs", {"QueueUrl": url}:
            return [f"arn:aws:sqs:{here}:{url.rpartition('/')[2]}"]
        case "logs", {"logGroupName": group}:
            return [f"arn:aws:logs:{here}:log-group:{group}:log-stream:"]
        case "athena", {"WorkGroup": group}:
            return [f"arn:aws:athena:{here}:workgroup/{group}"]
        case "glue", {"DatabaseName": database, "TableName": table}:
            return [f"arn:aws:glue:{here}:table/{database}/{table}"]
        case "glue", {"DatabaseName": database}:
            return [f"arn:aws:glue:{here}:database/{database}"]
        case _:
            return []


def catalog_resources(action: str, names: Names) -> Iterator[str]:
    """Glue asks on the thing and on what it lies in."""
    arn = f"arn:aws:glue:{names.region}:{names.account}"
    if "Crawler" in action or action in ("glue:TagResource", "glue:UntagResource", "glue:GetTags"):
        yield f"{arn}:crawler/{names.crawler}"
        return
    yield f"{arn}:catalog"
    yield f"{arn}:database/{names.database}"
    if "Table" in action or "Partition" in action:
        yield f"{arn}:table/{names.database}/{names.table}"
