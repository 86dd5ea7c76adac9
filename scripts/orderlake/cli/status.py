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
from orderlake.cli.status_text import status_lines
from orderlake.settings import Settings
from orderlake.wording import count_text

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
@options.timeout(600.0, "Seconds to wait without any news.")
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
    quotes) it shows everything about each of them; with --all, it prints one line per file.

    It compares the raw files with their reports, so that a file whose event was lost shows as
    waiting; --repair sends such files through the function again.

    Example: orderlake status --env local --repair
    """
    from orderlake.aws.session import open_aws

    aws = open_aws(settings)
    found = look(aws)
    repaired = []
    if repair:
        repaired = repair_files(aws, found, timeout_seconds, yes, as_json)
        found = look(aws)
    shown = chosen_files(found, files, is_all, settings.raw_prefix)
    if as_json:
        document = as_document(found, shown) | {"repaired": [asdict(file) for file in repaired]}
        document["repeated"] = repeated_document(compare(aws, found), raw_keys(found))
        print_json(document)
        return
    moment = datetime.now(UTC)
    if files:
        text = [line for file in shown for line in state_lines(file, moment)]
    else:
        text = [*whole_status(aws, found, moment), *map(state_line, shown)]
    for line in text:
        print_line(line)


def whole_status(aws: Aws, found: Status, moment: datetime) -> list[str]:
    """Return the status of all files, with the order lines that several of them have."""
    comparison = repeated_lines(compare(aws, found), raw_keys(found), moment) if found.done else []
    return status_lines(found, moment, comparison)


def chosen_files(
    found: Status, names: Sequence[str], is_all: bool, raw_prefix: str
) -> list[FileState]:
    """Return the files that were asked for; raises UnknownFile for a name without a file."""
    from orderlake.pipeline.replay import resolve

    if is_all and not names:
        return list(found.file_states)
    states = {file.key: file for file in found.file_states}
    return [states[key] for key in resolve(names, list(states), raw_prefix)]


def look(aws: Aws) -> Status:
    """Read the state of every file, and show the progress of that."""
    from orderlake.pipeline.status import read_status

    with progress_bar("reading reports") as draw:
        return read_status(aws, draw)


def compare(aws: Aws, found: Status) -> FileComparison:
    """Compare the order lines of files and show the progress; a single file needs no comparison."""
    from orderlake.engines.file_comparison import FileComparison, RepeatedLines

    if found.done < 2:
        return FileComparison(RepeatedLines(0, {}, ()), datetime.now(UTC))
    from orderlake.engines.compare_files import compare_files

    with progress_bar("comparing files") as draw:
        return compare_files(aws, draw)


def raw_keys(found: Status) -> dict[str, str]:
    """Return the raw key of each processed key, compressed or not."""
    return {
        outputs_for(file.key, compression).processed: file.key
        for file in found.file_states
        for compression in ("gzip", "none")
    }


def repair_files(
    aws: Aws, found: Status, timeout_seconds: float, yes: bool, as_json: bool
) -> list[Repaired]:
    """Send the files that need it through the function again, and print each as it is done."""
    from orderlake.pipeline.repair import repair

    keys = [file.key for file in found.waiting] + [file.key for file in found.leftovers if file.key]
    if not keys:
        note("nothing to repair")
        return []
    if not aws.settings.is_local:
        where = f"{aws.names.function} in {aws.place}"
        action = f"send {count_text(len(keys), 'file')} to {where}"
        options.confirm(aws.settings, action, yes)
    repaired = []
    with progress_bar("repairing") as draw:
        for file in repair(aws, found, timeout_seconds):
            repaired.append(file)
            draw(len(repaired), len(keys))
            if not as_json:
                print_line(f"repaired  {file.key}: {file.outcome} ({file.why})")
    return repaired


def as_document(found: Status, shown: Sequence[FileState]) -> dict[str, Any]:
    """Return the status for a program, with each of the files that were asked for."""
    document = asdict(found)
    document["waiting"] = [
        {"key": file.key, "why": file.why, "since": file.since.isoformat()}
        for file in found.waiting
    ]
    seconds = (datetime.now(UTC) - found.oldest).total_seconds() if found.oldest else None
    document["oldest_waiting_seconds"] = seconds
    document["corrected"] = found.corrected
    document["file_states"] = [asdict(file) for file in shown]
    return document
