"""The command crawl. It parses, makes one call and prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line, suggest
from orderlake.cli.progress import waiting
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.pipeline.crawl import CrawlResult


@click.command()
@options.environment
@options.timeout(900.0, "Seconds to wait.")
@click.option("--replace-table", is_flag=True, help="Delete the orders table first; keeps data.")
@options.yes
@options.json_output
def crawl(
    settings: Settings, timeout_seconds: float, replace_table: bool, yes: bool, as_json: bool
) -> None:
    """Start the crawler, wait, and print what changed.

    The columns that the contract knows get its types, money an exact decimal. On a real account it
    asks first: a crawl changes the catalog, and costs about 15 cents.

    Example: orderlake crawl --env local
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import crawl as crawler

    aws = open_aws(settings)
    if not settings.is_local:
        where = f"crawler {aws.names.crawler} in {aws.place}"
        note(where)
        options.confirm(settings, f"run {where}", yes)
    try:
        with waiting("crawling"):
            result = crawler.crawl(aws, timeout_seconds, note, replace_table=replace_table)
    except KeyboardInterrupt:
        note("a crawl that has begun goes on by itself; to see what it finds: make crawl")
        raise
    if as_json:
        print_json(as_document(result))
    else:
        print_result(result)


def as_document(result: CrawlResult) -> dict[str, Any]:
    """Return what a crawl changed, for a program."""
    tables = [asdict(table) | {"partitions": sorted(table.partitions)} for table in result.tables]
    return {
        "changes": result.changes,
        "warnings": result.warnings,
        "tables": tables,
        "seconds": result.seconds,
    }


def print_result(result: CrawlResult) -> None:
    """Print what a crawl changed, and what to type next."""
    for line in result.changes or ("nothing changed in the catalog",):
        print_line(line)
    for table in result.tables:
        print_line(f"table {table.name}: {table.size} ({result.seconds:.1f} s)")
    for line in result.warnings:
        note(f"warning: {line}")
    if result.tables:
        suggest("make query, make report")
    else:
        print_line("no table: the crawler found no data; upload some: make upload FILE=orders.csv")
