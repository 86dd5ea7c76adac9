"""The command upload. It checks files, sends them, waits for their outcomes and prints them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.output import (
    note,
    print_json,
    print_line,
    suggest,
)
from orderlake.cli.progress import progress_bar, progress_bar_of_bytes
from orderlake.cli.report_text import choice_lines, contract_lines, rows_text
from orderlake.errors import UploadFailed
from orderlake.order_files.find import find_files
from orderlake.settings import Settings
from orderlake.wording import count_text, first_few, size_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.failed_tries import FailedTries, FailedTry
    from orderlake.pipeline.outcomes import Outcome, RawVersion

REFUSALS_SHOWN = 10
# The first, and the retries that the template gives the function.
TRIES = 3


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
        where = f"{aws.names.raw_bucket} in account {aws.names.account}, region {aws.region}"
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
    failed = [outcome for outcome in outcomes if outcome.error]
    if failed:
        count = f"{len(failed)} of {count_text(len(outcomes), 'file')} failed"
        raise UploadFailed(count, "see why: orderlake logs --errors; then: orderlake replay")
    refused = [outcome for outcome in outcomes if not outcome.is_done]
    if refused:
        count = f"{len(refused)} of {count_text(len(outcomes), 'file')} refused"
        raise UploadFailed(
            count, "the raw files stay where they are; correct them and upload again"
        )
    if not as_json:
        if any(outcome.report["counts"]["rejected"] for outcome in outcomes):
            note("rejected rows: orderlake rejected")
        suggest("make crawl")


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
    from orderlake.pipeline.outcomes import wait_for_outcomes

    def look_at_tries(keys: Collection[str]) -> dict[str, str]:
        failed = list(tries.look(keys))
        for one in failed:
            note(failed_try_line(one))
        return {one.key: one.error for one in failed if one.number >= TRIES}

    outcomes = []
    with progress_bar("processing") as draw:
        draw(0, len(sent))
        for outcome in wait_for_outcomes(aws, sent, patience_seconds, look_at_tries):
            outcomes.append(outcome)
            if not as_json:
                print_line(outcome_line(outcome))
            draw(len(outcomes), len(sent))
    return outcomes


def failed_try_line(failed: FailedTry) -> str:
    """Return what failed, and when Lambda tries again."""
    if not failed.key:
        return f"a run of the function failed: {failed.error}; Lambda tries three times in all"
    when = "the next follows in a minute" if failed.number == 1 else "the last follows in two"
    after = when if failed.number < TRIES else "the event goes to the failure queue"
    return f"{failed.key}: try {failed.number} of {TRIES} failed: {failed.error}; {after}"


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for a program: the report, or the function's error."""
    if outcome.error:
        return {"outcome": "failed", "source": {"key": outcome.key}, "error": outcome.error}
    return dict(outcome.report)


def outcome_line(outcome: Outcome) -> str:
    """Return the outcome of a file, with one line for each choice to check."""
    report, key = outcome.report, outcome.key
    if outcome.error:
        return f"{key}: failed: {outcome.error}"
    if outcome.is_overtaken:
        key = f"{key} (replaced by a newer upload)"
    if not outcome.is_done:
        refusal = report.get("refusal") or {}
        told = [f"{key}: refused: {refusal.get('code')}: {refusal.get('message')}"]
    else:
        told = [f"{key}: {rows_text(report)}", *choice_lines(report)]
    return "\n".join(contract_lines(told))


def summary(outcomes: Iterable[Outcome], seconds: float) -> str:
    """Return the sums over all files, and the speed, as one line."""
    reports = [outcome.report for outcome in outcomes if not outcome.error]
    size_bytes = sum(report["source"]["size_bytes"] for report in reports)
    records = sum(report["counts"]["records"] for report in reports)
    rate = f"{size_text(round(size_bytes / seconds))}/s, {records / seconds:,.0f} rows/s"
    return (
        f"{count_text(len(reports), 'file')}, {size_text(size_bytes)}, "
        f"{count_text(records, 'row')} in {seconds:.1f} s ({rate})"
    )
