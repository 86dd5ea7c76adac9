"""Upload order files below raw/, several at a time. Their outcomes are read in `outcomes`."""

import mimetypes
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed
from orderlake.pipeline.outcomes import RawVersion, unquoted

MIB = 1024 * 1024
PART_BYTES = 16 * MIB
SENDERS = 8
OnBytes = Callable[[int], None]
# https://www.iana.org/assignments/media-types, and what tools send for the two without an entry.
_COMPRESSED = {
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
}


def send_all(aws: Aws, files: Iterable[tuple[Path, str]], on_bytes: OnBytes) -> list[RawVersion]:
    """Upload files, several at a time; the first failure ends it. Results are in their order."""
    # Made before the threads ask for it: clients may be shared, sessions may not.
    _ = aws.s3, aws.names
    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(send, aws, path, key, on_bytes) for path, key in files]
        try:
            return [future.result() for future in sending]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def send(aws: Aws, path: Path, key: str, on_bytes: OnBytes) -> RawVersion:
    """Upload one file, in parts where it is large. Raises NotDeployed without a bucket."""
    try:
        if path.stat().st_size <= PART_BYTES:
            return send_whole(aws, path, key, on_bytes)
        return send_parts(aws, path, key, on_bytes)
    except ClientError as error:
        explain_missing(aws, error)
        raise


def send_whole(aws: Aws, path: Path, key: str, on_bytes: OnBytes) -> RawVersion:
    """Upload a file in one request; the answer names exactly the version that it created."""
    data = path.read_bytes()
    answer = aws.s3.put_object(
        Bucket=aws.names.raw_bucket, Key=key, Body=data, ContentType=content_type(path)
    )
    on_bytes(len(data))
    return RawVersion(key, answer.get("VersionId"), unquoted(answer["ETag"]))


def send_parts(aws: Aws, path: Path, key: str, on_bytes: OnBytes) -> RawVersion:
    """Upload a large file in parts, several at a time."""
    # Not loaded for files that go in one request.
    from boto3.s3 import transfer

    bucket, kind = aws.names.raw_bucket, {"ContentType": content_type(path)}
    parts = transfer.TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)
    with transfer.create_transfer_manager(aws.s3, parts) as manager:
        progress = transfer.ProgressCallbackInvoker(on_bytes)
        manager.upload(str(path), bucket, key, kind, [progress]).result()
    head = aws.s3.head_object(Bucket=bucket, Key=key)
    return RawVersion(key, head.get("VersionId"), unquoted(head["ETag"]))


def content_type(path: Path) -> str:
    """Return the media type that the object gets."""
    known = _COMPRESSED.get(path.suffix.lower())
    return known or mimetypes.guess_type(path.name)[0] or "text/csv"


def explain_missing(aws: Aws, error: ClientError) -> None:
    """Raise NotDeployed if the error is that the raw bucket does not exist."""
    if error_code(error) in ("NoSuchBucket", "404"):
        raise NotDeployed(f"the bucket {aws.names.raw_bucket}", aws.settings.env) from error
