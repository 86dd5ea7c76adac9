"""A deployment's status as text for people: one line per figure, and what to type next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from orderlake.cli.section import section
from orderlake.wording import age_text, count_text, size_text

if TYPE_CHECKING:
    from orderlake.pipeline.curated_state import CuratedState
    from orderlake.pipeline.status import Status


def status_lines(status: Status, moment: datetime, repeated: Sequence[str] = ()) -> list[str]:
    """Return the whole status; `repeated` are the lines about order lines in several files."""
    return [
        *file_lines(status),
        *row_lines(status),
        *attention_lines(status, moment),
        *doubt_lines(status),
        *repeated,
        *([curated_line(status.curated)] if status.curated else []),
        f"failures  {count_text(status.failures, 'event')} in the queue",
        *section("", [f"{key}: {error}" for key, error in status.failed.items()]),
        *next_steps(status),
    ]


def file_lines(status: Status) -> list[str]:
    """Return how many files there are and how they ended, then those that are not counted."""
    outcomes = f"{status.done:,} done, {len(status.refused):,} refused"
    size = size_text(status.size_bytes)
    text = [f"files     {status.files:,} ({size}): {outcomes}, {len(status.waiting):,} waiting"]
    if status.ignored:
        ignored = count_text(status.ignored, "object")
        text.append(f"          {ignored} more in the raw bucket ignored: not order file names")
    if status.tables:
        files = count_text(len(status.tables), "file")
        tables = count_text(sum(status.tables.values()), "table")
        refused = f"{status.refused_tables:,} of them refused"
        text.append(f"          {files} (archives and workbooks) with {tables} inside, {refused}")
    if status.elsewhere:
        others = count_text(status.elsewhere, "file")
        text.append(f"          {others} of other buckets, which a backfill has read")
    return text


def row_lines(status: Status) -> list[str]:
    """Return how many rows the files have, and by which contracts they were read."""
    corrected = f" ({status.corrected:,} corrected since)" if status.corrected else ""
    rows = f"{status.accepted:,} accepted, {status.rejected:,} rejected{corrected}"
    text = [f"rows      {status.records:,} read: {rows}, {status.blank:,} blank"]
    if len(status.contracts) > 1:
        versions = ", ".join(f"{count:,} by {name}" for name, count in status.contracts.items())
        text.append(f"contract  {versions}; the same for all: orderlake replay '*'")
    return text


def attention_lines(status: Status, moment: datetime) -> list[str]:
    """Return the files that need attention: refused, waiting, left over, with rejected rows."""
    waiting = [f"{file.key}: {file.why}, {age_text(file.since, moment)}" for file in status.waiting]
    gone = [
        f"{leftover.key or leftover.report}: its raw file is gone" for leftover in status.leftovers
    ]
    rejected = [file for file in status.file_states if file.open_rejections]
    rejected.sort(key=lambda file: -file.open_rejections)
    counts = [f"{file.key}: {count_text(file.open_rejections, 'row')}" for file in rejected]
    return [
        *section("refused", [f"{key}: {why}" for key, why in status.refused.items()]),
        *section("waiting", waiting),
        *section("left over", gone),
        *section("rejected", counts),
    ]


def doubt_lines(status: Status) -> list[str]:
    """Return how many files leave it open how to read them, and what settles each of them."""
    text = []
    if count := len(status.doubts):
        were = "was" if count == 1 else "were"
        text.append(f"doubts    {count_text(count, 'file')} {were} read by doubtful choices")
        doubts = status.doubts.items()
        text += section(
            "", [f"{key}: {choice.text}" for key, choices in doubts for choice in choices]
        )
    if status.carried:
        rows = count_text(sum(status.carried.values()), "row")
        files = count_text(len(status.carried), "file")
        text.append(f"carried   {rows} in {files} got values of the order's first row")
    if status.left_out:
        rows = count_text(status.left_out, "row")
        text.append(f"left out  {rows}: totals, or of another table in the file")
    return text


def curated_line(curated: CuratedState) -> str:
    """Return how many rows the curated table has, and whether it is up to date."""
    state = "up to date" if curated.is_current else "not up to date: orderlake curate"
    once = ", each order once" if curated.is_once else ""
    return f"curated   {count_text(curated.rows, 'row')} in {curated.table}, {state}{once}"


def next_steps(status: Status) -> list[str]:
    """Return the commands to type for files that need attention."""
    text = []
    if not status.files:
        text.append("next: make upload FILE=orders.csv")
    if any(file.open_rejections for file in status.file_states):
        text.append("rejected rows: orderlake rejected")
    if status.failures:
        text.append("see why: orderlake logs --errors; then: orderlake replay")
    if status.waiting or status.leftovers:
        text.append("if that does not change: orderlake status --repair")
    return text
