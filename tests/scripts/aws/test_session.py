"""The door to AWS: who is asked, with whose credentials, and whose buckets are touched."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as boto_errors
from botocore.loaders import Loader
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count
from orderlake import errors
from orderlake.aws.errors_explained import translate
from orderlake.aws.service_models import QuickLoader
from orderlake.aws.session import Aws, open_aws
from orderlake.deploy import artifact_bucket
from orderlake.settings import Settings, load


def open_local(folder: Path) -> Aws:
    (folder / "orderlake.toml").write_text('[local]\naccount = "000000000000"\n', "utf-8")
    return open_aws(load("local", environ={}, start=folder))


def test_the_local_aws_never_gets_real_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    credentials = open_local(tmp_path).session.get_credentials()
    assert credentials
    assert (credentials.access_key, credentials.secret_key) == ("test", "test")


def test_an_unknown_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text('[aws]\nprofile = "nobody-has-this"\n', "utf-8")
    with pytest.raises(errors.NoCredentials, match="nobody-has-this"):
        open_aws(load("aws", environ={}, start=tmp_path))


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Return an account in eu-west-1, for use inside mock_aws."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (tmp_path / "orderlake.toml").write_text('[aws]\nregion = "eu-west-1"\n', "utf-8")
    return open_aws(load("aws", environ={}, start=tmp_path))


def refused(call: Callable[[], object], settings: Settings) -> errors.OrderlakeError:
    """Return what the command line makes of an AWS library's error."""
    with pytest.raises(boto_errors.ClientError) as caught:
        call()
    translated = translate(caught.value, settings)
    assert translated
    return translated


@mock_aws
def test_credentials_that_aws_does_not_know_say_how_to_log_in(account: Aws) -> None:
    error = set_initial_no_auth_action_count(0)(refused)(lambda: account.names, account.settings)
    assert isinstance(error, errors.NoCredentials)
    assert "aws sso login" in error.next_step


@mock_aws
def test_a_call_that_the_identity_may_not_make_names_the_policy_to_read(
    account: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.iam.create_user(UserName="nobody")
    key = account.iam.create_access_key(UserName="nobody")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    nobody = open_aws(account.settings)
    ask = set_initial_no_auth_action_count(0)(refused)
    error = ask(nobody.sns.list_topics, account.settings)
    assert isinstance(error, errors.AwsRefused)
    assert error.operation == "ListTopics"
    assert "docs/permissions.md" in error.next_step


@mock_aws
def test_a_bucket_name_that_another_account_has_asks_for_another_prefix(
    account: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    artifact_bucket.make_bucket(account, "shop-artifacts")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "123456789012")
    with pytest.raises(errors.AwsRefused, match="shop-artifacts is taken") as caught:
        artifact_bucket.make_bucket(account, "shop-artifacts")
    assert "another prefix" in caught.value.next_step


@mock_aws
def test_our_own_bucket_is_made_once_and_private(account: Aws) -> None:
    artifact_bucket.make_bucket(account, "shop-artifacts")
    artifact_bucket.make_bucket(account, "shop-artifacts")
    block = account.s3.get_public_access_block(Bucket="shop-artifacts")
    assert all(block["PublicAccessBlockConfiguration"].values())
    policy = json.loads(account.s3.get_bucket_policy(Bucket="shop-artifacts")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    rules = account.s3.get_bucket_lifecycle_configuration(Bucket="shop-artifacts")["Rules"]
    assert rules[0]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
    place = account.s3.get_bucket_location(Bucket="shop-artifacts")
    assert place["LocationConstraint"] == "eu-west-1"


@mock_aws
def test_a_region_that_does_not_fit_is_said_in_aws_s_words(account: Aws) -> None:
    place: Any = {"LocationConstraint": "ap-south-1"}
    error = refused(
        lambda: account.s3.create_bucket(Bucket="b-1", CreateBucketConfiguration=place),
        account.settings,
    )
    assert isinstance(error, errors.AwsRefused)
    assert error.code == "IllegalLocationConstraintException"
    assert "region" in error.next_step


@mock_aws
def test_every_call_to_a_bucket_says_whose_it_has_to_be(account: Aws) -> None:
    place: Any = {"LocationConstraint": "eu-west-1"}
    account.s3.create_bucket(Bucket="shop-artifacts", CreateBucketConfiguration=place)
    sent: list[dict[str, Any]] = []
    account.s3.meta.events.register(
        "before-call.s3", lambda params, **_: sent.append(params["headers"])
    )
    account.s3.put_object(Bucket="shop-artifacts", Key="k", Body=b"")
    account.s3.list_objects_v2(Bucket="shop-artifacts")
    account.s3.list_buckets()
    owners = [headers.get("x-amz-expected-bucket-owner") for headers in sent]
    assert owners == ["123456789012", "123456789012", None]


def test_models_are_found_without_a_search_and_no_other_than_botocore_finds(
    tmp_path: Path,
) -> None:
    quick, own = QuickLoader(), Loader()
    assert set(quick.list_available_services("service-2")) >= set(
        own.list_available_services("service-2")
    )
    for service in ("s3", "glue", "sso", "sts"):
        for kind in ("service-2", "endpoint-rule-set-1", "paginators-1"):
            assert quick.load_service_model(service, kind) == own.load_service_model(service, kind)
    with pytest.raises(boto_errors.UnknownServiceError):
        open_local(tmp_path).client("no-such-service")
