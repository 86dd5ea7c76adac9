"""The command upload: parses, calls once, prints; decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.output import count_text, note, print_json, size_text
from orderlake.errors import UploadFailed
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.upload import Outcome


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.environment
@click.option("--timeout", type=float, default=600.0, show_default=True, help="Seconds to wait.")
@options.yes
@options.json_output
def upload(
    paths: tuple[Path, ...], settings: Settings, timeout: float, yes: bool, as_json: bool
) -> None:
    """Put order files, or folders of them, under raw/ and wait for each one's outcome.

    Example: orderlake upload orders.csv exports/ --env local
    """
    from orderlake import upload as uploading
    from orderlake.aws import open_aws

    files = uploading.find_files(paths)
    aws = open_aws(settings)
    if not settings.is_local:
        where = f"{aws.names.raw_bucket} in account {aws.names.account}, region {aws.region}"
        note(f"{count_text(len(files), 'file')} to {where}")
        options.confirm(settings, f"upload to {where}", yes)
    with progress("uploading", sum(path.stat().st_size for path, _ in files)) as on_bytes:
        sent = uploading.send_all(aws, files, on_bytes)
    outcomes = []
    for outcome in uploading.wait_for_outcomes(aws, sent, timeout):
        outcomes.append(outcome)
        if not as_json:
            click.echo(outcome_line(outcome))
    if as_json:
        print_json([outcome.report for outcome in outcomes])
    refused = [outcome for outcome in outcomes if not outcome.is_done]
    if refused:
        count = f"{len(refused)} of {len(outcomes)} files were refused"
        raise UploadFailed(
            count, "the raw files stay where they are; correct them and upload again"
        )


def outcome_line(outcome: Outcome) -> str:
    """Return what became of a file, as one line."""
    report, key = outcome.report, outcome.sent.key
    if not outcome.is_done:
        refusal = report.get("refusal") or {}
        return f"{key}: refused: {refusal.get('code')}: {refusal.get('message')}"
    counts = report["counts"]
    line = f"{key}: {counts['accepted']:,} accepted, {counts['rejected']:,} rejected"
    codes = ", ".join(f"{code} {n:,}" for code, n in report.get("reject_codes", {}).items())
    line += f" ({codes})" if codes else ""
    return f"{line}; total {report['sums']['total_amount']}"


@contextmanager
def progress(title: str, size_bytes: int) -> Iterator[Callable[[int], None]]:
    """Show how much was sent, on a terminal; say nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    label = f"{title} {size_text(size_bytes)}"
    with click.progressbar(length=size_bytes, label=label, file=sys.stderr) as bar:
        yield bar.update
