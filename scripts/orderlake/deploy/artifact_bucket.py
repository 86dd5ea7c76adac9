"""The bucket of function zips. `deploy` creates it, because the stack needs the zip."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy.package import Package
from orderlake.errors import AwsRefused

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import (
        CreateBucketConfigurationTypeDef,
        PublicAccessBlockConfigurationTypeDef,
    )

# S3's answer while another operation on a bucket of this name goes on, such as its deletion.
BUSY = "OperationAborted"
BUSY_PAUSES = (1, 2, 4, 8, 15, 30)
MISSING = ("404", "NoSuchKey", "NotFound", "NoSuchBucket")


def put_package(aws: Aws, package: Package) -> bool:
    """Upload a zip and what jobs need, each unless it is there; return whether any was uploaded."""
    bucket = aws.names.artifact_bucket
    missing = [] if has_object(aws, bucket, package.key) else [package.key]
    of_jobs = package.jobs.by_key() if package.jobs else {}
    missing += [key for key in of_jobs if not has_object(aws, bucket, key)]
    if missing:
        until_ready(lambda: make_bucket(aws, bucket))
    for key in missing:
        if key in of_jobs:
            aws.s3.put_object(Bucket=bucket, Key=key, Body=of_jobs[key])
        else:
            with package.path.open("rb") as file:
                aws.s3.put_object(Bucket=bucket, Key=key, Body=file)
    return bool(missing)


def has_object(aws: Aws, bucket: str, key: str) -> bool:
    """Whether the bucket has an object."""
    try:
        aws.s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) in MISSING:
            return False
        raise
    return True


def until_ready(make: Callable[[], None], sleep: Callable[[float], None] = time.sleep) -> None:
    """Create something in S3; try again for a minute while S3 is busy with that bucket."""
    for pause in BUSY_PAUSES:
        try:
            return make()
        except ClientError as error:
            if error_code(error) != BUSY:
                raise
            sleep(pause)
    return make()


def make_bucket(aws: Aws, bucket: str) -> None:
    """Create a private bucket that accepts only TLS, unless we already have it.

    S3 itself encrypts every object.

    Raises AwsRefused where another account owns the name: bucket names are one name space.
    """
    try:
        create_bucket(aws, bucket)
    except ClientError as error:
        code = error_code(error)
        if code == "BucketAlreadyExists":
            step = "choose another prefix in orderlake.toml"
            raise AwsRefused("CreateBucket", code, f"{bucket} is taken", step) from error
        if code != "BucketAlreadyOwnedByYou":
            raise
    protect(aws, bucket)


def create_bucket(aws: Aws, bucket: str) -> None:
    """Create a bucket in the session's region."""
    if aws.region == "us-east-1":
        # S3 refuses this region as a location constraint.
        aws.s3.create_bucket(Bucket=bucket)
        return
    region = cast("BucketLocationConstraintType", aws.region)
    place: CreateBucketConfigurationTypeDef = {"LocationConstraint": region}
    aws.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)


def protect(aws: Aws, bucket: str) -> None:
    """Close a bucket to the public and to plain HTTP, and delete unfinished uploads."""
    blocked: PublicAccessBlockConfigurationTypeDef = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    aws.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    arn = f"arn:{aws.session.get_partition_for_region(aws.region)}:s3:::{bucket}"
    aws.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(only_tls(arn)))
    cut_off = {
        "ID": "cut-off-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
    }
    rules: Any = {"Rules": [cut_off]}
    aws.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)


def only_tls(arn: str) -> dict[str, Any]:
    """Return the policy that the template gives the stack's own buckets, too."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
