"""Object storage on S3: the only code of the function that reads and writes objects."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from order_transform.delivery.storage import (
    Archived,
    ConditionFailed,
    Missing,
    Stored,
    UnsupportedEncryption,
)

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.literals import ChecksumAlgorithmType
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_PART_BYTES = 16 << 20
_PART_WRITERS = 4
_CHECKSUM: "ChecksumAlgorithmType" = "CRC32"
# S3's answers to a HEAD for an object that needs a key with each request; a HEAD has no body.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
_BAD_REQUEST = ("400", "BadRequest", "InvalidRequest")
_CUSTOMER_KEY = (
    "cannot be read: S3 answers 400, as for an object encrypted with a key that its sender "
    "keeps (SSE-C); send it again without that key"
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingDSSEncryption.html
_TWO_LAYERS = "aws:kms:dsse"
_TWO_LAYERS_TEXT = (
    "is encrypted in two layers (DSSE-KMS), and its outputs would have only one; send it again "
    "with SSE-KMS or SSE-S3 if that is enough"
)


class _Version(TypedDict, total=False):
    VersionId: str


class _Condition(TypedDict, total=False):
    IfMatch: str
    IfNoneMatch: str


class S3Storage:
    """Storage on S3, or on anything that speaks its protocol."""

    def __init__(self, client: "S3Client") -> None:
        self._s3 = client

    def head(self, bucket: str, key: str) -> Stored | None:
        """See Storage."""
        try:
            found = self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return None
            if _code(error) in _BAD_REQUEST:
                raise UnsupportedEncryption(f"{key} {_CUSTOMER_KEY}") from error
            raise
        return Stored(found["ETag"], _version_id(found.get("VersionId")), found["ContentLength"])

    def is_known(self, bucket: str, key: str) -> bool:
        """See Storage.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html: the 404 of a
        deleted object says that it is a delete marker's.
        """
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if not _is_missing(error):
                raise
            headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
            return str(headers.get("x-amz-delete-marker", "")).lower() == "true"
        return True

    def read(self, bucket: str, key: str) -> tuple[bytes, Stored] | None:
        """See Storage."""
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if _is_missing(error):
                return None
            raise
        stored = Stored(found["ETag"], found.get("VersionId"), found["ContentLength"])
        return found["Body"].read(), stored

    def download(self, bucket: str, key: str, stored: Stored, path: Path) -> date:
        """See Storage."""
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key, IfMatch=stored.etag)
        except ClientError as error:
            if _is_missing(error):
                raise Missing(key) from error
            if _code(error) in ("PreconditionFailed", "412"):
                raise ConditionFailed(key) from error
            if _code(error) == "InvalidObjectState":
                step = f"restore it (aws s3api restore-object), then: orderlake replay {key}"
                raise Archived(f"{key} is in an archive storage class: {step}") from error
            raise
        if _version_id(found.get("VersionId")) != stored.version_id:  # the same bytes, sent again
            found["Body"].close()
            raise ConditionFailed(key)
        if found.get("ServerSideEncryption") == _TWO_LAYERS:
            raise UnsupportedEncryption(f"{key} {_TWO_LAYERS_TEXT}")
        with path.open("wb") as file:
            for chunk in found["Body"].iter_chunks(1 << 20):
                file.write(chunk)
        return found["LastModified"].astimezone(UTC).date()

    def write(self, bucket: str, key: str, data: bytes | Path, expected: str | None) -> Stored:
        """See Storage."""
        condition: _Condition = {"IfMatch": expected} if expected else {"IfNoneMatch": "*"}
        try:
            if isinstance(data, Path) and data.stat().st_size > _PART_BYTES:
                return self._write_parts(bucket, key, data, condition)
            body = data if isinstance(data, bytes) else data.read_bytes()
            put = self._s3.put_object(Bucket=bucket, Key=key, Body=body, **condition)
            return Stored(put["ETag"], put.get("VersionId"), len(body))
        except ClientError as error:
            # 409 is S3's answer to two conditional writes at once; 404 to If-Match on nothing.
            if _code(error) in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409"):
                raise ConditionFailed(key) from error
            if expected and _is_missing(error):
                raise ConditionFailed(key) from error
            raise

    def _write_parts(self, bucket: str, key: str, path: Path, condition: _Condition) -> Stored:
        """Upload a large file in parts; the condition is on the last request, which publishes.

        The checksum of the parts is declared first, and the last request repeats each of them.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
        """
        upload = self._s3.create_multipart_upload(
            Bucket=bucket, Key=key, ChecksumAlgorithm=_CHECKSUM
        )["UploadId"]
        size = path.stat().st_size
        numbers = range(1, -(-size // _PART_BYTES) + 1)
        try:
            with ThreadPoolExecutor(_PART_WRITERS) as pool:
                write = partial(self._write_part, bucket, key, path, upload)
                parts = list(pool.map(write, numbers))
            done = self._s3.complete_multipart_upload(
                Bucket=bucket,
                Key=key,
                UploadId=upload,
                MultipartUpload={"Parts": parts},
                **condition,
            )
        except BaseException:
            self._s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
            raise
        return Stored(done["ETag"], done.get("VersionId"), size)

    def _write_part(
        self, bucket: str, key: str, path: Path, upload: str, number: int
    ) -> "CompletedPartTypeDef":
        """Upload one part of a file, and return what the last request says about it."""
        with path.open("rb") as file:
            file.seek((number - 1) * _PART_BYTES)
            body = file.read(_PART_BYTES)
        part = self._s3.upload_part(
            Bucket=bucket,
            Key=key,
            UploadId=upload,
            PartNumber=number,
            Body=body,
            ChecksumAlgorithm=_CHECKSUM,
        )
        done: CompletedPartTypeDef = {"PartNumber": number, "ETag": part["ETag"]}
        if checksum := part.get("ChecksumCRC32"):
            done["ChecksumCRC32"] = checksum
        return done

    def versions(self, bucket: str, key: str) -> list[Stored]:
        """See Storage."""
        return list(self._versions(bucket, key))

    def _versions(self, bucket: str, key: str) -> Iterator[Stored]:
        pages = self._s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=bucket, Prefix=key):
            for version in page.get("Versions", []):
                if version["Key"] == key:
                    yield Stored(version["ETag"], version.get("VersionId"), version["Size"])

    def delete(self, bucket: str, key: str, version_id: str | None) -> None:
        """See Storage."""
        version: _Version = {"VersionId": version_id} if version_id else {}
        try:
            self._s3.delete_object(Bucket=bucket, Key=key, **version)
        except ClientError as error:
            # Another delivery has deleted the version: S3 answers that with success, and LocalStack
            # as if the id, which S3 itself has listed, were malformed.
            if not (version_id and _code(error) == "InvalidArgument"):
                raise


def _version_id(told: str | None) -> str | None:
    """Return a version's id as S3 told it, None for a version that the next one replaces.

    In a bucket with suspended versioning, `null` is replaced like an object without versions.
    """
    return None if told == "null" else told


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _is_missing(error: ClientError) -> bool:
    return _code(error) in ("404", "NoSuchKey", "NoSuchVersion", "NotFound")
