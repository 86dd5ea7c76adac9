"""The command status: parses, calls, prints; decides nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.settings import Settings
from orderlake.wording import count_text, size_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.repair import Repaired
    from orderlake.pipeline.status import Status

SHOWN = 5


@click.command()
@options.environment
@click.option("--repair", is_flag=True, help="Send what is missing or stale through again.")
@click.option(
    "--timeout", type=float, default=600.0, show_default=True, help="Seconds without any news."
)
@options.yes
@options.json_output
def status(settings: Settings, repair: bool, timeout: float, yes: bool, as_json: bool) -> None:
    """Show where every file stands, and repair what was missed.

    It compares the raw files with their reports, so that a file whose event was lost shows as
    waiting; --repair sends such files through the function again.

    Example: orderlake status --env local --repair
    """
    from orderlake.aws.session import open_aws

    aws = open_aws(settings)
    now = look(aws)
    repaired = []
    if repair:
        repaired = repair_files(aws, now, timeout, yes, as_json)
        now = look(aws)
    if as_json:
        print_json(as_document(now) | {"repaired": [asdict(one) for one in repaired]})
        return
    for line in lines(now, settings.env):
        print_line(line)


def look(aws: Aws) -> Status:
    """Read where every file stands, and show how far that is."""
    from orderlake.pipeline.status import read_status

    with progress_bar("reading reports") as draw:
        return read_status(aws, draw)


def repair_files(aws: Aws, now: Status, timeout: float, yes: bool, as_json: bool) -> list[Repaired]:
    """Send what needs it through again, and print each as it is done."""
    from orderlake.pipeline.repair import repair

    keys = [one.key for one in now.waiting] + [one.key for one in now.leftovers if one.key]
    if not keys:
        note("nothing to repair")
        return []
    if not aws.settings.is_local:
        where = f"{aws.names.function} in account {aws.names.account}, region {aws.region}"
        action = f"send {count_text(len(keys), 'file')} to {where}"
        options.confirm(aws.settings, action, yes)
    repaired = []
    with progress_bar("repairing") as draw:
        for file in repair(aws, now, timeout):
            repaired.append(file)
            draw(len(repaired), len(keys))
            if not as_json:
                print_line(f"repaired  {file.key}: {file.outcome} ({file.why})")
    return repaired


def as_document(now: Status) -> dict[str, Any]:
    """Return the status for a program."""
    oldest = now.oldest
    document = asdict(now)
    document["waiting"] = [
        {"key": one.key, "why": one.why, "since": one.since.isoformat()} for one in now.waiting
    ]
    document["oldest_waiting_seconds"] = age_seconds(oldest) if oldest else None
    return document


def lines(now: Status, env: str) -> list[str]:
    """Return the status for people: a line a figure, and what to type next."""
    done = f"{now.done:,} done, {len(now.refused):,} refused, {len(now.waiting):,} waiting"
    text = [f"files     {now.files:,} ({size_text(now.size_bytes)}): {done}"]
    if now.ignored:
        text.append(f"          {now.ignored:,} more under raw/ are no order files by their names")
    rows = f"{now.accepted:,} accepted, {now.rejected:,} rejected, {now.blank:,} blank"
    text.append(f"rows      {now.records:,} read: {rows}")
    if len(now.contracts) > 1:
        versions = ", ".join(f"{count:,} by {name}" for name, count in now.contracts.items())
        text.append(f"contract  {versions}; the same for all: orderlake replay 'raw/*'")
    text += few("refused", [f"{key}: {why}" for key, why in now.refused.items()])
    text += few("waiting", [f"{one.key}: {one.why}, {age_text(one.since)}" for one in now.waiting])
    gone = [f"{one.key or one.report}: its raw file is gone" for one in now.leftovers]
    text += few("left over", gone)
    text.append(f"failures  {count_text(now.failures, 'event')} in the queue")
    text += few("", [f"{key}: {error}" for key, error in now.failed.items()])
    if now.failures:
        text.append("see why: orderlake logs --errors; then: orderlake replay")
    if now.waiting or now.leftovers:
        text.append("if that does not change: orderlake status --repair")
    return text


def few(title: str, items: list[str]) -> list[str]:
    """Return the first few items under a title, and how many more there are."""
    shown = items[:SHOWN]
    if len(items) > SHOWN:
        shown.append(f"and {len(items) - SHOWN:,} more (all: --json)")
    return [f"{title if not number else '':<9} {item}" for number, item in enumerate(shown)]


def age_seconds(moment: datetime) -> float:
    """Return how many seconds ago a moment was."""
    return max((datetime.now(UTC) - moment).total_seconds(), 0.0)


def age_text(moment: datetime) -> str:
    """Return for how long something has been so, in the largest unit that fits."""
    seconds = age_seconds(moment)
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"for {count_text(int(seconds // size), unit)}"
    return f"for {count_text(int(seconds), 'second')}"
