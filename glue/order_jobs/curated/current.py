"""What is current, as the function's reports say. It only reads."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from order_transform.writing.report import Report, json_to_report

from order_jobs.curated.pieces import Piece

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PROCESSED = "processed/orders/"
REPORTS = "reports/"
READERS = 10


class UnreadableReport(Exception):
    """A report is damaged: what its raw file holds is not known. The text has the next step."""


@dataclass(frozen=True, slots=True)
class Current:
    """The processed objects of all raw files, with their sizes in bytes.

    `unfinished` are raw files that a delivery is working on: what they hold is not known yet.
    """

    pieces: Mapping[Piece, int] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()


def read_current(s3: "S3Client", bucket: str) -> Current:
    """Return what all reports of a processed bucket say; a report that disappears is left out."""
    with ThreadPoolExecutor(READERS) as pool:
        reports = list(pool.map(lambda key: read_report(s3, bucket, key), report_keys(s3, bucket)))
    return current_of([report for report in reports if report is not None])


def report_keys(s3: "S3Client", bucket: str) -> Iterator[str]:
    """Yield the keys of all reports."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=REPORTS):
        for entry in page.get("Contents", ()):
            yield entry["Key"]


def read_report(s3: "S3Client", bucket: str, key: str) -> Report | None:
    """Return a report, None where it is not there any more; raises UnreadableReport."""
    try:
        report = json_to_report(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return None
        raise
    if not report.body:
        raise UnreadableReport(
            f"the report {key} is damaged, so what its raw file holds is not known:"
            " run that file again with orderlake replay"
        )
    return report


def current_of(reports: list[Report]) -> Current:
    """Return what reports say together.

    A report without a source is one of a deleted file: its rows go, also before its outputs do.
    """
    pieces: dict[Piece, int] = {}
    unfinished: set[str] = set()
    for report in reports:
        if report.source is None:
            continue
        if report.outcome == "started":
            unfinished.add(report.source.key)
        else:
            for output in report.outputs:
                if output.key.startswith(PROCESSED):
                    piece = Piece(report.source.key, output.key, output.etag.strip('"'))
                    pieces[piece] = output.size_bytes
    return Current(pieces, frozenset(unfinished))
