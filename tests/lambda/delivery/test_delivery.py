"""The delivery protocol, one scenario at a time, on a storage in memory."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from deliveries import CONTRACT, KEY, PROCESSED, RAW, Stage, check_settled, new_delivery
from order_transform.delivery.layout import outputs_for
from order_transform.delivery.protocol import (
    ATTEMPTS,
    ContendedError,
    Delivered,
    Delivery,
)
from order_transform.delivery.storage import Archived, ConditionFailed

OUTPUTS = outputs_for(KEY)
CHANGES: dict[str, list[bytes | None]] = {
    "a first upload": [b"rows rejects a"],
    "an upload without rejects": [b"rows a"],
    "a correction": [b"rows a", b"rows b"],
    "a correction that gains rejects": [b"rows a", b"rows rejects b"],
    "a correction that loses rejects": [b"rows rejects a", b"rows b"],
    "a correction that loses its rows": [b"rows rejects a", b"rejects b"],
    "a correction that is refused": [b"rows a", b"refused b"],
    "the bytes of an earlier version": [b"rows a", b"rows b", b"rows a"],
    "an archive": [b"@one @two a"],
    "an archive with another file in it": [b"@one @two a", b"@two @three b"],
    "an archive that becomes a file": [b"@one rejects a", b"rows b"],
    "an archive that is refused": [b"@one @two a", b"refused b"],
    "an archive that is deleted": [b"@one @two a", None],
    "a deletion": [b"rows rejects a", None],
    "an upload after a deletion": [b"rows rejects a", None, b"rows b"],
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def changed(stage: Stage, contents: list[bytes | None]) -> None:
    """Bring all but the last of the changes to their end; the last has only happened."""
    for content in contents[:-1]:
        stage.storage.put(RAW, KEY, content)
        stage.deliver(KEY)
    stage.storage.put(RAW, KEY, contents[-1])


def calls_of(stage: Stage) -> list[str]:
    calls = list(stage.storage.calls)
    stage.storage.calls.clear()
    return calls


@pytest.mark.parametrize("contents", CHANGES.values(), ids=CHANGES)
def test_one_delivery_brings_the_outputs_up_to_date(
    stage: Stage, contents: list[bytes | None]
) -> None:
    changed(stage, contents)
    stage.deliver(KEY)
    check_settled(stage)


@pytest.mark.parametrize("contents", CHANGES.values(), ids=CHANGES)
def test_a_crash_at_any_call_is_finished_by_the_next_delivery(
    tmp_path: Path, contents: list[bytes | None]
) -> None:
    gates = 0
    while True:  # until the delivery is through before it can crash
        stage = Stage(tmp_path)
        changed(stage, contents)
        one = stage.start(KEY)
        if any(one.step() for _ in range(gates + 1)):
            break
        one.crash()
        stage.deliver(KEY)
        check_settled(stage)
        gates += 1
    assert gates >= 8  # before and after each of four calls, at the least


@pytest.mark.parametrize("contents", CHANGES.values(), ids=CHANGES)
def test_a_delivery_that_is_overtaken_at_any_call_undoes_nothing(
    tmp_path: Path, contents: list[bytes | None]
) -> None:
    gates = 0
    while True:
        stage = Stage(tmp_path)
        changed(stage, contents)
        late = stage.start(KEY)
        if any(late.step() for _ in range(gates + 1)):
            break
        stage.storage.put(RAW, KEY, b"rows newest")
        stage.deliver(KEY)
        while not late.step():
            pass
        check_settled(stage)
        gates += 1
    assert gates >= 8


def test_a_delivery_overtaken_by_a_deletion_leaves_nothing(tmp_path: Path) -> None:
    for gates in range(1, 16):
        stage = Stage(tmp_path)
        stage.storage.put(RAW, KEY, b"rows rejects a")
        late = stage.start(KEY)
        for _ in range(gates):
            late.step()
        stage.storage.put(RAW, KEY, None)
        stage.deliver(KEY)
        while not late.step():
            pass
        check_settled(stage)


@pytest.mark.parametrize("content", [b"rows a", b"rows rejects a", b"refused a"])
def test_a_duplicate_of_a_finished_version_costs_two_requests(stage: Stage, content: bytes) -> None:
    stage.storage.put(RAW, KEY, content)
    stage.deliver(KEY)
    calls_of(stage)
    assert stage.deliver(KEY).outcome == "unchanged"
    assert calls_of(stage) == [f"read {PROCESSED}/{OUTPUTS.report}", f"head {RAW}/{KEY}"]


def test_a_duplicate_after_a_crash_costs_five_requests_and_writes_nothing(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows a")
    one = stage.start(KEY)
    for _ in range(8):
        one.step()
    one.crash()
    stage.deliver(KEY)
    calls_of(stage)
    assert stage.deliver(KEY).outcome == "unchanged"
    calls = [call.partition(" ")[0] for call in calls_of(stage)]
    assert calls == ["read", "head", "head", "head", "head"]


def test_a_key_that_does_not_exist_costs_two_requests(stage: Stage) -> None:
    assert stage.deliver(KEY).outcome == "absent"
    assert len(calls_of(stage)) == 2


def test_a_file_without_rejects_costs_six_requests(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows a")
    assert stage.deliver(KEY).outcome == "done"
    calls = [call.partition(" ")[0] for call in calls_of(stage)]
    assert calls == ["read", "head", "write", "download", "write", "write"]


def test_identical_bytes_uploaded_again_are_a_new_version(stage: Stage) -> None:
    changed(stage, [b"rows a", b"rows a"])
    done = stage.deliver(KEY)
    assert done.outcome == "done"
    assert done.report is not None
    assert done.report.source is not None
    newest = stage.storage.newest(RAW, KEY)
    assert newest is not None
    assert done.report.source.version_id == newest.version_id


def test_two_versions_never_share_an_etag_although_their_rows_are_the_same(stage: Stage) -> None:
    etags = set()
    for _ in range(3):
        stage.storage.put(RAW, KEY, b"rows a")
        stage.deliver(KEY)
        version = stage.storage.newest(PROCESSED, OUTPUTS.processed)
        assert version is not None
        etags.add(version.etag)
    assert len(etags) == 3


def test_forced_a_finished_file_runs_again(stage: Stage) -> None:
    changed(stage, [b"rows a", b"rows b"])
    stage.deliver(KEY)
    assert stage.delivery.deliver(RAW, KEY, force=True).outcome == "done"
    check_settled(stage)


def test_another_contract_runs_a_file_again(stage: Stage) -> None:
    changed(stage, [b"rows a", b"rows b"])
    stage.deliver(KEY)
    other = replace(CONTRACT, version="3", digest="0" * 12)
    newer = Delivery(stage.storage, stage.delivery.runner, other, PROCESSED, "gzip")
    assert newer.deliver(RAW, KEY).outcome == "done"


def test_another_compression_leaves_one_processed_object(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows a")
    one = stage.start(KEY)
    while not any("json.gz" in call for call in stage.storage.calls):
        one.step()
    one.step()
    one.crash()  # with rows written under the other name, and no report of them
    new_delivery(stage.storage, stage.runner, "none").deliver(RAW, KEY)
    left = [key for key in stage.storage.visible(PROCESSED) if key.startswith("processed/")]
    assert left == [outputs_for(KEY, "none").processed]


def test_outputs_that_somebody_deleted_come_back_with_the_next_version(stage: Stage) -> None:
    changed(stage, [b"rows a", b"rows b"])
    stage.storage.put(PROCESSED, OUTPUTS.processed, None)
    stage.deliver(KEY)
    check_settled(stage)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"outcome": "done"}', b"\xff", b"null"])
def test_a_report_that_cannot_be_read_is_replaced(stage: Stage, data: bytes) -> None:
    stage.storage.put(PROCESSED, OUTPUTS.report, data)
    stage.storage.put(PROCESSED, OUTPUTS.rejected, b"of unknown origin")
    stage.storage.put(RAW, KEY, b"rows a")
    assert stage.deliver(KEY).outcome == "done"
    check_settled(stage)


def test_a_removal_leaves_no_older_version_of_the_outputs(stage: Stage) -> None:
    changed(stage, [b"rows rejects a", b"rows rejects b", None])
    assert stage.deliver(KEY).outcome == "removed"
    assert not any(
        stage.storage.objects[PROCESSED, key]
        for key in (
            OUTPUTS.processed,
            OUTPUTS.rejected,
            OUTPUTS.report,
        )
    )


@pytest.mark.parametrize("contents", CHANGES.values(), ids=CHANGES)
def test_buckets_without_versions_work_where_deliveries_come_one_by_one(
    tmp_path: Path, contents: list[bytes | None]
) -> None:
    stage = Stage(tmp_path, frozenset({RAW, PROCESSED}))
    changed(stage, contents)
    stage.deliver(KEY)
    check_settled(stage)


def test_an_object_that_never_rests_is_left_to_the_next_try(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows a")

    def somebody_writes(call: str) -> None:
        if call.startswith("write") and OUTPUTS.processed in call:
            stage.storage.put(PROCESSED, OUTPUTS.processed, b"%d" % len(stage.storage.calls))

    stage.storage.gate = somebody_writes
    with pytest.raises(ContendedError, match="it will be retried"):
        stage.deliver(KEY)
    assert stage.runner.waits == list(range(ATTEMPTS))


def test_a_fault_of_the_storage_is_passed_on(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows a")

    def fail(call: str) -> None:
        if call.startswith("download"):
            raise TimeoutError(call)

    stage.storage.gate = fail
    with pytest.raises(TimeoutError):
        stage.deliver(KEY)
    stage.storage.gate = lambda call: None
    assert stage.deliver(KEY).outcome == "done"
    check_settled(stage)


def test_the_report_says_what_the_outputs_are(stage: Stage) -> None:
    stage.storage.put(RAW, KEY, b"rows rejects a")
    done = stage.deliver(KEY)
    assert isinstance(done, Delivered)
    body = json.loads(stage.storage.visible(PROCESSED)[OUTPUTS.report])
    assert body["outcome"] == "done"
    assert body["source"]["key"] == KEY
    assert [output["key"] for output in body["outputs"]] == [OUTPUTS.processed, OUTPUTS.rejected]
    assert body["contract_version"].startswith(f"{CONTRACT.version}+{CONTRACT.digest}")
    assert body["counts"]["records"] == 3


def test_the_storage_in_memory_refuses_what_s3_refuses(stage: Stage) -> None:
    first = stage.storage.write("b", "k", b"1", None)
    with pytest.raises(ConditionFailed):
        stage.storage.write("b", "k", b"2", None)
    second = stage.storage.write("b", "k", b"2", first.etag)
    with pytest.raises(ConditionFailed):
        stage.storage.write("b", "k", b"3", first.etag)
    assert [one.version_id for one in stage.storage.versions("b", "k")] == [
        second.version_id,
        first.version_id,
    ]


def test_a_file_in_an_archive_fails_at_once_and_its_outputs_stay(stage: Stage) -> None:
    changed(stage, [b"rows a"])
    stage.deliver(KEY)
    before = stage.storage.visible(PROCESSED)[OUTPUTS.processed]

    def refuse(call: str) -> None:
        if call.startswith("download"):
            raise Archived(KEY)

    stage.storage.gate = refuse
    with pytest.raises(Archived):
        stage.delivery.deliver(RAW, KEY, force=True)
    assert stage.runner.waits == []
    assert stage.storage.visible(PROCESSED)[OUTPUTS.processed] == before
    stage.storage.gate = lambda call: None
    assert stage.deliver(KEY).outcome == "done"
    check_settled(stage)
