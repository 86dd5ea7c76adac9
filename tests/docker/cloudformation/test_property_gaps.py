"""Properties that LocalStack leaves out: the calls that set them, seen by clients in memory."""

from typing import Any

import pytest
from localstack_lake.cloudformation.property_gaps import (
    complete_bucket,
    complete_log_group,
    complete_role,
    holds_objects,
    lifecycle_rule,
    notification_configuration,
)


class Recorder:
    """A client, or all clients, that keep the calls made."""

    def __init__(self, calls: dict[str, dict[str, Any]]) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> None:
            self._calls[name] = arguments

        return call


class Clients:
    """Gives the same recorder for every service."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}

    def __getattr__(self, service: str) -> Recorder:
        return Recorder(self.calls)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            {"Id": "a", "Status": "Enabled", "Prefix": "x/", "ExpirationInDays": 7},
            {
                "ID": "a",
                "Status": "Enabled",
                "Filter": {"Prefix": "x/"},
                "Expiration": {"Days": 7},
            },
        ),
        (
            {
                "Status": "Disabled",
                "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
            },
            {
                "Status": "Disabled",
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
            },
        ),
        (
            {
                "Status": "Enabled",
                "Prefix": "x/",
                "TagFilters": [{"Key": "k", "Value": "v"}],
                "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 5}],
                "NoncurrentVersionTransitions": [
                    {"StorageClass": "GLACIER", "TransitionInDays": 6}
                ],
            },
            {
                "Status": "Enabled",
                "Filter": {"And": {"Prefix": "x/", "Tags": [{"Key": "k", "Value": "v"}]}},
                "Transitions": [{"StorageClass": "GLACIER", "Days": 5}],
                "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "NoncurrentDays": 6}],
            },
        ),
    ],
)
def test_a_lifecycle_rule_is_spelled_as_s3_spells_it(
    rule: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert lifecycle_rule(rule) == expected


def test_notifications_are_spelled_as_s3_spells_them() -> None:
    rules = [{"Name": "prefix", "Value": "raw/"}]
    assert notification_configuration(
        {
            "LambdaConfigurations": [
                {
                    "Event": "s3:ObjectCreated:*",
                    "Function": "arn:f",
                    "Filter": {"S3Key": {"Rules": rules}},
                }
            ],
            "QueueConfigurations": [{"Event": "s3:ObjectRemoved:*", "Queue": "arn:q"}],
            "EventBridgeConfiguration": {"EventBridgeEnabled": True},
        }
    ) == {
        "LambdaFunctionConfigurations": [
            {
                "LambdaFunctionArn": "arn:f",
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": rules}},
            }
        ],
        "QueueConfigurations": [{"QueueArn": "arn:q", "Events": ["s3:ObjectRemoved:*"]}],
        "EventBridgeConfiguration": {},
    }


def test_a_new_bucket_gets_its_protection_and_its_lifecycle() -> None:
    clients = Clients()
    block = {"BlockPublicAcls": True}
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    model = {
        "BucketName": "b",
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "PublicAccessBlockConfiguration": block,
        "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]},
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    complete_bucket(clients, model, {})
    assert set(clients.calls) == {
        "put_bucket_encryption",
        "put_public_access_block",
        "put_bucket_lifecycle_configuration",
    }
    assert clients.calls["put_public_access_block"]["PublicAccessBlockConfiguration"] == block


def test_what_an_update_takes_out_of_a_bucket_is_removed() -> None:
    clients = Clients()
    previous = {
        "BucketName": "b",
        "LifecycleConfiguration": {"Rules": [{"Status": "Enabled"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "NotificationConfiguration": {"QueueConfigurations": []},
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    complete_bucket(clients, {"BucketName": "b"}, previous)
    assert set(clients.calls) == {
        "delete_bucket_lifecycle",
        "put_bucket_versioning",
        "put_bucket_notification_configuration",
        "delete_bucket_tagging",
    }
    versioning = clients.calls["put_bucket_versioning"]["VersioningConfiguration"]
    assert versioning == {"Status": "Suspended"}
    notification = clients.calls["put_bucket_notification_configuration"]
    assert notification["NotificationConfiguration"] == {}


def test_a_log_group_s_retention_is_set_and_taken_away() -> None:
    group = {"LogGroupName": "l"}
    clients = Clients()
    complete_log_group(clients, {**group, "RetentionInDays": "30"}, {})
    assert clients.calls["put_retention_policy"] == {"logGroupName": "l", "retentionInDays": 30}
    clients = Clients()
    complete_log_group(clients, group, {**group, "RetentionInDays": 30})
    assert clients.calls == {"delete_retention_policy": {"logGroupName": "l"}}


def test_an_updated_role_loses_the_policies_that_are_gone() -> None:
    clients = Clients()
    trust = {"RoleName": "r", "AssumeRolePolicyDocument": {}}
    previous = {
        **trust,
        "Policies": [{"PolicyName": "old", "PolicyDocument": {}}],
        "ManagedPolicyArns": ["arn:old"],
    }
    model = {**trust, "Policies": [{"PolicyName": "new", "PolicyDocument": {"Version": "1"}}]}
    complete_role(clients, model, previous)
    assert clients.calls["delete_role_policy"] == {"RoleName": "r", "PolicyName": "old"}
    assert clients.calls["put_role_policy"]["PolicyDocument"] == '{"Version": "1"}'
    assert clients.calls["detach_role_policy"] == {"RoleName": "r", "PolicyArn": "arn:old"}
    assert "attach_role_policy" not in clients.calls


@pytest.mark.parametrize(
    ("listed", "holds"),
    [({}, False), ({"Versions": [{}]}, True), ({"DeleteMarkers": [{}]}, True)],
)
def test_a_bucket_that_holds_any_version_outlives_its_stack(
    listed: dict[str, Any], holds: bool
) -> None:
    class S3:
        def list_object_versions(self, **_: Any) -> dict[str, Any]:
            return listed

    class Buckets:
        s3 = S3()

    assert holds_objects(Buckets, {"BucketName": "b"}) is holds
