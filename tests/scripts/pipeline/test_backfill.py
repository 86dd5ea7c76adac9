"""The backfill before it starts: where it may read, and what it takes."""

import re
from pathlib import Path

import pytest
from memory_aws import NAMES, MemoryAws
from orderlake.errors import WrongUse
from orderlake.pipeline.backfill import make_plan, resolve_source
from orderlake.pipeline.backfill_plan import (
    MOST_WORKERS,
    START_SECONDS,
    plan_backfill,
)
from orderlake.pipeline.job_runs import event_of


def test_a_place_below_raw_or_another_bucket_is_an_address(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path).as_aws()
    assert resolve_source(aws, "raw/2024/") == f"s3://{NAMES.raw_bucket}/raw/2024/"
    assert resolve_source(aws, "s3://exports/2019/") == "s3://exports/2019/"
    for wrong in ("2024/", "s3://exports/raw/", f"s3://{NAMES.processed_bucket}/raw/", "s3:///x"):
        with pytest.raises(WrongUse):
            resolve_source(aws, wrong)


def test_a_plan_counts_order_files_and_those_that_have_a_report(tmp_path: Path) -> None:
    memory = MemoryAws(tmp_path)
    memory.upload("raw/2024/a.csv")
    memory.upload("raw/2024/b.csv")
    memory.upload("raw/2024/notes.md")
    memory.tell("raw/2024/a.csv", {"outcome": "done"})
    plan = make_plan(memory.as_aws(), f"s3://{NAMES.raw_bucket}/raw/2024/", None)
    assert (plan.files, plan.reported, plan.workers) == (2, 1, 2)


def test_a_plan_takes_as_many_workers_as_finish_in_an_hour() -> None:
    terabyte = plan_backfill("s3://b/", [100_000_000] * 10_000, 0)
    assert 2 < terabyte.workers < MOST_WORKERS
    assert 3000 < terabyte.seconds < 4000
    fewer = plan_backfill("s3://b/", [100_000_000] * 10_000, 0, workers=4)
    assert fewer.seconds > terabyte.seconds
    assert plan_backfill("s3://b/", [10**9] * 100_000, 0).workers == MOST_WORKERS


PAGE = (Path(__file__).resolve().parents[3] / "docs/backfill.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) TB \|(.+)\|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("terabytes", "cells"), ROWS)
def test_the_page_says_what_the_plan_says(terabytes: str, cells: str) -> None:
    files, megabytes, *told = (float(cell.replace(",", "")) for cell in cells.split("|"))
    assert files * megabytes == int(terabytes) * 1_000_000
    plan = plan_backfill("s3://b/", [int(megabytes * 1_000_000)] * int(files), 0)
    assert [plan.workers, round(plan.seconds / 60), round(plan.dollars, 2)] == told


def test_one_large_file_is_not_faster_with_more_workers() -> None:
    plan = plan_backfill("s3://b/", [8_000_000_000], 0)
    assert plan.workers == 2
    assert plan.seconds == plan_backfill("s3://b/", [8_000_000_000], 0, workers=50).seconds
    assert plan.seconds > START_SECONDS
    assert plan.dollars == pytest.approx(2 * plan.seconds / 3600 * 0.44)


def test_only_the_jobs_own_lines_are_read() -> None:
    assert event_of('{"message": "progress", "files": 1}') == {"message": "progress", "files": 1}
    assert event_of("26/11/29 WARN TaskSetManager") is None
    assert event_of("[1]") is None
