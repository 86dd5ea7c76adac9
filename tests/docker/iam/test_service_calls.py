"""Calls of services by themselves: the called resource's policy decides, by source and account."""

from typing import Any

import pytest
from localstack_lake.iam.evaluation import parse_policy
from localstack_lake.iam.needed import NeededAccess
from localstack_lake.iam.service_calls import ServiceCall, is_allowed_service

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:f"
NEEDED = NeededAccess("lambda:InvokeFunction", FUNCTION)
CALL = ServiceCall("s3.amazonaws.com", "arn:aws:s3:::shop-raw", "000000000000")


def is_allowed(*statements: dict[str, Any]) -> bool:
    policy = parse_policy({"Version": "2012-10-17", "Statement": list(statements)})
    return is_allowed_service(CALL.request(NEEDED, {}), (policy,))


def allow(principal: Any = "s3.amazonaws.com", **condition: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": condition,
    }


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(), True),
        (allow("events.amazonaws.com"), False),
        (allow(ArnLike={"AWS:SourceArn": "arn:aws:s3:::shop-raw"}), True),
        (allow(ArnLike={"AWS:SourceArn": "arn:aws:s3:::shop-*"}), True),
        (allow(ArnLike={"AWS:SourceArn": "arn:aws:s3:::other"}), False),
        (allow(StringEquals={"AWS:SourceAccount": "000000000000"}), True),
        (allow(StringEquals={"AWS:SourceAccount": "111122223333"}), False),
    ],
)
def test_a_policy_names_the_service_and_may_name_its_source(
    statement: dict[str, Any], expected: bool
) -> None:
    assert is_allowed(statement) == expected


def test_without_a_policy_nothing_is_allowed_and_a_denial_wins() -> None:
    assert not is_allowed_service(CALL.request(NEEDED, {}), ())
    assert not is_allowed(allow(), allow() | {"Effect": "Deny"})


def test_the_proposed_statement_allows_the_call_for_this_bucket_alone() -> None:
    statement: Any = CALL.remedy(NEEDED)["allowed_by"]
    assert is_allowed(statement)
    policy = (parse_policy({"Version": "2012-10-17", "Statement": statement}),)
    other = ServiceCall("s3.amazonaws.com", "arn:aws:s3:::other", "000000000000")
    assert not is_allowed_service(other.request(NEEDED, {}), policy)


@pytest.mark.parametrize(
    ("principal", "action", "expected"),
    [
        ("s3", "lambda:InvokeFunction", True),
        ("events", "sqs:SendMessage", True),
        ("sns", "sqs:SendMessage", True),
        # These have a role, or the permission of the event source mapping.
        ("lambda", "sqs:SendMessage", False),
        ("s3", "lambda:GetFunction", False),
    ],
)
def test_only_what_a_resource_policy_decides_on_aws_is_asked_of_it(
    principal: str, action: str, expected: bool
) -> None:
    call = ServiceCall(f"{principal}.amazonaws.com", "arn:aws:s3:::b", "000000000000")
    assert call.asks_for(NeededAccess(action, FUNCTION)) == expected
