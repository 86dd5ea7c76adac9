"""The command demo: every step of the pipeline once, each with a line and its time.

It puts together what the other commands do, and adds nothing.
"""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from order_transform.delivery.layout import RAW_PREFIX

from orderlake.cli.output import note, print_line
from orderlake.cli.progress import waiting
from orderlake.cli.signals import REQUESTS
from orderlake.cli.verbosity import is_quiet
from orderlake.errors import UploadFailed
from orderlake.local_aws import lifecycle as local_aws
from orderlake.settings import Settings, load, working_folder
from orderlake.wording import count_text

ROWS = 20_000
DIRT = 0.02
SEED = 7
QUERY = "top_products"
# The prefix of the demo, where the local AWS may already hold the user's data.
PREFIX = "demo"
# What a terminal shows while a step takes its time.
DOING = {
    "local": "starting an AWS on this machine",
    "deploy": "deploying the stack: buckets, function, catalog, crawler",
    "sample": "writing orders",
    "upload": "sending orders through S3 and the function",
    "crawl": "crawling what the function wrote",
}


@click.command()
@click.option("--keep", is_flag=True, help="Leave the local AWS running afterwards.")
@click.option(
    "--rows",
    type=click.IntRange(1, 10_000_000),
    default=ROWS,
    show_default=True,
    help="How many sample orders.",
)
def demo(keep: bool, rows: int) -> None:
    """Run the whole pipeline once, from nothing to a printed answer.

    A local AWS that is up already is used and left up, and so is the lake in it: the demo then
    has the prefix `demo`.

    Example: orderlake demo --keep
    """
    from orderlake.deploy.turns import turn

    settings = load("local")
    click.get_current_context().find_root().obj = settings
    with turn(settings.root / ".orderlake" / "demo" / "lock", "another demo", note):
        start = time.monotonic()
        with ThreadPoolExecutor(1) as beside:
            prepared = beside.submit(prepare, settings)
            with own_local_aws(settings, keep) as demo_settings:
                # The demo's orders are its own, and so is the bucket for them.
                demo_settings = replace(demo_settings, raw_bucket=None, raw_prefix=RAW_PREFIX)
                click.get_current_context().find_root().obj = demo_settings
                run(demo_settings, rows, prepared)
    if is_quiet():
        return
    print_line(f"\nthe whole demo took {time.monotonic() - start:.1f} s")
    if demo_settings.prefix != settings.prefix:
        print_line("its lake stays up beside yours; try: make report ARGS=--open, make destroy")
    elif keep:
        print_line("the local AWS stays up; try: make report ARGS=--open, make local-down")
    else:
        print_line("next: make demo KEEP=1, then make report ARGS=--open")


def prepare(settings: Settings) -> None:
    """Build the function's zip, and load what later steps need, while the local AWS starts.

    Each step would do it by itself. Raises BuildFailed.
    """
    from orderlake.deploy import build

    build.build(settings.root, settings.architecture, is_local=True)
    for module in ("aws.session", "deploy.redeploy", "pipeline.crawl", "engines.duckdb_engine"):
        import_module(f"orderlake.{module}")


def run(settings: Settings, rows: int, prepared: "Future[None]") -> None:
    """Deploy, write orders, upload, crawl, query."""
    from orderlake.aws.session import open_aws
    from orderlake.deploy.redeploy import redeploy
    from orderlake.order_files import sample
    from orderlake.pipeline import crawl, outcomes, upload

    aws = open_aws(settings)
    with step("deploy") as done:
        prepared.result()
        done(f"stack {aws.names.stack}, {count_text(redeploy(aws, note), 'change')}")
    orders = settings.root / ".orderlake" / "demo" / "orders-2026-11-22.csv"
    with step("sample") as done:
        orders.parent.mkdir(parents=True, exist_ok=True)
        sample.write_sample(orders, rows=rows, dirt=DIRT, seed=SEED)
        done(f"{rows:,} orders, some of them bad, in {short_path(orders)}")
    with step("upload") as done:
        sent = upload.send(aws, orders, f"{settings.raw_prefix}{orders.name}", lambda _: None)
        (outcome,) = outcomes.wait_for_outcomes(aws, [sent], 300)
        if not outcome.is_done:
            reason = outcome.error or "refused"
            raise UploadFailed(f"{sent.key}: {reason}", "see why: orderlake logs --errors")
        counts = outcome.report["counts"]
        left = f"{counts['rejected']:,} rejected, {counts['blank']:,} blank lines"
        done(f"{counts['accepted']:,} rows accepted, {left}")
    with step("crawl") as done:
        result = crawl.crawl(aws, 300, lambda _: None)
        done("; ".join(result.changes) or "nothing changed")
    say_step("query", f"queries/{QUERY}.sql, in DuckDB over the local mirror")
    ask(settings)


def ask(settings: Settings) -> None:
    """Run the query command itself, as a user would type it."""
    from orderlake.cli import cli

    quiet = ["--quiet"] if is_quiet() else []
    words = ["query", QUERY, "--env", settings.env, "--prefix", settings.prefix, *quiet]
    cli.main(args=words, standalone_mode=False)


@contextmanager
def step(name: str) -> Iterator[Callable[[str], Any]]:
    """Print a step's line with its result and its time, once it is known."""
    start = time.monotonic()
    spinner = ExitStack()

    def done(result: str) -> None:
        spinner.close()
        seconds = click.style(f"({time.monotonic() - start:.1f} s)", dim=True)
        say_step(name, f"{result} {seconds}")

    with spinner:
        spinner.enter_context(waiting(DOING[name]))
        yield done


def say_step(name: str, result: str) -> None:
    """Print a step's line."""
    if not is_quiet():
        print_line(f"{click.style(f'{name:<8}', fg='green', bold=True)} {result}")


@contextmanager
def own_local_aws(settings: Settings, keep: bool) -> Iterator[Settings]:
    """Start the local AWS and always stop it afterwards.

    One that was up before is used and left up.
    """
    with step("local") as done:
        running, is_new = local_aws.start(settings, note)
        is_done = False
        try:
            state = "is up" if is_new else "was already up, and stays up"
            done(f"AWS {state} at {running.endpoint_url}")
            yield load("local") if is_new else beside_a_lake(settings)
            is_done = True
        finally:
            if is_new and not (keep and is_done):
                # A second Ctrl-C must not leave half of it running.
                for number in REQUESTS:
                    signal.signal(number, signal.SIG_IGN)
                local_aws.stop(settings)


def beside_a_lake(settings: Settings) -> Settings:
    """Return settings that keep the demo out of the user's own data."""
    if settings.prefix == PREFIX:
        return load("local")
    say_step("lake", f"'{settings.prefix}' stays as it is; the demo's is '{PREFIX}'")
    return load("local", prefix=PREFIX)


def short_path(path: Path) -> str:
    """Return the shortest form of a path."""
    folder = working_folder()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
