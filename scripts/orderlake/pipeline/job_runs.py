"""Runs of the stack's Glue jobs: whether there is one, what it tells, its end and its stop."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.errors import JobFailed, WrongUse

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
LOCAL_SECONDS, AWS_SECONDS = 0.5, 5.0
# After the end, lines may still be on their way to CloudWatch.
LATE_LOOKS = 3


@dataclass(frozen=True, slots=True)
class StackJob:
    """A Glue job of the stack. Each line that it tells is JSON; the last has `last_message`."""

    title: str
    name: str
    log_groups: tuple[str, str]
    last_message: str

    def settings(self, aws: Aws) -> Mapping[str, Any]:
        """Return the job as Glue has it; raises WrongUse where the deployment has none."""
        try:
            return dict(aws.glue.get_job(JobName=self.name)["Job"])
        except ClientError as error:
            if error_code(error) != "EntityNotFoundException":
                raise
            table = f"[{aws.settings.env}.parameters] of orderlake.toml"
            step = f'set Curated = "on" in {table}, then: make deploy'
            raise WrongUse(f"the {self.title} job is not part of this deployment", step) from error

    def running(self, aws: Aws) -> Mapping[str, Any] | None:
        """Return the run that goes on, or None."""
        runs = aws.glue.get_job_runs(JobName=self.name, MaxResults=5)["JobRuns"]
        return next((dict(run) for run in runs if run["JobRunState"] not in ENDED), None)

    def start(self, aws: Aws, busy_step: str, **request: Any) -> str:
        """Start the job and return the run's id; raises WrongUse while another run goes on."""
        try:
            return str(aws.glue.start_job_run(JobName=self.name, **request)["JobRunId"])
        except ClientError as error:
            if error_code(error) == "ConcurrentRunsExceededException":
                raise WrongUse(f"another {self.title} is running", busy_step) from error
            raise

    def stop(self, aws: Aws) -> str | None:
        """Stop the run that goes on and return its id; None where nothing runs."""
        run = self.running(aws)
        if run is None:
            return None
        run_id = str(run["Id"])
        aws.glue.batch_stop_job_run(JobName=self.name, JobRunIds=[run_id])
        while self.look(aws, run_id)["JobRunState"] not in ENDED:
            time.sleep(pause(aws))
        return run_id

    def look(self, aws: Aws, run_id: str) -> Mapping[str, Any]:
        """Return one run as Glue has it."""
        return dict(aws.glue.get_job_run(JobName=self.name, RunId=run_id)["JobRun"])

    def follow(self, aws: Aws, run_id: str) -> Iterator[dict[str, Any]]:
        """Yield what the job tells, each a JSON object with a `message`, until the run has ended.

        Raises JobFailed with the run's error, after its last lines.
        """
        token, looks_left, is_finished = None, LATE_LOOKS, False
        while looks_left:
            run = self.look(aws, run_id)
            events, token = read_log(aws, self.log_groups[0], run_id, token)
            for event in events:
                is_finished = is_finished or event["message"] == self.last_message
                yield event
            if run["JobRunState"] in ENDED:
                looks_left = 0 if is_finished else looks_left - 1
            if looks_left:
                time.sleep(pause(aws))
        if run["JobRunState"] != "SUCCEEDED":
            reason = run.get("ErrorMessage") or f"the run is {run['JobRunState']}"
            log = f"its log: {self.log_groups[1]}, stream {run_id}"
            step = "what is done stays done: start the same command again"
            raise JobFailed(f"{reason}\n{log}", step)


def read_log(
    aws: Aws, group: str, run_id: str, token: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the job's own lines after a place in its log, and the next place."""
    request: dict[str, Any] = {
        "logGroupName": group,
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
