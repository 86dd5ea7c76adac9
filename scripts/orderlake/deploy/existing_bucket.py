"""A raw bucket that is not the stack's: whether it can be used, and its one change.

The change switches on its events for EventBridge. All else of the bucket stays as its owner has it.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy import stack
from orderlake.deploy.artifact_bucket import create_bucket
from orderlake.errors import AwsRefused, WrongUse

EVENTS = "EventBridgeConfiguration"
MISSING = ("404", "NoSuchBucket")


@dataclass(frozen=True, slots=True)
class ExistingBucket:
    """A bucket as it was found: whether it sends events to EventBridge and keeps versions."""

    name: str
    sends_events: bool
    keeps_versions: bool

    def plan(self) -> list[str]:
        """Return what a deployment changes of the bucket, and what is weaker in it, as lines."""
        lines = []
        if not self.sends_events:
            lines.append(
                f"  ~ change {self.name} (existing bucket, not of the stack)\n"
                "      EventBridge notifications: off -> on; its other notifications stay"
            )
        if not self.keeps_versions:
            lines.append(
                f"{self.name} keeps no versions: a file that is replaced or deleted there cannot "
                "be brought back, see docs/aws.md"
            )
        return lines


def survey(aws: Aws) -> ExistingBucket | None:
    """Read the existing bucket of the settings; None where the stack has its own.

    Raises AwsRefused for a bucket that is missing or elsewhere, WrongUse if the stack takes its
    files from another one.
    """
    bucket = aws.names.existing_raw_bucket
    check_unchanged(aws)
    if bucket is None:
        return None
    check_place(aws, bucket)
    notifications = aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    versioning = aws.s3.get_bucket_versioning(Bucket=bucket).get("Status")
    return ExistingBucket(bucket, EVENTS in notifications, versioning == "Enabled")


def check_unchanged(aws: Aws) -> None:
    """Raise WrongUse if the deployed stack has another raw bucket.

    The outputs of its files would stay in the table, and no later event could remove them.
    """
    found = stack.describe(aws, aws.names.stack)
    outputs = {o["OutputKey"]: o["OutputValue"] for o in (found or {}).get("Outputs", [])}
    deployed, wanted = outputs.get("RawBucket"), aws.names.raw_bucket
    if deployed and deployed != wanted:
        raise WrongUse(
            f"{aws.names.stack} takes its files from {deployed}, and the settings say {wanted}",
            "choose another prefix for the other bucket, or destroy this stack first",
        )


def check_place(aws: Aws, bucket: str) -> None:
    """Raise AwsRefused unless the bucket exists, is ours, and is in the stack's region.

    Its events come to its own account and region only.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
    """
    try:
        region = aws.s3.head_bucket(Bucket=bucket).get("BucketRegion", aws.region)
    except ClientError as error:
        code = error_code(error)
        if code in MISSING:
            step = "create it, or correct raw_bucket in orderlake.toml"
            raise AwsRefused("HeadBucket", code, f"there is no bucket {bucket}", step) from error
        raise
    if region != aws.region:
        step = f"deploy to {region}; a bucket's events come to its own region"
        what = f"{bucket} is in {region}, and the stack in {aws.region}"
        raise AwsRefused("HeadBucket", "another region", what, step)


def switch_events_on(aws: Aws, bucket: str) -> None:
    """Let the bucket send its events to EventBridge, beside the notifications that it has.

    S3 replaces the whole list with each call, so the others are sent back as they are, without the
    check of their targets, which are not ours.
    """
    found: Any = aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    kept: Any = {name: value for name, value in found.items() if name != "ResponseMetadata"}
    aws.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration=kept | {EVENTS: {}},
        SkipDestinationValidation=True,
    )


def make_again(aws: Aws, bucket: str) -> None:
    """Create the bucket in the local AWS, which forgot it at its last stop; elsewhere it stays."""
    if aws.settings.is_local:
        create_bucket(aws, bucket)
