"""Glue's jobs in the local AWS: they run, fail, are retried, stopped and timed out for real."""

import io
import time
import zipfile
from typing import Any

import psutil
import pytest

from .conftest import BUCKET, Jobs, processes, workers

pytestmark = pytest.mark.spark

SPARK = """
import sys
from pyspark.sql import SparkSession
from beside.answer import ANSWER
spark = SparkSession.builder.getOrCreate()
total = spark.sparkContext.parallelize(range(100), 4).mapPartitions(
    lambda numbers: [sum(numbers) * ANSWER]
).sum()
print("total", total, spark.conf.get("spark.sql.shuffle.partitions"))
print("words", *sys.argv[1:])
"""
FAILS = "import sys; print('about to', file=sys.stderr); raise ValueError('no such order')"
SLEEPS = "import time; print('here', flush=True); time.sleep(600)"


def zipped(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_a_spark_job_gets_its_files_and_arguments_and_logs_what_it_prints(jobs: Jobs) -> None:
    beside = jobs.put(
        "beside.zip", zipped({"beside/__init__.py": "", "beside/answer.py": "ANSWER = 42"})
    )
    usual = {
        "--extra-py-files": beside,
        "--conf": "spark.sql.shuffle.partitions=7 --conf spark.log.level=ERROR",
        "--month": "2026-10",
        "--shop": "one",
    }
    fixed = {"--shop": "two"}
    name = jobs.create("sums", SPARK, DefaultArguments=usual, NonOverridableArguments=fixed)
    run = jobs.run(name, Arguments={"--month": "2026-11", "--shop": "three"})
    log = jobs.log(run["Id"])
    assert run["JobRunState"] == "SUCCEEDED", jobs.log(run["Id"], "error")
    assert "total 207900 7" in log
    assert f"--JOB_NAME sums --JOB_RUN_ID {run['Id']}" in log
    assert "--month 2026-11 --shop two" in log
    assert "--extra-py-files" not in log
    assert run["Arguments"] == {"--month": "2026-11", "--shop": "three"}
    assert run["ExecutionTime"] > 0
    assert (run["MaxCapacity"], run["LogGroupName"]) == (10.0, "/aws-glue/jobs")


def test_a_failed_run_says_its_error_and_is_tried_again(jobs: Jobs) -> None:
    name = jobs.create("fails", FAILS, kind="pythonshell", MaxRetries=1)
    first = jobs.run(name)
    assert (first["JobRunState"], first["ErrorMessage"]) == ("FAILED", "ValueError: no such order")
    second = jobs.wait(name, f"{first['Id']}_attempt_1")
    assert (second["JobRunState"], second["Attempt"]) == ("FAILED", 1)
    assert second["PreviousRunId"] == first["Id"]
    assert "about to" in jobs.log(second["Id"], "error")
    runs = jobs.lake.aws("glue").get_job_runs(JobName=name)["JobRuns"]
    assert [run["Attempt"] for run in runs] == [1, 0]


def test_a_run_that_is_stopped_ends_with_all_its_processes(jobs: Jobs) -> None:
    glue: Any = jobs.lake.aws("glue")
    waits = "\nspark.sparkContext.parallelize(range(2), 2).map(lambda n: time.sleep(600)).count()"
    start = "import time\nfrom pyspark.sql import SparkSession\nprint('here', flush=True)\n"
    script = f"{start}spark = SparkSession.builder.getOrCreate(){waits}"
    run = jobs.start(jobs.create("waits", script))
    jobs.wait("waits", run, ("RUNNING",))
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        jobs.start("waits")
    while not workers(run):
        time.sleep(0.5)
    answer = glue.batch_stop_job_run(JobName="waits", JobRunIds=[run, "jr_unknown"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": "waits", "JobRunId": run}]
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"
    assert jobs.look("waits", run)["JobRunState"] in ("STOPPING", "STOPPED")
    before = processes(run)
    assert jobs.wait("waits", run)["JobRunState"] == "STOPPED"
    assert before
    assert not [process for process in before if is_alive(process)]
    answer = glue.batch_stop_job_run(JobName="waits", JobRunIds=[run])
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "InvalidInputException"


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs: in a container nobody may collect what has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_run_that_takes_too_long_is_ended(jobs: Jobs) -> None:
    name = jobs.create("sleeps", SLEEPS, kind="pythonshell")
    run = jobs.run(name, Timeout=1)
    assert run["JobRunState"] == "TIMEOUT"
    assert 58 <= run["ExecutionTime"] < 90
    assert jobs.log(run["Id"]) == "here"


def test_the_error_of_a_script_of_spark_is_told(jobs: Jobs) -> None:
    run = jobs.run(jobs.create("fails-on-spark", FAILS))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: no such order")


def test_a_job_may_do_what_its_role_may(jobs: Jobs) -> None:
    script = (
        "import boto3\ns3 = boto3.client('s3')\n"
        f"s3.put_object(Bucket='{BUCKET}', Key='made', Body=b'1')\n"
        f"s3.list_objects_v2(Bucket='{BUCKET}')\n"
    )
    run = jobs.run(jobs.create("role", script, kind="pythonshell"))
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]
    assert "s3:ListBucket" in run["ErrorMessage"]
    jobs.lake.aws("s3").head_object(Bucket=BUCKET, Key="made")


def test_what_cannot_run_fails_with_the_next_step(jobs: Jobs) -> None:
    modules = {"--additional-python-modules": "boto3,nowhere-to-be-found==1.0"}
    name = jobs.create("modules", "1", kind="pythonshell", DefaultArguments=modules)
    run = jobs.run(name)
    assert run["JobRunState"] == "FAILED"
    assert "nowhere-to-be-found==1.0 is not installed" in run["ErrorMessage"]
    assert "boto3" not in run["ErrorMessage"]
    glue = jobs.lake.aws("glue")
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/gone.py"}
    glue.create_job(Name="gone", Role="jobs", Command=command)
    assert f"s3://{BUCKET}/gone.py cannot be read" in jobs.run("gone")["ErrorMessage"]
    glue.create_job(Name="homeless", Role="nobody", Command=command)
    assert "role/nobody does not exist" in jobs.run("homeless")["ErrorMessage"]
