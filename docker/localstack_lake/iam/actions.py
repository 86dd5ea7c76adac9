"""Which actions on which resources an API call needs, for the services of a data lake. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is made."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class NeededAccess:
    """One action that a call needs, and on what."""

    action: str
    resource: str


# S3's operations whose action has another name; with a version that one has yet another.
_S3_OBJECT_ACTIONS = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "PostObject": "PutObject",
    "CopyObject": "PutObject",
    "UploadPartCopy": "PutObject",
    "ListParts": "ListMultipartUploadParts",
}
_S3_VERSIONED = {"GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging"}
_S3_BUCKET_ACTIONS = {
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def needed_access(
    service: str, operation: str, parameters: Parameters, place: Place
) -> Iterator[NeededAccess]:
    """Yield what a call needs; for a service that is not known here, its action on anything."""
    if service == "s3":
        yield from _s3_access(operation, parameters, place)
        return
    name = {"sqs": _queue, "logs": _log_group, "lambda": _function, "athena": _work_group}
    if service == "glue":
        for resource in _glue_resources(parameters, place):
            yield NeededAccess(f"glue:{operation}", resource)
        return
    if (service, operation) == ("sts", "AssumeRole"):
        yield NeededAccess("sts:AssumeRole", str(parameters.get("RoleArn")))
        return
    find = name.get(service)
    action = "InvokeFunction" if (service, operation) == ("lambda", "Invoke") else operation
    yield NeededAccess(f"{service}:{action}", find(parameters, place) if find else "*")


def _s3_access(operation: str, parameters: Parameters, place: Place) -> Iterator[NeededAccess]:
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    root = f"arn:{place.partition}:s3:::"
    if bucket is None:
        action = "ListAllMyBuckets" if operation == "ListBuckets" else operation
        yield NeededAccess(f"s3:{action}", "*")
    elif operation == "DeleteObjects":
        for entry in (parameters.get("Delete") or {}).get("Objects") or ():
            name = "DeleteObjectVersion" if entry.get("VersionId") else "DeleteObject"
            yield NeededAccess(f"s3:{name}", f"{root}{bucket}/{entry['Key']}")
    elif key is None:
        action = _S3_BUCKET_ACTIONS.get(operation, operation)
        yield NeededAccess(f"s3:{action}", f"{root}{bucket}")
    else:
        action = _S3_OBJECT_ACTIONS.get(operation, operation)
        if parameters.get("VersionId") and action in _S3_VERSIONED:
            action = action.replace("Object", "ObjectVersion")
        yield NeededAccess(f"s3:{action}", f"{root}{bucket}/{key}")
        yield from _copied_object(parameters, root)


def _copied_object(parameters: Parameters, root: str) -> Iterator[NeededAccess]:
    source = parameters.get("CopySource")
    if isinstance(source, str):
        path, _, version = source.removeprefix("/").partition("?versionId=")
        name = "GetObjectVersion" if version else "GetObject"
        yield NeededAccess(f"s3:{name}", f"{root}{path}")


def _queue(parameters: Parameters, place: Place) -> str:
    name = parameters.get("QueueName") or str(parameters.get("QueueUrl", "*")).rpartition("/")[2]
    return place.arn("sqs", name)


def _log_group(parameters: Parameters, place: Place) -> str:
    if arn := parameters.get("logGroupIdentifier"):
        return str(arn)
    group, stream = parameters.get("logGroupName"), parameters.get("logStreamName")
    if not group:
        return place.arn("logs", "log-group:*")
    return place.arn("logs", f"log-group:{group}:log-stream:{stream or ''}")


def _function(parameters: Parameters, place: Place) -> str:
    name = str(parameters.get("FunctionName", "*"))
    return name if name.startswith("arn:") else place.arn("lambda", f"function:{name}")


def _work_group(parameters: Parameters, place: Place) -> str:
    return place.arn("athena", f"workgroup/{parameters.get('WorkGroup') or 'primary'}")


def _glue_resources(parameters: Parameters, place: Place) -> Iterator[str]:
    """The catalog, the database and the table, each of which has to allow a call about a table."""
    if crawler := parameters.get("CrawlerName") or parameters.get("Crawler"):
        yield place.arn("glue", f"crawler/{crawler}")
        return
    database = parameters.get("DatabaseName")
    inputs = parameters.get("TableInput") or {}
    table = parameters.get("TableName") or inputs.get("Name")
    name = parameters.get("Name")
    yield place.arn("glue", "catalog")
    if database:
        yield place.arn("glue", f"database/{database}")
        if table or name:
            yield place.arn("glue", f"table/{database}/{table or name}")
    elif name:
        yield place.arn("glue", f"database/{name}")
