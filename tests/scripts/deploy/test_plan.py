"""The plan: a change set as lines, a failure as its first cause."""

import json

from orderlake.deploy.plan import (
    Change,
    Event,
    changes_of,
    event_of,
    explain,
    first_cause,
    is_nothing_to_do,
    render,
)

ANSWER = {
    "Changes": [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Add",
                "LogicalResourceId": "RawBucket",
                "ResourceType": "AWS::S3::Bucket",
            },
        },
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Modify",
                "LogicalResourceId": "TransformFunction",
                "ResourceType": "AWS::Lambda::Function",
                "Replacement": "False",
                "Details": [
                    {"Target": {"Attribute": "Properties", "Name": "Code"}},
                    {"Target": {"Attribute": "Properties", "Name": "Code"}},
                    {"Target": {"Attribute": "Properties", "Name": "MemorySize"}},
                ],
            },
        },
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Modify",
                "LogicalResourceId": "FailureQueue",
                "ResourceType": "AWS::SQS::Queue",
                "Replacement": "True",
            },
        },
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Remove",
                "LogicalResourceId": "FailureAlarm",
                "ResourceType": "AWS::CloudWatch::Alarm",
            },
        },
        {"Type": "Hook"},
    ]
}


def test_a_change_set_reads_as_a_plan() -> None:
    assert render(changes_of(ANSWER)).splitlines() == [
        "  + add RawBucket (AWS::S3::Bucket)",
        "  ~ change TransformFunction (AWS::Lambda::Function) [Code, MemorySize]",
        "  ~ change FailureQueue (AWS::SQS::Queue) (replaced: it is made anew)",
        "  - remove FailureAlarm (AWS::CloudWatch::Alarm)",
        "plan: 1 to add, 2 to change, 1 to remove, 1 of the changes by replacement",
    ]


def test_a_change_tells_each_value_before_and_after() -> None:
    before = {"MemorySize": "1024", "Tags": [{"Key": "a"}], "Code": {"Key": "x" * 64}, "Same": 1}
    after = {"MemorySize": "2048", "Tags": [], "Code": {"Key": "y" * 64}, "Same": 1, "New": True}
    change = {
        "Action": "Modify",
        "LogicalResourceId": "Function",
        "BeforeContext": json.dumps({"Properties": before}),
        "AfterContext": json.dumps({"Properties": after}),
        "Details": [{"Target": {"Name": "Code"}}, {"Target": {"Name": "Role"}}],
    }
    (read,) = changes_of({"Changes": [{"ResourceChange": change}]})
    assert read.causes == ("Role",)
    assert read.values == (
        f"Code.Key: {'x' * 31}… -> {'y' * 31}…",
        "MemorySize: 1024 -> 2048",
        "New: none -> True",
        "Tags[0].Key: a -> none",
    )
    assert read.line().splitlines()[:3] == [
        "  ~ change Function () [Role]",
        f"      Code.Key: {'x' * 31}… -> {'y' * 31}…",
        "      MemorySize: 1024 -> 2048",
    ]


def test_a_value_that_is_not_known_yet_is_said_to_be() -> None:
    change = {
        "Action": "Modify",
        "BeforeContext": '{"Properties": {"Role": "arn"}}',
        "AfterContext": '{"Properties": {"Role": "{{changeSet:KNOWN_AFTER_APPLY}}"}}',
    }
    assert changes_of({"Changes": [{"ResourceChange": change}]})[0].values == (
        "Role: arn -> known later",
    )


def test_an_empty_plan_says_so() -> None:
    assert render([]) == "nothing to change"


def test_the_answers_of_aws_to_an_empty_change_set_are_known() -> None:
    assert is_nothing_to_do("The submitted information didn't contain changes. Submit different")
    assert is_nothing_to_do("No updates are to be performed.")
    assert not is_nothing_to_do("Parameters: [Size] do not exist in the template")


def event(logical_id: str, status: str, reason: str = "", kind: str = "AWS::S3::Bucket") -> Event:
    return Event(logical_id + status, logical_id, kind, status, reason)


def test_the_first_cause_is_the_earliest_failure_of_a_resource() -> None:
    events = [
        event("shop-orders", "CREATE_FAILED", "The stack failed", "AWS::CloudFormation::Stack"),
        event("RawBucket", "CREATE_IN_PROGRESS"),
        event("Queue", "CREATE_FAILED", "Resource creation cancelled"),
        event("RawBucket", "CREATE_FAILED", "the name is taken"),
        event("Role", "CREATE_FAILED", "not allowed"),
    ]
    assert explain(first_cause(events)) == "RawBucket (AWS::S3::Bucket): the name is taken"


def test_a_failure_of_the_stack_alone_is_the_cause() -> None:
    stack = event("shop-orders", "UPDATE_FAILED", "Export in use", "AWS::CloudFormation::Stack")
    assert first_cause([stack]) == stack


def test_without_a_failure_there_is_no_cause() -> None:
    assert first_cause([event("RawBucket", "CREATE_COMPLETE")]) is None
    assert explain(None) == "CloudFormation gave no reason"


def test_an_event_without_a_reason_is_read() -> None:
    read = event_of({"EventId": "1", "ResourceStatus": "CREATE_FAILED"})
    assert read.is_failure
    assert explain(read).endswith("CREATE_FAILED")


def test_a_change_that_aws_adds_later_is_still_shown() -> None:
    assert "SyncWithActual" in Change("SyncWithActual", "Queue", "AWS::SQS::Queue", "False").line()
