"""Stuck stacks, forgotten change sets, kept buckets: recognised, and brought on.

CloudFormation's answers are queued on a real client, which checks them against AWS's own model.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import adopt_buckets, recovery
from orderlake.errors import DeployFailed
from orderlake.settings import load

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOML = '[local]\nregion = "eu-west-1"\naccount = "000000000000"\n'


@pytest.fixture
def aws(tmp_path: Path) -> Aws:
    (tmp_path / "orderlake.toml").write_text(TOML, "utf-8")
    return open_aws(load("local", environ={}, start=tmp_path))


@pytest.fixture
def cloudformation(aws: Aws) -> Iterator[Stubber]:
    with Stubber(aws.cloudformation) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def has_stack(stubber: Stubber, status: str) -> None:
    described = {"StackId": "arn:stack/shop-orders/1", "StackName": "shop-orders"}
    found = {**described, "CreationTime": NOW, "StackStatus": status}
    stubber.add_response("describe_stacks", {"Stacks": [found]})


def has_events(stubber: Stubber, *statuses: str) -> None:
    events = [
        {
            "StackId": "arn:stack/shop-orders/1",
            "EventId": f"{number} {status}",
            "StackName": "shop-orders",
            "Timestamp": NOW,
            "LogicalResourceId": "FailureQueue",
            "ResourceType": "AWS::SQS::Queue",
            "ResourceStatus": status,
            "ResourceStatusReason": "still in use",
        }
        for number, status in enumerate(statuses)
    ]
    stubber.add_response("describe_stack_events", {"StackEvents": events[::-1]})


def ignore(event: object) -> None:
    """Take an event and do nothing."""


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "DELETE_FAILED", "CREATE_FAILED"])
def test_remains_of_a_failed_creation_are_deleted(
    aws: Aws, cloudformation: Stubber, status: str
) -> None:
    has_stack(cloudformation, status)
    has_stack(cloudformation, status)
    has_events(cloudformation)
    cloudformation.add_response("delete_stack", {}, {"StackName": "arn:stack/shop-orders/1"})
    has_stack(cloudformation, "DELETE_COMPLETE")
    has_events(cloudformation, "DELETE_COMPLETE")
    has_stack(cloudformation, "DELETE_COMPLETE")
    assert f"({status})" in (recovery.unblock_stack(aws, ignore) or "")


def test_a_rollback_that_failed_is_continued(aws: Aws, cloudformation: Stubber) -> None:
    has_stack(cloudformation, "UPDATE_ROLLBACK_FAILED")
    has_events(cloudformation)
    cloudformation.add_response("continue_update_rollback", {}, {"StackName": "shop-orders"})
    has_stack(cloudformation, "UPDATE_ROLLBACK_COMPLETE")
    has_events(cloudformation, "UPDATE_COMPLETE")
    has_stack(cloudformation, "UPDATE_ROLLBACK_COMPLETE")
    assert "ended the rollback" in (recovery.unblock_stack(aws, ignore) or "")


def test_a_rollback_that_fails_again_names_its_cause(aws: Aws, cloudformation: Stubber) -> None:
    has_stack(cloudformation, "UPDATE_ROLLBACK_FAILED")
    has_events(cloudformation)
    cloudformation.add_response("continue_update_rollback", {})
    has_stack(cloudformation, "UPDATE_ROLLBACK_FAILED")
    has_events(cloudformation, "UPDATE_FAILED")
    has_stack(cloudformation, "UPDATE_ROLLBACK_FAILED")
    with pytest.raises(DeployFailed, match=r"FailureQueue .*still in use") as caught:
        recovery.unblock_stack(aws, ignore)
    assert caught.value.next_step.endswith("--resources-to-skip FailureQueue")


def test_a_healthy_stack_is_left_alone(aws: Aws, cloudformation: Stubber) -> None:
    has_stack(cloudformation, "UPDATE_COMPLETE")
    assert recovery.unblock_stack(aws, ignore) is None


def test_only_our_own_old_and_unexecuted_change_sets_are_forgotten(
    aws: Aws, cloudformation: Stubber
) -> None:
    def change_set(name: str, age: timedelta, execution: str = "AVAILABLE") -> dict[str, Any]:
        arn = f"arn:{name}"
        found = {"ChangeSetName": name, "ChangeSetId": arn, "CreationTime": NOW - age}
        return found | {"ExecutionStatus": execution}

    old = timedelta(hours=2)
    summaries = [
        change_set("orderlake-old", old),
        change_set("orderlake-somebody-still-reads-it", timedelta(minutes=5)),
        change_set("orderlake-running", old, "EXECUTE_IN_PROGRESS"),
        change_set("by-hand", old),
    ]
    cloudformation.add_response("list_change_sets", {"Summaries": summaries})
    cloudformation.add_response(
        "delete_change_set", {}, {"ChangeSetName": "arn:orderlake-old", "StackName": "shop-orders"}
    )
    assert recovery.discard_forgotten(aws, NOW) == 1


def test_without_a_stack_nothing_is_forgotten(aws: Aws, cloudformation: Stubber) -> None:
    cloudformation.add_client_error("list_change_sets", "ValidationError", "does not exist")
    assert recovery.discard_forgotten(aws, NOW) == 0


def test_kept_buckets_are_those_that_exist_without_a_stack(
    aws: Aws, cloudformation: Stubber
) -> None:
    cloudformation.add_client_error("describe_stacks", "ValidationError", "does not exist")
    with Stubber(aws.s3) as s3:
        s3.add_response("head_bucket", {})
        s3.add_client_error("head_bucket", "404")
        kept = adopt_buckets.kept_buckets(aws)
    assert kept == {"RawBucket": "shop-raw-000000000000-eu-west-1"}


def test_a_deployed_stack_s_buckets_are_not_kept_ones(aws: Aws, cloudformation: Stubber) -> None:
    has_stack(cloudformation, "CREATE_COMPLETE")
    assert adopt_buckets.kept_buckets(aws) == {}


def test_kept_buckets_are_imported_by_name_and_nothing_else_is(
    aws: Aws, cloudformation: Stubber
) -> None:
    buckets = {"RawBucket": "shop-raw", "ProcessedBucket": "shop-processed"}
    cloudformation.add_response(
        "create_change_set",
        {"Id": "arn:change-set"},
        {
            "StackName": "shop-orders",
            "ChangeSetName": ANY,
            "ChangeSetType": "IMPORT",
            "TemplateBody": ANY,
            "ResourcesToImport": [
                {
                    "ResourceType": "AWS::S3::Bucket",
                    "LogicalResourceId": logical,
                    "ResourceIdentifier": {"BucketName": name},
                }
                for logical, name in buckets.items()
            ],
        },
    )
    cloudformation.add_response("describe_change_set", {"Status": "CREATE_COMPLETE"})
    has_events(cloudformation)
    cloudformation.add_response("execute_change_set", {})
    has_stack(cloudformation, "IMPORT_COMPLETE")
    has_events(cloudformation, "IMPORT_COMPLETE")
    has_stack(cloudformation, "IMPORT_COMPLETE")
    assert adopt_buckets.adopt(aws, buckets, ignore)


def test_a_server_that_cannot_import_is_left_to_create(aws: Aws, cloudformation: Stubber) -> None:
    cloudformation.add_client_error("create_change_set", "ValidationError", "does not exist")
    assert not adopt_buckets.adopt(aws, {"RawBucket": "shop-raw"}, ignore)


def test_an_imported_bucket_keeps_what_the_template_says_of_its_end() -> None:
    template = json.loads(adopt_buckets.import_template({"RawBucket": "shop-raw"}))
    assert template["Resources"] == {
        "RawBucket": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"BucketName": "shop-raw"},
        }
    }
