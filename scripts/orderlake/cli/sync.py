"""The command sync. It parses, makes one call and prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.output import print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.settings import Settings
from orderlake.wording import count_text, size_text

if TYPE_CHECKING:
    from orderlake.mirror.sync import SyncReport


@click.command()
@options.environment
@options.json_output
def sync(settings: Settings, as_json: bool) -> None:
    """Bring processed data and catalog to the local mirror.

    Only what changed is downloaded.

    Example: orderlake sync --env aws
    """
    from orderlake.mirror import refresh

    with progress_bar("downloading") as draw:
        report = refresh.refresh(settings, draw)
    if as_json:
        print_json({"folder": refresh.mirror_of(settings).folder, **as_document(report)})
        return
    for line in report_lines(report):
        print_line(line)


def as_document(report: SyncReport) -> dict[str, Any]:
    """Return what a sync did, for a program."""
    return {
        "synced_at": report.snapshot.synced_at,
        "fingerprint": report.snapshot.fingerprint,
        "tables": [table.name for table in report.snapshot.tables],
        "downloaded": report.downloaded,
        "downloaded_bytes": report.downloaded_bytes,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "stray": report.stray,
    }


def report_lines(report: SyncReport) -> Iterator[str]:
    """Yield what a sync did, for people."""
    downloaded = f"{count_text(report.downloaded, 'object')} downloaded"
    size = size_text(report.downloaded_bytes)
    yield f"{downloaded} ({size}), {report.removed:,} removed, {report.unchanged:,} unchanged"
    for table in report.snapshot.tables:
        if table.iceberg and table.iceberg.refusal:
            yield f"{table.name} is left out: {table.iceberg.refusal}"
    if report.stray:
        yield f"{count_text(report.stray, 'object')} in no registered partition yet: make crawl"
