"""Safe redelivery: the outputs are those of the newest version of each file, exactly once."""

import csv
import gzip
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from order_transform.delivery.layout import outputs_for

from .conftest import Lake

pytestmark = pytest.mark.e2e

RAW = "shop-raw-000000000000-us-east-1"
PROCESSED = "shop-processed-000000000000-us-east-1"
FUNCTION = "shop-order-transform"
HEADER = "Order ID,SKU,Qty,Price\n"
PATIENCE_SECONDS = 60.0
ODD_NAMES = (
    "two words.csv",
    "one+one.csv",
    "a + b.csv",
    "Zoë ☕ 订单.csv",
    "100% sure.csv",
    "%41.csv",
    "a%2Bb.csv",
    "dt=2026-11-20/x=y.csv",
    "it's (1) [2], & more; @$!.TSV.csv",
    "UPPER.CSV",
)


def orders(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def until[T](look: Callable[[], T | None], what: str) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE_SECONDS:.0f} s: {what}")


@dataclass(frozen=True, slots=True)
class Buckets:
    """What lies in S3, looked at from outside."""

    s3: Any

    def put(self, key: str, text: str) -> str:
        answer = self.s3.put_object(Bucket=RAW, Key=key, Body=text.encode())
        return str(answer["VersionId"])

    def read(self, key: str) -> bytes | None:
        try:
            return bytes(self.s3.get_object(Bucket=PROCESSED, Key=key)["Body"].read())
        except self.s3.exceptions.NoSuchKey:
            return None

    def report(self, key: str) -> dict[str, Any] | None:
        body = self.read(outputs_for(key).report)
        return json.loads(body) if body else None

    def rows(self, key: str) -> list[dict[str, Any]] | None:
        body = self.read(outputs_for(key).processed)
        return read_lines(body) if body else None

    def rejects(self, key: str) -> list[dict[str, Any]] | None:
        body = self.read(outputs_for(key).rejected)
        return read_lines(body) if body else None

    def outcome(self, key: str, version_id: str) -> dict[str, Any]:
        """Wait for the final report of a version."""

        def look() -> dict[str, Any] | None:
            report = self.report(key)
            is_final = report and report["outcome"] in ("done", "refused")
            return report if report and is_final and about(report) == version_id else None

        return until(look, f"a report of {key}")

    def names(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=PROCESSED, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def about(report: dict[str, Any]) -> str | None:
    source = report["source"] or {}
    version_id = source.get("version_id")
    return str(version_id) if version_id else None


def read_lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(body).splitlines()]


@pytest.fixture(scope="module")
def buckets(lake: Lake) -> Buckets:
    return Buckets(lake.aws("s3"))


def test_a_corrected_file_replaces_its_rows_also_when_it_shrinks_or_is_refused(
    buckets: Buckets,
) -> None:
    key = "raw/corrected/2026-11-20.csv"
    buckets.outcome(key, buckets.put(key, orders("1,A,1,1.10", "2,B,2,2.20", "3,C,x,3.30")))
    assert [row["product_id"] for row in buckets.rows(key) or []] == ["A", "B"]
    assert len(buckets.rejects(key) or []) == 1

    buckets.outcome(key, buckets.put(key, orders("2,B,5,2.20")))
    assert [(row["product_id"], row["quantity"]) for row in buckets.rows(key) or []] == [("B", 5)]
    assert buckets.rejects(key) is None

    refused = buckets.outcome(key, buckets.put(key, "SKU,Stock\nA,1\n"))
    assert refused["refusal"]["code"] == "no_required_column"
    assert buckets.rows(key) is None

    buckets.outcome(key, buckets.put(key, orders("4,D,1,4.40")))
    assert [row["product_id"] for row in buckets.rows(key) or []] == ["D"]


def test_a_deleted_file_takes_its_outputs_with_it(buckets: Buckets) -> None:
    key = "raw/deleted.csv"
    buckets.outcome(key, buckets.put(key, orders("1,A,1,1.10", "2,B,0,2.20")))
    assert buckets.rows(key)
    assert buckets.rejects(key)
    buckets.s3.delete_object(Bucket=RAW, Key=key)
    until(lambda: buckets.report(key) is None, "the report's end")
    assert buckets.rows(key) is None
    assert buckets.rejects(key) is None


def test_the_same_file_twenty_times_is_one_result(buckets: Buckets) -> None:
    key = "raw/again/2026-11-03.csv"
    text = orders("1,A,1,1.10", "2,B,2,2.20")
    versions = [buckets.put(key, text) for _ in range(20)]
    report = buckets.outcome(key, versions[-1])
    assert report["counts"] == {"records": 2, "accepted": 2, "rejected": 0, "blank": 0}
    assert len(buckets.rows(key) or []) == 2
    unique = outputs_for(key).processed.rpartition("-")[2]
    assert [name for name in buckets.names("processed/orders/") if unique in name] == [
        outputs_for(key).processed
    ]
    time.sleep(0.5)
    assert buckets.report(key) == report


def test_fifty_files_at_once_lose_no_row(lake: Lake, buckets: Buckets) -> None:
    folder = lake.root / "fifty"
    for number in range(50):
        good = [f"{n},P{n % 3},{n + 1},{n}.25" for n in range(number)]
        bad = [f"b{n},P,0,1.00" for n in range(number % 4)]
        blank = [""] * (number % 3)
        path = folder / f"fifty/part-{number:02}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(orders("0,P,1,1.00", *good, *bad, *blank))
    reports = lake.json("upload", "fifty", "--json")
    assert len(reports) == 50
    for report in reports:
        number = int(report["source"]["key"][-6:-4])
        counts = report["counts"]
        wanted = {"accepted": number + 1, "rejected": number % 4, "blank": number % 3}
        assert counts == wanted | {"records": sum(wanted.values())}
        assert len(buckets.rows(report["source"]["key"]) or []) == counts["accepted"]
        assert len(buckets.rejects(report["source"]["key"]) or []) == counts["rejected"]


def test_keys_of_every_kind_are_found(buckets: Buckets) -> None:
    keys = [f"raw/odd/{name}" for name in ODD_NAMES]
    versions = {key: buckets.put(key, orders("1,A,2,1.10")) for key in keys}
    for key, version_id in versions.items():
        assert buckets.outcome(key, version_id)["source"]["key"] == key
        assert len(buckets.rows(key) or []) == 1


def function_processes(lake: Lake) -> list[int]:
    """Return the processes that run the function for this local AWS, and for no other."""
    mark = f"LAMBDA_TASK_ROOT={lake.root.resolve()}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                variables = (folder / "environ").read_bytes().split(b"\0")
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
            is_function = any(name.startswith(b"AWS_LAMBDA_RUNTIME_API=") for name in variables)
            if is_function and any(name.startswith(mark) for name in variables):
                found.append(int(folder.name))
    return found


@pytest.mark.skipif(
    not Path("/proc/self/environ").exists() or os.environ.get("ORDERLAKE_RUNTIME") == "docker",
    reason="no /proc of this machine shows the function's process",
)
def test_a_function_killed_in_mid_run_still_ends_right(lake: Lake, buckets: Buckets) -> None:
    key = "raw/killed.csv"
    first = buckets.outcome(key, buckets.put(key, orders("1,A,1,1.10")))
    version_id = buckets.put(
        key, orders(*(f"{n},P{n % 97},{n % 5 + 1},0.25" for n in range(200_000)))
    )

    def has_begun() -> bool:
        report = buckets.report(key)
        return bool(report and report["outcome"] == "started" and about(report) == version_id)

    until(has_begun, "the start of the run")
    killed = function_processes(lake)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert has_begun()
    report = buckets.outcome(key, version_id)
    assert report["claim"] != first["claim"]
    assert report["counts"]["accepted"] == 200_000
    assert len(buckets.rows(key) or []) == 200_000
    # Without the filter, a neighbour's failure on the same server would show, too.
    killing = ("logs", "--errors", "--since", "2m", "--filter", "signal: killed")
    until(lambda: "signal: killed" in lake.ok(*killing), "its log line")


def waiting_messages(sqs: Any) -> int:
    url = sqs.get_queue_url(QueueName="shop-order-failures")["QueueUrl"]
    name = "ApproximateNumberOfMessages"
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    return int(attributes[name])


@contextmanager
def broken_function(lake: Lake) -> Iterator[None]:
    """Point the function at a bucket that does not exist, and back."""
    functions = lake.aws("lambda")
    before = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]

    def configure(variables: dict[str, str]) -> None:
        functions.update_function_configuration(
            FunctionName=FUNCTION, Environment={"Variables": variables}
        )
        functions.get_waiter("function_updated_v2").wait(
            FunctionName=FUNCTION, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )

    configure(before | {"PROCESSED_BUCKET": "no-such-bucket"})
    try:
        yield
    finally:
        configure(before)


def test_a_failure_ends_in_the_queue_and_replay_takes_out_what_then_succeeds(
    lake: Lake, buckets: Buckets
) -> None:
    key = "raw/failed file+1.csv"
    sqs = lake.aws("sqs")
    with broken_function(lake):
        version_id = buckets.put(key, orders("1,A,2,1.10"))
        until(lambda: waiting_messages(sqs) == 1, "the failed event in the queue")
        status = lake.json("status", "--json")
        assert status["failures"] == 1
        assert "AccessDenied" in status["failed"][key]
        again = lake.run("replay")
        assert again.returncode == 1
        assert f"{key}: failed: AccessDenied" in again.stdout
        assert "stay in the queue" in again.stderr
        assert waiting_messages(sqs) == 1
    assert buckets.report(key) is None
    assert lake.ok("replay") == f"{key}: done\n"
    assert waiting_messages(sqs) == 0
    assert buckets.outcome(key, version_id)["outcome"] == "done"
    assert lake.ok("replay") == "the failure queue is empty\n"
    starts = lake.ok("logs", "--raw", "--filter", "failed file+1.csv").count('"message": "failed"')
    assert starts == 4  # the first run, two retries, and the replay that was too early


@contextmanager
def lost_events(buckets: Buckets) -> Iterator[None]:
    """Take the bucket's notification away, and bring it back."""
    saved = buckets.s3.get_bucket_notification_configuration(Bucket=RAW)
    saved.pop("ResponseMetadata", None)

    def configure(configuration: dict[str, Any]) -> None:
        buckets.s3.put_bucket_notification_configuration(
            Bucket=RAW, NotificationConfiguration=configuration
        )

    configure({})
    try:
        yield
    finally:
        configure(saved)


def test_lost_events_show_in_the_status_and_are_repaired(lake: Lake, buckets: Buckets) -> None:
    new, changed, removed = (f"raw/lost/{name}.csv" for name in ("new", "changed", "removed 1"))
    for key in (changed, removed):
        buckets.outcome(key, buckets.put(key, orders("1,A,1,1.10")))
    with lost_events(buckets):
        new_version = buckets.put(new, orders("1,A,1,1.10"))
        changed_version = buckets.put(changed, orders("1,A,2,1.10", "2,B,1,1.00"))
        buckets.s3.delete_object(Bucket=RAW, Key=removed)

    before = lake.json("status", "--json")
    assert {one["key"]: one["why"] for one in before["waiting"]} == {
        new: "no report",
        changed: "newer than its report",
    }
    assert before["oldest_waiting_seconds"] > 0
    assert [one["key"] for one in before["leftovers"]] == [removed]

    repaired = lake.json("status", "--repair", "--json")
    assert {one["key"]: one["outcome"] for one in repaired["repaired"]} == {
        new: "done",
        changed: "done",
        removed: "removed",
    }
    assert (repaired["waiting"], repaired["leftovers"]) == ([], [])
    assert repaired["records"] == before["records"] + 3
    assert buckets.outcome(new, new_version)["outcome"] == "done"
    assert buckets.outcome(changed, changed_version)["counts"]["accepted"] == 2
    assert buckets.rows(removed) is None


def test_a_finished_file_named_to_replay_is_done_again(lake: Lake, buckets: Buckets) -> None:
    key = "raw/finished.csv"
    before = buckets.outcome(key, buckets.put(key, orders("1,A,1,1.10")))
    assert lake.ok("replay", "raw/finish*") == f"{key}: done\n"
    after = buckets.report(key)
    assert after
    assert after["claim"] != before["claim"]
    assert after["outputs"] == before["outputs"]
    unknown = lake.run("replay", "finishd.csv")
    assert unknown.returncode == 2
    assert f"did you mean '{key}'?" in unknown.stderr


def test_rejected_rows_are_written_out_corrected_and_accepted(lake: Lake, buckets: Buckets) -> None:
    key = "raw/2026-11-19.csv"
    (lake.root / "2026-11-19.csv").write_text(orders("1,A,1,1.10", "2,B,2,oops", "3,C,0,3.30"))
    lake.ok("upload", "2026-11-19.csv")
    found = lake.json("rejected", key, "--json")
    assert found["codes"] == {"not_a_number": 1, "zero": 1}
    assert [row["record"] for row in found["files"][0]["examples"]] == [2, 3]

    corrected = lake.root / "2026-11-19-corrected.csv"
    lake.ok("rejected", key, "--csv", corrected.name)
    lines = list(csv.reader(corrected.read_text("utf-8-sig").splitlines()))
    assert lines == [HEADER.strip().split(","), ["2", "B", "2", "oops"], ["3", "C", "0", "3.30"]]
    corrected.write_text(corrected.read_text("utf-8").replace("oops", "2.20").replace(",0,", ",3,"))
    [report] = lake.json("upload", corrected.name, "--json")
    assert report["counts"] == {"records": 2, "accepted": 2, "rejected": 0, "blank": 0}
    partitions = {
        name.split("/")[2] for name in buckets.names("processed/orders/") if "-11-19" in name
    }
    assert partitions == {"dt=2026-11-19"}


def test_a_read_goes_on_though_its_object_is_deleted(buckets: Buckets) -> None:
    data = bytes(range(256)) * 100_000
    version = buckets.s3.put_object(Bucket=RAW, Key="other/read", Body=data)["VersionId"]
    body = buckets.s3.get_object(Bucket=RAW, Key="other/read")["Body"]
    start = body.read(1000)
    buckets.s3.delete_object(Bucket=RAW, Key="other/read", VersionId=version)
    assert start + body.read() == data
