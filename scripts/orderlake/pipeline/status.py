"""The state of every file: raw files compared with reports, so that a lost event shows."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from order_transform.delivery.layout import outputs_for

from orderlake.aws.session import Aws
from orderlake.pipeline.curated_state import CuratedState, read_curated_state
from orderlake.pipeline.failure_queue import FailureQueue
from orderlake.pipeline.file_states import FileState, file_states, refusal_text, why_waiting
from orderlake.pipeline.inventory import (
    Inventory,
    OnProgress,
    RawFile,
    RawFiles,
    ReportSummary,
    read_inventory,
)
from orderlake.pipeline.told_choices import CARRIED_DOWN, ToldChoice

# The codes of rows that were left out because they are not order lines.
NO_ORDER_CODES = ("total_row", "other_table")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A raw file whose outputs do not come from its newest version, and why.

    `why` is "no report", "newer than its report" or "begun, not finished"; `since` is when the
    version was written.
    """

    file: RawFile
    why: str

    @property
    def key(self) -> str:
        """The raw key."""
        return self.file.version.key

    @property
    def since(self) -> datetime:
        """The time of its newest version."""
        return self.file.modified


@dataclass(frozen=True, slots=True)
class Leftover:
    """A report without a raw file; `key` is the raw key that it had, None where unknown."""

    report: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """A deployment in figures. `files` is done + refused + waiting; rows are those of done files.

    Always: `records == accepted + rejected + blank`. `contracts` counts finished files by the
    contract version that read them. `doubts` has the files that leave it open how to read them.
    `carried` counts, for each file, the rows that got values from their order's first row.
    `left_out` counts rows that were rejected because they are totals or belong to another table.
    `tables` counts the tables of each archive and workbook that has several, and `refused_tables`
    how many of them were refused.
    `failures` is about how many events the failure queue holds, and `failed` names some of their
    files with the error. `elsewhere` counts files of other buckets, which a backfill has read.
    `file_states` has each raw file by key. `curated` is None without a curated table.
    """

    files: int
    ignored: int
    size_bytes: int
    done: int
    refused: Mapping[str, str]
    waiting: tuple[Waiting, ...]
    leftovers: tuple[Leftover, ...]
    records: int
    accepted: int
    rejected: int
    blank: int
    contracts: Mapping[str, int]
    doubts: Mapping[str, tuple[ToldChoice, ...]] = field(default_factory=dict)
    carried: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    refused_tables: int = 0
    failures: int = 0
    elsewhere: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    file_states: tuple[FileState, ...] = ()
    curated: CuratedState | None = None

    @property
    def corrected(self) -> int:
        """The number of rejected rows that a later file has corrected."""
        return sum(file.corrected for file in self.file_states)

    @property
    def oldest(self) -> datetime | None:
        """The time since which the oldest waiting file has been waiting."""
        return min((waiting.since for waiting in self.waiting), default=None)


def read_status(aws: Aws, on_progress: OnProgress) -> Status:
    """Return the current figures; raises NotDeployed if the buckets do not exist."""
    inventory = read_inventory(aws, on_progress)
    queue = FailureQueue(aws)
    failed = {key: failure.error for failure in queue.peek() for key in failure.keys}
    states = tuple(file_states(inventory, failed))
    now = compare(inventory, queue.count())
    curated = read_curated_state(aws)
    return replace(now, failed=failed, file_states=states, curated=curated)


def compare(inventory: Inventory, failures: int = 0) -> Status:
    """Compare raw files with reports; `failures` is the content of the failure queue. Pure."""
    raw = inventory.raw
    waiting = waiting_files(inventory)
    finished = finished_reports(inventory, {file.key for file in waiting})
    done = {key: report for key, report in finished.items() if report.outcome == "done"}
    refused = {key: report for key, report in finished.items() if report.outcome == "refused"}
    tables = [table for report in finished.values() for table in report.members.values()]
    return Status(
        files=len(raw.files),
        ignored=raw.ignored,
        size_bytes=sum(file.size_bytes for file in raw.files.values()),
        done=len(done),
        refused={key: refusal_text(report) for key, report in refused.items()},
        waiting=tuple(sorted(waiting, key=lambda file: file.since)),
        leftovers=tuple(find_leftovers(inventory)),
        records=total(done.values(), "records"),
        accepted=total(done.values(), "accepted"),
        rejected=total(done.values(), "rejected"),
        blank=total(done.values(), "blank"),
        contracts=dict(Counter(report.contract_version for report in finished.values())),
        doubts=where_any(done, doubts_of),
        carried=where_any(done, carried_rows),
        left_out=sum(map(rows_left_out, done.values())),
        tables=where_any(finished, lambda report: len(report.members)),
        refused_tables=sum(bool(table["refusal"]) for table in tables),
        failures=failures,
        elsewhere=sum(is_elsewhere(report, raw) for report in inventory.reports.values()),
    )


def waiting_files(inventory: Inventory) -> list[Waiting]:
    """Return the raw files whose newest version has no finished report."""
    return [
        Waiting(file, why)
        for key, file in inventory.raw.files.items()
        if (why := why_waiting(file, inventory.reports.get(outputs_for(key).report)))
    ]


def finished_reports(inventory: Inventory, waiting: Set[str]) -> dict[str, ReportSummary]:
    """Return the report of each raw file that has one and does not wait."""
    reports = {key: inventory.reports.get(outputs_for(key).report) for key in inventory.raw.files}
    return {key: report for key, report in reports.items() if report and key not in waiting}


def where_any[T](
    reports: Mapping[str, ReportSummary], read: Callable[[ReportSummary], T]
) -> dict[str, T]:
    """Return what is read from each report, without the reports that have nothing of it."""
    return {key: found for key, report in reports.items() if (found := read(report))}


def rows_left_out(report: ReportSummary) -> int:
    """Return how many rows were rejected because they are not order lines."""
    return sum(report.reject_codes.get(code, 0) for code in NO_ORDER_CODES)


def find_leftovers(inventory: Inventory) -> list[Leftover]:
    """Return the reports of raw files that are gone, without those of another bucket's files.

    The report of an interrupted removal does not name its raw file; the deleted keys do.
    """
    raw = inventory.raw
    living = {outputs_for(key).report for key in raw.files}
    deleted = {outputs_for(key).report: key for key in raw.deleted}
    return [
        Leftover(report, summary.key or deleted.get(report))
        for report, summary in sorted(inventory.reports.items())
        if report not in living and summary.outcome != "removed" and not is_elsewhere(summary, raw)
    ]


def is_elsewhere(summary: ReportSummary, raw: RawFiles) -> bool:
    """Whether a report is about a file of another bucket, which a backfill has read."""
    return None not in (summary.bucket, raw.bucket) and summary.bucket != raw.bucket


def doubts_of(summary: ReportSummary) -> tuple[ToldChoice, ...]:
    """Return the choices that the file itself leaves open."""
    return tuple(choice for choice in summary.choices if choice.is_doubt)


def carried_rows(summary: ReportSummary) -> int:
    """Return how many rows of a file got values from their order's first row."""
    return sum(
        choice.rows
        for choice in summary.choices
        # A doubt of this name counts rows that stay without these values.
        if choice.name == CARRIED_DOWN and not choice.is_doubt
    )


def total(summaries: Iterable[ReportSummary], name: str) -> int:
    """Return the sum of one count."""
    return sum(summary.counts.get(name, 0) for summary in summaries)
