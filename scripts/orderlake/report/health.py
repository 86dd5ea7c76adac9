"""The health of the pipeline: the state of each file, and why rows were rejected. It only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orderlake.aws.session import Aws
from orderlake.pipeline.failure_queue import FailureQueue
from orderlake.pipeline.inventory import OnProgress, read_inventory
from orderlake.pipeline.rejected import count_codes, rejected_files
from orderlake.pipeline.status import Status, compare


@dataclass(frozen=True, slots=True)
class Health:
    """A deployment's figures, its rejected rows by reason, and the time of its newest file."""

    status: Status
    reject_codes: Mapping[str, int]
    newest: datetime | None


def read_health(aws: Aws, on_progress: OnProgress) -> Health:
    """Return the current figures; raises NotDeployed if the buckets do not exist."""
    inventory = read_inventory(aws, on_progress)
    return Health(
        status=compare(inventory, FailureQueue(aws).count()),
        reject_codes=count_codes(rejected_files(inventory)),
        newest=max((file.modified for file in inventory.raw.files.values()), default=None),
    )
