"""The job that brings all order files below an S3 address through the function's own package.

The driver lists the files and hands them out, the largest first. Each report says whether a file is
up to date, so the same job can be stopped and started again at any time.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyspark import AccumulatorParam, SparkContext

from order_jobs.arguments import read_arguments
from order_jobs.backfilling.deliver import (
    BackfillSettings,
    TaskResult,
    deliver_tasks,
    open_delivery,
    open_s3,
)
from order_jobs.backfilling.listing import list_order_files, read_place
from order_jobs.backfilling.tasks import Task, into_tasks
from order_jobs.backfilling.told_progress import ToldProgress, tell

REQUIRED = ("source", "raw-bucket", "raw-prefix", "processed-bucket", "function-package")
OPTIONAL = {"compression": "gzip", "threads": "1"}


class _Told(AccumulatorParam[TaskResult]):
    """Adds results up: on a worker until its task ends, then on the driver, which tells them."""

    def __init__(self, progress: ToldProgress | None) -> None:
        self._progress = progress

    def __getstate__(self) -> dict[str, None]:
        return {"_progress": None}

    def zero(self, value: TaskResult) -> TaskResult:
        return TaskResult()

    def addInPlace(self, value1: TaskResult, value2: TaskResult) -> TaskResult:  # noqa: N802 # Spark's name
        if self._progress:
            self._progress.hear(value2)
            return value1
        value1.add(value2)
        return value1


class FilesFailed(Exception):
    """Some files could not be delivered; the log names each."""


def main(argv: Sequence[str]) -> None:
    """Run the backfill. Raises FilesFailed at its end."""
    given = read_arguments(argv, REQUIRED, OPTIONAL)
    place = read_place(given["source"])
    settings = BackfillSettings(
        bucket=place.bucket,
        is_own_bucket=place.bucket == given["raw-bucket"],
        raw_prefix=given["raw-prefix"],
        processed_bucket=given["processed-bucket"],
        compression=given["compression"],
        function_package=given["function-package"],
        threads=int(given["threads"]),
    )
    open_delivery(settings)  # what is wrong with the package or the contract shows here, at once
    start = settings.raw_prefix if settings.is_own_bucket else ""
    files = list(list_order_files(open_s3(), place, start))
    tasks = into_tasks(files)
    size_bytes = sum(file.size_bytes for file in files)
    tell("planned", files=len(files), bytes=size_bytes, tasks=len(tasks))
    progress = ToldProgress(len(files), size_bytes)
    whole = TaskResult()
    if tasks:
        for result in run(SparkContext.getOrCreate(), settings, tasks, progress):
            whole.add(result)
    progress.end(whole)
    if whole.failures:
        count = f"{len(whole.failures)} of {len(files)} files could not be delivered"
        raise FilesFailed(f"{count}; the log names them; start the same job again")


def run(
    spark: SparkContext, settings: BackfillSettings, tasks: list[Task], progress: ToldProgress
) -> list[TaskResult]:
    """Hand out the tasks, each a partition of its own, and return their results."""
    told: Any = spark.accumulator(TaskResult(), _Told(progress))

    def deliver(partition: Iterable[Task]) -> Iterator[TaskResult]:
        return deliver_tasks(settings, partition, told.add)

    results: list[TaskResult] = (
        spark.parallelize(tasks, len(tasks)).mapPartitions(deliver).collect()
    )
    return results


if __name__ == "__main__":
    main(sys.argv[1:])
