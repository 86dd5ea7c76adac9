"""What a backfill will take: workers, minutes and dollars, before it is started. Pure.

docs/backfill.md says where the figures come from.
"""

import math
from dataclasses import dataclass
from typing import Literal

WORKER_TYPE: Literal["G.1X"] = "G.1X"
CORES_PER_WORKER = 4
# One of the workers holds Spark's driver.
FEWEST_WORKERS, MOST_WORKERS = 2, 101
# Bytes of CSV that one core reads, transforms and writes per second, and what a file costs beside.
BYTES_PER_CORE_SECOND = 12_000_000
SECONDS_PER_FILE = 0.3
START_SECONDS = 90
AIM_SECONDS = 3600
# https://aws.amazon.com/glue/pricing: us-east-1, by the second, one minute at least.
DOLLARS_PER_DPU_HOUR = 0.44
FEWEST_BILLED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """The work, and what it takes. `reported` files have a report already: most are up to date."""

    source: str
    files: int
    size_bytes: int
    reported: int
    workers: int
    seconds: float

    @property
    def dpus(self) -> int:
        """A worker of this type is one DPU."""
        return self.workers

    @property
    def dollars(self) -> float:
        """What Glue bills; requests to S3 come on top."""
        billed = max(self.seconds, FEWEST_BILLED_SECONDS)
        return self.workers * billed / 3600 * DOLLARS_PER_DPU_HOUR


def plan_backfill(
    source: str, sizes: list[int], reported: int, workers: int | None = None
) -> BackfillPlan:
    """Return the plan for files of these sizes in bytes, as if none of them were up to date.

    Without `workers` it takes as many as finish in about an hour.
    """
    work = sum(sizes) / BYTES_PER_CORE_SECOND + len(sizes) * SECONDS_PER_FILE
    if workers is None:
        cores = min(work / AIM_SECONDS, len(sizes))
        workers = 1 + math.ceil(cores / CORES_PER_WORKER)
        workers = min(max(workers, FEWEST_WORKERS), MOST_WORKERS)
    cores_given = (workers - 1) * CORES_PER_WORKER
    longest = max(sizes, default=0) / BYTES_PER_CORE_SECOND
    seconds = START_SECONDS + max(work / cores_given, longest)
    return BackfillPlan(source, len(sizes), sum(sizes), reported, workers, seconds)
