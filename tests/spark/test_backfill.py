"""The backfill on a real Spark: the function's bytes, after any interruption, with few rights."""

import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Lake

from .conftest import Jobs, processes, workers
from .role_permissions import open_role

pytestmark = pytest.mark.spark

RAW, PROCESSED = "shop-raw-000000000000-us-east-1", "shop-processed-000000000000-us-east-1"
JOB, OLD = "shop-order-backfill", "old-files"
DATA = ("processed/orders/", "rejected/")
DIRTY_FILES = 300
SHARED = ROOT.parent / "shared" / "data"
# Only large files and buckets without versions need these.
UNREACHED = ("s3:AbortMultipartUpload", "s3:DeleteObject")
NOT_REACHED = {("WriteOutputs", action) for action in UNREACHED}
# A run without its log goes on; the other bucket has a test of its own.
NOT_ASKED = {"Log", "ReadOldFiles", "ListOldFiles"}


@dataclass(frozen=True, slots=True)
class Shop:
    """A deployed shop and what its function made of the files in raw/."""

    lake: Lake
    jobs: Jobs
    made: dict[str, bytes]

    def forget(self) -> None:
        """Remove all outputs and reports, as if the function had never run."""
        s3 = self.lake.aws("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=PROCESSED):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            if objects:
                s3.delete_objects(Bucket=PROCESSED, Delete={"Objects": objects})

    def start(self, source: str) -> str:
        return self.jobs.start(JOB, Arguments={"--source": source})

    def reports(self) -> int:
        listed = self.lake.aws("s3").list_objects_v2(Bucket=PROCESSED, Prefix="reports/")
        return int(listed["KeyCount"])

    def wait_for_reports(self, run: str, count: int) -> None:
        """Wait until a run is in the middle of its work."""
        while self.reports() < count:
            assert self.jobs.look(JOB, run)["JobRunState"] in ("STARTING", "RUNNING")
            time.sleep(0.05)

    def check_bytes(self) -> None:
        outputs = data_objects(self.lake)
        assert outputs.keys() == self.made.keys()
        assert [key for key, data in outputs.items() if data != self.made[key]] == []


def data_objects(lake: Lake) -> dict[str, bytes]:
    """Processed and rejected rows; reports differ in their claims and timings."""
    s3 = lake.aws("s3")
    found = {}
    for prefix in DATA:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PROCESSED, Prefix=prefix):
            for entry in page.get("Contents", []):
                found[entry["Key"]] = s3.get_object(Bucket=PROCESSED, Key=entry["Key"])[
                    "Body"
                ].read()
    return found


def write_files(folder: Path) -> None:
    sys.path.insert(0, str(ROOT / "bench"))
    from dirty_orders import dirty_file

    chance = random.Random(7)
    for number in range(DIRTY_FILES):
        data = dirty_file(chance)
        ending = ".csv.gz" if data.startswith(b"\x1f\x8b") else ".csv"
        (folder / f"dirty-{number:03}{ending}").write_bytes(data)
    for path in SHARED.glob("*.*sv") if SHARED.is_dir() else ():
        (folder / path.name).write_bytes(path.read_bytes())


@pytest.fixture(scope="module")
def shop(spark_aws: Lake, jobs: Jobs, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    spark_aws.ok("deploy")
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    spark_aws.run("upload", str(folder), "--no-check", timeout=900)
    return Shop(spark_aws, jobs, data_objects(spark_aws))


def test_the_outputs_are_the_functions_byte_for_byte_and_a_second_run_changes_nothing(
    shop: Shop,
) -> None:
    assert len(shop.made) > DIRTY_FILES / 2
    shop.forget()
    plan = json.loads(shop.lake.ok("backfill", "raw/", "--plan", "--json"))
    assert (plan["files"], plan["reported"]) == (len(list_raw(shop.lake)), 0)
    told = json.loads(shop.lake.run("backfill", "raw/", "--json", timeout=600).stdout)
    assert told["failures"] == 0
    assert told["outcomes"].keys() == {"done", "refused"}
    shop.check_bytes()
    again = json.loads(shop.lake.run("backfill", "raw/", "--json", timeout=600).stdout)
    assert again["outcomes"] == {"unchanged": plan["files"]}
    shop.check_bytes()
    status = json.loads(shop.lake.ok("status", "--json"))
    assert (status["waiting"], status["leftovers"]) == ([], [])


def list_raw(lake: Lake) -> list[str]:
    return [one["Key"] for one in lake.aws("s3").list_objects_v2(Bucket=RAW)["Contents"]]


def test_after_a_worker_was_killed_the_same_run_ends_right(shop: Shop) -> None:
    shop.forget()
    run = shop.start(f"s3://{RAW}/raw/")
    shop.wait_for_reports(run, 20)
    children = [child for daemon in workers(run) for child in daemon.children()]
    assert children
    children[0].kill()
    assert shop.jobs.wait(JOB, run)["JobRunState"] == "SUCCEEDED"
    assert "ython worker exited unexpectedly" in shop.jobs.log(run, "error", f"/aws-glue/{JOB}")
    shop.check_bytes()


def test_after_the_driver_was_killed_the_next_run_ends_right(shop: Shop) -> None:
    shop.forget()
    run = shop.start(f"s3://{RAW}/raw/")
    shop.wait_for_reports(run, 20)
    for process in processes(run):
        os.kill(process.pid, signal.SIGKILL)
    failed = shop.jobs.wait(JOB, run)
    assert (failed["JobRunState"], failed["ErrorMessage"]) == (
        "FAILED",
        "Command failed with exit code 137",
    )
    assert shop.jobs.wait(JOB, shop.start(f"s3://{RAW}/raw/"))["JobRunState"] == "SUCCEEDED"
    shop.check_bytes()


def test_files_of_another_bucket_are_read_and_keys_that_are_taken_are_refused(shop: Shop) -> None:
    s3 = shop.lake.aws("s3")
    s3.create_bucket(Bucket=OLD)
    body = b"sku,price,quantity\nA,1.50,2\n"
    for key in ("years/2019-05-01.csv", "raw/taken.csv", "years/notes.md"):
        s3.put_object(Bucket=OLD, Key=key, Body=body)
    done = shop.lake.run("backfill", f"s3://{OLD}/years/", "--json", timeout=600)
    assert json.loads(done.stdout)["outcomes"] == {"done": 1}
    refused = shop.lake.run("backfill", f"s3://{OLD}/raw/")
    assert refused.returncode == 2
    assert "share their outputs" in refused.stderr
    whole = shop.lake.run("backfill", f"s3://{OLD}/", "--json", timeout=600)
    assert whole.returncode == 1
    (failure,) = json.loads(whole.stdout)["failed"]
    assert failure.startswith("raw/taken.csv: KeyTaken")
    unknown = shop.lake.run("backfill", "s3://unknown-bucket/years/")
    assert 'BackfillBucketName = "unknown-bucket"' in unknown.stderr
    status = json.loads(shop.lake.ok("status", "--json"))
    assert (status["elsewhere"], status["leftovers"]) == (1, [])


def test_each_permission_of_the_role_is_missed(shop: Shop) -> None:
    s3, role = shop.lake.aws("s3"), open_role(shop.lake, JOB)
    # Without the function, which would do the work before the job does.
    s3.put_bucket_notification_configuration(Bucket=RAW, NotificationConfiguration={})
    permissions = role.permissions(NOT_REACHED, NOT_ASKED)
    folders = [f"raw/permissions/{number}/" for number in range(len(permissions))]
    header = b"sku,price,quantity\n"
    for folder in folders:
        s3.put_object(Bucket=RAW, Key=f"{folder}a.csv", Body=header + b"A,1.10,2\nB,x,1\n")
    run = shop.jobs.wait(JOB, shop.start(f"s3://{RAW}/raw/permissions/"))
    assert run["JobRunState"] == "SUCCEEDED", "the whole policy is enough"
    missed = set()
    for folder, (sid, action) in zip(folders, permissions, strict=True):
        # A rejected row is gone, so that an output has to be removed; a new file has no report yet.
        for file in ("a.csv", "b.csv"):
            s3.put_object(Bucket=RAW, Key=folder + file, Body=header + b"A,1,3\n")
        with role.without(sid, action):
            run = shop.jobs.wait(JOB, shop.start(f"s3://{RAW}/{folder}"))
        if run["JobRunState"] != "FAILED":
            missed.add((sid, action))
    assert missed == set(), "no run needs these"
