"""Remove a deployment: what holds data first, then the stack, then a list that proves it gone."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from orderlake import stack
from orderlake.aws import Aws, error_code

GONE = {
    "404",
    "NoSuchBucket",
    "NoSuchKey",
    "ResourceNotFoundException",
    "EntityNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "InvalidRequestException",  # Athena's answer for a work group that is not there
}


@dataclass(frozen=True, slots=True)
class Holding:
    """A bucket and how many object versions and delete markers it holds."""

    bucket: str
    versions: int
    size_bytes: int


def holdings(aws: Aws) -> list[Holding]:
    """Return the deployment's buckets that exist, with what they hold."""
    names = aws.names
    found = []
    for bucket in (names.raw_bucket, names.processed_bucket, names.artifact_bucket):
        if exists(functools.partial(aws.s3.head_bucket, Bucket=bucket)):
            sizes = [size for batch in versions(aws, bucket) for _, _, size in batch]
            found.append(Holding(bucket, len(sizes), sum(sizes)))
    return found


def destroy(aws: Aws, on_event: stack.OnEvent) -> None:
    """Empty the buckets, delete the stack and the artifact bucket."""
    names = aws.names
    for holding in holdings(aws):
        if holding.bucket == names.raw_bucket:
            # Otherwise each removal would wake the function, which writes while we empty.
            aws.s3.put_bucket_notification_configuration(
                Bucket=holding.bucket, NotificationConfiguration={}
            )
        empty(aws, holding.bucket)
    stack.delete(aws, on_event)
    if exists(lambda: aws.s3.head_bucket(Bucket=names.artifact_bucket)):
        aws.s3.delete_bucket(Bucket=names.artifact_bucket)


def versions(aws: Aws, bucket: str) -> Iterator[list[tuple[str, str, int]]]:
    """Yield batches of (key, version id, size in bytes) of a bucket, delete markers included."""
    for page in aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        batch = [(v["Key"], v["VersionId"], v["Size"]) for v in page.get("Versions", [])]
        batch += [(m["Key"], m["VersionId"], 0) for m in page.get("DeleteMarkers", [])]
        if batch:
            yield batch


def empty(aws: Aws, bucket: str) -> None:
    """Delete every version of every object; a page holds at most the 1,000 that S3 takes."""
    for batch in versions(aws, bucket):
        objects = [{"Key": key, "VersionId": version} for key, version, _ in batch]
        aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})  # type: ignore[typeddict-item]


def remains(aws: Aws) -> list[str]:
    """Return what of the deployment still exists, asked of each service; empty if all is gone."""
    names = aws.names
    group = names.log_group
    checks: dict[str, Callable[[], object]] = {
        f"bucket {names.raw_bucket}": lambda: aws.s3.head_bucket(Bucket=names.raw_bucket),
        f"bucket {names.processed_bucket}": lambda: aws.s3.head_bucket(
            Bucket=names.processed_bucket
        ),
        f"bucket {names.artifact_bucket}": lambda: aws.s3.head_bucket(Bucket=names.artifact_bucket),
        f"function {names.function}": lambda: aws.functions.get_function(
            FunctionName=names.function
        ),
        f"crawler {names.crawler}": lambda: aws.glue.get_crawler(Name=names.crawler),
        f"database {names.database}": lambda: aws.glue.get_database(Name=names.database),
        f"work group {names.work_group}": lambda: aws.athena.get_work_group(
            WorkGroup=names.work_group
        ),
        f"queue {names.failure_queue}": lambda: aws.sqs.get_queue_url(
            QueueName=names.failure_queue
        ),
    }
    left = [name for name, look in checks.items() if exists(look)]
    groups = aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    left += [f"log group {group}" for g in groups if g["logGroupName"] == group]
    if stack.status_of(aws, names.stack) not in stack.ABSENT:
        left.append(f"stack {names.stack}")
    return left


def exists(look: Callable[[], object]) -> bool:
    """Whether a call that reads one thing finds it; other refusals pass through."""
    try:
        look()
    except ClientError as error:
        if error_code(error) in GONE:
            return False
        raise
    return True
