"""The command logs. It parses, makes one call and prints."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.fold_lines import echo
from orderlake.cli.output import note, print_json
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.pipeline.logs import Line

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
            self.fail(f"'{value}' is not a span of time such as 30s, 15m, 2h or 1d", param, ctx)
        return int(found[1]) * UNITS[found[2]]


@click.command()
@options.environment
@click.option("--since", type=Span(), default="1h", show_default=True, help="How far back.")
@click.option("--follow", is_flag=True, help="Go on printing new lines until Ctrl-C.")
@click.option("--filter", "wanted", metavar="TEXT", help="Only lines with this text, in any case.")
@click.option("--errors", is_flag=True, help="Only lines that tell of a failure.")
@click.option("--raw", is_flag=True, help="Print lines as they were written.")
@options.json_output
def logs(
    settings: Settings,
    since: int,
    follow: bool,
    wanted: str | None,
    errors: bool,
    raw: bool,
    as_json: bool,
) -> None:
    """Print the function's log.

    With --follow, --json prints one object per line.

    Example: orderlake logs --since 15m --errors --follow
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import logs as log

    start_ms = int((time.time() - since) * 1000)
    lines = (
        line
        for line in log.read_lines(open_aws(settings), start_ms, is_following=follow)
        if (not errors or line.is_trouble) and (not wanted or wanted.lower() in line.text.lower())
    )
    if as_json and not follow:
        print_json([asdict(line) for line in lines])
        return
    # A person ends --follow with Ctrl-C, which is not a failure.
    with contextlib.suppress(KeyboardInterrupt) if follow else contextlib.nullcontext():
        if not print_lines(lines, raw, as_json):
            note("no such log lines; look further back with --since 1d")


def print_lines(lines: Iterable[Line], raw: bool, as_json: bool) -> int:
    """Print each line at once, and return how many there were."""
    from orderlake.pipeline.logs import readable

    count = 0
    for line in lines:
        count += 1
        if as_json:
            click.echo(json.dumps(asdict(line), ensure_ascii=False))
            continue
        moment = datetime.fromtimestamp(line.timestamp / 1000, UTC)
        echo(f"{moment:%Y-%m-%d %H:%M:%S} {line.text if raw else readable(line.text)}")
    return count
