"""The command status: parses, calls once, prints; decides nothing."""

from dataclasses import asdict

import click

from orderlake.cli import options
from orderlake.cli.output import print_json, size_text
from orderlake.settings import Settings

SHOWN = 5


@click.command()
@options.environment
@options.json_output
def status(settings: Settings, as_json: bool) -> None:
    """Show files, counts and failures.

    Example: orderlake status --env local
    """
    from orderlake import status as figures
    from orderlake.aws import open_aws

    now = figures.read_status(open_aws(settings))
    if as_json:
        print_json(asdict(now))
        return
    click.echo(f"files     {now.files:,} ({size_text(now.size_bytes)}), {now.done:,} done")
    click.echo(f"rows      {now.accepted:,} accepted, {now.rejected:,} rejected")
    click.echo(f"refused   {len(now.refused):,}")
    for key, why in list(now.refused.items())[:SHOWN]:
        click.echo(f"          {key}: {why}")
    click.echo(f"waiting   {len(now.waiting):,} {', '.join(now.waiting[:SHOWN])}".rstrip())
    click.echo(f"failures  {now.failures:,} events in the queue")
    if now.failures:
        click.echo(f"see why: orderlake logs --env {settings.env}")
