"""Destroying: data goes only where it was meant to, and what is left is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import destroy
from orderlake.errors import AwsRefused
from orderlake.settings import load


class NoStacks:
    """CloudFormation where nothing is deployed; moto's would need a dozen packages more."""

    def describe_stacks(self, **_: object) -> object:
        reason = "Stack does not exist"
        raise ClientError(
            {"Error": {"Code": "ValidationError", "Message": reason}}, "DescribeStacks"
        )


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    (tmp_path / "orderlake.toml").write_text('[aws]\nregion = "us-east-1"\n', "utf-8")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        aws = open_aws(load("aws", environ={}, start=tmp_path))
        vars(aws)["cloudformation"] = NoStacks()
        for bucket in (aws.names.raw_bucket, aws.names.processed_bucket, aws.names.artifact_bucket):
            fill(aws, bucket)
        yield aws


def fill(aws: Aws, bucket: str) -> None:
    """Put two versions of one object and a delete marker over another."""
    aws.s3.create_bucket(Bucket=bucket)
    aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key, body in (("a", b"1"), ("a", b"22"), ("b", b"333")):
        aws.s3.put_object(Bucket=bucket, Key=key, Body=body)
    aws.s3.delete_object(Bucket=bucket, Key="b")


def ignore(event: object) -> None:
    """Take an event and do nothing."""


def buckets(aws: Aws) -> set[str]:
    return {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]}


def test_what_holds_data_is_counted_with_its_versions_and_markers(aws: Aws) -> None:
    found = {bucket.bucket: bucket for bucket in destroy.bucket_contents(aws)}
    assert len(found) == 3
    raw = found[aws.names.raw_bucket]
    assert (raw.versions, raw.size_bytes) == (4, 6)


def test_every_version_and_every_bucket_goes(aws: Aws) -> None:
    aws.s3.create_bucket(Bucket="shop-eu-raw-of-somebody-else")
    destroy.destroy(aws, ignore)
    assert buckets(aws) == {"shop-eu-raw-of-somebody-else"}
    assert not [left for left in destroy.remains(aws) if left.startswith("bucket")]


def test_kept_data_is_kept_version_by_version(aws: Aws) -> None:
    destroy.destroy(aws, ignore, keep_data=True)
    names = aws.names
    assert buckets(aws) == {names.raw_bucket, names.processed_bucket}
    assert {bucket.versions for bucket in destroy.bucket_contents(aws)} == {4}
    assert not [left for left in destroy.remains(aws, keep_data=True) if "bucket" in left]
    assert f"bucket {names.raw_bucket}" in destroy.remains(aws)


def test_destroying_twice_is_destroying_once(aws: Aws) -> None:
    destroy.destroy(aws, ignore)
    destroy.destroy(aws, ignore)
    assert destroy.bucket_contents(aws) == []


def test_an_object_that_s3_does_not_delete_is_named(aws: Aws) -> None:
    listed = {"Versions": [{"Key": "a", "VersionId": "1", "Size": 1}]}
    kept = {"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "locked"}]}
    with Stubber(aws.s3) as s3:
        s3.add_response("list_object_versions", listed)
        s3.add_response("delete_objects", kept)
        with pytest.raises(AwsRefused, match="shop-raw/a: locked"):
            destroy.empty(aws, "shop-raw")


def test_whatever_is_left_of_the_stack_is_named(aws: Aws) -> None:
    names = aws.names
    destroy.destroy(aws, ignore)
    aws.sqs.create_queue(QueueName=names.failure_queue)
    aws.logs.create_log_group(logGroupName=names.log_group)
    aws.logs.create_log_group(logGroupName=f"{names.log_group}-of-another")
    alarm: Any = {"Namespace": "n", "MetricName": "m", "Period": 60, "EvaluationPeriods": 1}
    aws.cloudwatch.put_metric_alarm(
        AlarmName=names.alarms[0],
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
        Threshold=0,
        **alarm,
    )
    topic = aws.sns.create_topic(Name=names.alarm_topic)["TopicArn"]
    aws.iam.create_role(RoleName=f"{names.stack}-TransformRole-ABC", AssumeRolePolicyDocument="{}")
    aws.iam.create_role(RoleName="shop-orders-of-another", AssumeRolePolicyDocument="{}")
    aws.glue.create_database(DatabaseInput={"Name": names.database})
    # moto answers for a work group that is not there, where AWS refuses.
    assert set(destroy.remains(aws)) - {f"work group {names.work_group}"} == {
        f"queue {names.failure_queue}",
        f"log group {names.log_group}",
        f"alarm {names.alarms[0]}",
        f"topic {topic}",
        f"role {names.stack}-TransformRole-ABC",
        f"database {names.database}",
    }
