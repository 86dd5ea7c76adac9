"""Check requests about crawlers: settings, schedules and filters are refused as by AWS.

It reads requests and changes nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from glue_crawler.definition import read_definition
from glue_crawler.errors import InvalidCrawlerError

from localstack_lake.glue.crawler_records import CrawlRecord
from localstack_lake.glue.cron import InvalidCronError, read_cron
from localstack_lake.glue.paging import invalid_input
from localstack_lake.glue.shapes import GlueDict

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda left, right: left == right,
    "NE": lambda left, right: left != right,
    "GT": lambda left, right: left > right,
    "GE": lambda left, right: left >= right,
    "LT": lambda left, right: left < right,
    "LE": lambda left, right: left <= right,
}


def check_settings(settings: GlueDict) -> None:
    """Refuse what AWS refuses when a crawler is made or changed."""
    if not settings["Name"] or len(settings["Name"]) > 255:
        raise invalid_input("Crawler name must have 1 to 255 characters")
    if not settings.get("DatabaseName") and not (settings.get("Targets") or {}).get(
        "CatalogTargets"
    ):
        raise invalid_input("DatabaseName cannot be null or empty")
    check_schedule(settings.get("Schedule"))
    try:
        read_definition(settings)
    except InvalidCrawlerError as error:
        raise invalid_input(str(error)) from error


def check_targets_stay(before: GlueDict, after: GlueDict) -> None:
    """Refuse other S3 targets for a crawler of new folders, as AWS documents it.

    Source: docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html ("Notes and restrictions").
    """
    policies = [(settings.get("RecrawlPolicy") or {}) for settings in (before, after)]
    if any(found.get("RecrawlBehavior") != "CRAWL_NEW_FOLDERS_ONLY" for found in policies):
        return
    paths = [
        [target.get("Path") for target in (settings.get("Targets") or {}).get("S3Targets") or ()]
        for settings in (before, after)
    ]
    if paths[0] != paths[1]:
        raise invalid_input(
            "The Amazon S3 targets of a crawler that crawls new folders only cannot be changed"
        )


def check_schedule(schedule: str | None) -> None:
    """Refuse a schedule that is not a cron expression of AWS."""
    if not schedule:
        return
    try:
        read_cron(schedule)
    except InvalidCronError as error:
        raise invalid_input(f"Invalid cron expression: {schedule} ({error})") from error


def read_filter(condition: GlueDict) -> Callable[[CrawlRecord], bool]:
    """Read one filter of `ListCrawls` into a test. Raises `InvalidInputException`."""
    name, operator = condition.get("FieldName"), condition.get("FilterOperator")
    value = condition.get("FieldValue")
    compare = _COMPARE.get(operator or "")
    if compare is None or value is None:
        raise invalid_input(f"Invalid Filter Provided: {condition}")
    fields: dict[str, tuple[Callable[[CrawlRecord], Any], Callable[[str], Any]]] = {
        "CRAWL_ID": (lambda run: run.id, str),
        "STATE": (lambda run: run.state, str),
        "START_TIME": (lambda run: run.started, _read_time),
        "END_TIME": (lambda run: run.ended, _read_time),
        "DPU_HOUR": (lambda run: 0.0, float),
    }
    if name not in fields:
        raise invalid_input(f"Invalid Filter Provided: FieldName {name}")
    read, convert = fields[name]
    try:
        wanted = convert(value)
    except ValueError as error:
        raise invalid_input(f"Invalid Filter Provided: {value} for {name}") from error
    return lambda run: (found := read(run)) is not None and compare(found, wanted)


def _read_time(text: str) -> datetime:
    """Read a time as epoch milliseconds or as ISO 8601, in UTC where it names no zone."""
    if text.isdigit():
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
