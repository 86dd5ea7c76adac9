"""The command replay. It parses, makes one call and prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.errors import ReplayFailed
from orderlake.settings import Settings
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.replay import Replayed, Run


@click.command()
@click.argument("files", nargs=-1)
@options.environment
@options.yes
@options.json_output
def replay(files: tuple[str, ...], settings: Settings, yes: bool, as_json: bool) -> None:
    """Run the events of the failure queue, or any files, again.

    FILES are raw keys, or patterns in quotes. An event leaves the queue when it succeeded. Named
    files are processed again even if they are finished, as after a change of the contract.

    Example: orderlake replay 'raw/2026-11-*'
    """
    from orderlake.aws.session import open_aws

    aws = open_aws(settings)
    planned = planned_files(aws, files) if files else planned_failures(aws)
    if not settings.is_local:
        note(f"{planned.what} in {aws.place}")
        options.confirm(settings, f"run {planned.what} again", yes)
    results = show(planned, as_json)
    if as_json:
        print_json([asdict(result) for result in results])
    elif not results:
        print_line("the failure queue is empty")
    raise_failed(results, are_files=bool(files))


@dataclass(frozen=True, slots=True)
class PlannedRuns:
    """What is to be run again, in words, and the runs; `total` is 0 where it is not known."""

    what: str
    runs: Iterable[Replayed]
    total: int = 0


def planned_files(aws: Aws, patterns: Sequence[str]) -> PlannedRuns:
    """Return the runs of the raw files that are meant; raises UnknownFile."""
    from orderlake.pipeline.inventory import read_raw_files
    from orderlake.pipeline.replay import replay_files, resolve

    raw = read_raw_files(aws)
    keys = resolve(patterns, sorted(raw.files), raw.prefix)
    what = f"{count_text(len(keys), 'file')} through {aws.names.function}"
    return PlannedRuns(what, replay_files(runner(aws), aws.names.raw_bucket, keys), len(keys))


def planned_failures(aws: Aws) -> PlannedRuns:
    """Return the runs of the events in the failure queue."""
    from orderlake.pipeline.failure_queue import FailureQueue
    from orderlake.pipeline.replay import replay_failures

    runs = replay_failures(runner(aws), FailureQueue(aws))
    return PlannedRuns(f"the events of {aws.names.failure_queue}", runs)


def runner(aws: Aws) -> Run:
    """Return what runs the function once."""
    from orderlake.pipeline.invocations import Function

    function = Function(aws)
    _ = function.client  # made before threads ask for it: sessions may not be shared
    return function.run


def raise_failed(results: Sequence[Replayed], *, are_files: bool) -> None:
    """Raise ReplayFailed if a file or an event failed again."""
    failed = [result for result in results if not result.is_done]
    if failed:
        what = count_text(len(results), "file" if are_files else "event")
        stay = "" if are_files else "they stay in the queue; "
        raise ReplayFailed(
            f"{len(failed)} of {what} failed again",
            f"{stay}see why: orderlake logs --errors",
        )


def show(planned: PlannedRuns, as_json: bool) -> list[Replayed]:
    """Print each run as it ends, and return them all."""
    results = []
    with progress_bar("running again") as draw:
        for result in planned.runs:
            results.append(result)
            draw(len(results), planned.total)
            if not as_json:
                for line in lines(result):
                    print_line(line)
    return results


def lines(result: Replayed) -> list[str]:
    """Return the outcome of a run, one line per file."""
    if result.error is not None:
        return [f"{key}: failed: {result.error}" for key in result.keys] or [result.error]
    return [f"{key}: {outcome}" for key, outcome in result.outcomes.items()]
