"""Take buckets that `destroy --keep-data` left into the new stack, with their objects.

CloudFormation cannot create a bucket that exists. It can import it, into a stack that has nothing
else at first. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

import json
import time

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy import stack
from orderlake.errors import DeployFailed

BUCKET = "AWS::S3::Bucket"


def kept_buckets(aws: Aws) -> dict[str, str]:
    """Return the names of buckets that exist although there is no stack, by logical id."""
    names = aws.names
    if stack.status_of(aws, names.stack) not in stack.ABSENT:
        return {}
    buckets = {"ProcessedBucket": names.processed_bucket}
    if not names.existing_raw_bucket:
        buckets = {"RawBucket": names.raw_bucket} | buckets
    return {logical: name for logical, name in buckets.items() if is_ours(aws, name)}


def is_ours(aws: Aws, bucket: str) -> bool:
    """Whether a bucket exists and is ours; another account's is for CloudFormation to report."""
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error_code(error) in ("404", "NoSuchBucket", "403", "301"):
            return False
        raise
    return True


def adopt(aws: Aws, buckets: dict[str, str], on_event: stack.OnEvent) -> bool:
    """Create the stack from existing buckets; False if the server cannot import.

    In that case the creation of the stack takes them, or reports that they exist. Raises
    DeployFailed where an import begins and fails.
    """
    name = aws.names.stack
    try:
        created = aws.cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=f"{stack.CHANGE_SET_PREFIX}import-{time.time_ns()}",
            ChangeSetType="IMPORT",
            TemplateBody=import_template(buckets),
            ResourcesToImport=[
                {
                    "ResourceType": BUCKET,
                    "LogicalResourceId": logical,
                    "ResourceIdentifier": {"BucketName": bucket},
                }
                for logical, bucket in buckets.items()
            ],
        )
    except ClientError as error:
        if error_code(error) == "ValidationError":
            return False
        raise
    change_set = stack.await_change_set(aws, created["Id"], name, is_new_stack=True)
    if change_set is None:
        return False
    seen = stack.event_ids(aws, name)
    aws.cloudformation.execute_change_set(ChangeSetName=change_set.arn, StackName=name)
    stack.follow(aws, name, seen, on_event)
    status = stack.status_of(aws, name)
    if status != "IMPORT_COMPLETE":
        step = "see its events in the console, then deploy again; the buckets are as they were"
        raise DeployFailed(name, str(status), "the kept buckets were not imported", step)
    return True


def import_template(buckets: dict[str, str]) -> str:
    """Return a template of only the buckets; the update that follows adds the rest."""
    resources = {
        logical: {
            "Type": BUCKET,
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"BucketName": bucket},
        }
        for logical, bucket in buckets.items()
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
