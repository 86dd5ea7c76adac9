"""Object storage on S3: what its answers mean, and what it is sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws
from order_transform.delivery.s3_storage import S3Storage
from order_transform.delivery.storage import (
    Archived,
    ConditionFailed,
    Stored,
    UnsupportedEncryption,
)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="orders")
        client.put_bucket_versioning(Bucket="orders", VersioningConfiguration={"Status": "Enabled"})
        yield client


def test_a_deleted_object_is_known_and_one_that_never_was_is_not(s3: Any) -> None:
    storage = S3Storage(s3)
    s3.put_object(Bucket="orders", Key="there", Body=b"x")
    s3.put_object(Bucket="orders", Key="deleted", Body=b"x")
    s3.delete_object(Bucket="orders", Key="deleted")
    keys = ("there", "deleted", "never")
    assert [storage.is_known("orders", key) for key in keys] == [True, True, False]


def test_a_file_in_an_archive_says_how_to_get_it_back(s3: Any, tmp_path: Path) -> None:
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object", "InvalidObjectState", http_status_code=403)
        with pytest.raises(Archived, match=r"restore-object\), then: orderlake replay raw/a.csv"):
            S3Storage(s3).download("orders", "raw/a.csv", Stored("e", "v"), tmp_path / "a")


def test_a_download_tells_the_day_of_the_upload(s3: Any, tmp_path: Path) -> None:
    put = s3.put_object(Bucket="orders", Key="a.csv", Body=b"x")
    stored = Stored(put["ETag"], put["VersionId"])
    found = s3.head_object(Bucket="orders", Key="a.csv")["LastModified"]
    assert S3Storage(s3).download("orders", "a.csv", stored, tmp_path / "a") == found.date()


@pytest.mark.parametrize("versioning", [None, "Suspended"])
def test_without_versions_a_file_that_was_replaced_meanwhile_is_not_taken_for_the_old_one(
    s3: Any, versioning: str | None, tmp_path: Path
) -> None:
    s3.create_bucket(Bucket="plain")
    if versioning:
        for status in ("Enabled", versioning):
            s3.put_bucket_versioning(Bucket="plain", VersioningConfiguration={"Status": status})
    storage = S3Storage(s3)
    s3.put_object(Bucket="plain", Key="a.csv", Body=b"old")
    old = storage.head("plain", "a.csv")
    assert old is not None
    assert old.version_id is None
    s3.put_object(Bucket="plain", Key="a.csv", Body=b"new")
    with pytest.raises(ConditionFailed):
        storage.download("plain", "a.csv", old, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_the_same_bytes_sent_again_are_not_taken_for_the_version_before(
    s3: Any, tmp_path: Path
) -> None:
    storage = S3Storage(s3)
    s3.put_object(Bucket="orders", Key="a.csv", Body=b"same")
    before = storage.head("orders", "a.csv")
    assert before is not None
    s3.put_object(Bucket="orders", Key="a.csv", Body=b"same")
    with pytest.raises(ConditionFailed):
        storage.download("orders", "a.csv", before, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_file_with_its_sender_s_own_key_is_refused_with_the_reason(s3: Any) -> None:
    with Stubber(s3) as stubber:
        stubber.add_client_error("head_object", "400", "Bad Request", http_status_code=400)
        with pytest.raises(UnsupportedEncryption, match=r"raw/a.csv .*\(SSE-C\); send it again"):
            S3Storage(s3).head("orders", "raw/a.csv")


def test_a_file_in_two_layers_is_refused_and_one_with_a_key_of_kms_is_read(
    s3: Any, tmp_path: Path
) -> None:
    s3.put_object(Bucket="orders", Key="two.csv", Body=b"x", ServerSideEncryption="aws:kms:dsse")
    s3.put_object(Bucket="orders", Key="one.csv", Body=b"x", ServerSideEncryption="aws:kms")
    storage = S3Storage(s3)

    def head(key: str) -> Stored:
        return cast("Stored", storage.head("orders", key))

    storage.download("orders", "one.csv", head("one.csv"), tmp_path / "one")
    assert (tmp_path / "one").read_bytes() == b"x"
    with pytest.raises(UnsupportedEncryption, match=r"two.csv .*\(DSSE-KMS\).*only one"):
        storage.download("orders", "two.csv", head("two.csv"), tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_the_parts_of_a_large_file_have_the_checksum_that_was_declared(
    s3: Any, tmp_path: Path
) -> None:
    sent: dict[str, list[dict[str, Any]]] = {}

    def take(params: dict[str, Any], model: Any, **_: Any) -> None:
        sent.setdefault(model.name, []).append(params)

    s3.meta.events.register("before-parameter-build.s3", take)
    large = tmp_path / "large"
    large.write_bytes(b"x" * (17 << 20))
    S3Storage(s3).write("orders", "large", large, None)
    (created,), (completed,) = sent["CreateMultipartUpload"], sent["CompleteMultipartUpload"]
    assert created["ChecksumAlgorithm"] == "CRC32"
    assert [part["ChecksumAlgorithm"] for part in sent["UploadPart"]] == ["CRC32", "CRC32"]
    assert all(part["ChecksumCRC32"] for part in completed["MultipartUpload"]["Parts"])


def test_a_version_that_another_delivery_has_deleted_is_gone(s3: Any) -> None:
    with Stubber(s3) as stubber:
        stubber.add_client_error("delete_object", "InvalidArgument", http_status_code=400)
        S3Storage(s3).delete("orders", "a.csv", "v1")
        stubber.add_client_error("delete_object", "AccessDenied", http_status_code=403)
        with pytest.raises(ClientError, match="AccessDenied"):
            S3Storage(s3).delete("orders", "a.csv", "v1")
