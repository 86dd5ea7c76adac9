"""UpdateStack, as `aws cloudformation update-stack` calls it, on the local AWS."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from .conftest import Lake

pytestmark = pytest.mark.e2e

STACK = "updated-directly"


def template(delay: int, *, with_fault: bool = False) -> str:
    """A stack of one queue; with a fault, also of a table whose database does not exist."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": delay}}
    table = {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": "000000000000",
            "DatabaseName": "never_made",
            "TableInput": {"Name": "lost"},
        },
    }
    return json.dumps(
        {
            "Resources": {"Queue": queue, **({"Table": table} if with_fault else {})},
            "Outputs": {"Delay": {"Value": str(delay)}, "Url": {"Value": {"Ref": "Queue"}}},
        }
    )


@pytest.fixture
def stacks(local_aws: Lake) -> Iterator[Any]:
    client = local_aws.aws("cloudformation")
    client.create_stack(StackName=STACK, TemplateBody=template(1))
    client.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    yield client
    client.delete_stack(StackName=STACK)


def state(stacks: Any) -> tuple[str, str]:
    """Wait for the update; return the stack's status and its output `Delay`."""
    # The waiter's error says less than the stack itself.
    with contextlib.suppress(WaiterError):
        stacks.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    stack = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    return stack["StackStatus"], outputs["Delay"]


def test_an_update_that_fails_is_rolled_back_and_says_so(stacks: Any, local_aws: Lake) -> None:
    stacks.update_stack(StackName=STACK, TemplateBody=template(2, with_fault=True))
    assert state(stacks) == ("UPDATE_ROLLBACK_COMPLETE", "1")
    stack = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
    url = next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == "Url")
    queue = local_aws.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    assert queue["Attributes"]["DelaySeconds"] == "1"

    stacks.update_stack(StackName=STACK, TemplateBody=template(3))
    assert state(stacks) == ("UPDATE_COMPLETE", "3")


def test_an_update_without_changes_is_refused_in_the_words_of_aws(stacks: Any) -> None:
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update_stack(StackName=STACK, TemplateBody=template(1))
    stacks.update_stack(StackName=STACK, TemplateBody=template(2))
    assert state(stacks) == ("UPDATE_COMPLETE", "2")
