"""Crawlers and their runs as records: what they are, and how the API shows them.

Nothing here starts, stops or checks anything.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from threading import Event
from typing import Any

from glue_crawler.objects.sample_memory import SampleMemory

from localstack_lake.glue.shapes import GlueDict

LOG_GROUP = "/aws-glue/crawlers"
_TARGET_KINDS = (
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
)
_EVENT_STATES = {"RUNNING": "Started", "COMPLETED": "Succeeded", "FAILED": "Failed"}
_LAST_CRAWL_STATUS = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}


@dataclass(slots=True)
class CrawlRecord:
    """One run: its id, its state (RUNNING, COMPLETED, FAILED, STOPPED), times and counts."""

    id: str
    crawler_name: str
    started: datetime
    state: str = "RUNNING"
    ended: datetime | None = None
    error: str | None = None
    summary: str | None = None
    tables_created: int = 0
    tables_updated: int = 0
    tables_deleted: int = 0
    partitions_created: int = 0
    partitions_updated: int = 0
    partitions_deleted: int = 0
    stop: Event = field(default_factory=Event)

    @property
    def seconds(self) -> float:
        """How long the run took, or has taken so far."""
        return ((self.ended or datetime.now(UTC)) - self.started).total_seconds()

    def show(self) -> GlueDict:
        """Return the run as `ListCrawls` shows it."""
        shown: GlueDict = {
            "CrawlId": self.id,
            "State": self.state,
            "StartTime": self.started,
            "LogGroup": LOG_GROUP,
            "LogStream": self.crawler_name,
            "MessagePrefix": self.id,
            # Nothing is billed here.
            "DPUHour": 0.0,
        }
        return shown | _given(EndTime=self.ended, ErrorMessage=self.error, Summary=self.summary)

    def show_last(self) -> GlueDict:
        """Return the run as `LastCrawl` of its crawler."""
        return {
            "Status": _LAST_CRAWL_STATUS[self.state],
            "LogGroup": LOG_GROUP,
            "LogStream": self.crawler_name,
            "MessagePrefix": self.id,
            "StartTime": self.started,
        } | _given(ErrorMessage=self.error)


@dataclass(slots=True)
class CrawlerRecord:
    """One crawler: the request that made it, with later updates, its state and its runs."""

    name: str
    settings: GlueDict
    created: datetime
    updated: datetime
    version: int = 1
    state: str = "READY"
    schedule_state: str = "SCHEDULED"
    runs: list[CrawlRecord] = field(default_factory=list)
    memory: SampleMemory = field(default_factory=SampleMemory)

    @property
    def last_run(self) -> CrawlRecord | None:
        """The newest run that has ended."""
        return next((run for run in reversed(self.runs) if run.ended is not None), None)

    def show(self) -> GlueDict:
        """Return the crawler as `GetCrawler` shows it, with AWS's defaults filled in."""
        given = self.settings
        running = self.runs[-1] if self.runs and self.state != "READY" else None
        shown: GlueDict = {
            "Name": self.name,
            "Role": given.get("Role"),
            "Targets": {kind: [] for kind in _TARGET_KINDS} | _show_targets(given),
            "Classifiers": given.get("Classifiers") or [],
            "RecrawlPolicy": given.get("RecrawlPolicy") or {"RecrawlBehavior": "CRAWL_EVERYTHING"},
            "SchemaChangePolicy": _show_policy(given),
            "LineageConfiguration": given.get("LineageConfiguration")
            or {"CrawlerLineageSettings": "DISABLE"},
            "LakeFormationConfiguration": given.get("LakeFormationConfiguration")
            or {"UseLakeFormationCredentials": False, "AccountId": ""},
            "State": self.state,
            "CrawlElapsedTime": int(running.seconds * 1000) if running else 0,
            "CreationTime": self.created,
            "LastUpdated": self.updated,
            "Version": self.version,
        }
        return shown | self._show_optional()

    def _show_optional(self) -> GlueDict:
        given = self.settings
        schedule = given.get("Schedule")
        return _given(
            DatabaseName=given.get("DatabaseName"),
            Description=given.get("Description"),
            TablePrefix=given.get("TablePrefix"),
            Configuration=given.get("Configuration"),
            CrawlerSecurityConfiguration=given.get("CrawlerSecurityConfiguration"),
            Schedule={"ScheduleExpression": schedule, "State": self.schedule_state}
            if schedule
            else None,
            LastCrawl=self.last_run.show_last() if self.last_run else None,
        )

    def show_metrics(self) -> GlueDict:
        """Return the crawler's `CrawlerMetrics`: the last run's counts, and times in seconds."""
        done = [run for run in self.runs if run.ended is not None]
        last = self.last_run
        return {
            "CrawlerName": self.name,
            "TimeLeftSeconds": 0.0,
            "StillEstimating": self.state != "READY",
            "LastRuntimeSeconds": last.seconds if last else 0.0,
            "MedianRuntimeSeconds": median(run.seconds for run in done) if done else 0.0,
            "TablesCreated": last.tables_created if last else 0,
            "TablesUpdated": last.tables_updated if last else 0,
            "TablesDeleted": last.tables_deleted if last else 0,
        }


def _show_targets(settings: GlueDict) -> GlueDict:
    targets = {kind: found for kind, found in (settings.get("Targets") or {}).items() if found}
    if "S3Targets" in targets:
        targets["S3Targets"] = [{"Exclusions": []} | item for item in targets["S3Targets"]]
    return targets


def _show_policy(settings: GlueDict) -> GlueDict:
    """Show both behaviors; a crawl of new folders forces them to LOG.

    Source: docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html.
    """
    recrawl = (settings.get("RecrawlPolicy") or {}).get("RecrawlBehavior")
    defaults = {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    if recrawl == "CRAWL_NEW_FOLDERS_ONLY":
        defaults = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    return defaults | (settings.get("SchemaChangePolicy") or {})


def _given(**fields: Any) -> GlueDict:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def describe_event(account_id: str, run: CrawlRecord) -> dict[str, str] | None:
    """Return the `detail` of a run's event, all texts; None where its state has no event.

    Shape: docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html.
    """
    state = _EVENT_STATES.get(run.state)
    if state is None:
        return None
    detail = {"accountId": account_id, "crawlerName": run.crawler_name, "state": state}
    if state == "Started":
        return detail | {"startTime": _time(run.started), "message": "Crawler Started"}
    detail |= {
        "completionDate": _time(run.ended or datetime.now(UTC)),
        "message": f"Crawler {state}",
    }
    if state == "Failed":
        return detail | {"errorMessage": run.error or "Internal Service Exception"}
    return detail | {
        "tablesCreated": str(run.tables_created),
        "tablesUpdated": str(run.tables_updated),
        "tablesDeleted": str(run.tables_deleted),
        "partitionsCreated": str(run.partitions_created),
        "partitionsUpdated": str(run.partitions_updated),
        "partitionsDeleted": str(run.partitions_deleted),
        "warningMessage": "N/A",
        "runningTime (sec)": str(int(run.seconds)),
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
