"""One run of a crawler: crawl, write the plan to the catalog, log, and always finish.

`glue_crawler` decides what to write; this module carries it out and keeps the states.
"""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock, Thread

from botocore.exceptions import ClientError
from glue_crawler.crawl import CrawlResult, Run, crawl
from glue_crawler.definition import CrawlerDefinition, read_definition
from glue_crawler.errors import CrawlerError, CrawlStoppedError, InvalidCrawlerError
from glue_crawler.planning.actions import (
    Action,
    CreatePartitions,
    CreateTable,
    DeletePartitions,
    DeleteTable,
    DeprecateTable,
    UpdatePartitions,
    UpdateTable,
)
from localstack.aws.api import CommonServiceException
from localstack.aws.connect import connect_to

from localstack_lake.gateway.acting import in_the_name_of, role_session
from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.classifiers import Classifiers
from localstack_lake.glue.crawl_summary import count_partitions, summarize
from localstack_lake.glue.crawler_catalog import CrawlerCatalog
from localstack_lake.glue.crawler_records import LOG_GROUP, CrawlerRecord, CrawlRecord
from localstack_lake.glue.crawler_rights import CrawlerRights
from localstack_lake.glue.s3_store import S3Store
from localstack_lake.glue.state_events import announce

LOG = logging.getLogger(__name__)
SAMPLING_THREADS = 8


class CrawlerRunner:
    """Runs the crawlers of one account and region, each in a thread of its own."""

    def __init__(self, account_id: str, region: str, lock: Lock, classifiers: Classifiers) -> None:
        self._account_id = account_id
        self._region = region
        self._lock = lock
        self._classifiers = classifiers
        self._catalog = GlueCatalog(account_id, region)

    def start(self, crawler: CrawlerRecord) -> None:
        """Start a run of a crawler that is READY; the caller holds the lock."""
        run = CrawlRecord(str(uuid.uuid4()), crawler.name, datetime.now(UTC))
        crawler.state = "RUNNING"
        crawler.runs.append(run)
        Thread(
            target=self._run, args=(crawler, run), name=f"crawler-{crawler.name}", daemon=True
        ).start()

    def _run(self, crawler: CrawlerRecord, run: CrawlRecord) -> None:
        announce(self._account_id, self._region, run)
        log = [f"BENCHMARK : Running Start Crawl for Crawler {crawler.name}"]
        state, error = "FAILED", "Internal Service Exception"
        try:
            log += self._crawl(crawler, run)
            state, error = "COMPLETED", run.error or ""
        except CrawlStoppedError:
            state, error = "STOPPED", ""
            log.append("INFO : The crawl was stopped")
        except CrawlerError as failure:
            error = str(failure)
            log.append(f"ERROR : {failure}")
        finally:
            self._finish(crawler, run, state, error, log)

    def _crawl(self, crawler: CrawlerRecord, run: CrawlRecord) -> list[str]:
        definition = self._read(crawler)
        _check_targets(crawler)
        rights = CrawlerRights(self._account_id, self._region, self._role(crawler))
        with ThreadPoolExecutor(SAMPLING_THREADS, thread_name_prefix="crawl") as executor:
            result = crawl(
                definition,
                S3Store(self._account_id, self._region, rights.identity),
                CrawlerCatalog(self._catalog, definition.database, rights),
                Run(run.id, int(run.started.timestamp() * 1000)),
                executor=executor,
                should_stop=run.stop.is_set,
                memory=crawler.memory,
            )
        with self._lock:
            if run.stop.is_set():
                raise CrawlStoppedError("The crawl was stopped.")
            crawler.state = "STOPPING"
        self._count(run, result)
        log = _note_event_mode(crawler)
        log += [f"ERROR : {line}" for line in result.errors]
        log += [f"WARN : {line}" for line in result.warnings]
        run.error = result.errors[0] if result.errors else None
        rights.check_actions(definition.database, result.actions)
        return log + self._write(definition, crawler, result)

    def _read(self, crawler: CrawlerRecord) -> CrawlerDefinition:
        try:
            classifiers = self._classifiers.read(crawler.settings.get("Classifiers") or ())
        except CommonServiceException as error:
            # It was removed after the crawler had named it.
            raise InvalidCrawlerError(str(error)) from error
        return read_definition(crawler.settings | {"Name": crawler.name}, classifiers)

    def _count(self, run: CrawlRecord, result: CrawlResult) -> None:
        kinds = [type(action) for action in result.actions]
        run.tables_created = kinds.count(CreateTable)
        run.tables_updated = kinds.count(UpdateTable) + kinds.count(DeprecateTable)
        run.tables_deleted = kinds.count(DeleteTable)
        partitions = count_partitions(result.actions)
        run.partitions_created = partitions["ADD"]
        run.partitions_updated = partitions["UPDATE"]
        run.partitions_deleted = partitions["DELETE"]
        run.summary = summarize(result.actions)

    def _write(
        self, definition: CrawlerDefinition, crawler: CrawlerRecord, result: CrawlResult
    ) -> list[str]:
        database = definition.database
        lines = [
            f"BENCHMARK : Classification complete, writing results to database {database}",
            f"INFO : {result.sampled} of {result.objects} objects sampled, "
            f"{result.recalled} of them unchanged since the last crawl",
        ]
        for action in result.actions:
            try:
                lines.append(f"INFO : {self._apply(database, crawler, action)}")
            except CommonServiceException as error:
                # Someone changed the catalog in between; what they wrote stands.
                lines.append(f"ERROR : {error.code}: {error}")
        return [*lines, "BENCHMARK : Finished writing to Catalog"]

    def _apply(self, database: str, crawler: CrawlerRecord, action: Action) -> str:
        catalog = self._catalog
        match action:
            case CreateTable(table):
                catalog.create_table(database, table, self._role(crawler))
                return f"Created table {table['Name']} in database {database}"
            case UpdateTable(table, changes):
                catalog.update_table(database, table)
                what = "; ".join(changes) or "parameters"
                return f"Updated table {table['Name']} in database {database}: {what}"
            case DeprecateTable(table):
                catalog.update_table(database, table)
                return f"Deprecated table {table['Name']} in database {database}"
            case DeleteTable(name):
                catalog.delete_table(database, name)
                return f"Deleted table {name} in database {database}"
            case CreatePartitions(name, partitions):
                for partition in partitions:
                    catalog.create_partition(database, name, partition)
                return f"Created {len(partitions)} partitions for table {name}"
            case UpdatePartitions(name, partitions):
                for partition in partitions:
                    catalog.update_partition(database, name, partition["Values"], partition)
                return f"Updated {len(partitions)} partitions for table {name}"
            case DeletePartitions(name, values):
                for value in values:
                    catalog.delete_partition(database, name, value)
                return f"Deleted {len(values)} partitions for table {name}"

    def _role(self, crawler: CrawlerRecord) -> str:
        """The session of its role that a crawler works as, which is also who wrote a table."""
        role = str(crawler.settings.get("Role") or "")
        arn = role if role.startswith("arn:") else f"arn:aws:iam::{self._account_id}:role/{role}"
        return role_session(arn, "AWS-Crawler")

    def _finish(
        self, crawler: CrawlerRecord, run: CrawlRecord, state: str, error: str, log: list[str]
    ) -> None:
        with self._lock:
            crawler.state = "STOPPING"
        log.append("BENCHMARK : Crawler has finished running and is in state READY")
        try:
            with in_the_name_of(self._role(crawler)):
                self._write_log(run, log)
        except ClientError as failure:
            if failure.response["Error"]["Code"] == "AccessDeniedException":
                state, error = "FAILED", str(failure)
            LOG.warning("The log of crawl %s could not be written", run.id, exc_info=True)
        finally:
            with self._lock:
                run.state, run.error = state, error or None
                run.ended = datetime.now(UTC)
                crawler.state = "READY"
            announce(self._account_id, self._region, run)

    def _write_log(self, run: CrawlRecord, lines: list[str]) -> None:
        logs = connect_to(aws_access_key_id=self._account_id, region_name=self._region).logs
        _ensure(lambda: logs.create_log_group(logGroupName=LOG_GROUP))
        names = {"logGroupName": LOG_GROUP, "logStreamName": run.crawler_name}
        _ensure(lambda: logs.create_log_stream(**names))
        now = int(datetime.now(UTC).timestamp() * 1000)
        events = [{"timestamp": now, "message": f"[{run.id}] {line}"} for line in lines]
        for start in range(0, len(events), 1000):
            logs.put_log_events(**names, logEvents=events[start : start + 1000])


def _ensure(create: Callable[[], object]) -> None:
    try:
        create()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _note_event_mode(crawler: CrawlerRecord) -> list[str]:
    """Say what AWS says of a crawl that lists although it could use events from a queue.

    Source: docs.aws.amazon.com/glue/latest/dg/crawler-s3-event-notifications.html.
    """
    policy = crawler.settings.get("RecrawlPolicy") or {}
    if policy.get("RecrawlBehavior") != "CRAWL_EVENT_MODE":
        return []
    return ["INFO : The crawl is not running in S3 event mode; the queue is left alone"]


def _check_targets(crawler: CrawlerRecord) -> None:
    others = [
        kind
        for kind, found in (crawler.settings.get("Targets") or {}).items()
        if found and kind not in ("S3Targets", "CatalogTargets")
    ]
    if others:
        raise InvalidCrawlerError(
            f"Only S3Targets and CatalogTargets are crawled here, not {', '.join(others)}"
        )
