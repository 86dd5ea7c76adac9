"""What a worker does with a task: each file through the function's own delivery protocol.

A file that cannot be delivered is counted and named. It does not end the others.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from order_jobs.backfilling.function_package import use_package
from order_jobs.backfilling.tasks import OrderFile, Task

if TYPE_CHECKING:
    from order_transform.delivery.protocol import Delivery

MEMORY_MIB = 512


@dataclass(frozen=True, slots=True)
class BackfillSettings:
    """What a worker has to know. `is_own_bucket`: the files are the shop's own raw files."""

    bucket: str
    is_own_bucket: bool
    raw_prefix: str
    processed_bucket: str
    compression: str
    function_package: str
    threads: int = 1


@dataclass(slots=True)
class TaskResult:
    """How the files of a task, or of many, ended. `failures` are (key, error).

    `size_bytes` is of all of them, `read_bytes` of those that were not up to date.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    size_bytes: int = 0
    read_bytes: int = 0
    records: int = 0
    rejected: int = 0
    seconds: float = 0.0

    @property
    def files(self) -> int:
        """How many files ended, one way or the other."""
        return self.outcomes.total()

    def add(self, other: "TaskResult") -> None:
        """Take over what another task did."""
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.size_bytes += other.size_bytes
        self.read_bytes += other.read_bytes
        self.records += other.records
        self.rejected += other.rejected
        self.seconds += other.seconds


def deliver_tasks(
    settings: BackfillSettings, tasks: Iterable[Task], tell: Callable[[TaskResult], None]
) -> Iterator[TaskResult]:
    """Deliver the files of one partition; `tell` hears of each file as it ends."""
    delivery = open_delivery(settings)
    for task in tasks:
        together = TaskResult()
        for file in task:
            result = deliver_file(delivery, settings, file)
            tell(result)
            together.add(result)
        yield together


def deliver_file(delivery: "Delivery", settings: BackfillSettings, file: OrderFile) -> TaskResult:
    """Bring one file up to date and return how that ended."""
    started = time.monotonic()
    result = TaskResult(size_bytes=file.size_bytes)
    try:
        if not settings.is_own_bucket:
            refuse_taken_key(delivery, settings, file.key)
        delivered = delivery.deliver(settings.bucket, file.key)
    except Exception as error:  # told at the end of the run; the other files go on
        result.outcomes["failed"] += 1
        result.failures.append((file.key, f"{type(error).__name__}: {error}"))
    else:
        result.outcomes[delivered.outcome] += 1
        if delivered.outcome in ("done", "refused") and delivered.report:
            counts = delivered.report.body["counts"]
            result.read_bytes = file.size_bytes
            result.records, result.rejected = counts["records"], counts["rejected"]
    result.seconds = time.monotonic() - started
    return result


class KeyTaken(Exception):
    """The outputs of this key are those of another bucket's file."""


def refuse_taken_key(delivery: "Delivery", settings: BackfillSettings, key: str) -> None:
    """Raise KeyTaken for another bucket's file whose key is, or could be, that of another file.

    The places of outputs follow from the key alone, so that one file would replace the other.
    """
    from order_transform.delivery.layout import outputs_for
    from order_transform.writing.report import json_to_report

    if key.startswith(settings.raw_prefix):
        raise KeyTaken(f"keys below '{settings.raw_prefix}' are the shop's own; copy it elsewhere")
    report = outputs_for(key, delivery.compression).report
    if found := delivery.storage.read(delivery.processed_bucket, report):
        source = json_to_report(found[0]).source
        if source and source.bucket != settings.bucket:
            raise KeyTaken(f"s3://{source.bucket}/{key} has outputs already; give it another key")


def open_s3() -> Any:
    """Return a client of S3, at the endpoint of the environment."""
    import boto3
    from botocore.config import Config

    # A bucket's name is part of the host name, unless an endpoint is given by address.
    style: Literal["path", "auto"] = "path" if os.environ.get("AWS_ENDPOINT_URL") else "auto"
    config = Config(
        retries={"mode": "adaptive", "max_attempts": 10}, s3={"addressing_style": style}
    )
    return boto3.client("s3", config=config)


@cache
def open_delivery(settings: BackfillSettings) -> "Delivery":
    """Return the protocol as the function has it, once per process."""
    use_package(open_s3(), settings.function_package)
    from order_transform.contract.parse import default_contract_text, parse_contract
    from order_transform.delivery.protocol import Delivery
    from order_transform.delivery.runner import LocalTransformRunner
    from order_transform.delivery.s3_storage import S3Storage
    from order_transform.sql.engine import Engine

    contract = parse_contract(default_contract_text())
    engine = Engine(threads=settings.threads, memory_mib=MEMORY_MIB)
    return Delivery(
        storage=S3Storage(open_s3()),
        runner=LocalTransformRunner(contract, settings.compression, engine),
        contract=contract,
        processed_bucket=settings.processed_bucket,
        compression=settings.compression,
    )
