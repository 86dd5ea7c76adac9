"""The command sync. It parses, makes one call and prints."""

import click

from orderlake.cli import options
from orderlake.cli.output import print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.settings import Settings
from orderlake.wording import count_text, size_text


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
        print_json(
            {
                "folder": refresh.mirror_of(settings).folder,
                "synced_at": report.snapshot.synced_at,
                "fingerprint": report.snapshot.fingerprint,
                "tables": [table.name for table in report.snapshot.tables],
                "downloaded": report.downloaded,
                "downloaded_bytes": report.downloaded_bytes,
                "removed": report.removed,
                "unchanged": report.unchanged,
                "stray": report.stray,
            }
        )
        return
    print_line(
        f"{count_text(report.downloaded, 'object')} downloaded "
        f"({size_text(report.downloaded_bytes)}), "
        f"{report.removed:,} removed, {report.unchanged:,} unchanged"
    )
    for table in report.snapshot.tables:
        if table.iceberg and table.iceberg.refusal:
            print_line(f"{table.name} is left out: {table.iceberg.refusal}")
    if report.stray:
        print_line(
            f"{count_text(report.stray, 'object')} in no registered partition yet: make crawl"
        )
