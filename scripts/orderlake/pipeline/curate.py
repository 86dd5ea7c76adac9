"""Bring the curated table up to date: by the Glue job, or by the same code as a process here.

The process has an environment of its own (`make spark`): PyIceberg and Arrow are ten times as large
as all that the other commands need.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderlake.aws.session import Aws
from orderlake.errors import CurateFailed, JobFailed, MissingTool
from orderlake.pipeline.crawl import tables_of
from orderlake.pipeline.job_runs import StackJob

MODULES = ("glue", "lambda")
MESSAGE = "curated"
# `order_jobs.curated.job.CannotCurate: ` at the start of a traceback's last line.
ERROR_NAME = re.compile(r"^[\w.]*CannotCurate: ")
# How AWS names who may not do what, at the end of the error of any client.
DENIED_CALL = re.compile(r"User: \S+ is not authorized to perform: .*")
PROCESS_POLICY = "docs/curated.md has the policy for this; or let the Glue job do it"


@dataclass(frozen=True, slots=True)
class CurateResult:
    """What a run did; `unfinished` are raw files that a delivery was still working on.

    `columns_left_out` are columns of exports that have the name of one of the table's own.
    `maintained` counts the files, snapshots and orphans that went; it is empty without --maintain.
    """

    commits: int
    rows: int
    objects_added: int
    objects_removed: int
    unfinished: tuple[str, ...]
    columns_left_out: tuple[str, ...]
    maintained: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CurateOptions:
    """What a run does beside bringing the table up to date."""

    is_maintained: bool = False
    is_rebuilt: bool = False

    def arguments(self) -> dict[str, str]:
        """Return them as arguments of the job."""
        given = {"--maintain": self.is_maintained, "--rebuild": self.is_rebuilt}
        return {name: "yes" for name, is_given in given.items() if is_given}


def job_of(aws: Aws) -> StackJob:
    """Return the job that writes the curated table."""
    return StackJob("curate", aws.names.curate_job, aws.names.curate_log_groups, MESSAGE)


def curate_by_job(aws: Aws, options: CurateOptions) -> CurateResult:
    """Start the Glue job, wait for it, and return what it did; raises WrongUse and CurateFailed."""
    job = job_of(aws)
    job.settings(aws)
    told: dict[str, Any] = {}
    run_id = job.start(
        aws, "wait for its end, then the same command", Arguments=options.arguments()
    )
    try:
        for event in job.follow(aws, run_id):
            told = event
    except JobFailed as error:
        raise CurateFailed(ERROR_NAME.sub("", error.message)) from error
    if not told:
        raise CurateFailed(f"run {run_id} told nothing; its log: {job.log_groups[0]}")
    return result_of(told)


def curate_here(aws: Aws, options: CurateOptions) -> CurateResult:
    """Run the job's code here and return what it did.

    Raises NotDeployed, MissingTool and CurateFailed.
    """
    tables_of(aws)  # raises NotDeployed
    python = aws.settings.root / ".tools" / "spark" / "bin" / "python"
    if not python.is_file():
        why = "PyIceberg, which writes the curated table, has an environment of its own"
        raise MissingTool(".tools/spark", why, "make spark, then the same command again")
    words = [word for pair in options.arguments().items() for word in pair]
    command = [str(python), "-m", "order_jobs.curate", *arguments(aws), *words]
    # It hears Ctrl-C as this process does.
    done = subprocess.run(
        command, env=environment(aws), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        if denied := DENIED_CALL.search(lines[-1]):
            raise CurateFailed(denied[0], f"{PROCESS_POLICY}: orderlake curate --job")
        raise CurateFailed(ERROR_NAME.sub("", lines[-1]))
    return result_of(json.loads(done.stdout.strip().splitlines()[-1]))


def result_of(told: Mapping[str, Any]) -> CurateResult:
    """Return what the job told in its last line."""
    found = {name: value for name, value in told.items() if name != "message"}
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return CurateResult(**found | lists)


def arguments(aws: Aws) -> Sequence[str]:
    """Return the arguments that the template gives the job."""
    names = aws.names
    given = ["--processed-bucket", names.processed_bucket]
    return [*given, "--database", names.database, "--table", names.curated_table]


def environment(aws: Aws) -> dict[str, str]:
    """Return the process's environment variables: where its code is, and whose identity it has.

    On AWS it finds the identity as this process did, so that it renews credentials that expire.
    """
    checkout = Path(__file__).resolve().parents[3]
    variables = dict(os.environ)
    variables["PYTHONPATH"] = os.pathsep.join(str(checkout / folder) for folder in MODULES)
    variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = aws.region
    if aws.settings.endpoint_url:
        variables["AWS_ENDPOINT_URL"] = aws.settings.endpoint_url
    if aws.settings.is_local:
        return {**without_identity(variables), **local_identity(aws)}
    if aws.settings.profile:
        variables["AWS_PROFILE"] = aws.settings.profile
    return variables


def without_identity(variables: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables without anybody's keys, profile and proxy."""
    kept = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
    return {
        name: value
        for name, value in variables.items()
        if not (name.startswith("AWS_") and name not in kept) and "proxy" not in name.lower()
    }


def local_identity(aws: Aws) -> dict[str, str]:
    """Return the local AWS's key, and no file of the user's."""
    credentials = aws.session.get_credentials()
    frozen = credentials.get_frozen_credentials() if credentials else None
    own = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    if frozen is None:
        return own
    keys = {"AWS_ACCESS_KEY_ID": frozen.access_key, "AWS_SECRET_ACCESS_KEY": frozen.secret_key}
    return own | {name: str(value) for name, value in keys.items()}
