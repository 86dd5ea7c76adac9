"""Object storage on S3: what its answers mean, and what it is sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from order_transform.delivery.storage import Archived, S3Storage


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
            S3Storage(s3).download("orders", "raw/a.csv", "v", tmp_path / "a")


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
