"""Events of every shape name the right keys, and each named file is brought up to date."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from deliveries import PROCESSED, RAW, Stage
from hypothesis import given
from hypothesis import strategies as st
from order_transform.delivery.events import Change, changes
from order_transform.delivery.layout import is_order_file, outputs_for
from order_transform.delivery.protocol import NotVisibleYet
from order_transform.handler import deliver_event

EVENTS = Path(__file__).parent / "events"
PLAIN = "raw/2026-11-22/orders.csv"
NAMED = {
    **{f"aws_2_{minor}": [PLAIN] for minor in range(1, 7)},
    "aws_removed": [PLAIN],
    "aws_delete_marker": [PLAIN],
    "aws_several_records": [PLAIN, "raw/2026-11-23/orders.csv"],
    "aws_encoded_key": ["raw/dt=2026-11-22/Bücher und mehr+50%.CSV"],
    "aws_test_event": [],
    "localstack": ["raw/2026-11-22/two words.csv"],
    "unencoded": ["raw/dt=2026-11-22/50% off + more Bücher.csv"],
    "no_records": [],
    "foreign_records": [],
    "eventbridge_created": ["raw/dt=2026-11-22/Bücher und mehr+50%.CSV"],
    "eventbridge_deleted": [PLAIN],
    "eventbridge_localstack": ["raw/2026-11-22/two words.csv"],
}


def event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    return found


def test_every_recorded_event_is_tested() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == NAMED.keys()


@pytest.mark.parametrize(("name", "keys"), NAMED.items(), ids=NAMED)
def test_an_event_names_its_keys(name: str, keys: list[str]) -> None:
    assert {Change(RAW, key) for key in keys} <= set(changes(event(name)))


@pytest.mark.parametrize(("name", "keys"), NAMED.items(), ids=NAMED)
def test_each_file_of_an_event_is_transformed(name: str, keys: list[str], tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for key in keys:
        stage.storage.put(RAW, key, b"rows a")
    answer = deliver_event(event(name), stage.delivery)
    done = [file["key"] for file in answer["files"] if file["outcome"] == "done"]
    assert done == keys
    assert {outputs_for(key).processed for key in keys} <= stage.storage.visible(PROCESSED).keys()


@pytest.mark.parametrize("deleted", ["aws_delete_marker", "eventbridge_deleted"])
def test_a_deleted_object_takes_its_outputs_with_it(deleted: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"rows a")
    deliver_event(event("aws_2_6"), stage.delivery)
    stage.storage.put(RAW, PLAIN, None)
    answer = deliver_event(event(deleted), stage.delivery)
    assert answer == {"files": [{"key": PLAIN, "outcome": "removed"}]}
    assert stage.storage.visible(PROCESSED) == {}


@pytest.mark.parametrize(
    ("prefix", "outcomes"), [("", ["done"]), ("raw/2026-11-22/", ["done"]), ("exports/", [])]
)
def test_only_files_under_the_chosen_prefix_are_read(
    prefix: str, outcomes: list[str], tmp_path: Path
) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"rows a")
    answer = deliver_event(event("aws_2_6"), stage.delivery, prefix)
    assert [file["outcome"] for file in answer["files"]] == outcomes


def test_a_new_file_that_eventbridge_announces_too_early_is_retried(tmp_path: Path) -> None:
    early = event("eventbridge_created")
    early["time"] = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with pytest.raises(NotVisibleYet, match="it will be retried"):
        deliver_event(early, Stage(tmp_path).delivery)


def test_an_event_of_eventbridge_that_names_no_object_is_acknowledged(tmp_path: Path) -> None:
    for detail in ({}, None, {"bucket": {"name": RAW}}, {"object": {"key": PLAIN}}):
        answer = deliver_event({"source": "aws.s3", "detail": detail}, Stage(tmp_path).delivery)
        assert answer == {"files": []}


def test_an_old_event_after_a_deletion_changes_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    answer = deliver_event(event("aws_2_1"), stage.delivery)
    assert answer == {"files": [{"key": PLAIN, "outcome": "absent"}]}
    assert stage.storage.visible(PROCESSED) == {}


def test_a_test_event_is_acknowledged(tmp_path: Path) -> None:
    assert deliver_event(event("aws_test_event"), Stage(tmp_path).delivery) == {"files": []}
    assert changes({}) == []
    assert changes({"Records": None}) == []


def test_a_key_that_is_not_an_order_file_is_left_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    other = event("aws_2_6")
    other["Records"][0]["s3"]["object"]["key"] = "raw/readme.pdf"
    assert deliver_event(other, stage.delivery) == {"files": []}
    assert stage.storage.calls == []


def test_one_files_failure_keeps_no_other_waiting_and_is_raised(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    second = NAMED["aws_several_records"][1]
    for key in (PLAIN, second):
        stage.storage.put(RAW, key, b"rows a")

    def fail(call: str) -> None:
        if call == f"head {RAW}/{PLAIN}":
            raise TimeoutError(call)

    stage.storage.gate = fail
    with pytest.raises(TimeoutError):
        deliver_event(event("aws_several_records"), stage.delivery)
    assert outputs_for(second).report in stage.storage.visible(PROCESSED)
    assert outputs_for(PLAIN).report not in stage.storage.visible(PROCESSED)


def test_an_event_may_force_a_finished_file_to_run_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"rows a")
    forced = event("aws_2_6")
    deliver_event(forced, stage.delivery)
    forced["Records"][0]["force"] = True
    assert deliver_event(forced, stage.delivery)["files"][0]["outcome"] == "done"


def test_a_refused_file_is_an_outcome_and_no_error(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"refused")
    answer = deliver_event(event("aws_2_6"), stage.delivery)
    assert answer == {"files": [{"key": PLAIN, "outcome": "refused"}]}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_key_is_found_however_its_sender_encodes_it(text: str) -> None:
    key = f"raw/{text}.csv"
    assert is_order_file(key)
    for encoded in (quote_plus(key), quote(key), quote_plus(key, safe="/"), key):
        record = {"s3": {"bucket": {"name": RAW}, "object": {"key": encoded}}}
        named = changes({"Records": [record]})
        assert Change(RAW, key) in named
        assert len(named) <= 2


def just_now(name: str) -> dict[str, Any]:
    """Return a recorded event as if it had happened now."""
    given_event = event(name)
    for record in given_event["Records"]:
        record["eventTime"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        record["s3"]["object"].setdefault("versionId", "version-1")
    return given_event


def test_a_new_file_that_s3_does_not_show_yet_is_retried_and_keeps_its_outputs(
    tmp_path: Path,
) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"rows a")
    deliver_event(event("aws_2_6"), stage.delivery)
    before = stage.storage.visible(PROCESSED)
    hidden = stage.storage.objects.pop((RAW, PLAIN))
    with pytest.raises(NotVisibleYet, match="it will be retried"):
        deliver_event(just_now("aws_2_6"), stage.delivery)
    assert stage.storage.visible(PROCESSED) == before
    stage.storage.objects[RAW, PLAIN] = hidden
    (file,) = deliver_event(just_now("aws_2_6"), stage.delivery)["files"]
    assert file["outcome"] == "unchanged"


def test_a_new_file_that_was_deleted_since_is_absent(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, PLAIN, b"rows a")
    stage.storage.put(RAW, PLAIN, None)
    (file,) = deliver_event(just_now("aws_2_6"), stage.delivery)["files"]
    assert file["outcome"] == "absent"


def test_what_is_not_there_twenty_minutes_after_its_event_is_gone(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    (file,) = deliver_event(event("aws_2_6"), stage.delivery)["files"]
    assert file["outcome"] == "absent"


def test_a_new_file_is_looked_for_under_both_readings_of_its_key(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.storage.put(RAW, "raw/2026-11-22/two words.csv", b"rows a")
    answer = deliver_event(just_now("localstack"), stage.delivery)
    outcomes = {file["key"]: file["outcome"] for file in answer["files"]}
    assert outcomes["raw/2026-11-22/two words.csv"] == "done"


def test_a_bucket_without_versions_has_no_delete_markers_to_wait_for() -> None:
    without = just_now("aws_2_6")
    del without["Records"][0]["s3"]["object"]["versionId"]
    assert [change.created_as for change in changes(without)] == [()]
