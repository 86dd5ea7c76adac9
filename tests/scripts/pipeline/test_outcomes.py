"""Waiting for reports: each outcome once, of the version meant, at a bounded number of requests."""

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_aws import MemoryAws, report_of
from orderlake.errors import NothingHeard
from orderlake.pipeline import outcomes
from orderlake.pipeline.failure_queue import BATCH
from orderlake.pipeline.outcomes import (
    FEW,
    RawVersion,
    shared_start,
    wait_for_outcomes,
)


def sent(aws: MemoryAws, key: str) -> tuple[RawVersion, dict[str, str]]:
    put = aws.upload(key)
    return RawVersion(key, put["VersionId"], put["ETag"].strip('"')), put


def test_outcomes_come_as_their_reports_do_and_each_report_is_fetched_once(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    keys = [f"raw/2026-11-{day:02}.csv" for day in range(1, 31)]
    versions = [sent(aws, key) for key in keys]
    later = iter(list(versions))

    def write_reports(operation: str) -> None:
        if operation != "put":
            for version, put in islice(later, 7 if operation == "list" else 1):
                aws.tell(version.key, report_of(version.key, put, accepted=1))

    aws.s3.before_request = write_reports
    found = list(wait_for_outcomes(aws.as_aws(), [version for version, _ in versions], 5))
    assert sorted(outcome.key for outcome in found) == keys
    assert aws.s3.requests["get"] <= 30 + 3 * FEW  # the last few are asked for one by one


def test_reports_of_other_versions_and_unfinished_ones_are_left_out(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    _, old = sent(aws, "raw/a.csv")
    new, put = sent(aws, "raw/a.csv")
    aws.tell("raw/a.csv", report_of("raw/a.csv", old))
    with pytest.raises(NothingHeard, match=r"nothing heard for 0 s of raw/a\.csv"):
        list(wait_for_outcomes(aws.as_aws(), [new], 0.1))
    aws.tell("raw/a.csv", report_of("raw/a.csv", put, "started"))
    with pytest.raises(NothingHeard):
        list(wait_for_outcomes(aws.as_aws(), [new], 0.1))
    aws.tell("raw/a.csv", report_of("raw/a.csv", put, "refused"))
    [outcome] = wait_for_outcomes(aws.as_aws(), [new], 0.1)
    assert not outcome.is_done


def test_a_version_that_a_newer_one_replaced_ends_with_that_ones_outcome(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    first, _ = sent(aws, "raw/a.csv")
    second, put = sent(aws, "raw/a.csv")
    aws.tell("raw/a.csv", report_of("raw/a.csv", put, accepted=3))
    [overtaken] = wait_for_outcomes(aws.as_aws(), [first], 0.1)
    assert (overtaken.is_done, overtaken.is_overtaken) == (True, True)
    [own] = wait_for_outcomes(aws.as_aws(), [second], 0.1)
    assert (own.is_done, own.is_overtaken) == (True, False)


def test_an_event_that_failed_is_told_as_soon_as_the_queue_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "FAILURES_EVERY_SECONDS", 0.0)
    aws = MemoryAws(tmp_path)
    before, _ = sent(aws, "raw/a.csv")
    version, _ = sent(aws, "raw/a.csv")
    aws.sqs.bodies["old"] = failed_event(before, "an earlier failure")
    with pytest.raises(NothingHeard):
        list(wait_for_outcomes(aws.as_aws(), [version], 0.2))
    aws.sqs.bodies["new"] = failed_event(version, "no memory left")
    [outcome] = wait_for_outcomes(aws.as_aws(), [version], 60)
    assert (outcome.is_done, outcome.error) == (False, "no memory left")


def test_a_file_that_was_given_up_is_told_though_the_queue_shows_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "FAILURES_EVERY_SECONDS", 0.0)
    aws = MemoryAws(tmp_path)
    other, _ = sent(aws, "raw/other.csv")
    version, _ = sent(aws, "raw/a.csv")
    for number in range(BATCH - 1):
        aws.sqs.bodies[str(number)] = failed_event(other, "an earlier failure")

    def look_at_tries(keys: object) -> dict[str, str]:
        return {"raw/a.csv": "no memory left"}

    with pytest.raises(NothingHeard):  # the queue shows all that it has
        list(wait_for_outcomes(aws.as_aws(), [version], 0.2, look_at_tries))
    aws.sqs.bodies["one more"] = failed_event(other, "an earlier failure")
    [outcome] = wait_for_outcomes(aws.as_aws(), [version], 60, look_at_tries)
    assert (outcome.is_done, outcome.error) == (False, "no memory left")


def failed_event(version: RawVersion, error: str) -> str:
    source = {"key": version.key, "versionId": version.version_id, "eTag": version.etag}
    event = {"Records": [{"s3": {"object": source}}]}
    return json.dumps({"requestPayload": event, "responsePayload": {"errorMessage": error}})


@given(st.lists(st.text("ab/", max_size=6), min_size=1))
def test_the_shared_start_is_the_longest(keys: list[str]) -> None:
    start = shared_start(keys)
    assert all(key.startswith(start) for key in keys)
    longer = {key[: len(start) + 1] for key in keys}
    assert len(longer) > 1 or start == keys[0]
