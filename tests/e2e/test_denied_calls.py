"""Each call of a command is denied in turn: two lines always say what to do.

The command runs in this process against the local AWS, as if that were a real account; a hook of
the client answers one operation as IAM would.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import handlers
from orderlake.cli import main

from .conftest import Lake

pytestmark = pytest.mark.e2e

ORDERS = "orders-2026-11-22.csv"
# What a denied call may do without: a name that may not be looked at is left to CloudFormation.
# Types are corrected once: the crawl that is tried again finds them right and writes nothing.
CORRECTIONS = {"UpdateTable", "BatchUpdatePartition"}
# An upload asks for the newest version only if the first report that it reads is about another one.
EXCUSED = {
    "deploy --plan": {"HeadBucket"},
    f"upload --yes {ORDERS}": {"HeadObject"},
    "status": {"GetObject"},
    "sync": {"GetObject"},
    "crawl --yes": CORRECTIONS,
}
LINES = [
    "deploy --plan",
    f"upload --yes {ORDERS}",
    "crawl --yes",
    "sync",
    "status",
    f"rejected {ORDERS}",
    f"replay --yes {ORDERS}",
    "replay --yes",
    "logs",
]


class Gate:
    """A hook of every client: takes down what is called, and denies one operation."""

    def __init__(self) -> None:
        self.called: set[str] = set()
        self.denied = ""

    def __call__(self, model: Any, **_: object) -> tuple[Any, dict[str, Any]] | None:
        self.called.add(model.name)
        if model.name != self.denied:
            return None
        # S3 sends no body with an answer to HEAD: a status is all there is.
        code = "403" if model.name.startswith("Head") else "AccessDenied"
        error = {"Code": code, "Message": f"not authorized to perform: {model.name}"}
        status = type("Denied", (), {"status_code": 403, "headers": {}})
        return status, {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}


@pytest.fixture(scope="module")
def gate(local_aws: Lake) -> Iterator[Gate]:
    gate, patch = Gate(), pytest.MonkeyPatch()
    for name in [name for name in os.environ if name.startswith(("AWS_", "ORDERLAKE_"))]:
        patch.delenv(name)
    own = {
        "ORDERLAKE_ROOT": str(local_aws.root),
        "ORDERLAKE_PREFIX": "denied-shop",
        "ORDERLAKE_ARCHITECTURE": "arm64" if os.uname().machine == "aarch64" else "x86_64",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{local_aws.port}",
        "AWS_REGION": "eu-west-1",
        **{name.upper(): value for name, value in local_aws.credentials.items()},
    }
    for name, value in own.items():
        patch.setenv(name, value)
    patch.setattr(handlers, "BUILTIN_HANDLERS", [*handlers.BUILTIN_HANDLERS, ("before-call", gate)])
    patch.chdir(local_aws.root)
    (local_aws.root / ORDERS).write_text("SKU,Qty,Price\nA,2,10.10\nB,1,n/a\n", "utf-8")
    try:
        assert exit_code("deploy --yes") == 0
        assert exit_code(f"upload --yes {ORDERS}") == 0
        yield gate
    finally:
        gate.denied = ""
        assert exit_code("destroy --yes") == 0
        patch.undo()


def exit_code(line: str) -> int:
    command, *rest = line.split()
    with pytest.raises(SystemExit) as left:
        main([command, "--env", "aws", *rest])
    return int(left.value.code or 0)


@pytest.mark.parametrize("line", LINES)
def test_whichever_call_is_denied_is_named_with_what_to_do(
    line: str, gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.called, gate.denied = set(), ""
    assert exit_code(line) == 0, capsys.readouterr().err
    called = gate.called - EXCUSED.get(line, set())
    assert len(called) >= 2
    for operation in sorted(called):
        capsys.readouterr()
        gate.denied = operation
        assert exit_code(line) == 1, operation
        complaint = capsys.readouterr().err.rpartition("error: ")[2]
        assert f"AWS refused {operation}" in complaint
        assert len(complaint.splitlines()) == 2, complaint
        assert "docs/permissions.md" in complaint
