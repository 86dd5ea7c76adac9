"""The backfill job in Glue: what it would read, its start, its progress and its stop."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from order_transform.delivery.layout import is_order_file, outputs_for

from orderlake.aws.session import Aws, error_code
from orderlake.errors import BackfillFailed, WrongUse
from orderlake.pipeline.backfill_plan import WORKER_TYPE, BackfillPlan, plan_backfill
from orderlake.pipeline.inventory import existing

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
LOCAL_SECONDS, AWS_SECONDS = 0.5, 5.0
# After the end, lines may still be on their way to CloudWatch.
LATE_LOOKS = 3
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
        raise WrongUse(f"{given} is no place of order files", "name a bucket with order files")
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


def check_deployed(aws: Aws, source: str) -> None:
    """Raise WrongUse where the deployment has no job, or the job may not read there."""
    table = f"[{aws.settings.env}.parameters] of orderlake.toml"
    try:
        job = aws.glue.get_job(JobName=aws.names.backfill_job)["Job"]
    except ClientError as error:
        if error_code(error) != "EntityNotFoundException":
            raise
        step = f'set Curated = "on" in {table}, then: make deploy'
        raise WrongUse("the backfill job is not part of this deployment", step) from error
    bucket, _ = place_of(source)
    if bucket not in (aws.names.raw_bucket, job.get("DefaultArguments", {}).get(OTHER_BUCKET)):
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


def running_run(aws: Aws) -> Mapping[str, Any] | None:
    """Return the run that goes on, or None."""
    runs = aws.glue.get_job_runs(JobName=aws.names.backfill_job, MaxResults=5)["JobRuns"]
    return next((dict(run) for run in runs if run["JobRunState"] not in ENDED), None)


def start(aws: Aws, plan: BackfillPlan) -> str:
    """Start the job and return the run's id. Raises WrongUse while another run goes on."""
    try:
        answer = aws.glue.start_job_run(
            JobName=aws.names.backfill_job,
            Arguments={"--source": plan.source},
            WorkerType=WORKER_TYPE,
            NumberOfWorkers=plan.workers,
        )
    except ClientError as error:
        if error_code(error) == "ConcurrentRunsExceededException":
            step = "wait for it, or stop it: orderlake backfill --stop"
            raise WrongUse("another backfill is running", step) from error
        raise
    return str(answer["JobRunId"])


def stop(aws: Aws) -> str | None:
    """Ask the run that goes on to stop; return its id, or None if there is none."""
    run = running_run(aws)
    if run is None:
        return None
    job, run_id = aws.names.backfill_job, str(run["Id"])
    aws.glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    while aws.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]["JobRunState"] not in ENDED:
        time.sleep(pause(aws))
    return run_id


def follow(aws: Aws, run_id: str) -> Iterator[dict[str, Any]]:
    """Yield what the job tells, each a JSON object with a `message`, until the run has ended.

    Raises BackfillFailed with the run's error, after its last lines.
    """
    job, token = aws.names.backfill_job, None
    looks_left = LATE_LOOKS
    is_finished = False
    while looks_left:
        run = aws.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        events, token = read_log(aws, run_id, token)
        for event in events:
            is_finished = is_finished or event["message"] == "finished"
            yield event
        if run["JobRunState"] in ENDED:
            looks_left = 0 if is_finished else looks_left - 1
        if looks_left:
            time.sleep(pause(aws))
    if run["JobRunState"] != "SUCCEEDED":
        reason = run.get("ErrorMessage") or f"the run is {run['JobRunState']}"
        log = f"its log: {aws.names.backfill_log_groups[1]}, stream {run_id}"
        step = "what is done stays done: start the same command again"
        raise BackfillFailed(f"{reason}\n{log}", step)


def read_log(aws: Aws, run_id: str, token: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return the job's own lines after a place in its log, and the next place."""
    request: dict[str, Any] = {
        "logGroupName": aws.names.backfill_log_groups[0],
        "logStreamName": run_id,
        "startFromHead": True,
    }
    if token:
        request["nextToken"] = token
    try:
        page = aws.logs.get_log_events(**request)
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return [], None  # nothing was printed yet
        raise
    lines = (event_of(event.get("message", "")) for event in page["events"])
    return [line for line in lines if line], page.get("nextForwardToken")


def event_of(line: str) -> dict[str, Any] | None:
    """Return one of the job's own lines; None for what Spark and Glue print."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "message" in found else None


def pause(aws: Aws) -> float:
    """Return how long to wait between two looks, in seconds."""
    return LOCAL_SECONDS if aws.settings.is_local else AWS_SECONDS
