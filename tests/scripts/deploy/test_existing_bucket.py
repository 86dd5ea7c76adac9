"""An existing raw bucket: what is read of it, the one change, and when it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from moto import mock_aws
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import destroy, existing_bucket, stack
from orderlake.deploy.adopt_buckets import kept_buckets
from orderlake.doctor.account import find_existing_bucket
from orderlake.errors import AwsRefused, BadSetting, WrongUse
from orderlake.settings import Settings, load

SETTINGS = '[aws]\nregion = "eu-west-1"\nraw_bucket = "exports"\nraw_prefix = "orders/"\n'
THEIRS = {"Id": "theirs", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t"}


def settings(folder: Path, text: str = SETTINGS) -> Settings:
    (folder / "orderlake.toml").write_text(text, "utf-8")
    return load("aws", environ={}, start=folder)


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    # Nothing is deployed; moto's CloudFormation needs more than is installed.
    monkeypatch.setattr(stack, "describe", lambda *_: None)
    with mock_aws():
        yield open_aws(settings(tmp_path))


def make_bucket(aws: Aws) -> None:
    place: Any = {"LocationConstraint": "eu-west-1"}
    aws.s3.create_bucket(Bucket="exports", CreateBucketConfiguration=place)


@contextmanager
def answers(
    aws: Aws, notifications: dict[str, Any], versioning: str = "", region: str = "eu-west-1"
) -> Iterator[Stubber]:
    """Let S3 answer as AWS documents it; moto forgets EventBridge's empty element."""
    with Stubber(aws.s3) as stubber:
        stubber.add_response("head_bucket", {"BucketRegion": region})
        if region == "eu-west-1":
            stubber.add_response("get_bucket_notification_configuration", notifications)
            status: Any = {"Status": versioning} if versioning else {}
            stubber.add_response("get_bucket_versioning", status)
        yield stubber


def test_its_events_are_switched_on_and_nothing_else_is_changed(aws: Aws) -> None:
    theirs: Any = {"TopicConfigurations": [THEIRS | {"Events": ["s3:ObjectCreated:*"]}]}
    with answers(aws, theirs) as stubber:
        found = existing_bucket.survey(aws)
        assert found == existing_bucket.ExistingBucket("exports", False, False)
        assert len(found.plan()) == 2
        stubber.add_response("get_bucket_notification_configuration", theirs)
        sent = {
            "Bucket": "exports",
            "ExpectedBucketOwner": "123456789012",
            "NotificationConfiguration": theirs | {"EventBridgeConfiguration": {}},
            "SkipDestinationValidation": True,
        }
        stubber.add_response("put_bucket_notification_configuration", {}, sent)
        existing_bucket.switch_events_on(aws, "exports")
        stubber.assert_no_pending_responses()


def test_a_bucket_that_sends_events_and_keeps_versions_has_nothing_to_be_told(aws: Aws) -> None:
    with answers(aws, {"EventBridgeConfiguration": {}}, "Enabled"):
        found = existing_bucket.survey(aws)
    assert found is not None
    assert found.plan() == []
    with answers(aws, {"EventBridgeConfiguration": {}}, "Enabled"):
        assert find_existing_bucket(aws).state == "ok"


def test_a_missing_bucket_is_refused_with_the_setting(aws: Aws) -> None:
    with pytest.raises(AwsRefused, match="there is no bucket exports") as refused:
        existing_bucket.survey(aws)
    assert "raw_bucket" in refused.value.next_step
    finding = find_existing_bucket(aws)
    assert finding.state == "missing"


def test_a_bucket_of_another_region_is_refused_because_its_events_stay_there(aws: Aws) -> None:
    with (
        answers(aws, {}, region="eu-central-1"),
        pytest.raises(AwsRefused, match="exports is in eu-central-1, and the stack in eu-west-1"),
    ):
        existing_bucket.survey(aws)


@pytest.mark.parametrize(
    ("notifications", "told", "step"),
    [
        ({}, "no events", "deploy switches them on"),
        ({"EventBridgeConfiguration": {}}, "no versions", "A bucket that exists already"),
    ],
)
def test_the_doctor_says_who_switches_events_on_and_what_is_weaker(
    notifications: dict[str, Any], told: str, step: str, aws: Aws
) -> None:
    with answers(aws, notifications):
        finding = find_existing_bucket(aws)
    assert finding.state == "note"
    assert told in finding.detail
    assert step in str(finding.next_step)


def test_a_stack_does_not_change_its_raw_bucket(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = {"Outputs": [{"OutputKey": "RawBucket", "OutputValue": "another"}]}
    monkeypatch.setattr(stack, "describe", lambda *_: deployed)
    with pytest.raises(WrongUse, match="its files from another, and the settings say exports"):
        existing_bucket.survey(aws)


def test_destroy_and_import_leave_it_alone(aws: Aws) -> None:
    make_bucket(aws)
    aws.s3.put_object(Bucket="exports", Key="orders/a.csv", Body=b"x")
    assert destroy.data_buckets(aws) == (aws.names.processed_bucket,)
    assert kept_buckets(aws) == {}
    assert destroy.bucket_contents(aws) == []


def test_the_stack_s_own_bucket_of_outputs_is_not_a_raw_bucket(aws: Aws, tmp_path: Path) -> None:
    own = aws.names.processed_bucket
    wrong = open_aws(settings(tmp_path, f'[aws]\nregion = "eu-west-1"\nraw_bucket = "{own}"\n'))
    with pytest.raises(BadSetting, match="raw_bucket"):
        _ = wrong.names


@pytest.mark.parametrize(
    ("bucket", "prefix"),
    [
        ("s3://exports", "orders/"),
        ("Exports", "orders/"),
        ("exports", "orders"),
        ("exports", "/orders/"),
        ("exports", "orders/*/"),
        ("", "orders/"),
    ],
)
def test_a_bucket_or_prefix_that_cannot_be_is_told(
    bucket: str, prefix: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting, match="raw_"):
        settings(tmp_path, f'[aws]\nraw_bucket = "{bucket}"\nraw_prefix = "{prefix}"\n')


def test_the_local_aws_gets_the_bucket_again_in_any_region(aws: Aws, tmp_path: Path) -> None:
    local = replace(
        load("local", environ={}, start=tmp_path), region="eu-west-1", endpoint_url=None
    )
    existing_bucket.make_again(replace(aws, settings=local), "exports")
    assert aws.s3.get_bucket_location(Bucket="exports")["LocationConstraint"] == "eu-west-1"
