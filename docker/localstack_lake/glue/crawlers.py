"""The API of crawlers: create, update, start, stop and read them, with AWS's error codes.

Requests are checked and turned into records here; a run itself is in `crawler_runs`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.glue.models import glue_backends

from localstack_lake.by_place import ByPlace
from localstack_lake.glue.classifiers import ClassifierHandlers
from localstack_lake.glue.crawler_records import CrawlerRecord
from localstack_lake.glue.crawler_requests import (
    check_schedule,
    check_settings,
    check_targets_stay,
    read_filter,
)
from localstack_lake.glue.crawler_runs import CrawlerRunner
from localstack_lake.glue.crawler_schedules import CrawlerClock, find_due
from localstack_lake.glue.paging import already_exists, not_found, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
CRAWLS_PAGE = 20


@dataclass(slots=True)
class Crawlers:
    """The crawlers of one account and region, behind one lock."""

    account_id: str
    region: str
    lock: Lock = field(default_factory=Lock)
    records: dict[str, CrawlerRecord] = field(default_factory=dict)

    def find(self, name: str | None) -> CrawlerRecord:
        """Return a crawler. Raises `EntityNotFoundException`."""
        record = self.records.get(name or "")
        if record is None:
            raise not_found(f"Crawler with name {name} not found")
        return record

    def find_idle(self, name: str | None) -> CrawlerRecord:
        """Return a crawler that is READY. Raises `CrawlerRunningException` otherwise."""
        record = self.find(name)
        if record.state != "READY":
            raise CommonServiceException(
                "CrawlerRunningException", f"Crawler with name {name} has already started"
            )
        return record

    def arn(self, name: str) -> str:
        """Return a crawler's ARN, under which its tags are kept."""
        return f"arn:aws:glue:{self.region}:{self.account_id}:crawler/{name}"


class CrawlerHandlers(ClassifierHandlers):
    """The operations on crawlers, and on the classifiers that these may name."""

    def __init__(self) -> None:
        super().__init__()
        self._crawlers = ByPlace(Crawlers)
        self._clock = CrawlerClock(self._start_due)

    def _in(self, context: RequestContext) -> Crawlers:
        return self._crawlers.find(context.account_id, context.region)

    @handler("CreateCrawler", expand=False)
    def create_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Make a crawler, refusing what AWS refuses."""
        crawlers, name = self._in(context), request["Name"]
        check_settings(request)
        self._classifiers_of(context).read(request.get("Classifiers") or ())
        now = datetime.now(UTC)
        with crawlers.lock:
            if name in crawlers.records:
                raise already_exists(f"{name} already exists")
            tags = request.get("Tags") or {}
            settings = {field: value for field, value in request.items() if field != "Tags"}
            crawlers.records[name] = CrawlerRecord(name, settings, now, now)
        backend = glue_backends[crawlers.account_id][crawlers.region]
        backend.tag_resource(crawlers.arn(name), tags)
        self._watch(settings)
        return {}

    @handler("UpdateCrawler", expand=False)
    def update_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Change the given settings of a crawler and raise its version."""
        crawlers = self._in(context)
        with crawlers.lock:
            record = crawlers.find_idle(request["Name"])
            settings = record.settings | request
            check_settings(settings)
            check_targets_stay(record.settings, settings)
            self._classifiers_of(context).read(settings.get("Classifiers") or ())
            record.settings = settings
            record.version += 1
            record.updated = datetime.now(UTC)
        self._watch(settings)
        return {}

    @handler("DeleteCrawler", expand=False)
    def delete_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a crawler and its tags; the tables that it made stay."""
        crawlers = self._in(context)
        with crawlers.lock:
            record = crawlers.find_idle(request["Name"])
            del crawlers.records[record.name]
        backend = glue_backends[crawlers.account_id][crawlers.region]
        backend.tagger.delete_all_tags_for_resource(crawlers.arn(record.name))
        return {}

    @handler("GetCrawler", expand=False)
    def get_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a crawler."""
        crawlers = self._in(context)
        with crawlers.lock:
            return {"Crawler": crawlers.find(request["Name"]).show()}

    @handler("GetCrawlers", expand=False)
    def get_crawlers(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show all crawlers, a page at a time."""
        page, more = self._page(context, request)
        return {"Crawlers": [record.show() for record in page]} | more

    @handler("ListCrawlers", expand=False)
    def list_crawlers(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Name the crawlers that have all of the given tags."""
        crawlers, wanted = self._in(context), (request.get("Tags") or {}).items()
        backend = glue_backends[crawlers.account_id][crawlers.region]
        names = [
            name
            for name in sorted(crawlers.records)
            if wanted <= backend.get_tags(crawlers.arn(name)).items()
        ]
        page, more = take_page(names, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"CrawlerNames": page} | more

    @handler("BatchGetCrawlers", expand=False)
    def batch_get_crawlers(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the named crawlers, and name those that do not exist."""
        records, names = self._in(context).records, request["CrawlerNames"]
        return {
            "Crawlers": [records[name].show() for name in names if name in records],
            "CrawlersNotFound": [name for name in names if name not in records],
        }

    @handler("GetCrawlerMetrics", expand=False)
    def get_crawler_metrics(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show what the last run of each crawler did and how long runs take."""
        names = request.get("CrawlerNameList")
        page, more = self._page(context, request, names)
        return {"CrawlerMetricsList": [record.show_metrics() for record in page]} | more

    @handler("StartCrawler", expand=False)
    def start_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Start a run."""
        crawlers = self._in(context)
        with crawlers.lock:
            self._start(crawlers, crawlers.find_idle(request["Name"]))
        return {}

    def _start(self, crawlers: Crawlers, record: CrawlerRecord) -> None:
        classifiers = self._classifiers.find(crawlers.account_id, crawlers.region)
        CrawlerRunner(crawlers.account_id, crawlers.region, crawlers.lock, classifiers).start(
            record
        )

    def _start_due(self, minute: datetime) -> None:
        """Start the crawlers whose schedules name this minute, but those that still run."""
        for crawlers in self._crawlers.all():
            with crawlers.lock:
                for record in find_due(crawlers.records.values(), minute):
                    if record.state == "READY":
                        self._start(crawlers, record)

    def _watch(self, settings: GlueDict) -> None:
        if settings.get("Schedule"):
            self._clock.wake()

    @handler("StopCrawler", expand=False)
    def stop_crawler(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Ask a run to stop; it does so before it writes anything."""
        crawlers = self._in(context)
        with crawlers.lock:
            record = crawlers.find(request["Name"])
            if record.state == "READY":
                raise CommonServiceException(
                    "CrawlerNotRunningException",
                    f"Crawler with name {record.name} isn't running",
                )
            if record.state == "STOPPING":
                raise CommonServiceException(
                    "CrawlerStoppingException", f"Crawler with name {record.name} is stopping"
                )
            record.state = "STOPPING"
            record.runs[-1].stop.set()
        return {}

    @handler("ListCrawls", expand=False)
    def list_crawls(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the runs of a crawler that pass every filter, newest first."""
        crawlers = self._in(context)
        with crawlers.lock:
            runs = list(reversed(crawlers.find(request["CrawlerName"]).runs))
        for condition in request.get("Filters") or ():
            test = read_filter(condition)
            runs = [run for run in runs if test(run)]
        page, more = take_page(
            runs, request.get("NextToken"), request.get("MaxResults"), CRAWLS_PAGE
        )
        return {"Crawls": [run.show() for run in page]} | more

    @handler("UpdateCrawlerSchedule", expand=False)
    def update_crawler_schedule(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Change when a crawler runs."""
        crawlers = self._in(context)
        check_schedule(request.get("Schedule"))
        with crawlers.lock:
            record = crawlers.find(request["CrawlerName"])
            record.settings["Schedule"] = request.get("Schedule") or ""
            record.version += 1
            record.updated = datetime.now(UTC)
        self._watch(record.settings)
        return {}

    @handler("StartCrawlerSchedule", expand=False)
    def start_crawler_schedule(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Let a schedule run."""
        return self._switch_schedule(
            context, request, "NOT_SCHEDULED", "SCHEDULED", "SchedulerRunningException"
        )

    @handler("StopCrawlerSchedule", expand=False)
    def stop_crawler_schedule(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Let a schedule rest."""
        return self._switch_schedule(
            context, request, "SCHEDULED", "NOT_SCHEDULED", "SchedulerNotRunningException"
        )

    def _switch_schedule(
        self, context: RequestContext, request: GlueDict, before: str, after: str, error: str
    ) -> GlueDict:
        crawlers = self._in(context)
        with crawlers.lock:
            record = crawlers.find(request["CrawlerName"])
            if not record.settings.get("Schedule"):
                raise CommonServiceException("NoScheduleException", "There is no schedule")
            if record.schedule_state != before:
                raise CommonServiceException(error, f"The schedule is {record.schedule_state}")
            record.schedule_state = after
        return {}

    def _page(
        self, context: RequestContext, request: GlueDict, names: list[str] | None = None
    ) -> tuple[list[CrawlerRecord], dict[str, str]]:
        crawlers = self._in(context)
        with crawlers.lock:
            records = [
                crawlers.records[name]
                for name in sorted(crawlers.records)
                if not names or name in names
            ]
            return take_page(records, request.get("NextToken"), request.get("MaxResults"), PAGE)
