"""The commands of a real account, `--env aws`, against two servers that have nothing in common.

LocalStack with our plugin, and ministack, which was written by others from AWS's documentation:
what works on both does not lean on one emulator's habits.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from deployer_policy import allows, asked, both, read_policies
from ministack import PROGRAM, WHY_NOT, client, running_ministack
from orderlake.names import Names

from .conftest import ROOT, Lake, free_port, linked_checkout

pytestmark = pytest.mark.e2e

REGION = "eu-west-1"
PREFIX = "other-shop"
STACK = f"{PREFIX}-orders"
NAMES = Names(PREFIX, "000000000000", REGION)
ORDERS = "SKU,Qty,Price\nA,2,10.10\nB,3,0.30\nC,1,n/a\n"
# Every call of a command, with its parameters, as the client is about to make it.
RECORDED = """
import json, os, sys
from botocore import handlers

def record(params, model, **_):
    call = {"command": sys.argv[1], "service": model.service_model.service_name}
    call |= {"operation": model.name, "params": {k: v for k, v in params.items() if k != "Body"}}
    with open(os.environ["CALLS"], "a") as file:
        file.write(json.dumps(call, default=str) + "\\n")

handlers.BUILTIN_HANDLERS.append(("provide-client-params", record))
from orderlake.cli import main
main()
"""
DEPLOYING = {"deploy", "destroy", "doctor"}
BROKEN = """  Broken:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: no-such-function
      Qualifier: $LATEST
      MaximumRetryAttempts: 1

"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a server, and a project folder to type commands in."""

    server: str
    endpoint_url: str
    root: Path
    access_key_id: str = "test"
    secret_access_key: str = "test"

    @property
    def calls(self) -> Path:
        return self.root / "calls.jsonl"

    def made(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.calls.read_text("utf-8").splitlines()]

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ORDERLAKE_"))}
        return kept | {
            "ORDERLAKE_ROOT": str(self.root),
            "ORDERLAKE_PREFIX": PREFIX,
            # What the server runs the function on: this machine.
            "ORDERLAKE_ARCHITECTURE": "arm64" if os.uname().machine == "aarch64" else "x86_64",
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": REGION,
            "CALLS": str(self.calls),
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", RECORDED, command[0], "--env", "aws", *command[1:]],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def ok(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def aws(self, service: str) -> Any:
        keys = self.access_key_id, self.secret_access_key
        return client(self.endpoint_url, service, REGION, *keys)

    def stack_status(self) -> str | None:
        try:
            found = self.aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        except ClientError:
            return None
        return str(found["StackStatus"])

    def template(self, old: str = "", new: str = "") -> None:
        """Write the template anew, with one change."""
        text = (ROOT / "template.yaml").read_text("utf-8")
        assert old in text
        (self.root / "template.yaml").write_text(text.replace(old, new, 1), "utf-8")

    def buckets(self) -> list[str]:
        listed = self.aws("s3").list_buckets()["Buckets"]
        return [b["Name"] for b in listed if b["Name"].startswith(f"{PREFIX}-")]


@pytest.fixture(scope="module", params=["ministack", "localstack"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    root = linked_checkout(tmp_path_factory.mktemp(request.param))
    (root / "template.yaml").unlink()
    if request.param == "localstack":
        # Asked for here, so that ministack's half needs no LocalStack.
        lake: Lake = request.getfixturevalue("local_aws")
        address = f"http://127.0.0.1:{lake.port}"
        yield Account(request.param, address, root, *lake.credentials.values())
        return
    if not PROGRAM.exists():
        pytest.skip(WHY_NOT)
    with running_ministack(tmp_path_factory.mktemp("home"), free_port()) as address:
        yield Account(request.param, address, root)


@pytest.fixture
def account(server: Account) -> Iterator[Account]:
    server.template()
    server.calls.write_text("", "utf-8")
    yield server
    server.template()
    done = server.run("destroy", "--yes")
    assert done.returncode == 0, done.stderr
    refuse_what_the_documented_policies_do_not_allow(server.made())


def refuse_what_the_documented_policies_do_not_allow(calls: list[dict[str, Any]]) -> None:
    assert calls
    use, deploy = read_policies(PREFIX, NAMES.account, REGION)
    for call in calls:
        policy = both(use, deploy) if call["command"] in DEPLOYING else use
        for action, arn in asked(call["service"], call["operation"], call["params"], NAMES):
            assert allows(policy, action, arn), f"{call['command']}: {action} on {arn}"


def test_a_plan_changes_nothing_and_a_missing_yes_is_a_no(account: Account) -> None:
    planned = account.ok("deploy", "--plan")
    assert "+ add TransformFunction (AWS::Lambda::Function)" in planned
    assert "nothing was changed" in planned
    refused = account.run("deploy")
    assert refused.returncode == 1
    assert "not confirmed, nothing was changed" in refused.stderr
    assert f"stack {STACK} in account 000000000000, region {REGION}" in refused.stderr
    assert account.stack_status() in (None, "DELETE_COMPLETE")
    assert account.buckets() == []


def test_a_deployment_from_nothing_to_nothing(account: Account) -> None:
    assert "deployed" in account.ok("deploy", "--yes")
    assert "nothing to change" in account.ok("deploy", "--yes")
    (account.root / "orders-2026-11-22.csv").write_text(ORDERS, "utf-8")
    account.ok("upload", "--yes", "orders-2026-11-22.csv")
    s3, processed = account.aws("s3"), f"{PREFIX}-processed-000000000000-{REGION}"
    (report,) = s3.list_objects_v2(Bucket=processed, Prefix="reports/")["Contents"]
    body = json.load(s3.get_object(Bucket=processed, Key=report["Key"])["Body"])
    assert body["counts"] == {"records": 3, "accepted": 2, "rejected": 1, "blank": 0}
    account.template("MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 1209000")
    changed = account.ok("deploy", "--yes")
    assert "~ change FailureQueue (AWS::SQS::Queue)" in changed
    assert "0 to add" in changed
    if account.server == "localstack":  # ministack tells names, and no values
        assert "      MessageRetentionPeriod: 1209600 -> 1209000\n" in changed
    assert "ok       stack" in account.ok("doctor")
    gone = account.ok("destroy", "--yes")
    assert f"gone: nothing named {PREFIX}-* of this stack is left" in gone
    assert account.buckets() == []
    assert account.stack_status() in (None, "DELETE_COMPLETE")


@pytest.mark.parametrize("way_out", ["deploy", "destroy"])
def test_a_stack_of_which_only_a_plan_is_left_stops_nobody(account: Account, way_out: str) -> None:
    account.aws("cloudformation").create_change_set(
        StackName=STACK,
        ChangeSetName=f"orderlake-before-{way_out}",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}',
    )
    assert "is not deployed" in account.ok("doctor")
    account.ok(way_out, "--yes")
    wanted = ("CREATE_COMPLETE",) if way_out == "deploy" else (None, "DELETE_COMPLETE")
    assert account.stack_status() in wanted


def test_a_day_s_work_makes_only_calls_that_the_documented_policies_allow(
    account: Account,
) -> None:
    account.ok("deploy", "--yes")
    (account.root / "orders-2026-11-22.csv").write_text(ORDERS, "utf-8")
    account.ok("upload", "--yes", "orders-2026-11-22.csv")
    large = account.root / "orders-2026-11-23.csv"
    large.write_text("SKU,Qty,Price,note\n" + f"A,1,1.00,{'x' * 1000}\n" * 17_500, "utf-8")
    account.ok("upload", "--yes", "orders-2026-11-23.csv")
    account.ok("status", "--repair", "--yes")
    assert "not_a_number" in account.ok("rejected", "orders-2026-11-22.csv")
    account.ok("replay", "--yes", "orders-2026-11-22.csv")
    account.ok("replay", "--yes")
    account.ok("logs")
    account.ok("doctor")
    # ministack's crawler makes no table, and LocalStack has no Athena: what counts is the call.
    account.run("crawl", "--yes", "--timeout", "5")
    account.run("query", "top_products")
    account.run("query", "top_products", "--engine", "athena")
    account.run("report")
    made = {(call["service"], call["operation"]) for call in account.made()}
    assert made >= {
        ("athena", "StartQueryExecution"),
        ("glue", "GetTables"),
        ("glue", "StartCrawler"),
        ("lambda", "Invoke"),
        ("logs", "FilterLogEvents"),
        ("s3", "CompleteMultipartUpload"),
        ("s3", "ListObjectVersions"),
        ("sqs", "ReceiveMessage"),
    }
    refuse_what_the_documented_policies_do_not_allow(account.made())


def test_a_failed_deployment_names_its_cause_and_the_next_one_clears_up(account: Account) -> None:
    account.template("  FailureQueue:\n", f"{BROKEN}  FailureQueue:\n")
    failed = account.run("deploy", "--yes")
    assert failed.returncode == 1
    assert "ended as ROLLBACK_COMPLETE: Broken (AWS::Lambda::EventInvokeConfig)" in failed.stderr
    doctor = account.run("doctor")
    assert doctor.returncode == 1
    assert f"{STACK} is ROLLBACK_COMPLETE (deploy without --plan" in doctor.stdout
    account.template()
    assert "removed the remains of a failed attempt" in account.ok("deploy", "--yes")
    assert account.stack_status() == "CREATE_COMPLETE"
    # An update that fails leaves the version before it.
    account.template("  FailureQueue:\n", f"{BROKEN}  FailureQueue:\n")
    failed = account.run("deploy", "--yes")
    assert failed.returncode == 1
    assert "ended as UPDATE_ROLLBACK_COMPLETE: Broken" in failed.stderr
    assert "the previous version still works" in failed.stderr
    account.template()
    assert "nothing to change" in account.ok("deploy", "--yes")


def test_kept_data_is_taken_into_the_next_stack(account: Account) -> None:
    account.ok("deploy", "--yes")
    (account.root / "orders-2026-11-23.csv").write_text(ORDERS, "utf-8")
    account.ok("upload", "--yes", "orders-2026-11-23.csv")
    assert "the next deploy takes them back" in account.ok("destroy", "--yes", "--keep-data")
    assert len(account.buckets()) == 2
    assert "kept by an earlier destroy" in account.ok("deploy", "--yes")
    assert "1 done" in account.ok("status")
    (account.root / "orders-2026-11-24.csv").write_text(ORDERS, "utf-8")
    account.ok("upload", "--yes", "orders-2026-11-24.csv")
    assert "2 done" in account.ok("status")


class Exports(Account):
    """The same account, with a raw bucket that exists already."""

    @property
    def environment(self) -> dict[str, str]:
        own = {"ORDERLAKE_RAW_BUCKET": "exports", "ORDERLAKE_RAW_PREFIX": "in/"}
        return Account.environment.fget(self) | own  # type: ignore[attr-defined,no-any-return]


def test_files_of_an_existing_bucket_come_in(account: Account) -> None:
    if account.server == "localstack":
        pytest.skip("tested with LocalStack in test_existing_bucket.py")
    exports = Exports(account.server, account.endpoint_url, account.root)
    s3 = account.aws("s3")
    place: Any = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="exports", CreateBucketConfiguration=place)
    assert "EventBridge notifications are on" in exports.ok("deploy", "--yes")
    s3.put_object(Bucket="exports", Key="in/a.csv", Body=ORDERS.encode())
    deadline, state = time.monotonic() + 60, ""
    while state != "done":
        assert time.monotonic() < deadline
        (file,) = json.loads(exports.run("status", "--all", "--json").stdout)["file_states"]
        state = file["state"]
    exports.ok("destroy", "--yes")
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="exports")["Contents"]] == ["in/a.csv"]
    account.calls.write_text("", "utf-8")  # the documented policies name the stack's own bucket
