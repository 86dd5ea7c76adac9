"""The stack: which change set is asked for, and what its answers become.

CloudFormation's answers are queued on a real client, which checks them against AWS's own model.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import stack
from orderlake.deploy.package import Package
from orderlake.errors import BadSetting, DeployFailed, NotDeployed
from orderlake.settings import load

ARN = "arn:aws:cloudformation:us-east-1:000000000000:changeSet/c/1"
STACK_ARN = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop-orders/1"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PACKAGE = Package(Path("function.zip"), "ab" * 32, 1, 1)
TOML = '[local]\nregion = "us-east-1"\naccount = "000000000000"\narchitecture = "x86_64"\n'


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    (tmp_path / "orderlake.toml").write_text(TOML, "utf-8")
    (tmp_path / "template.yaml").write_text("Resources: {}\n", "utf-8")
    return open_aws(load("local", environ={}, start=tmp_path))


@pytest.fixture
def cloudformation(aws: Aws) -> Iterator[Stubber]:
    with Stubber(aws.cloudformation) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def no_stack(stubber: Stubber) -> None:
    stubber.add_client_error(
        "describe_stacks", "ValidationError", "Stack with id shop-orders does not exist"
    )


def has_stack(stubber: Stubber, status: str, **more: Any) -> None:
    described = {
        "StackId": STACK_ARN,
        "StackName": "shop-orders",
        "CreationTime": NOW,
        "StackStatus": status,
        **more,
    }
    stubber.add_response("describe_stacks", {"Stacks": [described]})


def takes_change_set(stubber: Stubber, kind: str, *, import_existing: bool = False) -> None:
    expected = {
        "StackName": "shop-orders",
        "ChangeSetName": ANY,
        "ChangeSetType": kind,
        "Description": ANY,
        "TemplateBody": "Resources: {}\n",
        "Parameters": [
            {"ParameterKey": "Prefix", "ParameterValue": "shop"},
            {
                "ParameterKey": "CodeBucket",
                "ParameterValue": "shop-artifacts-000000000000-us-east-1",
            },
            {"ParameterKey": "CodeKey", "ParameterValue": PACKAGE.key},
            {"ParameterKey": "Architecture", "ParameterValue": "x86_64"},
            {"ParameterKey": "RawBucketName", "ParameterValue": ""},
            {"ParameterKey": "RawPrefix", "ParameterValue": "raw/"},
            {"ParameterKey": "JobsFolder", "ParameterValue": ""},
        ],
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": "application", "Value": "orderlake"}],
        "ImportExistingResources": import_existing,
    }
    stubber.add_response("create_change_set", {"Id": ARN}, expected)


def answers_change_set(stubber: Stubber, status: str, reason: str = "") -> None:
    change = {"Action": "Add", "LogicalResourceId": "RawBucket", "ResourceType": "AWS::S3::Bucket"}
    changes = [{"Type": "Resource", "ResourceChange": change}] if not reason else []
    answer = {"Status": status, "StatusReason": reason, "Changes": changes}
    stubber.add_response("describe_change_set", answer)


def ignore(event: object) -> None:
    """Take an event and do nothing."""


@pytest.mark.parametrize("status", [None, "REVIEW_IN_PROGRESS"])
def test_without_a_stack_the_change_set_creates_one(
    aws: Aws, cloudformation: Stubber, status: str | None
) -> None:
    if status:
        has_stack(cloudformation, status)
    else:
        no_stack(cloudformation)
    takes_change_set(cloudformation, "CREATE")
    answers_change_set(cloudformation, "CREATE_IN_PROGRESS")
    answers_change_set(cloudformation, "CREATE_COMPLETE")
    change_set = stack.prepare(aws, PACKAGE, ignore)
    assert change_set
    assert change_set.is_new_stack
    assert [change.logical_id for change in change_set.changes] == ["RawBucket"]


def test_an_equal_stack_has_nothing_to_change_and_keeps_no_change_set(
    aws: Aws, cloudformation: Stubber
) -> None:
    has_stack(cloudformation, "CREATE_COMPLETE")
    takes_change_set(cloudformation, "UPDATE")
    answers_change_set(
        cloudformation, "FAILED", "The submitted information didn't contain changes."
    )
    cloudformation.add_response("delete_change_set", {})
    assert stack.prepare(aws, PACKAGE, ignore) is None


def test_a_change_set_that_cannot_be_made_says_why(aws: Aws, cloudformation: Stubber) -> None:
    has_stack(cloudformation, "UPDATE_COMPLETE")
    takes_change_set(cloudformation, "UPDATE")
    answers_change_set(cloudformation, "FAILED", "Unresolved dependency [Queue]")
    cloudformation.add_response("delete_change_set", {})
    with pytest.raises(DeployFailed, match="Unresolved dependency"):
        stack.prepare(aws, PACKAGE, ignore)


def test_a_plan_over_kept_buckets_asks_for_their_import(aws: Aws, cloudformation: Stubber) -> None:
    no_stack(cloudformation)
    takes_change_set(cloudformation, "CREATE", import_existing=True)
    answers_change_set(cloudformation, "CREATE_COMPLETE")
    assert stack.prepare(aws, PACKAGE, ignore, import_existing=True)


EARLY = "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]."


def test_names_that_exist_already_are_named_with_what_to_do(
    aws: Aws, cloudformation: Stubber
) -> None:
    no_stack(cloudformation)
    takes_change_set(cloudformation, "CREATE")
    answers_change_set(cloudformation, "FAILED", EARLY)
    event = {
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": "OrdersDatabase",
        "ResourceType": "AWS::Glue::Database",
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": "shop_orders already exists",
    }
    cloudformation.add_response(
        "describe_events",
        {"OperationEvents": [event]},
        {"ChangeSetName": ARN, "Filters": {"FailedEvents": True}},
    )
    cloudformation.add_response("delete_change_set", {})
    no_stack(cloudformation)
    with pytest.raises(DeployFailed) as caught:
        stack.prepare(aws, PACKAGE, ignore)
    assert caught.value.cause == "OrdersDatabase (AWS::Glue::Database): shop_orders already exists"
    assert "choose another prefix" in caught.value.next_step


def test_without_the_permission_to_read_the_details_the_validation_is_named(
    aws: Aws, cloudformation: Stubber
) -> None:
    no_stack(cloudformation)
    takes_change_set(cloudformation, "CREATE")
    answers_change_set(cloudformation, "FAILED", EARLY)
    cloudformation.add_client_error("describe_events", "AccessDenied")
    cloudformation.add_response("delete_change_set", {})
    no_stack(cloudformation)
    with pytest.raises(DeployFailed, match="ResourceExistenceCheck"):
        stack.prepare(aws, PACKAGE, ignore)


@pytest.mark.parametrize("status", [*stack.LEFTOVERS, "UPDATE_ROLLBACK_FAILED"])
def test_a_stuck_stack_says_the_way_out(aws: Aws, cloudformation: Stubber, status: str) -> None:
    has_stack(cloudformation, status)
    with pytest.raises(DeployFailed) as caught:
        stack.prepare(aws, PACKAGE, ignore)
    assert caught.value.status == status
    assert "deploy" in caught.value.next_step


def test_a_discarded_first_change_set_takes_its_empty_stack_along(
    aws: Aws, cloudformation: Stubber
) -> None:
    cloudformation.add_response("delete_change_set", {})
    has_stack(cloudformation, "REVIEW_IN_PROGRESS")
    cloudformation.add_response("delete_stack", {}, {"StackName": "shop-orders"})
    stack.discard(aws, stack.ChangeSet(ARN, "shop-orders", True, ()))


def test_a_failed_deployment_ends_with_its_first_cause(aws: Aws, cloudformation: Stubber) -> None:
    def event(number: int, status: str, reason: str) -> dict[str, Any]:
        return {
            "StackId": STACK_ARN,
            "EventId": str(number),
            "StackName": "shop-orders",
            "Timestamp": NOW,
            "LogicalResourceId": f"Resource{number}",
            "ResourceType": "AWS::S3::Bucket",
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }

    old = event(1, "CREATE_FAILED", "of last week")
    with Stubber(aws.s3) as s3:
        s3.add_response("head_object", {})
        cloudformation.add_response("describe_stack_events", {"StackEvents": [old]})
        cloudformation.add_response("execute_change_set", {})
        has_stack(cloudformation, "UPDATE_ROLLBACK_COMPLETE")
        newest_first = [
            event(3, "UPDATE_FAILED", "Resource update cancelled"),
            event(2, "UPDATE_FAILED", "the name is taken"),
            old,
        ]
        cloudformation.add_response("describe_stack_events", {"StackEvents": newest_first})
        has_stack(cloudformation, "UPDATE_ROLLBACK_COMPLETE")
        change_set = stack.ChangeSet(ARN, "shop-orders", False, ())
        with pytest.raises(DeployFailed, match=r"Resource2 .*the name is taken") as caught:
            stack.execute(aws, change_set, PACKAGE, ignore)
    assert caught.value.next_step.endswith("the previous version still works")


def test_an_operation_is_followed_by_its_events_until_the_stack_s_own_last_one(
    aws: Aws, cloudformation: Stubber
) -> None:
    def events(*kinds: tuple[str, str]) -> dict[str, Any]:
        fields = {"StackId": STACK_ARN, "StackName": "shop-orders", "Timestamp": NOW}
        return {
            "StackEvents": [
                {**fields, "EventId": kind, "ResourceType": kind, "ResourceStatus": status}
                for kind, status in kinds
            ]
        }

    queue = ("AWS::SQS::Queue", "CREATE_COMPLETE")
    ended = ("AWS::CloudFormation::Stack", "CREATE_COMPLETE")
    has_stack(cloudformation, "CREATE_IN_PROGRESS")
    cloudformation.add_response("describe_stack_events", events())
    cloudformation.add_response("describe_stack_events", events(queue))
    cloudformation.add_response("describe_stack_events", events(ended, queue))
    has_stack(cloudformation, "CREATE_COMPLETE")
    cloudformation.add_response("describe_stack_events", events(ended, queue))
    told = stack.follow(aws, "shop-orders", set(), ignore)
    assert [(event.resource_type, event.status) for event in told] == [queue, ended]


def test_an_operation_of_somebody_else_is_waited_for_before_planning(
    aws: Aws, cloudformation: Stubber
) -> None:
    has_stack(cloudformation, "UPDATE_IN_PROGRESS")
    cloudformation.add_response("describe_stack_events", {"StackEvents": []})
    has_stack(cloudformation, "UPDATE_COMPLETE")
    cloudformation.add_response("describe_stack_events", {"StackEvents": []})
    has_stack(cloudformation, "UPDATE_COMPLETE")
    takes_change_set(cloudformation, "UPDATE")
    answers_change_set(cloudformation, "CREATE_COMPLETE")
    change_set = stack.prepare(aws, PACKAGE, ignore)
    assert change_set
    assert not change_set.is_new_stack


def test_a_stack_is_deleted_after_somebody_else_s_operation(
    aws: Aws, cloudformation: Stubber
) -> None:
    no_events: dict[str, Any] = {"StackEvents": []}
    has_stack(cloudformation, "UPDATE_IN_PROGRESS")
    cloudformation.add_response("describe_stack_events", no_events)
    has_stack(cloudformation, "UPDATE_COMPLETE")
    cloudformation.add_response("describe_stack_events", no_events)
    cloudformation.add_response("describe_stack_events", no_events)
    cloudformation.add_response("delete_stack", {}, {"StackName": STACK_ARN})
    has_stack(cloudformation, "DELETE_COMPLETE")
    cloudformation.add_response("describe_stack_events", no_events)
    has_stack(cloudformation, "DELETE_COMPLETE")
    assert stack.delete(aws, ignore)


def test_a_zip_that_cannot_be_stored_takes_its_change_set_away(
    aws: Aws, cloudformation: Stubber
) -> None:
    cloudformation.add_response("delete_change_set", {}, {"ChangeSetName": ARN, "StackName": "s"})
    with Stubber(aws.s3) as s3:
        s3.add_client_error("head_object", "403")
        with pytest.raises(ClientError):
            stack.execute(aws, stack.ChangeSet(ARN, "s", False, ()), PACKAGE, ignore)


def test_a_parameter_that_the_template_lacks_is_refused(
    tmp_path: Path, aws: Aws, cloudformation: Stubber
) -> None:
    (tmp_path / "orderlake.toml").write_text(f"{TOML}[local.parameters]\nMemory = 1\n", "utf-8")
    settings = load("local", environ={}, start=tmp_path)
    changed = Aws(settings, aws.session, aws.config)
    vars(changed)["cloudformation"] = aws.cloudformation
    cloudformation.add_response(
        "get_template_summary", {"Parameters": [{"ParameterKey": "MemorySize"}]}
    )
    with pytest.raises(BadSetting, match="Memory must be one of MemorySize"):
        stack.parameters(changed, PACKAGE, "Resources: {}\n")


def test_outputs_of_a_stack_that_is_not_there_are_not_deployed(
    aws: Aws, cloudformation: Stubber
) -> None:
    no_stack(cloudformation)
    with pytest.raises(NotDeployed, match="shop-orders"):
        stack.outputs_of(aws)


def test_outputs_are_read(aws: Aws, cloudformation: Stubber) -> None:
    outputs = [{"OutputKey": "RawBucket", "OutputValue": "shop-raw"}]
    has_stack(cloudformation, "CREATE_COMPLETE", Outputs=outputs)
    assert stack.outputs_of(aws) == {"RawBucket": "shop-raw"}
