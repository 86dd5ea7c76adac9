"""The function's role without one permission at a time: each is needed, and the log names it."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Lake

pytestmark = pytest.mark.e2e
FUNCTION = "shop-order-transform"
RAW = "shop-raw-000000000000-us-east-1"
HEADER = b"sku,price,quantity\n"
KEY = "raw/permissions-2026-11-22.csv"
# What LocalStack does itself in the role's name; then what a large file and a bucket without
# versions need.
NOT_ASKED = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
NOT_REACHED = {"s3:AbortMultipartUpload", "s3:DeleteObject"}


class Role:
    """The role's one inline policy, to be changed and put back."""

    def __init__(self, lake: Lake) -> None:
        self.iam, self.functions = lake.aws("iam"), lake.aws("lambda")
        self.s3, self.logs = lake.aws("s3"), lake.aws("logs")
        arn = self.functions.get_function_configuration(FunctionName=FUNCTION)["Role"]
        self.name = arn.rpartition("/")[2]
        (self.policy,) = self.iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        found = self.iam.get_role_policy(RoleName=self.name, PolicyName=self.policy)
        self.document: dict[str, Any] = found["PolicyDocument"]

    def put(self, document: dict[str, Any]) -> None:
        text = json.dumps(document)
        self.iam.put_role_policy(RoleName=self.name, PolicyName=self.policy, PolicyDocument=text)

    def permissions(self) -> list[tuple[str, str]]:
        return [
            (str(statement["Sid"]), action)
            for statement in self.document["Statement"]
            for action in as_list(statement["Action"])
        ]

    def without(self, sid: str, action: str) -> dict[str, Any]:
        document = copy.deepcopy(self.document)
        for statement in document["Statement"]:
            if statement["Sid"] == sid:
                statement["Action"] = [a for a in as_list(statement["Action"]) if a != action]
        document["Statement"] = [s for s in document["Statement"] if s["Action"]]
        return document

    def deliver(self) -> None:
        """A new file with a bad row, a better version, its removal; each told to the function."""
        for body in (HEADER + b"A,1.10,2\nB,x,1\n", HEADER + b"A,1,3\n", None):
            if body is None:
                self.s3.delete_object(Bucket=RAW, Key=KEY)
            else:
                self.s3.put_object(Bucket=RAW, Key=KEY, Body=body)
            self.invoke(KEY)
        self.invoke("raw/never-there.csv")

    def invoke(self, key: str) -> None:
        thing = {"bucket": {"name": RAW}, "object": {"key": key, "sequencer": "00"}}
        record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": thing}
        event = json.dumps({"Records": [record]})
        self.functions.invoke(FunctionName=FUNCTION, Payload=event)

    def denied(self, since: float) -> set[str]:
        """The actions whose denial is in the function's log, with what would allow them."""
        found = self.logs.filter_log_events(
            logGroupName=f"/aws/lambda/{FUNCTION}",
            logStreamNames=["iam"],
            startTime=int(since * 1000),
        )
        lines = [json.loads(event["message"]) for event in found["events"]]
        assert all(line["message"].startswith("User: arn:aws:sts::") for line in lines)
        return {line["action"] for line in lines}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.fixture
def role(lake: Lake) -> Iterator[Role]:
    role = Role(lake)
    yield role
    role.put(role.document)


def test_each_permission_of_the_role_is_missed(role: Role) -> None:
    everything = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    statements = [*role.document["Statement"], everything]
    role.put({"Version": "2012-10-17", "Statement": statements})
    began = time.time()
    role.deliver()
    assert role.denied(began), "a denial anywhere wins"
    role.put(role.document)
    time.sleep(0.01)
    began = time.time()
    role.deliver()
    assert role.denied(began) == set(), "the whole policy is enough"
    missed = set()
    for sid, action in role.permissions():
        if action in NOT_ASKED | NOT_REACHED:
            continue
        role.put(role.without(sid, action))
        time.sleep(0.01)
        began = time.time()
        role.deliver()
        if action not in role.denied(began):
            missed.add((sid, action))
    assert missed == set(), "no call needs these"


def test_upload_tells_each_try_that_failed_and_what_to_do_in_the_end(
    role: Role, lake: Lake
) -> None:
    (lake.root / "denied-2026-11-22.csv").write_bytes(HEADER + b"A,1.10,2\n")
    role.put(role.without("ReadRaw", "s3:GetObject"))
    failed = lake.run("upload", "denied-2026-11-22.csv")
    assert failed.returncode == 1
    assert "raw/denied-2026-11-22.csv: try 1 of 3 failed: An error occurred" in failed.stderr
    assert "orderlake logs --errors; then: orderlake replay" in failed.stderr
    role.put(role.document)
    lake.ok("replay")
