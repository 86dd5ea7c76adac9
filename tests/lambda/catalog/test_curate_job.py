"""After a crawl, the second function starts the job of the curated table, where there is one."""

import json

import pytest
from memory_glue import refusal
from order_transform.catalog.handler import start_job


class Jobs:
    """Glue with one job, which may be running."""

    def __init__(self, code: str = "") -> None:
        self.code = code
        self.started: list[str] = []

    def start_job_run(self, JobName: str) -> dict[str, str]:
        if self.code:
            raise refusal(self.code, "StartJobRun")
        self.started.append(JobName)
        return {"JobRunId": "jr_1"}


def test_the_job_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    jobs = Jobs()
    start_job(jobs, "shop-order-curate")
    assert jobs.started == ["shop-order-curate"]
    assert json.loads(capsys.readouterr().out)["run"] == "jr_1"


def test_a_job_that_runs_is_left_alone_and_other_refusals_are_raised() -> None:
    start_job(Jobs("ConcurrentRunsExceededException"), "shop-order-curate")
    with pytest.raises(Exception, match="AccessDenied"):
        start_job(Jobs("AccessDenied"), "shop-order-curate")
