"""The curated table by users who have the policies of the documentation and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from deployer_policy import documents_of, read_documents

from tests.e2e.account import Account
from tests.e2e.conftest import free_port, linked_checkout
from tests.e2e.enforced import (
    ACCOUNT,
    PREFIX,
    REGION,
    Enforced,
    permissions_without_need,
    resources_without_need,
)

from .test_curate import write_orders

pytestmark = [pytest.mark.spark, pytest.mark.timeout(900)]
# A large file, which goes in parts, that fails; and stray objects, when they are three days old.
NOT_ASKED_HERE = {"s3:AbortMultipartUpload", "s3:DeleteObject"}


@pytest.fixture(scope="module")
def enforced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforced]:
    """A local AWS that enforces policies of users, with the stack and its jobs."""
    lake = Enforced(linked_checkout(tmp_path_factory.mktemp("enforced")), free_port())
    settings = lake.root / "orderlake.toml"
    text = settings.read_text("utf-8")
    settings.unlink()
    for place in ("local", "aws"):
        text = text.replace(f"[{place}.parameters]\n", f'[{place}.parameters]\nCurated = "on"\n')
    settings.write_text(text, "utf-8")
    try:
        lake.ok("local", "up", "--iam")
        lake.ok("deploy")
        yield lake
    finally:
        lake.run("local", "down")


def use_policy() -> dict[str, Any]:
    return read_documents(PREFIX, ACCOUNT, REGION)[0]


def upload(user: Account, seed: int) -> None:
    user.ok("upload", "--yes", str(write_orders(user.root / "orders.csv", seed)))


def test_the_policy_to_use_is_enough_for_the_job_and_for_queries(enforced: Enforced) -> None:
    user = enforced.person("uses", [use_policy()])
    upload(user, 1)
    user.ok("crawl", "--yes")
    told = user.ok("curate", "--yes")
    assert "60 rows added" in told
    upload(user, 2)
    assert "commit" in user.ok("curate", "--yes", "--maintain")
    assert "curated" in user.ok("status")
    asks = f"select count(*) as n from {PREFIX}_orders"
    for engine in ("duckdb", "athena"):
        assert "60" in user.ok("query", "-e", asks, "--engine", engine, "--format", "csv")
    assert enforced.told("denied") == []


def test_a_process_needs_each_permission_of_its_policy(enforced: Enforced) -> None:
    policies = [use_policy(), *documents_of("curated.md", PREFIX, ACCOUNT, REGION)]
    user = enforced.person("curates-here", policies)
    upload(user, 3)
    assert "60 rows added" in user.ok("curate", "--yes", "--here")
    upload(user, 4)
    user.ok("curate", "--yes", "--here", "--maintain")
    user.ok("curate", "--yes", "--here", "--rebuild")
    assert enforced.told("denied") == []
    needed = enforced.needed_by("curates-here")
    assert permissions_without_need(policies[1:], needed) == NOT_ASKED_HERE
    assert resources_without_need(policies[1:], needed) == set()


def test_without_the_policy_of_a_process_the_denied_action_is_named(enforced: Enforced) -> None:
    user = enforced.person("may-not-curate", [use_policy()])
    upload(user, 5)
    failed = user.run("curate", "--yes", "--here")
    assert failed.returncode == 1
    message, step = failed.stderr.splitlines()[-2:]
    assert message.startswith("error: the curated table is not up to date: User: arn:aws:iam::")
    assert "is not authorized to perform: s3:PutObject on resource" in message
    assert "docs/curated.md has the policy" in step
    assert step.endswith("orderlake curate --env aws --job")
