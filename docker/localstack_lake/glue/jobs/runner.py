"""One run of a job: fetch what it needs, run it, follow it to its end, and retry it.

The decisions about words, files and messages are in `launch`; this module carries them out.
"""

import logging
import secrets
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import rmtree
from threading import Lock, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.glue.jobs.environment import (
    INSTALL,
    CannotRun,
    format_jars,
    missing_modules,
    spark_home,
    spark_master,
    variables,
)
from localstack_lake.glue.jobs.launch import (
    Launch,
    error_message,
    merged_arguments,
    plan_launch,
    shell_command,
    spark_command,
)
from localstack_lake.glue.jobs.log_stream import LogStream
from localstack_lake.glue.jobs.process import JobProcess
from localstack_lake.glue.jobs.records import JobRecord, JobRunRecord
from localstack_lake.glue.jobs.role_session import RoleSession, bucket_and_key
from localstack_lake.glue.state_events import announce_job_run

LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_OUTPUTS = ("output", "error")


@dataclass(slots=True)
class JobRunner:
    """Runs the jobs of one account and region, each in a thread of its own."""

    account_id: str
    region: str
    lock: Lock = field(default_factory=Lock)

    def start(self, job: JobRecord, run: JobRunRecord) -> None:
        """Start a run; the caller holds the lock."""
        job.runs.append(run)
        Thread(target=self._run, args=(job, run), name=f"job-{job.name}", daemon=True).start()

    def _run(self, job: JobRecord, run: JobRunRecord) -> None:
        """Run every attempt: one that fails is followed by another, up to the job's retries."""
        first_id = run.id
        while True:
            state, error = self._attempt(run)
            with self.lock:
                run.enter(state, error)
                is_last = state != "FAILED" or run.attempt >= run.settings["MaxRetries"]
                previous, run = run, (run if is_last else _next_attempt(first_id, run))
                if not is_last:
                    job.runs.append(run)
            announce_job_run(self.account_id, self.region, previous)
            if is_last:
                return

    def _attempt(self, run: JobRunRecord) -> tuple[str, str | None]:
        folder = Path(tempfile.mkdtemp(dir=_runs_folder().folder))
        try:
            return self._attempt_in(folder, run)
        except (CannotRun, ValueError) as error:
            return "FAILED", str(error)
        except (BotoCoreError, ClientError, OSError) as error:
            LOG.warning("Run %s of job %s did not start", run.id, run.job_name, exc_info=True)
            return "FAILED", f"LAUNCH ERROR | {error}"
        finally:
            rmtree(folder, ignore_errors=True)

    def _attempt_in(self, folder: Path, run: JobRunRecord) -> tuple[str, str | None]:
        settings, home = run.settings, spark_home()
        arguments = merged_arguments(
            settings.get("DefaultArguments") or {},
            run.arguments,
            settings.get("NonOverridableArguments") or {},
        )
        launch = plan_launch(settings["Command"], arguments, run.job_name, run.id)
        _check_can_run(settings["Command"]["Name"], home, launch)
        jars = format_jars(home, launch.table_formats)
        session = RoleSession(self.account_id, self.region, settings["Role"])
        places = _fetch(session, launch, folder)
        if run.stop.is_set():
            return "STOPPED", None
        surroundings = variables(home, folder, session.variables)
        if launch.is_spark:
            command = spark_command(home, spark_master(), launch, places, folder, jars)
        else:
            command = shell_command(home, launch, places)
            files = [str(places[address]) for address in launch.python_files]
            surroundings["PYTHONPATH"] = ":".join(files)
        logs = session.client("logs")
        run.log_group = launch.log_group
        streams = [LogStream(logs, f"{run.log_group}/{kind}", run.id) for kind in _OUTPUTS]
        try:
            takers = (streams[0].take, streams[1].take)
            process = JobProcess(command, folder, surroundings, _runs_folder().groups, takers)
            with self.lock:
                run.enter("STOPPING" if run.stop.is_set() else "RUNNING")
            # spark-submit writes its script's errors to its output.
            lines = process.last_outputs if launch.is_spark else process.last_errors
            return _follow(process, run, lines)
        finally:
            for stream in streams:
                stream.close()


def new_run_id() -> str:
    """Return an id as Glue's are."""
    return f"jr_{secrets.token_hex(32)}"


def _follow(process: JobProcess, run: JobRunRecord, lines: Iterable[str]) -> tuple[str, str | None]:
    deadline = time.monotonic() + run.settings["Timeout"] * 60
    while True:
        status = process.wait(_LOOK_SECONDS)
        if status is not None:
            if status == 0:
                return "SUCCEEDED", None
            return "FAILED", error_message(lines, status)
        if run.stop.is_set():
            process.end()
            return "STOPPED", None
        if time.monotonic() > deadline:
            process.end()
            return "TIMEOUT", None


def _next_attempt(first_id: str, run: JobRunRecord) -> JobRunRecord:
    attempt = run.attempt + 1
    return JobRunRecord(
        f"{first_id}_attempt_{attempt}", run.job_name, run.settings, run.arguments, attempt, run.id
    )


def _check_can_run(kind: str, home: Path, launch: Launch) -> None:
    if kind not in ("glueetl", "pythonshell"):
        raise CannotRun(f"The local AWS runs glueetl and pythonshell jobs, not {kind}")
    if missing := missing_modules(home, launch.modules):
        raise CannotRun(
            f"--additional-python-modules: {', '.join(missing)} is not installed in {home} in that"
            f" version; {INSTALL}, or let LAKE_SPARK_HOME name an environment that has it"
        )


def _fetch(session: RoleSession, launch: Launch, folder: Path) -> dict[str, Path]:
    """Bring a run's files; the script and what is beside it keep their names."""
    s3: Any = session.client("s3")
    places: dict[str, Path] = {}
    for address in (launch.script, *launch.python_files, *launch.files, *launch.jars):
        bucket, key = bucket_and_key(address)
        path = folder / key.rpartition("/")[2]
        try:
            s3.download_file(bucket, key, str(path))
        except ClientError as error:
            raise CannotRun(f"LAUNCH ERROR | {address} cannot be read: {error}") from error
        places[address] = path
    return places


@dataclass(frozen=True, slots=True)
class _RunsFolder:
    """The folder of all runs; the guard of their processes removes it when LocalStack ends."""

    folder: Path
    groups: GuardedGroups


@cache
def _make_runs_folder() -> _RunsFolder:
    folder = Path(tempfile.mkdtemp(prefix="glue-jobs-")).resolve()
    return _RunsFolder(folder, GuardedGroups(folder))


_making = Lock()


def _runs_folder() -> _RunsFolder:
    with _making:
        return _make_runs_folder()
