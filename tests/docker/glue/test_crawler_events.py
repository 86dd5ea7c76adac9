"""The events of a crawler, in the shape that AWS documents."""

from datetime import UTC, datetime, timedelta

from localstack_lake.glue.crawler_records import CrawlRecord, describe_event

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_start_is_told_with_its_time() -> None:
    assert describe_event("000000000000", CrawlRecord("run-1", "orders", START)) == {
        "accountId": "000000000000",
        "crawlerName": "orders",
        "state": "Started",
        "startTime": "2026-11-22T08:00:00Z",
        "message": "Crawler Started",
    }


def test_a_success_is_told_with_its_counts_as_texts() -> None:
    run = CrawlRecord("run-1", "orders", START, "COMPLETED", START + timedelta(seconds=61))
    run.tables_created, run.partitions_created = 1, 12
    detail = describe_event("000000000000", run)
    assert detail is not None
    assert (detail["state"], detail["runningTime (sec)"]) == ("Succeeded", "61")
    assert (detail["tablesCreated"], detail["partitionsCreated"]) == ("1", "12")
    assert detail["completionDate"] == "2026-11-22T08:01:01Z"


def test_a_failure_is_told_with_its_error() -> None:
    run = CrawlRecord("run-1", "orders", START, "FAILED", START, error="no such bucket")
    detail = describe_event("000000000000", run)
    assert detail is not None
    assert (detail["state"], detail["errorMessage"]) == ("Failed", "no such bucket")


def test_a_stopped_run_has_no_event() -> None:
    run = CrawlRecord("run-1", "orders", START, "STOPPED", START)
    assert describe_event("000000000000", run) is None
