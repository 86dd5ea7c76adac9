"""The commands local up, local down and local status."""

import time
from dataclasses import asdict

import click

from orderlake import local as local_aws
from orderlake.cli.output import note, print_json
from orderlake.errors import NoLocalAws
from orderlake.running import read_state
from orderlake.settings import Settings, load


@click.group()
def local() -> None:
    """Start, stop and look at the local AWS.

    Example: orderlake local up
    """


@local.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Default: orderlake.toml's.")
@click.option(
    "--runtime",
    type=click.Choice(list(local_aws.RUNTIMES)),
    default="host",
    show_default=True,
    help="A process of this machine, or a container.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
def up(port: int | None, runtime: str, as_json: bool) -> None:
    """Start LocalStack on this machine's loopback; a running one is left as it is.

    Example: orderlake local up --port 4600
    """
    start = time.monotonic()
    running, is_new = local_aws.start(settings_of(port), note, runtime)
    if as_json:
        print_json({**asdict(running), "is_new": is_new})
    elif is_new:
        seconds = time.monotonic() - start
        click.echo(f"local AWS is up at {running.endpoint_url} ({seconds:.1f} s)")
        click.echo("next: make deploy; to stop it: make local-down")
    else:
        click.echo(f"local AWS was already up at {running.endpoint_url}")


@local.command()
def down() -> None:
    """Stop the local AWS and every function it runs; its data goes with it.

    Example: orderlake local down
    """
    was_there = local_aws.stop(settings_of(None))
    click.echo("the local AWS is stopped" if was_there else "no local AWS was up")


@local.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
def status(as_json: bool) -> None:
    """Say where the local AWS is, and which services it has loaded.

    Example: orderlake local status --json
    """
    settings = settings_of(None)
    running = read_state(settings)
    health = local_aws.health(running.endpoint_url) if running else None
    if running is None or health is None:
        raise NoLocalAws(settings.endpoint_url or "")
    loaded = sorted(name for name, state in health["services"].items() if state == "running")
    if as_json:
        print_json({**asdict(running), "services": loaded})
    else:
        click.echo(f"local AWS is up at {running.endpoint_url} ({running.runtime})")
        click.echo(f"services in use: {', '.join(loaded) or 'none yet'}; log: {running.log}")


def settings_of(port: int | None) -> Settings:
    """Return the local settings, at another port where one is given."""
    return load("local", port=port)
