"""The command logs: parses, calls once, prints; decides nothing."""

import re
import time
from dataclasses import asdict
from datetime import UTC, datetime

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json
from orderlake.settings import Settings

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Span(click.ParamType[int]):
    """A span of time such as 30s, 15m, 2h or 1d, in seconds."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the seconds; fails as wrong use for anything else."""
        found = re.fullmatch(r"(\d+)([smhd])", str(value))
        if not found:
            self.fail(f"'{value}' is no span of time, such as 30s, 15m, 2h or 1d", param, ctx)
        return int(found[1]) * UNITS[found[2]]


@click.command()
@options.environment
@click.option("--since", type=Span(), default="1h", show_default=True, help="How far back.")
@click.option("--follow", is_flag=True, help="Go on printing new lines until Ctrl-C.")
@options.json_output
def logs(settings: Settings, since: int, follow: bool, as_json: bool) -> None:
    """Print the function's log.

    Example: orderlake logs --since 15m --follow
    """
    from orderlake import logs as log
    from orderlake.aws import open_aws

    start_ms = int((time.time() - since) * 1000)
    lines = log.read_lines(open_aws(settings), start_ms, is_following=follow)
    if as_json and not follow:
        print_json([asdict(line) for line in lines])
        return
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - how many there were
        moment = datetime.fromtimestamp(line.timestamp / 1000, UTC)
        click.echo(f"{moment:%Y-%m-%d %H:%M:%S} {line.text}")
    if not count:
        note("no log lines; look further back with --since 1d")
