"""Failures that pass by themselves: told, waited for, and tried again with the same changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from orderlake.aws.session import Aws
from orderlake.deploy import races, recovery, stack
from orderlake.deploy.artifact_bucket import BUSY_PAUSES, until_ready
from orderlake.deploy.package import Package
from orderlake.deploy.plan import Change
from orderlake.errors import DeployFailed

AWS = cast("Aws", None)
PACKAGE = Package(Path("function.zip"), "ab" * 32, 1, 1)
CREATION = stack.ChangeSet("arn", "shop-orders", True, (Change("Add", "Q", "AWS::SQS::Queue", ""),))
ROLE = (
    "OrdersCrawler (AWS::Glue::Crawler): Service is unable to assume provided role. Please verify "
    "role's TrustPolicy (Service: Glue, Status Code: 400)"
)
QUEUE = (
    "FailureQueue (AWS::SQS::Queue): You must wait 60 seconds after deleting a queue before you "
    "can create another with the same name."
)
BUCKET = (
    "RawBucket (AWS::S3::Bucket): A conflicting conditional operation is currently in progress "
    "against this resource. Please try again."
)


class Attempts:
    """Executions that fail with these causes, one after the other, and then succeed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *causes: str) -> None:
        self.causes, self.done = list(causes), 0
        self.slept: list[float] = []
        self.told: list[str] = []
        self.again: stack.ChangeSet | None = CREATION
        monkeypatch.setattr(stack, "execute", self.execute)
        monkeypatch.setattr(stack, "prepare", lambda *_: self.again)
        monkeypatch.setattr(stack, "discard", lambda *_: None)
        monkeypatch.setattr(recovery, "unblock_stack", lambda *_: None)

    def execute(self, *_: Any) -> dict[str, str]:
        self.done += 1
        if self.causes:
            raise DeployFailed("shop-orders", "ROLLBACK_COMPLETE", self.causes.pop(0), "step")
        return {"Crawler": "shop-orders"}

    def run(self) -> dict[str, str]:
        return races.execute(
            AWS, CREATION, PACKAGE, lambda event: None, self.told.append, self.slept.append
        )


@pytest.mark.parametrize(("cause", "seconds"), [(ROLE, 15), (QUEUE, 61), (BUCKET, 60)])
def test_what_passes_is_told_waited_for_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, cause: str, seconds: float
) -> None:
    attempts = Attempts(monkeypatch, cause)
    assert attempts.run() == {"Crawler": "shop-orders"}
    assert attempts.slept == [seconds]
    assert f"trying again in {seconds} s" in attempts.told[0]


def test_what_does_not_pass_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(monkeypatch, "TransformRole (AWS::IAM::Role): AccessDenied")
    with pytest.raises(DeployFailed):
        attempts.run()
    assert (attempts.done, attempts.slept) == (1, [])


def test_patience_ends_after_three_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(monkeypatch, *[ROLE] * 9)
    with pytest.raises(DeployFailed, match="unable to assume"):
        attempts.run()
    assert attempts.done == races.ATTEMPTS


def test_other_changes_than_those_agreed_to_are_not_executed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = Attempts(monkeypatch, ROLE)
    attempts.again = stack.ChangeSet("arn", "shop-orders", True, ())
    with pytest.raises(DeployFailed, match="unable to assume"):
        attempts.run()
    assert attempts.done == 1


def failing(code: str, times: int) -> tuple[Callable[[], None], list[int]]:
    """Return what fails so often with a code, and the list of its attempts."""
    made: list[int] = []

    def make() -> None:
        made.append(len(made))
        if len(made) <= times:
            raise ClientError({"Error": {"Code": code, "Message": code}}, "CreateBucket")

    return make, made


def test_a_bucket_that_s3_is_busy_with_is_waited_for() -> None:
    make, made = failing("OperationAborted", 2)
    slept: list[float] = []
    until_ready(make, slept.append)
    assert (len(made), slept) == (3, [1, 2])


@pytest.mark.parametrize(
    ("code", "attempts"), [("OperationAborted", len(BUSY_PAUSES) + 1), ("AccessDenied", 1)]
)
def test_a_bucket_that_cannot_be_made_says_so_in_the_end(code: str, attempts: int) -> None:
    make, made = failing(code, 99)
    with pytest.raises(ClientError, match=code):
        until_ready(make, lambda seconds: None)
    assert len(made) == attempts
