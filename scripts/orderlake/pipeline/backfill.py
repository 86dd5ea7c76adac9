"""The backfill job in Glue: what it would read, and its start."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from order_transform.delivery.layout import is_order_file, outputs_for

from orderlake.aws.session import Aws
from orderlake.errors import WrongUse
from orderlake.pipeline.backfill_plan import WORKER_TYPE, BackfillPlan, plan_backfill
from orderlake.pipeline.inventory import existing
from orderlake.pipeline.job_runs import StackJob

# The job's argument that repeats the template's BackfillBucketName.
OTHER_BUCKET = "--other-bucket"


def resolve_source(aws: Aws, given: str) -> str:
    """Return the address of `raw/2024/` or `s3://bucket/prefix`.

    Raises WrongUse where the job could not, or should not, read there.
    """
    names = aws.names
    if not given.startswith("s3://"):
        given = f"s3://{names.raw_bucket}/{given}"
    bucket, prefix = place_of(given)
    if bucket in (names.processed_bucket, names.artifact_bucket):
        raise WrongUse(f"{given} is not a place of order files", "name a bucket with order files")
    is_raw = prefix.startswith(names.raw_prefix)
    if bucket == names.raw_bucket:
        if not is_raw:
            step = f"name a place below {names.raw_prefix}"
            raise WrongUse(f"{given} is not where this shop's order files lie", step)
        return given
    if is_raw:
        raise WrongUse(
            f"keys of {given} may be those of this shop's own files, and share their outputs",
            f"copy the files below another prefix than '{names.raw_prefix}'",
        )
    return given


def place_of(address: str) -> tuple[str, str]:
    """Return the bucket and the prefix of an address; raises WrongUse for one without a bucket."""
    parts = urlsplit(address, allow_fragments=False)
    if not parts.netloc or parts.query:
        raise WrongUse(f"{address} names no bucket", "give it as s3://bucket/prefix/, or raw/2024/")
    return parts.netloc, parts.path.removeprefix("/")


def job_of(aws: Aws) -> StackJob:
    """Return the backfill's job."""
    return StackJob("backfill", aws.names.backfill_job, aws.names.backfill_log_groups, "finished")


def check_deployed(aws: Aws, source: str) -> None:
    """Raise WrongUse where the deployment has no job, or the job may not read there."""
    job = job_of(aws).settings(aws)
    bucket, _ = place_of(source)
    if bucket not in (aws.names.raw_bucket, job.get("DefaultArguments", {}).get(OTHER_BUCKET)):
        table = f"[{aws.settings.env}.parameters] of orderlake.toml"
        step = f'set BackfillBucketName = "{bucket}" in {table}, then: make deploy'
        raise WrongUse(f"the backfill job may not read the bucket {bucket}", step)


def make_plan(aws: Aws, source: str, workers: int | None) -> BackfillPlan:
    """List the files and the reports, and return what a run would take."""
    bucket, prefix = place_of(source)
    start = aws.names.raw_prefix if bucket == aws.names.raw_bucket else ""
    sizes = {key: size for key, size in objects(aws, bucket, prefix) if is_order_file(key, start)}
    reports = {key for key, _ in objects(aws, aws.names.processed_bucket, "reports/")}
    reported = sum(outputs_for(key).report in reports for key in sizes)
    return plan_backfill(source, list(sizes.values()), reported, workers)


def objects(aws: Aws, bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
    """Yield keys and sizes; raises NotDeployed for a bucket that does not exist."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in existing(pages, bucket, aws.settings.env):
        for entry in page.get("Contents", []):
            yield entry["Key"], entry["Size"]


def start(aws: Aws, plan: BackfillPlan) -> str:
    """Start the job and return the run's id. Raises WrongUse while another run goes on."""
    return job_of(aws).start(
        aws,
        "wait for it, or stop it: orderlake backfill --stop",
        Arguments={"--source": plan.source},
        WorkerType=WORKER_TYPE,
        NumberOfWorkers=plan.workers,
    )
