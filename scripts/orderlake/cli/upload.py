"""The command upload. It checks files, sends them, waits for their outcomes and prints them."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.outcome_text import failed_try_line, outcome_document, outcome_line, summary
from orderlake.cli.output import note, print_json, print_line, suggest
from orderlake.cli.progress import progress_bar, progress_bar_of_bytes
from orderlake.cli.report_text import contract_lines
from orderlake.errors import UploadFailed
from orderlake.order_files.find import find_files
from orderlake.settings import Settings
from orderlake.wording import count_text, first_few

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.failed_tries import FailedTries
    from orderlake.pipeline.outcomes import Outcome, RawVersion

REFUSALS_SHOWN = 10


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.environment
@options.timeout(600.0, "Seconds to wait without any news.")
@click.option("--no-check", is_flag=True, help="Also send files whose header is not one of orders.")
@options.yes
@options.json_output
def upload(
    paths: tuple[Path, ...],
    settings: Settings,
    timeout_seconds: float,
    no_check: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Send order files to raw/ and wait for each one's outcome.

    A folder stands for all order files in it.

    Example: orderlake upload orders.csv exports/ --env local
    """
    files = find_files(paths, settings.raw_prefix)
    if not no_check:
        check_headers([path for path, _ in files])
    from orderlake.aws.session import open_aws
    from orderlake.pipeline.failed_tries import FailedTries

    aws = open_aws(settings)
    if not settings.is_local:
        where = f"{aws.names.raw_bucket} in {aws.place}"
        note(f"{count_text(len(files), 'file')} to {where}")
        options.confirm(settings, f"upload to {where}", yes)
    start = time.monotonic()
    try:
        tries = FailedTries(aws)
        outcomes = wait(aws, send(aws, files), timeout_seconds, tries, as_json)
    except KeyboardInterrupt:
        note("files that were sent are processed all the same; to see them: orderlake status")
        raise
    if as_json:
        print_json([outcome_document(outcome) for outcome in outcomes])
    if len(files) > 1:
        note(summary(outcomes, time.monotonic() - start))
    raise_failures(outcomes)
    if not as_json:
        if any(outcome.report["counts"]["rejected"] for outcome in outcomes):
            note("rejected rows: orderlake rejected")
        suggest("make crawl")


def raise_failures(outcomes: Sequence[Outcome]) -> None:
    """Raise UploadFailed if the function failed with a file or refused one."""
    files = count_text(len(outcomes), "file")
    if failed := [outcome for outcome in outcomes if outcome.error]:
        step = "see why: orderlake logs --errors; then: orderlake replay"
        raise UploadFailed(f"{len(failed)} of {files} failed", step)
    if refused := [outcome for outcome in outcomes if not outcome.is_done]:
        step = "the raw files stay where they are; correct them and upload again"
        raise UploadFailed(f"{len(refused)} of {files} refused", step)


def check_headers(paths: Sequence[Path]) -> None:
    """Raise UploadFailed, before anything is sent, if the function would refuse a header."""
    from orderlake.order_files.check_headers import deployed_contract, refused_headers

    refusals = refused_headers(paths, deployed_contract())
    if not refusals:
        return
    told = [f"{refusal.path}: {refusal.code}: {refusal.message}" for refusal in refusals]
    lines = contract_lines(first_few(told, REFUSALS_SHOWN, ""))
    step = "nothing was sent; correct the files or the contract, or send them anyway: --no-check"
    raise UploadFailed("\n".join(lines), step)


def send(aws: Aws, files: Sequence[tuple[Path, str]]) -> list[RawVersion]:
    """Send files and show the progress."""
    from orderlake.pipeline.upload import send_all

    total = sum(path.stat().st_size for path, _ in files)
    sent_bytes = 0
    with progress_bar_of_bytes("sending") as draw:

        def add(size_bytes: int) -> None:
            nonlocal sent_bytes
            sent_bytes += size_bytes
            draw(sent_bytes, total)

        return send_all(aws, files, add)


def wait(
    aws: Aws,
    sent: Sequence[RawVersion],
    patience_seconds: float,
    tries: FailedTries,
    as_json: bool,
) -> list[Outcome]:
    """Wait for outcomes and print each as it comes, and tries that failed meanwhile."""
    from orderlake.pipeline.failed_tries import TRIES
    from orderlake.pipeline.outcomes import wait_for_outcomes

    def look_at_tries(keys: Collection[str]) -> dict[str, str]:
        failed = list(tries.look(keys))
        for failed_try in failed:
            note(failed_try_line(failed_try))
        return {file.key: file.error for file in failed if file.number >= TRIES}

    outcomes = []
    with progress_bar("processing") as draw:
        draw(0, len(sent))
        for outcome in wait_for_outcomes(aws, sent, patience_seconds, look_at_tries):
            outcomes.append(outcome)
            if not as_json:
                print_line(outcome_line(outcome))
            draw(len(outcomes), len(sent))
    return outcomes
