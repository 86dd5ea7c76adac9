"""Every command with the policies of docs/aws.md and nothing else, enforced on a LocalStack.

One IAM user deploys and one uses, and CloudFormation and Athena act with their permissions. What
they needed stands in LocalStack's log: each permission is then taken away in turn, and some call
must miss it.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from deployer_policy import as_list, read_documents
from localstack_lake.iam.evaluation import AccessRequest, Decision, decide, parse_policy

from .account import Account
from .checkout import ROOT
from .conftest import Lake, free_port, linked_checkout

pytestmark = [pytest.mark.e2e, pytest.mark.long]
PREFIX, REGION, ACCOUNT = "documented", "us-east-1", "000000000000"
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


@dataclass(frozen=True, slots=True)
class Enforced(Lake):
    """A project whose local AWS enforces the policies of users."""

    @property
    def environment(self) -> dict[str, str]:
        # Two-argument super() does not know the class that slots=True makes anew.
        return Lake.environment.fget(self) | {"ORDERLAKE_PREFIX": PREFIX}  # type: ignore[attr-defined,no-any-return]

    def person(self, name: str, documents: list[dict[str, Any]]) -> Account:
        """An IAM user with these managed policies, at the keyboard."""
        iam = self.aws("iam")
        iam.create_user(UserName=name)
        for number, document in enumerate(documents):
            text = json.dumps(document, separators=(",", ":"))
            made = iam.create_policy(PolicyName=f"{name}-{number}", PolicyDocument=text)
            iam.attach_user_policy(UserName=name, PolicyArn=made["Policy"]["Arn"])
        key = iam.create_access_key(UserName=name)["AccessKey"]
        keys = key["AccessKeyId"], key["SecretAccessKey"]
        address = f"http://127.0.0.1:{self.port}"
        return Account("localstack", address, self.root, *keys, PREFIX, REGION)

    def told(self, word: str) -> list[str]:
        """What LocalStack's log says after a word, such as `denied`."""
        log = self.root / ".orderlake" / "local" / "localstack.log"
        lines = log.read_text("utf-8", "replace").splitlines()
        return [line.partition(f" {word}: ")[2] for line in lines if f" {word}: " in line]

    def needed_by(self, name: str) -> list[AccessRequest]:
        """What a user's calls needed, and were allowed."""
        arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        found = [json.loads(line) for line in self.told("allowed")]
        return [
            AccessRequest(
                one["action"],
                one["resource"],
                frozenset({arn}),
                {key.lower(): (value,) for key, value in one["keys"].items()},
            )
            for one in found
            if one["caller"] == arn
        ]


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
    unasked = permissions_without_need([use], enforced.needed_by("uses"))
    unasked |= permissions_without_need(deploy, enforced.needed_by("deploys"))
    reasons = {
        action: [reason for reason in NOT_ASKED_HERE if re.fullmatch(reason, action)]
        for action in unasked
    }
    assert [action for action, found in reasons.items() if not found] == []
    assert {reason for found in reasons.values() for reason in found} == set(NOT_ASKED_HERE)


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
    user.ok("logs")
    user.ok("report")


def permissions_without_need(
    documents: list[dict[str, Any]], needed: list[AccessRequest]
) -> set[str]:
    """The permissions that can be taken away one at a time, and everything needed stays allowed."""
    return {
        action
        for document in documents
        for statement in document["Statement"]
        for action in as_list(statement["Action"])
        if all(
            is_allowed(one, without(document, statement["Sid"], action))
            for one in needed
            if one.action == action and is_allowed(one, document)
        )
    }


def without(document: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    statements = [
        s | {"Action": [a for a in as_list(s["Action"]) if s["Sid"] != sid or a != action]}
        for s in document["Statement"]
    ]
    return document | {"Statement": statements}


def without_sid(document: dict[str, Any], sid: str) -> dict[str, Any]:
    return document | {"Statement": [s for s in document["Statement"] if s["Sid"] != sid]}


def is_allowed(request: AccessRequest, document: dict[str, Any]) -> bool:
    return decide(request, [parse_policy(document)], []) is Decision.ALLOWED


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
