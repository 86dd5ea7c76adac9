"""Every command with the policies of docs/permissions.md alone, enforced on a LocalStack.

One IAM user deploys and one uses, and CloudFormation and Athena act with their permissions. What
they needed stands in LocalStack's log: each permission is then taken away in turn, and some call
must miss it.
"""

import json
import os
import re
from collections.abc import Iterator
from itertools import starmap
from pathlib import Path
from typing import Any

import pytest
from deployer_policy import read_documents

from .account import Account
from .checkout import ROOT
from .conftest import free_port, linked_checkout
from .enforced import (
    ACCOUNT,
    PREFIX,
    REGION,
    Enforced,
    permissions_without_need,
    resources_without_need,
)

pytestmark = [pytest.mark.e2e, pytest.mark.long]
ORDERS = "SKU,Qty,Price\nA,2,10.10\nB,3,0.30\nC,1,n/a\n"
FILE = "orders-2026-11-22.csv"
# Permissions that the local AWS does not ask for, each with what AWS needs it for.
NOT_ASKED_HERE = {
    r"sts:GetCallerIdentity": "everybody may call it",
    r"athena:StopQueryExecution": "Ctrl-C while a query runs",
    r"s3:(AbortMultipartUpload|List\w*MultipartUpload\w*)": "Athena's and an upload that fails",
    r"glue:(BatchGetPartition|GetDatabase|GetPartition)": "Athena's; the local one reads pages",
    r"\w+:(Tag|Untag|ListTags|GetTags|ListQueueTags|(Get|Put)BucketTagging)\w*": "the stack's tags",
    r"\w+:(Get|Describe|List)\w+": "CloudFormation reads a resource back with each step",
    r"cloudformation:ContinueUpdateRollback": "a stack that the local one does not know",
    r"lambda:UpdateFunctionCode": "a new zip",
    r"lambda:UpdateFunctionEventInvokeConfig": "other retries",
    r"logs:Delete(DataProtection|Retention)Policy": "a log group that loses a property",
    r"iam:Update(AssumeRolePolicy|Role|RoleDescription)": "another trust policy or description",
    r"sns:Unsubscribe": "the address of alarms, taken out again",
    r"glue:BatchStopJobRun": "a backfill that still runs when it is to be stopped",
    r"glue:StopCrawler": "a crawler that runs while it is changed",
    r"s3:DeleteObject": "a bucket without versions",
}
# Resources of the same kind.
RESOURCES_NOT_ASKED_HERE = {
    r".*:function:[\w-]+:\*": "a function's versions",
    r".*:log-group:/aws/lambda/[\w-]+": "a log group whose tags are meant",
    r"\*": "everybody may call sts:GetCallerIdentity",
}
# What brings in resources that the default stack does not have.
PARAMETERS = """[aws.parameters]
Curated = "on"
AlarmEmail = "ops@example.com"
ReservedConcurrency = 5
"""
# What the second deployment changes: lines of the template, and a parameter.
CHANGES = {
    "MessageRetentionPeriod: 1209600": "MessageRetentionPeriod: 1209000",
    "      MemorySize: 256": "      MemorySize: 300",
    "Description: Orders, as the crawler found them": "Description: Orders as found",
    "Description: Registers processed orders as one table": "Description: One table of orders",
    "Default: 10000000000": "Default: 20000000000",
    "      Timeout: 2880": "      Timeout: 1440",
}


@pytest.fixture(scope="module")
def enforced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforced]:
    lake = Enforced(linked_checkout(tmp_path_factory.mktemp("enforced")), free_port())
    for name in ("template.yaml", "orderlake.toml", ".tools"):
        (lake.root / name).unlink()
    choose_parameters(lake.root, PARAMETERS)
    leave_out_spark(lake.root / ".tools")
    (lake.root / FILE).write_text(ORDERS, "utf-8")
    try:
        lake.ok("local", "up", "--iam")
        yield lake
    finally:
        lake.run("local", "down")


def choose_parameters(root: Path, parameters: str) -> None:
    text = (ROOT / "orderlake.toml").read_text("utf-8")
    (root / "orderlake.toml").write_text(text.replace("[aws.parameters]\n", parameters), "utf-8")


def leave_out_spark(tools: Path) -> None:
    """A job is then started and fails at once, on every machine."""
    tools.mkdir()
    for tool in (ROOT / ".tools").iterdir():
        if tool.name != "spark":
            (tools / tool.name).symlink_to(tool)


def policies() -> list[dict[str, Any]]:
    return read_documents(PREFIX, ACCOUNT, REGION)


@pytest.mark.skipif(
    os.environ.get("ORDERLAKE_RUNTIME") == "docker",
    reason="what was asked stands in the log of a process; a container keeps its own until it ends",
)
@pytest.mark.timeout(900)  # a stack comes and goes, on a machine that may be busy
def test_every_command_works_with_the_documented_policies_and_each_permission_is_used(
    enforced: Enforced,
) -> None:
    use, *deploy = policies()
    user = enforced.person("uses", [use])
    deployer = enforced.person("deploys", [use, *deploy])
    deployer.template()
    work_through_a_deployment(deployer)
    fail_events(enforced)
    work_through_a_day(user)
    deployer.ok("destroy", "--yes")
    # S3 tells the function of what `destroy` empties, after the stack's permission for it is gone.
    assert [line for line in enforced.told("denied") if "User: s3.amazonaws.com" not in line] == []
    needed = ([use], enforced.needed_by("uses")), (deploy, enforced.needed_by("deploys"))
    check_reasons(set().union(*starmap(permissions_without_need, needed)), NOT_ASKED_HERE)
    check_reasons(set().union(*starmap(resources_without_need, needed)), RESOURCES_NOT_ASKED_HERE)


def check_reasons(unneeded: set[str], reasons: dict[str, str]) -> None:
    """What nothing needed here has a reason, and each reason is one of something."""
    found = {one: [r for r in reasons if re.fullmatch(r, one)] for one in unneeded}
    assert [one for one, fitting in found.items() if not fitting] == []
    assert {reason for fitting in found.values() for reason in fitting} == set(reasons)


def work_through_a_deployment(deployer: Account) -> None:
    """A plan, a creation, an update of resources of several kinds, a look around."""
    deployer.ok("deploy", "--plan")
    deployer.ok("deploy", "--yes")
    template = deployer.root / "template.yaml"
    text = template.read_text("utf-8")
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    template.write_text(text, "utf-8")
    choose_parameters(deployer.root, PARAMETERS.replace("ReservedConcurrency = 5\n", ""))
    deployer.ok("deploy", "--yes")
    deployer.ok("doctor")


def fail_events(enforced: Enforced) -> None:
    """Put into the failure queue what the function could not do, and what is no event of it."""
    sqs = enforced.aws("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-order-failures")["QueueUrl"]
    bucket = {"name": f"{PREFIX}-raw-{ACCOUNT}-{REGION}"}
    s3 = {"bucket": bucket, "object": {"key": f"raw/{FILE}", "sequencer": "00"}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}
    for body in ({"requestPayload": {"Records": [record]}}, {}):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def work_through_a_day(user: Account) -> None:
    user.ok("upload", "--yes", FILE)
    large = user.root / "orders-2026-11-23.csv"
    large.write_text("SKU,Qty,Price,note\n" + f"A,1,1.00,{'x' * 1000}\n" * 17_500, "utf-8")
    user.ok("upload", "--yes", large.name)
    user.ok("crawl", "--yes")
    duckdb = user.ok("query", "top_products")
    athena = user.ok("query", "top_products", "--engine", "athena")
    assert "A" in duckdb
    assert "A" in athena
    user.ok("sync")
    assert "done" in user.ok("status", "--repair", "--yes")
    assert "not_a_number" in user.ok("rejected", FILE)
    user.ok("replay", "--yes", FILE)
    assert "1 of 2 events failed again" in user.run("replay", "--yes").stderr
    user.ok("crawl", "--yes", "--replace-table")
    user.ok("backfill", "--plan", "raw/")
    assert "PySpark is not installed" in user.run("backfill", "--yes", "raw/").stderr
    user.ok("backfill", "--stop")
    assert "PySpark is not installed" in user.run("curate", "--yes").stderr
    user.ok("logs")
    user.ok("report")


def without_sid(document: dict[str, Any], sid: str) -> dict[str, Any]:
    return document | {"Statement": [s for s in document["Statement"] if s["Sid"] != sid]}


@pytest.mark.timeout(600)  # the same
def test_a_deployment_has_only_the_deployer_s_permissions_and_the_log_names_what_is_missing(
    enforced: Enforced,
) -> None:
    use, deploy, rest = policies()
    may_not = enforced.person("hands-over-nothing", [use, without_sid(deploy, "HandOver"), rest])
    may_not.template()
    failed = may_not.run("deploy", "--yes")
    assert failed.returncode == 1
    assert "is not authorized to perform: iam:PassRole on resource: arn:aws:iam::" in failed.stderr
    logged = enforced.ok("logs", "--errors")
    assert re.search(r'"iam:PassedToService": "(lambda|glue)\.amazonaws\.com"', logged)
    may_not.ok("destroy", "--yes")
