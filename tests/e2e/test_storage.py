"""The function's storage on a real S3 protocol: conditions, parts, versions."""

from pathlib import Path

import pytest
from order_transform.delivery.s3_storage import S3Storage
from order_transform.delivery.storage import ConditionFailed, Missing

from .conftest import Lake

pytestmark = pytest.mark.e2e

BUCKET = "storage-under-test"
LARGE = 17 << 20  # more than one part


@pytest.fixture(scope="module")
def storage(lake: Lake) -> S3Storage:
    s3 = lake.aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return S3Storage(s3)


@pytest.mark.parametrize("size", [3, LARGE])
def test_a_write_happens_only_over_what_was_expected(
    storage: S3Storage, lake: Lake, tmp_path: Path, size: int
) -> None:
    key, path = f"object-{size}", tmp_path / "data"
    path.write_bytes(b"a" * size)
    first = storage.write(BUCKET, key, path, None)
    with pytest.raises(ConditionFailed):
        storage.write(BUCKET, key, path, None)
    path.write_bytes(b"b" * size)
    second = storage.write(BUCKET, key, path, first.etag)
    with pytest.raises(ConditionFailed):
        storage.write(BUCKET, key, path, first.etag)
    assert storage.head(BUCKET, key) == second
    assert [version.etag for version in storage.versions(BUCKET, key)] == [second.etag, first.etag]
    assert not lake.aws("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads")


def test_a_write_over_what_is_gone_fails(storage: S3Storage) -> None:
    with pytest.raises(ConditionFailed):
        storage.write(BUCKET, "gone", b"x", '"0123456789abcdef0123456789abcdef"')


def test_the_newest_version_is_downloaded_and_an_older_one_deleted_by_its_id(
    storage: S3Storage, tmp_path: Path
) -> None:
    old = storage.write(BUCKET, "key", b"old", None)
    new = storage.write(BUCKET, "key", b"new", old.etag)
    storage.write(BUCKET, "key-with-a-longer-name", b"other", None)
    with pytest.raises(ConditionFailed):
        storage.download(BUCKET, "key", old, tmp_path / "old")
    storage.download(BUCKET, "key", new, tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b"new"
    for _ in range(2):  # another delivery may have deleted it
        storage.delete(BUCKET, "key", old.version_id)
    assert [version.version_id for version in storage.versions(BUCKET, "key")] == [new.version_id]
    found = storage.read(BUCKET, "key")
    assert found is not None
    assert found[0] == b"new"
    assert storage.read(BUCKET, "nothing") is None


def test_an_object_that_is_gone_is_missing_and_one_sent_again_is_another(
    storage: S3Storage, tmp_path: Path
) -> None:
    first = storage.write(BUCKET, "twice", b"same", None)
    again = storage.write(BUCKET, "twice", b"same", first.etag)
    with pytest.raises(ConditionFailed):
        storage.download(BUCKET, "twice", first, tmp_path / "first")
    storage.delete(BUCKET, "twice", None)
    with pytest.raises(Missing):
        storage.download(BUCKET, "twice", again, tmp_path / "again")


def test_a_deleted_object_is_known_and_one_that_never_was_is_not(storage: S3Storage) -> None:
    stored = storage.write(BUCKET, "reports/deleted.json", b"1", None)
    storage.delete(BUCKET, "reports/deleted.json", None)
    assert stored.version_id
    assert storage.is_known(BUCKET, "reports/deleted.json")
    assert not storage.is_known(BUCKET, "reports/never.json")
