"""Keep the raw files of a local AWS in a folder from one run to the next.

Everything else can be made again from them: the stack from the template, the processed data by the
function, the catalog by the crawler. So only the newest version of each raw file is kept.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from order_transform.delivery import layout

from orderlake.aws.local_instance import Say
from orderlake.aws.session import Aws
from orderlake.deploy import existing_bucket
from orderlake.deploy.redeploy import redeploy
from orderlake.errors import BadSetting, NotDeployed, NothingHeard
from orderlake.local_aws.kept_journal import (
    FOLDER_RULE,
    OBJECTS_FOLDER,
    drop_journal,
    read_journal,
)
from orderlake.pipeline import crawl
from orderlake.pipeline.outcomes import RawVersion, unquoted, wait_for_outcomes
from orderlake.pipeline.upload import send_all

ARCHIVE_FILE = "archive.json"
READERS = 8
PIECE_BYTES = 1 << 20
PATIENCE_SECONDS = 60.0
CRAWL_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One raw file: its key, and the name of the file under objects/ that holds its bytes."""

    key: str
    file: str


@dataclass(frozen=True, slots=True)
class Archive:
    """The content of a folder: raw files, oldest first, and whether they had been crawled."""

    files: tuple[KeptFile, ...] = ()
    is_crawled: bool = False


def read_archive(folder: Path) -> Archive | None:
    """Return the folder's content, None if it is empty; raises BadSetting."""
    saved = read_saved(folder)
    lines = read_journal(folder)
    return merge(saved or Archive(), lines) if lines else saved


def merge(saved: Archive, lines: Iterable[Mapping[str, Any]]) -> Archive:
    """Return an archive with these lines of the journal applied. Pure."""
    files = {kept.key: kept for kept in saved.files}
    for line in lines:
        files.pop(line["key"], None)
        if line["file"] is not None:
            files[line["key"]] = KeptFile(line["key"], line["file"])
    return Archive(tuple(files.values()), saved.is_crawled)


def read_saved(folder: Path) -> Archive | None:
    """Return the content of the last save, None without one; raises BadSetting."""
    path = folder / ARCHIVE_FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        return Archive(
            tuple(KeptFile(**entry) for entry in document["files"]), document["is_crawled"]
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BadSetting("--persist", str(folder), str(path), FOLDER_RULE) from error


def save(aws: Aws, folder: Path) -> int | None:
    """Save the raw bucket's files in the folder; return how many, None without a stack.

    Files that are there already are not fetched again. The list is replaced in one step, so that
    a save which does not come to its end leaves the one before.
    """
    try:
        entries = sorted(newest_versions(aws), key=lambda entry: entry["LastModified"])
        is_crawled = aws.names.table in crawl.tables_of(aws)
    except NotDeployed:
        return None
    objects = folder / OBJECTS_FOLDER
    objects.mkdir(parents=True, exist_ok=True)
    _ = aws.s3, aws.names  # made before the threads ask for them: sessions may not be shared
    with ThreadPoolExecutor(READERS) as pool:
        files = tuple(pool.map(lambda entry: fetch_version(aws, objects, entry), entries))
    write_archive(folder, Archive(files, is_crawled))
    return len(files)


def newest_versions(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield ListObjectVersions' entries of the newest versions; raises NotDeployed."""
    bucket = aws.names.raw_bucket
    pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    try:
        for page in pages:
            yield from (dict(entry) for entry in page.get("Versions", []) if entry["IsLatest"])
    except aws.s3.exceptions.NoSuchBucket as error:
        raise NotDeployed(f"the bucket {bucket}", aws.settings.env) from error


def fetch_version(aws: Aws, objects: Path, entry: dict[str, Any]) -> KeptFile:
    """Fetch one version into the folder, unless it is there, and return its entry."""
    key, version = str(entry["Key"]), str(entry["VersionId"])
    # the name under which the local AWS itself keeps the same file
    mark = hashlib.sha256(f"{key}\0{unquoted(entry['ETag'])}".encode()).hexdigest()
    # The name's end tells the kind of file, for a person and for the upload's media type.
    path = objects / f"{mark[:32]}{''.join(Path(key).suffixes[-2:])}"
    if not path.exists():
        part = path.with_name(f"{path.name}.part")
        bucket = aws.names.raw_bucket
        try:
            answer = aws.s3.get_object(Bucket=bucket, Key=key, VersionId=version)
            with part.open("wb") as file:
                shutil.copyfileobj(answer["Body"], file, PIECE_BYTES)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return KeptFile(key, path.name)


def write_archive(folder: Path, archive: Archive) -> None:
    """Replace the list, and keep nothing else."""
    part = folder / f"{ARCHIVE_FILE}.part"
    part.write_text(json.dumps(asdict(archive), indent=1, ensure_ascii=False) + "\n", "utf-8")
    part.replace(folder / ARCHIVE_FILE)
    keep_only(folder, archive)


def forget_since_last_save(folder: Path) -> None:
    """Remove what came after the last save; raises BadSetting."""
    keep_only(folder, read_saved(folder) or Archive())


def keep_only(folder: Path, archive: Archive) -> None:
    """Remove the journal and the files that the list does not name."""
    drop_journal(folder)
    named = {kept.file for kept in archive.files}
    for path in (folder / OBJECTS_FOLDER).iterdir():
        if path.name not in named:
            path.unlink()


def restore(aws: Aws, folder: Path, archive: Archive, say: Say) -> None:
    """Deploy the stack and send the kept files again; crawl if they had been crawled."""
    if bucket := aws.settings.raw_bucket:  # it is not the stack's, and goes with the local AWS
        existing_bucket.make_again(aws, bucket)
    redeploy(aws)
    prefix = aws.names.raw_prefix
    files = [(folder / OBJECTS_FOLDER / kept.file, kept.key) for kept in archive.files]
    sent = send_all(aws, files, lambda _: None)
    wait(aws, [version for version in sent if layout.is_order_file(version.key, prefix)], say)
    if archive.is_crawled:
        crawl.crawl(aws, CRAWL_SECONDS, say)


def wait(aws: Aws, sent: Iterable[RawVersion], say: Say) -> None:
    """Wait until the function has read them all; report it if it does not."""
    try:
        for _ in wait_for_outcomes(aws, sent, PATIENCE_SECONDS):
            pass
    except NothingHeard as error:
        say(f"{error.message}; look at it: make status")
