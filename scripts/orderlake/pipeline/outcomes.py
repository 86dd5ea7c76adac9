"""The outcomes of raw objects, from the reports that the function writes about them.

Of the outputs it reads only the reports, and never the files.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from botocore.exceptions import ClientError
from order_transform.delivery import layout

from orderlake.aws.session import Aws, error_code
from orderlake.errors import NotDeployed, NothingHeard
from orderlake.pipeline.failure_queue import BATCH, FailureQueue

FINAL = ("done", "refused")
READERS = 8
# A failed event is in the queue after its retries, which take minutes on AWS.
FAILURES_EVERY_SECONDS = 3.0
# Up to this many files are checked one by one; for more, a listing shows the new reports.
FEW = 8


@dataclass(frozen=True, slots=True)
class RawVersion:
    """One version of a raw object; `version_id` is None without versioning, `etag` unquoted."""

    key: str
    version_id: str | None
    etag: str

    def is_source_of(self, report: Mapping[str, Any]) -> bool:
        """Whether a report is about this version."""
        source = report.get("source") or {}
        version = source.get("version_id")
        same_version = not version or not self.version_id or version == self.version_id
        return same_version and unquoted(source.get("etag")) == self.etag


@dataclass(frozen=True, slots=True)
class Outcome:
    """A version with the function's final report about it, or about the one that replaced it.

    `error` is the function's error if every try failed; the report is empty then.
    """

    version: RawVersion
    report: Mapping[str, Any]
    error: str = ""

    @property
    def key(self) -> str:
        """The raw key."""
        return self.version.key

    @property
    def is_done(self) -> bool:
        """Whether the function accepted the file, apart from its bad rows."""
        return bool(self.report.get("outcome") == "done")

    @property
    def is_overtaken(self) -> bool:
        """Whether a newer version replaced this one before the function read it."""
        return not self.error and not self.version.is_source_of(self.report)


def unquoted(etag: object) -> str:
    """Return an ETag without its quotes, which only some answers have."""
    return str(etag or "").strip('"')


def wait_for_outcomes(
    aws: Aws,
    versions: Iterable[RawVersion],
    patience_seconds: float,
    look_at_tries: Callable[[Collection[str]], Mapping[str, str]] = lambda keys: {},
) -> Iterator[Outcome]:
    """Yield each version's outcome as soon as its report is about it, or its event has failed.

    While there is no news, `look_at_tries` is called with the keys that are waited for, and returns
    the error of each whose last try has failed since its last call. Raises NothingHeard if outcomes
    are missing and none came for `patience_seconds`.
    """
    waiting = {layout.outputs_for(version.key).report: version for version in versions}
    seen: dict[str, str] = {}
    given_up: dict[str, str] = {}
    heard = looked_for_failures = time.monotonic()
    pause = 0.05
    while waiting:
        start = time.monotonic()
        outcomes = list(look(aws, waiting, seen))
        if not outcomes and start - looked_for_failures > FAILURES_EVERY_SECONDS:
            given_up |= look_at_tries({version.key for version in waiting.values()})
            outcomes = list(failed_outcomes(aws, waiting.values(), given_up))
            looked_for_failures = time.monotonic()
        yield from outcomes
        for outcome in outcomes:
            del waiting[layout.outputs_for(outcome.key).report]
        now = time.monotonic()
        heard = now if outcomes else heard
        if now - heard > patience_seconds:
            raise NothingHeard(
                [version.key for version in waiting.values()], patience_seconds, aws.settings.env
            )
        pause = 0.05 if outcomes else min(pause * 1.3, 2.0)
        if waiting:
            # Polling takes time from the server that the function could use: at most a fifth of it,
            # and on a machine that is busy otherwise a second's pause is enough.
            time.sleep(max(pause, min(4 * (now - start), 1.0)))


def look(aws: Aws, waiting: Mapping[str, RawVersion], seen: dict[str, str]) -> Iterator[Outcome]:
    """Yield the outcomes known by now; `seen` keeps the ETags of the reports already read."""
    keys = list(waiting) if len(waiting) <= FEW else list(new_reports(aws, waiting, seen))
    _ = aws.s3, aws.names  # made before the threads ask for them: sessions may not be shared
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda key: outcome_of(aws, key, waiting[key]), keys)
        yield from (outcome for outcome in found if outcome)


def failed_outcomes(
    aws: Aws, versions: Iterable[RawVersion], given_up: Mapping[str, str]
) -> Iterator[Outcome]:
    """Yield an outcome for each version whose event is in the failure queue.

    A look at the queue shows a few of its events. Where there may be more, a key that Lambda has
    given up counts as failed, too; `given_up` has the error of each such key.
    """
    sent = {(version.key, version.version_id): version for version in versions}
    try:
        failures = FailureQueue(aws).peek()
    except NotDeployed:
        return
    for failure in failures:
        for source in failure.sources:
            if version := sent.pop(source, None):
                yield Outcome(version, {}, failure.error)
    if len(failures) == BATCH:
        for (key, _), version in sent.items():
            if key in given_up:
                yield Outcome(version, {}, given_up[key])


def new_reports(aws: Aws, waiting: Mapping[str, RawVersion], seen: dict[str, str]) -> Iterator[str]:
    """Yield the keys of waited-for reports that changed since the last listing."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=aws.names.processed_bucket, Prefix=shared_start(waiting)
    )
    for page in pages:
        for entry in page.get("Contents", []):
            key = entry["Key"]
            if key in waiting and seen.get(key) != entry["ETag"]:
                seen[key] = entry["ETag"]
                yield key


def shared_start(keys: Iterable[str]) -> str:
    """Return the common start of all keys, which limits what has to be listed. Pure."""
    first, last = min(keys), max(keys)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(char for char, _ in same)


def outcome_of(aws: Aws, report_key: str, version: RawVersion) -> Outcome | None:
    """Return a version's outcome, or None while no final report is about it.

    The report of a version that replaced it is its outcome, too: the function reads the newest
    version only.
    """
    report = read_report(aws, report_key)
    # Before it writes, the function says that it has started.
    if not report or report.get("outcome") not in FINAL:
        return None
    if version.is_source_of(report) or newest_version(aws, version.key).is_source_of(report):
        return Outcome(version, report)
    return None


def newest_version(aws: Aws, key: str) -> RawVersion:
    """Return the newest version of a raw object; its ETag is empty if there is no object."""
    try:
        head = aws.s3.head_object(Bucket=aws.names.raw_bucket, Key=key)
    except ClientError as error:
        if error_code(error) in ("NoSuchKey", "404"):
            return RawVersion(key, None, "none")
        raise
    return RawVersion(key, head.get("VersionId"), unquoted(head["ETag"]))


def read_report(aws: Aws, report_key: str) -> dict[str, Any] | None:
    """Return a report as it is now, or None if there is no report."""
    try:
        answer = aws.s3.get_object(Bucket=aws.names.processed_bucket, Key=report_key)
    except ClientError as error:
        if error_code(error) in ("NoSuchKey", "404"):
            return None
        raise
    report: dict[str, Any] = json.loads(answer["Body"].read())
    return report
