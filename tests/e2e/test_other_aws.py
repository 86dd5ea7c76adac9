"""The commands of a real account, `--env aws`, against two servers that have nothing in common.

LocalStack with our plugin, and ministack, which was written by others from AWS's documentation:
what works on both does not lean on one emulator's habits.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from deployer_policy import allows, asked, both, read_policies
from ministack import PROGRAM, WHY_NOT, running_ministack
from orderlake.names import Names

from .account import PREFIX, REGION, STACK, Account
from .conftest import Lake, free_port, linked_checkout

pytestmark = [pytest.mark.e2e, pytest.mark.long]

NAMES = Names(PREFIX, "000000000000", REGION)
ORDERS = "SKU,Qty,Price\nA,2,10.10\nB,3,0.30\nC,1,n/a\n"
DEPLOYING = {"deploy", "destroy", "doctor"}
BROKEN = """  Broken:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: no-such-function
      Qualifier: $LATEST
      MaximumRetryAttempts: 1

"""


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

    def own_variables(self) -> dict[str, str]:
        return {"ORDERLAKE_RAW_BUCKET": "exports", "ORDERLAKE_RAW_PREFIX": "in/"}


# test_existing_bucket.py tests it with LocalStack.
@pytest.mark.parametrize("server", ["ministack"], indirect=True)
def test_files_of_an_existing_bucket_come_in(account: Account) -> None:
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
