"""Failures that pass by themselves: AWS is not ready yet for something new or just deleted.

Each is reported and tried again a few times after a wait.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from orderlake.aws.session import Aws
from orderlake.deploy import recovery, stack
from orderlake.deploy.package import Package
from orderlake.errors import DeployFailed

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Race:
    """A failure that passes by itself; `text` is in AWS's message."""

    text: re.Pattern[str]
    wait_seconds: float
    why: str


RACES = (
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html: eventual consistency
    Race(
        re.compile(r"unable to assume provided role|cannot be assumed by"),
        15,
        "a new role is not known everywhere yet",
    ),
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    Race(
        re.compile(r"wait 60 seconds after deleting a queue|QueueDeletedRecently"),
        61,
        "SQS lets a deleted queue's name be used again after 60 seconds",
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: OperationAborted
    Race(
        re.compile(r"conflicting (conditional )?operation|OperationAborted"),
        60,
        "S3 is still busy with a bucket of this name",
    ),
)


def find_race(cause: str) -> Race | None:
    """Return the race behind a failure, or None if waiting does not help."""
    return next((race for race in RACES if race.text.search(cause)), None)


def execute(
    aws: Aws,
    change_set: stack.ChangeSet,
    package: Package,
    on_event: stack.OnEvent,
    on_wait: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Execute a change set; if AWS was not ready, wait and execute the same changes again.

    The remains of a failed first creation, which hold no data, are removed before that. Raises
    DeployFailed for any other failure, after the last attempt, and if a new plan would differ.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return stack.execute(aws, change_set, package, on_event)
        except DeployFailed as failed:
            race = find_race(failed.cause)
            if race is None:
                raise
            on_wait(f"{race.why}: trying again in {race.wait_seconds:.0f} s")
            sleep(race.wait_seconds)
            again = plan_again(aws, change_set, package, on_event)
            if again is None:
                raise
            change_set = again
    return stack.execute(aws, change_set, package, on_event)


def plan_again(
    aws: Aws, change_set: stack.ChangeSet, package: Package, on_event: stack.OnEvent
) -> stack.ChangeSet | None:
    """Return a change set with the same changes as one that failed, or None."""
    if change_set.is_new_stack:
        recovery.unblock_stack(aws, on_event)
    again = stack.prepare(aws, package, on_event)
    if again is not None and again.changes != change_set.changes:
        # The user has agreed to different changes.
        stack.discard(aws, again)
        return None
    return again
