"""Schedules of crawlers: what an expression of AWS means, and which crawlers are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_lake.glue.crawler_records import CrawlerRecord
from localstack_lake.glue.crawler_schedules import find_due
from localstack_lake.glue.cron import InvalidCronError, read_cron

START = datetime(2026, 1, 1, tzinfo=UTC)


def due_times(expression: str, count: int, days: int = 366) -> list[str]:
    """The first times from 2026 on at which an expression is due, of every fifth minute."""
    cron, found = read_cron(expression), list[str]()
    for minute in range(0, days * 24 * 60, 5):
        moment = START + timedelta(minutes=minute)
        if cron.is_due(moment):
            found.append(moment.strftime("%m-%d %H:%M"))
            if len(found) == count:
                break
    return found


# The examples of AWS's page, and every sign that it lists.
@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("cron(15 12 * * ? *)", ["01-01 12:15", "01-02 12:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["01-01 18:00", "01-02 18:00", "01-05 18:00"]),
        ("cron(0 8 1 * ? *)", ["01-01 08:00", "02-01 08:00"]),
        ("cron(0/15 * * * ? *)", ["01-01 00:00", "01-01 00:15", "01-01 00:30"]),
        ("cron(0/10 * ? * MON-FRI *)", ["01-01 00:00", "01-01 00:10"]),
        ("cron(0/5 8-17 ? * MON-FRI *)", ["01-01 08:00", "01-01 08:05"]),
        ("cron(30 6,18 L FEB,mar ? *)", ["02-28 06:30", "02-28 18:30", "03-31 06:30"]),
        ("cron(0 0 1W * ? *)", ["01-01 00:00", "02-02 00:00", "03-02 00:00"]),
        ("cron(0 0 ? * 6L *)", ["01-30 00:00", "02-27 00:00"]),
        ("cron(0 0 ? * TUE#2 *)", ["01-13 00:00", "02-10 00:00"]),
        ("cron(0 0 ? * L *)", ["01-03 00:00", "01-10 00:00"]),
        ("cron(0 0 ? 12/1 1 *)", ["12-06 00:00", "12-13 00:00"]),
        ("cron(0 0 1 1 ? 2027)", ["01-01 00:00"]),
        ("cron(0 0 30 2 ? *)", []),
    ],
)
def test_a_schedule_is_due_when_aws_says_so(expression: str, times: list[str]) -> None:
    assert due_times(expression, max(1, len(times))) == times


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("cron(0 0 * * ?)", "six fields"),
        ("rate(1 hour)", "six fields"),
        ("0 0 * * ? *", "six fields"),
        ("cron(60 0 * * ? *)", "Minutes cannot be 60"),
        ("cron(0 24 * * ? *)", "Hours cannot be 24"),
        ("cron(0 0 0 * ? *)", "Day-of-month cannot be 0"),
        ("cron(0 0 ? 13 1 *)", "Month cannot be 13"),
        ("cron(0 0 ? * 0 *)", "Day-of-week cannot be 0"),
        ("cron(0 0 ? * FUN *)", "Day-of-week cannot be FUN"),
        ("cron(0 0 * * * *)", "must be ?"),
        ("cron(0 0/0 * * ? *)", "the step 0"),
        ("cron(0 9-5 * * ? *)", "the range 9-5"),
        ("cron(0 0 * * ? 1969)", "Year cannot be 1969"),
    ],
)
def test_what_is_not_a_schedule_of_aws_is_refused(expression: str, reason: str) -> None:
    with pytest.raises(InvalidCronError, match=reason.replace("?", "[?]")):
        read_cron(expression)


def crawler(name: str, **settings: Any) -> CrawlerRecord:
    return CrawlerRecord(name, settings, START, START)


def test_crawlers_are_due_by_schedules_that_run() -> None:
    hourly, rests = (crawler(name, Schedule="cron(0 * * * ? *)") for name in "ab")
    rests.schedule_state = "NOT_SCHEDULED"
    records = [hourly, rests, crawler("c"), crawler("d", Schedule="")]
    assert find_due(records, START) == [hourly]
    assert find_due(records, START + timedelta(minutes=1)) == []
