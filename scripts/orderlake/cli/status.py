"""The command status. It parses, calls and prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from order_transform.delivery.layout import outputs_for

from orderlake.cli import options
from orderlake.cli.file_state_text import state_line, state_lines
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.cli.repeated_text import repeated_document, repeated_lines
from orderlake.cli.section import section
from orderlake.settings import Settings
from orderlake.wording import age_text, count_text, size_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.engines.file_comparison import FileComparison
    from orderlake.pipeline.file_states import FileState
    from orderlake.pipeline.repair import Repaired
    from orderlake.pipeline.status import Status


@click.command()
@click.argument("files", nargs=-1)
@options.environment
@click.option("--all", "is_all", is_flag=True, help="One line for every file.")
@click.option("--repair", is_flag=True, help="Send what is missing or stale through again.")
@options.timeout(600.0, "Seconds without any news.")
@options.yes
@options.json_output
def status(
    files: tuple[str, ...],
    settings: Settings,
    is_all: bool,
    repair: bool,
    timeout_seconds: float,
    yes: bool,
    as_json: bool,
) -> None:
    """Show where every file stands, and repair what was missed.

    It counts the files and names those that need attention. With FILES (raw keys, or patterns in
    quotes) it tells all about each; with --all one line for every file.

    It compares the raw files with their reports, so that a file whose event was lost shows as
    waiting; --repair sends such files through the function again.

    Example: orderlake status --env local --repair
    """
    from orderlake.aws.session import open_aws

    aws = open_aws(settings)
    now = look(aws)
    repaired = []
    if repair:
        repaired = repair_files(aws, now, timeout_seconds, yes, as_json)
        now = look(aws)
    shown = chosen_files(now, files, is_all, settings.raw_prefix)
    moment = datetime.now(UTC)
    if as_json:
        document = as_document(now, shown) | {"repaired": [asdict(file) for file in repaired]}
        document["repeated"] = repeated_document(compare(aws, now), raw_keys(now))
        print_json(document)
        return
    if files:
        text = [line for file in shown for line in state_lines(file, moment)]
    else:
        told = repeated_lines(compare(aws, now), raw_keys(now), moment) if now.done else []
        text = [*lines(now, moment, told), *map(state_line, shown)]
    for line in text:
        print_line(line)


def chosen_files(
    now: Status, names: Sequence[str], is_all: bool, raw_prefix: str
) -> list[FileState]:
    """Return the files that were asked for; raises UnknownFile for a name without a file."""
    from orderlake.pipeline.replay import resolve

    if is_all and not names:
        return list(now.file_states)
    states = {file.key: file for file in now.file_states}
    return [states[key] for key in resolve(names, list(states), raw_prefix)]


def look(aws: Aws) -> Status:
    """Read the state of every file, and show the progress of that."""
    from orderlake.pipeline.status import read_status

    with progress_bar("reading reports") as draw:
        return read_status(aws, draw)


def compare(aws: Aws, now: Status) -> FileComparison:
    """Compare the order lines of files and show the progress; a single file needs no comparison."""
    from orderlake.engines.file_comparison import FileComparison, RepeatedLines

    if now.done < 2:
        return FileComparison(RepeatedLines(0, {}, ()), datetime.now(UTC))
    from orderlake.engines.compare_files import compare_files

    with progress_bar("comparing files") as draw:
        return compare_files(aws, draw)


def raw_keys(now: Status) -> dict[str, str]:
    """Return the raw key of each processed key, compressed or not."""
    return {
        outputs_for(file.key, compression).processed: file.key
        for file in now.file_states
        for compression in ("gzip", "none")
    }


def repair_files(
    aws: Aws, now: Status, timeout_seconds: float, yes: bool, as_json: bool
) -> list[Repaired]:
    """Send the files that need it through the function again, and print each as it is done."""
    from orderlake.pipeline.repair import repair

    keys = [file.key for file in now.waiting] + [file.key for file in now.leftovers if file.key]
    if not keys:
        note("nothing to repair")
        return []
    if not aws.settings.is_local:
        where = f"{aws.names.function} in account {aws.names.account}, region {aws.region}"
        action = f"send {count_text(len(keys), 'file')} to {where}"
        options.confirm(aws.settings, action, yes)
    repaired = []
    with progress_bar("repairing") as draw:
        for file in repair(aws, now, timeout_seconds):
            repaired.append(file)
            draw(len(repaired), len(keys))
            if not as_json:
                print_line(f"repaired  {file.key}: {file.outcome} ({file.why})")
    return repaired


def as_document(now: Status, shown: Sequence[FileState]) -> dict[str, Any]:
    """Return the status for a program, with each of the files that were asked for."""
    document = asdict(now)
    document["waiting"] = [
        {"key": file.key, "why": file.why, "since": file.since.isoformat()} for file in now.waiting
    ]
    seconds = (datetime.now(UTC) - now.oldest).total_seconds() if now.oldest else None
    document["oldest_waiting_seconds"] = seconds
    document["corrected"] = now.corrected
    document["file_states"] = [asdict(file) for file in shown]
    return document


def lines(now: Status, moment: datetime, repeated: Sequence[str] = ()) -> list[str]:
    """Return the status for people: one line per figure, and what to type next.

    `repeated` are the lines about order lines that several files have.
    """
    done = f"{now.done:,} done, {len(now.refused):,} refused, {len(now.waiting):,} waiting"
    text = [f"files     {now.files:,} ({size_text(now.size_bytes)}): {done}"]
    if now.ignored:
        ignored = count_text(now.ignored, "object")
        text.append(f"          {ignored} more in the raw bucket ignored: not order file names")
    if now.tables:
        files = count_text(len(now.tables), "file")
        tables = count_text(sum(now.tables.values()), "table")
        refused = f"{now.refused_tables:,} of them refused"
        text.append(f"          {files} (archives and workbooks) with {tables} inside, {refused}")
    if now.elsewhere:
        others = count_text(now.elsewhere, "file")
        text.append(f"          {others} of other buckets, which a backfill has read")
    corrected = f" ({now.corrected:,} corrected since)" if now.corrected else ""
    rows = f"{now.accepted:,} accepted, {now.rejected:,} rejected{corrected}, {now.blank:,} blank"
    text.append(f"rows      {now.records:,} read: {rows}")
    if len(now.contracts) > 1:
        versions = ", ".join(f"{count:,} by {name}" for name, count in now.contracts.items())
        text.append(f"contract  {versions}; the same for all: orderlake replay '*'")
    text += section("refused", [f"{key}: {why}" for key, why in now.refused.items()])
    waiting = [f"{file.key}: {file.why}, {age_text(file.since, moment)}" for file in now.waiting]
    text += section("waiting", waiting)
    gone = [f"{report.key or report.report}: its raw file is gone" for report in now.leftovers]
    text += section("left over", gone)
    rejected = [file for file in now.file_states if file.open_rejections]
    rejected.sort(key=lambda file: -file.open_rejections)
    told = [f"{file.key}: {count_text(file.open_rejections, 'row')}" for file in rejected]
    text += section("rejected", told)
    text += [*doubt_lines(now), *repeated]
    if now.curated:
        state = "up to date" if now.curated.is_current else "not up to date: orderlake curate"
        state += ", each order once" if now.curated.is_once else ""
        text.append(
            f"curated   {count_text(now.curated.rows, 'row')} in {now.curated.table}, {state}"
        )
    text.append(f"failures  {count_text(now.failures, 'event')} in the queue")
    text += section("", [f"{key}: {error}" for key, error in now.failed.items()])
    return text + next_steps(now, bool(rejected))


def doubt_lines(now: Status) -> list[str]:
    """Return how many files leave it open how to read them, and what settles each of them."""
    text = []
    if count := len(now.doubts):
        were = "was" if count == 1 else "were"
        text.append(f"doubts    {count_text(count, 'file')} {were} read by doubtful choices")
        told = [f"{key}: {one.text}" for key, choices in now.doubts.items() for one in choices]
        text += section("", told)
    if now.carried:
        rows = count_text(sum(now.carried.values()), "row")
        files = count_text(len(now.carried), "file")
        text.append(f"carried   {rows} in {files} got values of the order's first row")
    if now.left_out:
        rows = count_text(now.left_out, "row")
        text.append(f"left out  {rows}: totals, or of another table in the file")
    return text


def next_steps(now: Status, has_rejections: bool) -> list[str]:
    """Return the commands to type for files that need attention."""
    text = []
    if not now.files:
        text.append("next: make upload FILE=orders.csv")
    if has_rejections:
        text.append("rejected rows: orderlake rejected")
    if now.failures:
        text.append("see why: orderlake logs --errors; then: orderlake replay")
    if now.waiting or now.leftovers:
        text.append("if that does not change: orderlake status --repair")
    return text
