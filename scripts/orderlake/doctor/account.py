"""Check whether an account has what a deployment needs: findings as in machine.py.

It only reads. If the identity in use may not read something, that is a note, not a failure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orderlake.aws.errors_explained import (
    ADDRESS_STEP,
    DENIED,
    error_code,
    refusal,
    translate,
)
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import existing_bucket, stack
from orderlake.deploy.destroy import data_buckets
from orderlake.doctor.machine import Finding, finding_of_error
from orderlake.errors import OrderlakeError
from orderlake.settings import Settings

# Below this a burst of uploads waits; new accounts may start with ten.
CONCURRENCY_WANTED = 100


def examine_account(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for identity, region, quotas, names and stack; stops where none is known."""
    try:
        aws = open_aws(settings)
        yield find_identity(aws)
        yield Finding("region", "ok", aws.region)
        names = aws.names
    except OrderlakeError as error:
        yield finding_of_error("credentials", error)
        return
    except (BotoCoreError, ClientError) as error:
        yield finding_of_error("credentials", translate(error, settings) or unknown(error))
        return
    yield look(settings, "concurrency", lambda: find_concurrency(aws))
    if names.existing_raw_bucket:
        yield look(settings, "raw bucket", lambda: find_existing_bucket(aws))
    buckets = [
        look(settings, "bucket", partial(find_bucket, aws, bucket)) for bucket in data_buckets(aws)
    ]
    yield from buckets
    is_deployed = bool(buckets) and all(bucket.detail.endswith("is ours") for bucket in buckets)
    find_artifacts = find_artifact_bucket if is_deployed else find_bucket
    yield look(settings, "bucket", partial(find_artifacts, aws, names.artifact_bucket))
    yield look(settings, "lake formation", lambda: find_lake_formation(aws))
    yield look(settings, "stack", lambda: find_stack(aws))


def look(settings: Settings, name: str, check: Callable[[], Finding]) -> Finding:
    """Run a check; a refusal by AWS is a note, because a deployment may not need it."""
    try:
        return check()
    except ClientError as error:
        what = f"cannot be read: {error_code(error)}"
        return Finding(name, "note", what, refusal(error, settings).next_step)
    except BotoCoreError as error:
        return Finding(name, "note", f"cannot be read: {error}", ADDRESS_STEP)


def find_identity(aws: Aws) -> Finding:
    """Say whose credentials are in use, and how long they last if that is known."""
    identity = aws.identity
    text = f"{identity['Arn']} in account {identity['Account']}"
    credentials = aws.session.get_credentials()
    # Only credentials that botocore renews by itself have an end date.
    ends = getattr(credentials, "_expiry_time", None)
    if ends is None:
        return Finding("credentials", "ok", text)
    left = ends - datetime.now(UTC)
    text = f"{text}, until {ends:%Y-%m-%d %H:%M} UTC"
    if left < timedelta(minutes=15):
        return Finding("credentials", "note", text, "renew them before deploying: aws sso login")
    return Finding("credentials", "ok", text)


def find_concurrency(aws: Aws) -> Finding:
    """Say how many functions may run at once in this region."""
    limit = aws.functions.get_account_settings()["AccountLimit"]
    free = int(limit.get("UnreservedConcurrentExecutions", 0))
    text = f"{free} concurrent executions of {limit.get('ConcurrentExecutions', free)} unreserved"
    if free >= CONCURRENCY_WANTED:
        return Finding("concurrency", "ok", text)
    return Finding("concurrency", "note", text, "enough to start; ask for more in Service Quotas")


def find_bucket(aws: Aws, bucket: str) -> Finding:
    """Say whether a bucket's name is ours, free, or somebody else's."""
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        code = error_code(error)
        if code in ("404", "NoSuchBucket"):
            return Finding("bucket", "ok", f"{bucket} is free")
        if code in DENIED:
            step = "choose another prefix in orderlake.toml, or see docs/aws.md"
            what = f"{bucket} is another account's, or may not be seen"
            return Finding("bucket", "missing", what, step)
        if code == "301":
            step = "delete it there, or choose another prefix"
            return Finding("bucket", "missing", f"{bucket} is in another region", step)
        raise
    return Finding("bucket", "ok", f"{bucket} is ours")


def find_artifact_bucket(aws: Aws, bucket: str) -> Finding:
    """Say the same of the zips' bucket of a deployed stack, which mere use does not read."""
    found = find_bucket(aws, bucket)
    if found.state == "missing" and "may not be seen" in found.detail:
        step = "needed to deploy, not to use the pipeline: docs/permissions.md"
        return Finding("bucket", "note", f"{bucket} may not be seen", step)
    return found


def find_existing_bucket(aws: Aws) -> Finding:
    """Say whether the existing raw bucket can be used, and whether its events arrive."""
    try:
        bucket = existing_bucket.survey(aws)
    except OrderlakeError as error:
        return finding_of_error("raw bucket", error)
    if bucket is None:
        return Finding("raw bucket", "ok", "the stack makes its own")
    if not bucket.sends_events:
        what = f"{bucket.name} sends no events to EventBridge"
        return Finding("raw bucket", "note", what, "deploy switches them on, and says so before")
    if not bucket.keeps_versions:
        what = f"{bucket.name} sends its events, and keeps no versions"
        step = 'see docs/aws.md, "A bucket that exists already", for what that means'
        return Finding("raw bucket", "note", what, step)
    return Finding("raw bucket", "ok", f"{bucket.name} sends its events to EventBridge")


def find_lake_formation(aws: Aws) -> Finding:
    """Say whether IAM alone decides about new databases and tables, or Lake Formation, too.

    https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html
    """
    chosen = aws.lake_formation.get_data_lake_settings()["DataLakeSettings"]
    defaults = ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions")
    if all(map(leaves_it_to_iam, (chosen.get(name, []) for name in defaults))):
        return Finding("lake formation", "ok", "IAM alone decides about new databases and tables")
    what = "Lake Formation decides about new databases and tables, beside IAM"
    step = 'give it the grants of docs/aws.md, "Lake Formation", or the first crawl is refused'
    return Finding("lake formation", "note", what, step)


def leaves_it_to_iam(permissions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these default permissions leave every decision to IAM."""
    return any(
        permission.get("Principal", {}).get("DataLakePrincipalIdentifier")
        == "IAM_ALLOWED_PRINCIPALS"
        and "ALL" in permission.get("Permissions", [])
        for permission in permissions
    )


def find_stack(aws: Aws) -> Finding:
    """Say what state the stack is in, and how to leave it if it allows no update."""
    name = aws.names.stack
    status = stack.status_of(aws, name)
    if status in stack.ABSENT:
        return Finding("stack", "ok", f"{name} is not deployed")
    if str(status).endswith("_IN_PROGRESS"):
        return Finding("stack", "note", f"{name} is {status}", "deploy waits for its end")
    if status in stack.STUCK:
        return Finding("stack", "missing", f"{name} is {status}", stack.way_out(name, str(status)))
    return Finding("stack", "ok", f"{name} is {status}")


def unknown(error: Exception) -> OrderlakeError:
    """Return a command-line error for one that no table translates."""
    return OrderlakeError(str(error), "check the network, then try again")
