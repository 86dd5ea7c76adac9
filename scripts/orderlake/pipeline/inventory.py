"""The contents of both buckets: the newest version of each raw file, and a summary of each report.

It only reads. Reports are fetched once and kept under .orderlake by their ETags, so that a second
call costs only two listings, even with many thousands of files.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from order_transform.delivery import layout

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed
from orderlake.pipeline.outcomes import RawVersion, read_report, unquoted
from orderlake.pipeline.told_choices import ToldChoice, told_choices

# The client keeps as many connections.
READERS = 10
CACHE_FORMAT = 5
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RawFile:
    """The newest version of an order file, its size in bytes and when it was written."""

    version: RawVersion
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class RawFiles:
    """Order files by key; `deleted` are keys whose newest version is a deletion.

    `bucket` has them, and `prefix` starts all their keys. `ignored` counts other objects there,
    which the function ignores.
    """

    files: Mapping[str, RawFile]
    deleted: frozenset[str] = frozenset()
    ignored: int = 0
    prefix: str = layout.RAW_PREFIX
    bucket: str | None = None


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """The parts of a report that give a file's state; `key` is None if the report has none.

    `bucket` is that of the raw file, which a backfill may have read elsewhere.

    `members` has the counts, reject codes and refusal of each table of a file with several.
    """

    outcome: str
    key: str | None = None
    bucket: str | None = None
    version_id: str | None = None
    etag: str = ""
    contract_version: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    refusal: Mapping[str, str] | None = None
    reject_codes: Mapping[str, int] = field(default_factory=dict)
    choices: tuple[ToldChoice, ...] = ()
    members: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def is_about(self, version: RawVersion) -> bool:
        """Whether it is about exactly this version."""
        return (self.etag, self.version_id) == (version.etag, version.version_id)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of both buckets at about the same time: raw files, and reports by key."""

    raw: RawFiles
    reports: Mapping[str, ReportSummary]


def read_inventory(aws: Aws, on_progress: OnProgress) -> Inventory:
    """Return both buckets' contents; raises NotDeployed if the buckets do not exist.

    The reports are listed after the raw files, so that a file which came in between does not show
    as waiting.
    """
    raw = read_raw_files(aws)
    return Inventory(raw, read_summaries(aws, on_progress))


def read_raw_files(aws: Aws) -> RawFiles:
    """List the newest versions of order files, a thousand per request."""
    files: dict[str, RawFile] = {}
    deleted: set[str] = set()
    ignored = 0
    bucket, prefix = aws.names.raw_bucket, aws.names.raw_prefix
    pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in existing(pages, bucket, aws.settings.env):
        for entry in page.get("Versions", []):
            if not entry["IsLatest"]:
                continue
            if layout.is_order_file(entry["Key"], prefix):
                files[entry["Key"]] = raw_file(entry)
            else:
                ignored += 1
        deleted |= {mark["Key"] for mark in page.get("DeleteMarkers", []) if mark["IsLatest"]}
    gone = frozenset(key for key in deleted if layout.is_order_file(key, prefix))
    return RawFiles(files, gone, ignored, prefix, bucket)


def raw_file(entry: Mapping[str, Any]) -> RawFile:
    """Return an entry of ListObjectVersions; a bucket without versions says "null"."""
    version_id = None if entry["VersionId"] == "null" else str(entry["VersionId"])
    version = RawVersion(str(entry["Key"]), version_id, unquoted(entry["ETag"]))
    return RawFile(version, int(entry["Size"]), entry["LastModified"])


def existing(pages: Any, bucket: str, env: str) -> Iterator[Any]:
    """Yield a listing's pages; raises NotDeployed if the bucket does not exist."""
    try:
        yield from pages
    except ClientError as error:
        if error_code(error) == "NoSuchBucket":
            raise NotDeployed(f"the bucket {bucket}", env) from error
        raise


def read_summaries(aws: Aws, on_progress: OnProgress) -> dict[str, ReportSummary]:
    """Return a summary of every report; fetches only those that changed since the last call."""
    bucket = aws.names.processed_bucket
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="reports/")
    listed = {
        entry["Key"]: entry["ETag"]
        for page in existing(pages, bucket, aws.settings.env)
        for entry in page.get("Contents", [])
    }
    path = aws.settings.root / ".orderlake" / aws.settings.env / f"reports-{bucket}.json"
    known = read_cache(path)
    summaries = {
        key: known[key][1] for key, etag in listed.items() if key in known and known[key][0] == etag
    }
    missing = [key for key in listed if key not in summaries]
    if missing:
        summaries |= fetch_summaries(aws, missing, on_progress)
        write_cache(path, {key: (listed[key], summary) for key, summary in summaries.items()})
    return summaries


def fetch_summaries(aws: Aws, keys: list[str], on_progress: OnProgress) -> dict[str, ReportSummary]:
    """Fetch several reports at a time; one that disappeared in between is left out."""
    _ = aws.s3, aws.names  # made before the threads ask for them: sessions may not be shared
    summaries: dict[str, ReportSummary] = {}
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda key: read_report(aws, key), keys)
        for number, (key, report) in enumerate(zip(keys, found, strict=True), 1):
            on_progress(number, len(keys))
            if report is not None:
                summaries[key] = summarize_report(report)
    return summaries


def summarize_report(report: Mapping[str, Any]) -> ReportSummary:
    """Return the parts of a report that are kept."""
    source = report.get("source") or {}
    return ReportSummary(
        outcome=str(report.get("outcome")),
        key=source.get("key"),
        bucket=source.get("bucket"),
        version_id=source.get("version_id"),
        etag=unquoted(source.get("etag")),
        contract_version=str(report.get("contract_version", "")),
        counts=report.get("counts") or {},
        refusal=report.get("refusal"),
        reject_codes=report.get("reject_codes") or {},
        choices=told_choices(report),
        members={
            member["name"]: {name: member[name] for name in ("counts", "reject_codes", "refusal")}
            for member in report.get("members") or ()
        },
    )


def read_cache(path: Path) -> dict[str, tuple[str, ReportSummary]]:
    """Return (ETag, summary) by report key; empty if the file is missing or not ours."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["format"] != CACHE_FORMAT:
            return {}
        return {
            key: (etag, summary_of(summary)) for key, (etag, summary) in document["reports"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def summary_of(cached: dict[str, Any]) -> ReportSummary:
    """Return a summary from its JSON form."""
    choices = tuple(ToldChoice(**choice) for choice in cached.pop("choices"))
    return ReportSummary(**cached, choices=choices)


def write_cache(path: Path, summaries: Mapping[str, tuple[str, ReportSummary]]) -> None:
    """Keep summaries for the next call, in one step; a full disk only costs time."""
    reports = {key: (etag, asdict(summary)) for key, (etag, summary) in summaries.items()}
    text = json.dumps({"format": CACHE_FORMAT, "reports": reports}, ensure_ascii=False)
    partial = path.with_suffix(".partial")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8")
        partial.replace(path)
