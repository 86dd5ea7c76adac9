"""Remove a deployment: the stack, then its buckets; then check that nothing is left."""

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy import stack
from orderlake.errors import AwsRefused

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

GONE = {
    "404",
    "NoSuchBucket",
    "NoSuchKey",
    "NotFound",
    "ResourceNotFoundException",
    "EntityNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "InvalidRequestException",  # Athena's answer for a work group that is not there
}
ROLES = ("TransformRole", "CrawlerRole", "TypesRole", "BackfillRole", "CurateRole")
# A function that ran when the stack was deleted may still write; Lambda lets it finish.
EMPTY_ATTEMPTS = 10
EMPTY_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BucketContents:
    """A bucket and the number of its object versions and delete markers."""

    bucket: str
    versions: int
    size_bytes: int


def bucket_contents(aws: Aws) -> list[BucketContents]:
    """Return the deployment's buckets that exist, with what they hold."""
    names = aws.names
    found = []
    for bucket in (*data_buckets(aws), names.artifact_bucket):
        if has_bucket(aws, bucket):
            sizes = [size for batch in versions(aws, bucket) for _, _, size in batch]
            found.append(BucketContents(bucket, len(sizes), sum(sizes)))
    return found


def data_buckets(aws: Aws) -> tuple[str, ...]:
    """Return the stack's own buckets of data; an existing raw bucket is not among them."""
    names = aws.names
    if names.existing_raw_bucket:
        return (names.processed_bucket,)
    return (names.raw_bucket, names.processed_bucket)


def destroy(aws: Aws, on_event: stack.OnEvent, *, keep_data: bool = False) -> None:
    """Delete the stack, and then the buckets with all their versions, unless data is kept.

    Deleting the stack leaves the buckets (see template.yaml), which keeps the data. The zips of the
    function do not count as data. Raises DeployFailed, AwsRefused.
    """
    names = aws.names
    data = () if keep_data else data_buckets(aws)
    stack.delete(aws, on_event)
    for bucket in (*data, names.artifact_bucket):
        remove_bucket(aws, bucket)


def remove_bucket(aws: Aws, bucket: str) -> None:
    """Delete a bucket and every version in it; one that is gone is done."""
    for attempt in range(EMPTY_ATTEMPTS):
        if not has_bucket(aws, bucket):
            return
        empty(aws, bucket)
        try:
            aws.s3.delete_bucket(Bucket=bucket)
        except ClientError as error:
            if error_code(error) in GONE:
                return
            if error_code(error) != "BucketNotEmpty" or attempt == EMPTY_ATTEMPTS - 1:
                raise
            time.sleep(EMPTY_PAUSE_SECONDS)


def versions(aws: Aws, bucket: str) -> Iterator[list[tuple[str, str, int]]]:
    """Yield batches of (key, version id, size in bytes) of a bucket, delete markers included."""
    for page in aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        batch = [(v["Key"], v["VersionId"], v["Size"]) for v in page.get("Versions", [])]
        batch += [(m["Key"], m["VersionId"], 0) for m in page.get("DeleteMarkers", [])]
        if batch:
            yield batch


def empty(aws: Aws, bucket: str) -> None:
    """Delete every version of every object; a page holds at most the 1,000 that S3 takes.

    Raises AwsRefused with the first object that S3 did not delete.
    """
    for batch in versions(aws, bucket):
        objects: list[ObjectIdentifierTypeDef] = [
            {"Key": key, "VersionId": version} for key, version, _ in batch
        ]
        answer = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors", []):
            what = f"{bucket}/{error.get('Key')}: {error.get('Message')}"
            step = "see what keeps it (a lock, a policy), then run destroy again"
            raise AwsRefused("DeleteObjects", str(error.get("Code")), what, step)


def remains(aws: Aws, *, keep_data: bool = False) -> list[str]:
    """Ask each service which parts of the deployment still exist; empty if all are gone."""
    names = aws.names
    buckets = [names.artifact_bucket]
    if not keep_data:
        buckets += data_buckets(aws)
    checks: dict[str, Callable[[], object]] = {
        f"function {names.function}": lambda: aws.functions.get_function(
            FunctionName=names.function
        ),
        f"function {names.types_function}": lambda: aws.functions.get_function(
            FunctionName=names.types_function
        ),
        f"rule {names.crawl_rule}": lambda: aws.events.describe_rule(Name=names.crawl_rule),
        f"rule {names.files_rule}": lambda: aws.events.describe_rule(Name=names.files_rule),
        f"crawler {names.crawler}": lambda: aws.glue.get_crawler(Name=names.crawler),
        f"job {names.backfill_job}": lambda: aws.glue.get_job(JobName=names.backfill_job),
        f"job {names.curate_job}": lambda: aws.glue.get_job(JobName=names.curate_job),
        f"database {names.database}": lambda: aws.glue.get_database(Name=names.database),
        f"work group {names.work_group}": lambda: aws.athena.get_work_group(
            WorkGroup=names.work_group
        ),
        f"queue {names.failure_queue}": lambda: aws.sqs.get_queue_url(
            QueueName=names.failure_queue
        ),
    }
    left = [f"bucket {bucket}" for bucket in buckets if has_bucket(aws, bucket)]
    left += [name for name, look in checks.items() if exists(look)]
    left += [f"log group {name}" for name in log_groups(aws)]
    left += [f"alarm {name}" for name in alarms(aws)]
    left += [f"topic {arn}" for arn in topics(aws)]
    left += [f"role {name}" for name in roles(aws)]
    if stack.status_of(aws, names.stack) not in stack.ABSENT:
        left.append(f"stack {names.stack}")
    return left


def log_groups(aws: Aws) -> list[str]:
    """Return the log groups of functions and jobs that exist."""
    names = aws.names
    jobs = (*names.backfill_log_groups, *names.curate_log_groups)
    groups = (names.log_group, names.types_log_group, *jobs)
    found = [
        entry["logGroupName"]
        for group in groups
        for entry in aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    ]
    return [name for name in found if name in groups]


def alarms(aws: Aws) -> list[str]:
    """Return the stack's alarms that exist."""
    found = aws.cloudwatch.describe_alarms(AlarmNames=list(aws.names.alarms))
    return [alarm["AlarmName"] for alarm in found.get("MetricAlarms", [])]


def topics(aws: Aws) -> list[str]:
    """Return the ARN of the alarms' topic, if it exists."""
    pages = aws.sns.get_paginator("list_topics").paginate()
    arns = [topic["TopicArn"] for page in pages for topic in page["Topics"]]
    return [arn for arn in arns if arn.rpartition(":")[2] == aws.names.alarm_topic]


def roles(aws: Aws) -> list[str]:
    """Return the stack's roles that exist; CloudFormation named them: stack, logical id, a tail."""
    starts = tuple(f"{aws.names.stack}-{logical}-" for logical in ROLES)
    pages = aws.iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return [name for name in names if name.startswith(starts)]


def has_bucket(aws: Aws, bucket: str) -> bool:
    """Whether the bucket exists; AWS refuses the call for another account's bucket."""
    return exists(functools.partial(aws.s3.head_bucket, Bucket=bucket))


def exists(look: Callable[[], object]) -> bool:
    """Whether a call finds the one thing that it reads; raises other errors of AWS."""
    try:
        look()
    except ClientError as error:
        if error_code(error) in GONE:
            return False
        raise
    return True
