"""The command replay. It parses, makes one call and prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.errors import ReplayFailed
from orderlake.settings import Settings
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.pipeline.replay import Replayed


@click.command()
@click.argument("files", nargs=-1)
@options.environment
@options.yes
@options.json_output
def replay(files: tuple[str, ...], settings: Settings, yes: bool, as_json: bool) -> None:
    """Run the events of the failure queue, or any files, again.

    FILES are raw keys, or patterns in quotes. An event leaves the queue when it succeeded. Files
    that are named are done again even where they are finished, as after a change of the contract.

    Example: orderlake replay 'raw/2026-11-*'
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import inventory
    from orderlake.pipeline import replay as replaying
    from orderlake.pipeline.failure_queue import FailureQueue
    from orderlake.pipeline.invocations import Function

    aws = open_aws(settings)
    function = Function(aws)
    _ = function.client  # made before threads ask for it: sessions may not be shared
    if files:
        raw = inventory.read_raw_files(aws)
        keys = replaying.resolve(files, sorted(raw.files), raw.prefix)
        where = f"{count_text(len(keys), 'file')} through {aws.names.function}"
        runs = replaying.replay_files(function.run, aws.names.raw_bucket, keys)
    else:
        keys = []
        where = f"the events of {aws.names.failure_queue}"
        runs = replaying.replay_failures(function.run, FailureQueue(aws))
    if not settings.is_local:
        note(f"{where} in account {aws.names.account}, region {aws.region}")
        options.confirm(settings, f"run {where} again", yes)
    results = show(runs, len(keys), as_json)
    if as_json:
        print_json([asdict(result) for result in results])
    elif not results:
        print_line("the failure queue is empty")
    failed = [result for result in results if not result.is_done]
    if failed:
        what = count_text(len(results), "file" if files else "event")
        stay = "" if files else "they stay in the queue; "
        raise ReplayFailed(
            f"{len(failed)} of {what} failed again",
            f"{stay}see why: orderlake logs --errors",
        )


def show(runs: Iterable[Replayed], total: int, as_json: bool) -> list[Replayed]:
    """Print each run as it ends, and return them all."""
    results = []
    with progress_bar("running again") as draw:
        for result in runs:
            results.append(result)
            draw(len(results), total)
            if not as_json:
                for line in lines(result):
                    print_line(line)
    return results


def lines(result: Replayed) -> list[str]:
    """Return the outcome of a run, one line per file."""
    if result.error is not None:
        return [f"{key}: failed: {result.error}" for key in result.keys] or [result.error]
    return [f"{key}: {outcome}" for key, outcome in result.outcomes.items()]
