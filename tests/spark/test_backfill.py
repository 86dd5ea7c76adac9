"""The backfill on a real Spark: the function's bytes, after any interruption, with few rights."""

import json
import os
import signal

import pytest

from tests.e2e.conftest import Lake

from .backfill_shop import JOB, RAW, Shop, open_shop
from .conftest import Jobs, processes, workers
from .role_permissions import open_role

pytestmark = pytest.mark.spark

OLD = "old-files"
DIRTY_FILES = 300
# Only large files and buckets without versions need these.
UNREACHED = ("s3:AbortMultipartUpload", "s3:DeleteObject")
NOT_REACHED = {("WriteOutputs", action) for action in UNREACHED}
# A run without its log goes on; the other bucket has a test of its own.
NOT_ASKED = {"Log", "ReadOldFiles", "ListOldFiles"}


@pytest.fixture(scope="module")
def shop(spark_aws: Lake, jobs: Jobs, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return open_shop(spark_aws, jobs, tmp_path_factory.mktemp("files"), DIRTY_FILES)


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
