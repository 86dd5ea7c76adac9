"""A local AWS whose Glue jobs run on PySpark, and how a test types a job in it."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.e2e.conftest import ROOT, Lake, free_port, linked_checkout

BUCKET = "job-scripts"
ENDED = ("STOPPED", "SUCCEEDED", "FAILED", "TIMEOUT")


def processes(run: str) -> list[psutil.Process]:
    """The processes of a run and their children, also those with a group of their own."""
    own = [p for p in psutil.process_iter(["cmdline"]) if run in (p.info["cmdline"] or [])]
    found = list(own)
    for one in own:
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            found += one.children(recursive=True)
    return found


def workers(run: str) -> list[psutil.Process]:
    """Spark's Python workers, below the daemon that forks them."""
    return [p for p in processes(run) if "pyspark.daemon" in p.cmdline()]


@dataclass(frozen=True, slots=True)
class Jobs:
    """Scripts in S3, jobs that run them, and what became of their runs."""

    lake: Lake

    def put(self, key: str, text: str | bytes) -> str:
        body = text.encode() if isinstance(text, str) else text
        self.lake.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def create(self, name: str, script: str, **settings: Any) -> str:
        kind = settings.pop("kind", "glueetl")
        command = {"Name": kind, "ScriptLocation": self.put(f"{name}.py", script)}
        self.lake.aws("glue").create_job(Name=name, Role="jobs", Command=command, **settings)
        return name

    def start(self, name: str, **given: Any) -> str:
        return str(self.lake.aws("glue").start_job_run(JobName=name, **given)["JobRunId"])

    def look(self, name: str, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.lake.aws("glue").get_job_run(JobName=name, RunId=run)
        return dict(found["JobRun"])

    def wait(self, name: str, run: str, states: tuple[str, ...] = ENDED) -> dict[str, Any]:
        deadline = time.monotonic() + 400
        while time.monotonic() < deadline:
            found = self.look(name, run)
            if found["JobRunState"] in states:
                return found
            time.sleep(0.5)
        raise AssertionError(found)

    def run(self, name: str, **given: Any) -> dict[str, Any]:
        return self.wait(name, self.start(name, **given))

    def log(self, run: str, kind: str = "output", group: str = "/aws-glue/jobs") -> str:
        logs = self.lake.aws("logs")
        where = {"logGroupName": f"{group}/{kind}", "logStreamName": run}
        events = logs.get_log_events(**where, startFromHead=True)["events"]
        return "\n".join(event["message"] for event in events)


@pytest.fixture(scope="module")
def spark_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A local AWS for each module, with nothing deployed; a deployment has the jobs."""
    if not (ROOT / ".tools/spark/.stamp-spark").is_file():
        pytest.skip("no PySpark in .tools/spark: `make spark` installs it")
    lake = Lake(linked_checkout(tmp_path_factory.mktemp("lake")), free_port())
    settings = lake.root / "orderlake.toml"
    text = settings.read_text("utf-8")
    settings.unlink()
    chosen = 'Curated = "on"\nBackfillBucketName = "old-files"\n'
    settings.write_text(text.replace("[local.parameters]\n", f"[local.parameters]\n{chosen}"))
    try:
        done = lake.run("local", "up", timeout=600)
        assert done.returncode == 0, done.stderr
        yield lake
    finally:
        lake.run("local", "down")


@pytest.fixture(scope="module")
def jobs(spark_aws: Lake) -> Jobs:
    spark_aws.aws("s3").create_bucket(Bucket=BUCKET)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "glue.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    allowed = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:*"], "Resource": f"arn:aws:s3:::{BUCKET}/*"},
            {"Effect": "Allow", "Action": ["logs:*"], "Resource": "*"},
        ],
    }
    iam = spark_aws.aws("iam")
    iam.create_role(RoleName="jobs", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="jobs", PolicyName="jobs", PolicyDocument=json.dumps(allowed))
    return Jobs(spark_aws)
