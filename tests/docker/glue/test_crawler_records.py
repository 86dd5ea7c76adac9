"""Crawlers and runs as the emulator shows them over the API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from glue_crawler.planning.actions import CreatePartitions, CreateTable, DeprecateTable
from localstack_lake.glue.crawl_summary import summarize
from localstack_lake.glue.crawler_records import CrawlerRecord, CrawlRecord

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def crawler(**settings: Any) -> CrawlerRecord:
    given = {"Role": "r", "Targets": {"S3Targets": [{"Path": "s3://shop/data/"}]}} | settings
    return CrawlerRecord("orders", given, START, START)


def run(seconds: int | None, state: str = "COMPLETED", **fields: Any) -> CrawlRecord:
    ended = None if seconds is None else START + timedelta(seconds=seconds)
    return CrawlRecord("run-1", "orders", START, state, ended, **fields)


def test_a_new_crawler_shows_every_default_and_no_last_crawl() -> None:
    shown = crawler().show()
    assert shown["Targets"]["S3Targets"] == [{"Exclusions": [], "Path": "s3://shop/data/"}]
    assert shown["Targets"]["JdbcTargets"] == []
    assert shown["SchemaChangePolicy"] == {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    assert shown["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_EVERYTHING"}
    assert (shown["State"], shown["CrawlElapsedTime"], shown["Version"]) == ("READY", 0, 1)
    assert shown.keys().isdisjoint({"LastCrawl", "Schedule", "Description"})


def test_the_last_crawl_is_the_newest_that_ended() -> None:
    record = crawler()
    record.runs += [run(1), run(2, "FAILED", error="no bucket"), run(None, "RUNNING")]
    record.state = "RUNNING"
    shown = record.show()
    assert (shown["LastCrawl"]["Status"], shown["LastCrawl"]["ErrorMessage"]) == (
        "FAILED",
        "no bucket",
    )
    assert shown["CrawlElapsedTime"] > 0


def test_a_stopped_run_is_a_cancelled_last_crawl() -> None:
    stopped = run(1, "STOPPED")
    assert (stopped.show()["State"], stopped.show_last()["Status"]) == ("STOPPED", "CANCELLED")


def test_metrics_are_of_the_last_run_and_the_median_of_all_that_ended() -> None:
    record = crawler()
    record.runs += [run(1), run(9), run(4, tables_created=2), run(None, "RUNNING")]
    metrics = record.show_metrics()
    assert (metrics["LastRuntimeSeconds"], metrics["MedianRuntimeSeconds"]) == (4.0, 4.0)
    assert metrics["TablesCreated"] == 2


def test_a_schedule_is_shown_with_its_state() -> None:
    record = crawler(Schedule="cron(0 1 * * ? *)")
    assert record.show()["Schedule"] == {
        "ScheduleExpression": "cron(0 1 * * ? *)",
        "State": "SCHEDULED",
    }


def test_a_summary_is_texts_within_json() -> None:
    found = summarize(
        [
            CreateTable({"Name": "orders"}),
            DeprecateTable({"Name": "old"}),
            CreatePartitions("orders", ({}, {})),
        ]
    )
    assert found is not None
    summary = json.loads(found)
    assert json.loads(summary["TABLE"]["ADD"]) == {"Details": {"names": ["orders"]}, "Count": 1}
    assert json.loads(summary["TABLE"]["UPDATE"])["Details"]["names"] == ["old"]
    assert json.loads(summary["PARTITION"]["ADD"]) == {"Count": 2}


def test_a_run_that_changed_nothing_has_no_summary() -> None:
    assert summarize([]) is None
    assert "Summary" not in run(1).show()
