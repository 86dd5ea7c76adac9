"""Jobs and their runs as records: what they are, and how the API shows them.

Nothing here starts, stops or checks anything.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from localstack_lake.glue.jobs.launch import LOG_GROUP
from localstack_lake.glue.shapes import GlueDict

ENDED = ("STOPPED", "SUCCEEDED", "FAILED", "TIMEOUT", "ERROR")
_SHOWN_OF_SETTINGS = (
    "AllocatedCapacity",
    "ExecutionClass",
    "GlueVersion",
    "JobMode",
    "MaxCapacity",
    "NotificationProperty",
    "NumberOfWorkers",
    "SecurityConfiguration",
    "Timeout",
    "WorkerType",
)


@dataclass(slots=True)
class JobRunRecord:
    """One attempt of a run. `settings` are its job's and its own, `arguments` only its own."""

    id: str
    job_name: str
    settings: GlueDict
    arguments: dict[str, str]
    attempt: int = 0
    previous_id: str | None = None
    state: str = "STARTING"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    executing_since: datetime | None = None
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    error: str | None = None
    log_group: str = LOG_GROUP
    stop: Event = field(default_factory=Event)

    def enter(self, state: str, error: str | None = None) -> None:
        """Change the state; the times follow from it."""
        self.state, self.error, self.changed = state, error, datetime.now(UTC)
        if state == "RUNNING":
            self.executing_since = self.changed
        if state in ENDED:
            self.ended = self.changed

    @property
    def has_ended(self) -> bool:
        """Whether it will change no more."""
        return self.state in ENDED

    @property
    def seconds(self) -> int:
        """How long the job's code has run, in whole seconds, as it is billed."""
        if self.executing_since is None:
            return 0
        return round(((self.ended or datetime.now(UTC)) - self.executing_since).total_seconds())

    def show(self) -> GlueDict:
        """Return the run as `GetJobRun` shows it."""
        shown: GlueDict = {
            "Id": self.id,
            "Attempt": self.attempt,
            "JobName": self.job_name,
            "StartedOn": self.started,
            "LastModifiedOn": self.changed,
            "JobRunState": self.state,
            "PredecessorRuns": [],
            "ExecutionTime": self.seconds,
            "LogGroupName": self.log_group,
        }
        optional = {
            "PreviousRunId": self.previous_id,
            "CompletedOn": self.ended,
            "ErrorMessage": self.error,
            "Arguments": self.arguments or None,
        } | {name: self.settings.get(name) for name in _SHOWN_OF_SETTINGS}
        return shown | {name: value for name, value in optional.items() if value is not None}


@dataclass(slots=True)
class JobRecord:
    """A job and its runs, the oldest first."""

    name: str
    settings: GlueDict
    created: datetime
    updated: datetime
    runs: list[JobRunRecord] = field(default_factory=list)

    def running(self) -> int:
        """How many of its runs have not ended."""
        return sum(not run.has_ended for run in self.runs)

    def show(self) -> GlueDict:
        """Return the job as `GetJob` shows it."""
        named = {"Name": self.name, "CreatedOn": self.created, "LastModifiedOn": self.updated}
        return named | self.settings


def describe_job_run(run: JobRunRecord) -> GlueDict:
    """Return the detail of `Glue Job State Change`, which is sent when a run has ended.

    https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
    """
    is_good = run.state in ("SUCCEEDED", "STOPPED")
    return {
        "jobName": run.job_name,
        "severity": "INFO" if is_good else "ERROR",
        "state": run.state,
        "jobRunId": run.id,
        "message": run.error or f"Job run {run.state.lower()}",
    }
