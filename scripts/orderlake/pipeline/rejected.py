"""The quarantine: which files have rejected rows, for which reasons, and the rows themselves.

Counts come from the reports. Rows are streamed from the rejected objects and never kept in memory.
It only reads.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError
from order_transform.delivery.layout import member_key, outputs_for

from orderlake.aws.session import Aws, error_code
from orderlake.pipeline.inventory import Inventory, ReportSummary

BEYOND = "(beyond the header)"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was rejected; `field` is None where the row as a whole is the problem."""

    code: str
    field: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected row: its record number (1 is the first after the header) and its raw cells.

    `place` is its line in the file, or its sheet and row. `cells` has the header's labels, in the
    file's order; `beyond` are cells after the last one.
    """

    record: int
    reasons: tuple[Reason, ...]
    cells: Mapping[str, str]
    beyond: tuple[str, ...] = ()
    place: str = ""

    def has_code(self, code: str | None) -> bool:
        """Whether it has a reason with this code; None means any."""
        return code is None or any(reason.code == code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file with rejected rows: how many, and how many rows each code has."""

    key: str
    rejected: int
    records: int
    codes: Mapping[str, int]
    is_refused: bool


def rejected_files(inventory: Inventory, keys: Iterable[str] | None = None) -> list[RejectedFile]:
    """Return the files with rejected rows, those with the most first. Pure.

    `keys` limits them. If a file's newest version is not finished, its last report counts.
    """
    found: list[RejectedFile] = []
    for key in keys if keys is not None else inventory.raw.files:
        if summary := inventory.reports.get(outputs_for(key).report):
            found += [file for file in tables_of(key, summary) if file.rejected]
    return sorted(found, key=lambda file: (-file.rejected, file.key))


def tables_of(key: str, summary: ReportSummary) -> Iterator[RejectedFile]:
    """Yield a raw file, or each table of one that has several, under the key that stands for it."""
    if not summary.members:
        counts, codes = summary.counts, summary.reject_codes
        is_refused = summary.outcome == "refused"
        yield RejectedFile(
            key, counts.get("rejected", 0), counts.get("records", 0), codes, is_refused
        )
    for name, member in summary.members.items():
        counts = member["counts"]
        yield RejectedFile(
            member_key(key, name),
            counts["rejected"],
            counts["records"],
            member["reject_codes"],
            member["refusal"] is not None,
        )


def count_codes(files: Iterable[RejectedFile]) -> dict[str, int]:
    """Return how many rows of all files have each code, the most frequent first. Pure."""
    counts: dict[str, int] = {}
    for file in files:
        for code, count in file.codes.items():
            counts[code] = counts.get(code, 0) + count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def read_rejections(lines: Iterable[bytes]) -> Iterator[Rejection]:
    """Read the lines of a rejected object. Pure."""
    for line in lines:
        yield json_to_rejection(json.loads(line))


def json_to_rejection(row: Mapping[str, Any]) -> Rejection:
    """Return a line's JSON object as a rejection."""
    cells = dict(row["cells"])
    beyond = tuple(cells.pop(BEYOND, ()))
    reasons = tuple(Reason(r["code"], r["field"], r["value"]) for r in row["reasons"])
    return Rejection(int(row["record"]), reasons, cells, beyond, place_of(row))


def place_of(row: Mapping[str, Any]) -> str:
    """Say where a rejected row stands in its file."""
    if "sheet" in row:
        return f"{row['sheet']}, row {row['row']:,}"
    return f"line {row['line']:,}" if "line" in row else ""


def rejections_of(aws: Aws, key: str) -> Iterator[Rejection]:
    """Stream a raw key's rejected rows, in the file's order."""
    bucket = aws.names.processed_bucket
    try:
        body: Any = aws.s3.get_object(Bucket=bucket, Key=outputs_for(key).rejected)["Body"]
    except ClientError as error:
        if error_code(error) == "NoSuchKey":
            return
        raise
    with gzip.open(body) as lines:
        yield from read_rejections(lines)


def examples(
    aws: Aws, files: Iterable[RejectedFile], code: str | None, limit: int
) -> dict[str, list[Rejection]]:
    """Return the first rejections by raw key, `limit` in all, with a code if one is given."""
    found: dict[str, list[Rejection]] = {}
    left = limit
    for file in files:
        if left <= 0:
            break
        if code is not None and code not in file.codes:
            continue
        rows = (row for row in rejections_of(aws, file.key) if row.has_code(code))
        found[file.key] = list(islice(rows, left))
        left -= len(found[file.key])
    return {key: rows for key, rows in found.items() if rows}
