"""Put order files under raw/ and learn what became of each, from the report the function writes.

It reads reports and nothing else of the outputs; what is in a file is the function's business.
"""

import json
import mimetypes
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from order_transform import layout

from orderlake.aws import Aws, error_code
from orderlake.errors import NotDeployed, UnreadableInput, UploadFailed

FINAL = ("done", "refused")
MIB = 1024 * 1024
OnBytes = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that S3 has taken: its key, and the version and ETag that S3 gave it."""

    path: Path
    key: str
    version_id: str | None
    etag: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sent file with the function's report about it."""

    sent: Sent
    report: dict[str, Any]

    @property
    def is_done(self) -> bool:
        """Whether the function took the file, its bad rows aside."""
        return bool(self.report["outcome"] == "done")


def find_files(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return each file to send with its key under raw/; a folder gives its order files.

    A file in a folder keeps its path below that folder. Raises UnreadableInput for a path that is
    missing, empty or of a kind the function does not read.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if is_order_file(p)]
            if not inside:
                raise UnreadableInput(path, "no order files in this folder", kinds())
            found += [(p, f"raw/{p.relative_to(path).as_posix()}") for p in inside]
        else:
            found.append((path, f"raw/{path.name}"))
    for path, _ in found:
        check_file(path)
    check_keys(found)
    return found


def is_order_file(path: Path) -> bool:
    """Whether the function reads files of this name, in any case."""
    return path.is_file() and layout.is_order_file(f"raw/{path.name}")


def kinds() -> str:
    """Say which names are order files."""
    return "order files end in .csv, .tsv or .txt, or these with .gz"


def check_file(path: Path) -> None:
    """Raise UnreadableInput where a path is no readable order file."""
    if not path.exists():
        raise UnreadableInput(
            path, "there is no such file", "check the path; one to try: make sample"
        )
    if not path.is_file():
        raise UnreadableInput(path, "not a file", kinds())
    if not is_order_file(path):
        raise UnreadableInput(path, "not an order file by its name", kinds())
    if path.stat().st_size == 0:
        raise UnreadableInput(path, "the file is empty", "an order file has at least a header line")
    try:
        path.open("rb").close()
    except PermissionError as error:
        raise UnreadableInput(path, "may not be read", "change its permissions") from error


def check_keys(found: Iterable[tuple[Path, str]]) -> None:
    """Raise UnreadableInput where two files would overwrite each other."""
    paths: dict[str, Path] = {}
    for path, key in found:
        if key in paths:
            reason = f"would overwrite {paths[key]}: both become {key}"
            raise UnreadableInput(path, reason, "rename one, or upload the folder above them")
        paths[key] = path


def send_all(aws: Aws, files: Iterable[tuple[Path, str]], on_bytes: OnBytes) -> list[Sent]:
    """Upload files, a few at a time, in order; the first that fails ends it."""
    # Made before the threads ask for it: clients may be shared, sessions may not.
    _ = aws.s3, aws.names
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda file: send(aws, file[0], file[1], on_bytes), files))


def send(aws: Aws, path: Path, key: str, on_bytes: OnBytes) -> Sent:
    """Upload one file, in parts where it is large. Raises NotDeployed without a bucket."""
    bucket = aws.names.raw_bucket
    kind = mimetypes.guess_type(path.name)[0] or "text/csv"
    try:
        aws.s3.upload_file(
            str(path),
            bucket,
            key,
            ExtraArgs={"ContentType": "application/gzip" if key.endswith(".gz") else kind},
            Callback=on_bytes,
            Config=TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB),
        )
        head = aws.s3.head_object(Bucket=bucket, Key=key)
    except S3UploadFailedError as error:
        if isinstance(error.__context__, ClientError):
            explain_missing(aws, error.__context__)
            raise error.__context__ from error
        raise
    except ClientError as error:
        explain_missing(aws, error)
        raise
    return Sent(path, key, head.get("VersionId"), head["ETag"].strip('"'), head["ContentLength"])


def explain_missing(aws: Aws, error: ClientError) -> None:
    """Raise NotDeployed where the error is that the raw bucket does not exist."""
    if error_code(error) in ("NoSuchBucket", "404"):
        raise NotDeployed(f"the bucket {aws.names.raw_bucket}", aws.settings.env) from error


def wait_for_outcomes(aws: Aws, sent: Iterable[Sent], timeout_seconds: float) -> Iterator[Outcome]:
    """Yield each file's outcome as soon as its report speaks of the version that was sent.

    Raises UploadFailed where the reports of some did not come in time.
    """
    waiting = list(sent)
    deadline = time.monotonic() + timeout_seconds
    pause = 0.05
    while waiting:
        outcomes = [o for o in (outcome_of(aws, one) for one in waiting) if o]
        yield from outcomes
        told = {o.sent.key for o in outcomes}
        waiting = [one for one in waiting if one.key not in told]
        if waiting and time.monotonic() > deadline:
            raise nothing_heard(aws, waiting, timeout_seconds)
        if waiting:
            time.sleep(pause)
            pause = 0.05 if outcomes else min(pause * 1.3, 2.0)


def outcome_of(aws: Aws, sent: Sent) -> Outcome | None:
    """Return the outcome of a sent file, or None while no report speaks of it."""
    key = layout.outputs_for(sent.key).report
    try:
        body = aws.s3.get_object(Bucket=aws.names.processed_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error_code(error) in ("NoSuchKey", "404"):
            return None
        raise
    report: dict[str, Any] = json.loads(body)
    source = report["source"]
    same_content = str(source.get("etag", "")).strip('"') == sent.etag
    version = source.get("version_id")
    same_version = not version or not sent.version_id or version == sent.version_id
    # Before it writes, the function says that it has started.
    is_final = report["outcome"] in FINAL
    return Outcome(sent, report) if is_final and same_content and same_version else None


def nothing_heard(aws: Aws, waiting: list[Sent], timeout_seconds: float) -> UploadFailed:
    """Say which files were taken by S3 but not reported on."""
    env = aws.settings.env
    first = ", ".join(one.key for one in waiting[:3])
    more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
    return UploadFailed(
        f"uploaded, but no outcome after {timeout_seconds:.0f} s: {first}{more}",
        f"the function may still run or have failed: orderlake logs --env {env}",
    )
