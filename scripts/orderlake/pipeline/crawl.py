"""Run the crawler, correct the types of the orders table, and say what changed in the catalog."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.errors import CrawlFailed, NotDeployed
from orderlake.pipeline.crawl_types import (
    check_not_given_up,
    remove_table,
    settle_crawled_types,
)
from orderlake.pipeline.crawl_warnings import read_warnings


@dataclass(frozen=True, slots=True)
class TableState:
    """The parts of a table that a crawl can change: columns, types and partition values."""

    name: str
    columns: Mapping[str, str]
    partitions: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    @property
    def size(self) -> str:
        """Its size, for people."""
        return f"columns: {len(self.columns)}, partitions: {len(self.partitions)}"


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The catalog after a crawl, the changes, the warnings, and how long the crawler ran."""

    tables: tuple[TableState, ...]
    changes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float


def crawl(
    aws: Aws,
    timeout_seconds: float,
    on_wait: Callable[[str], None],
    *,
    replace_table: bool = False,
) -> CrawlResult:
    """Start the crawler, or join one that runs, wait for its end, and correct the table's types.

    With `replace_table` the orders table is deleted first, so that the crawl creates it again.
    Raises NotDeployed without a crawler, and CrawlFailed if it fails, takes too long, or has given
    up the table.
    """
    name = aws.names.crawler
    start = time.monotonic()
    before = tables_of(aws)
    if replace_table:
        remove_table(aws)
    last = last_crawl(aws)
    try:
        aws.glue.start_crawler(Name=name)
    except ClientError as error:
        if error_code(error) == "EntityNotFoundException":
            raise NotDeployed(f"the crawler {name}", aws.settings.env) from error
        if error_code(error) != "CrawlerRunningException":
            raise
        on_wait("the crawler runs already; waiting for it")
    last_run = wait_until_ready(aws, timeout_seconds, last)
    seconds = time.monotonic() - start
    check_not_given_up(aws)
    settle_crawled_types(aws)
    after = tables_of(aws)
    changes = tuple(differences(before, after))
    return CrawlResult(tuple(after.values()), changes, tuple(read_warnings(aws, last_run)), seconds)


def last_crawl(aws: Aws) -> Mapping[str, Any]:
    """Return the crawler's LastCrawl; empty before the first run or without a crawler."""
    try:
        return dict(aws.glue.get_crawler(Name=aws.names.crawler)["Crawler"].get("LastCrawl", {}))
    except ClientError as error:
        if error_code(error) == "EntityNotFoundException":
            return {}
        raise


def wait_until_ready(
    aws: Aws, timeout_seconds: float, before: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Wait for the crawler's end and return its LastCrawl; raises CrawlFailed.

    Right after the start, READY proves nothing. The end is READY with a new last run.
    """
    name = aws.names.crawler
    deadline = time.monotonic() + timeout_seconds
    pause = 0.05
    while time.monotonic() < deadline:
        crawler = aws.glue.get_crawler(Name=name)["Crawler"]
        last = dict(crawler.get("LastCrawl", {}))
        if crawler["State"] == "READY" and last and last != before:
            if last.get("Status") == "SUCCEEDED":
                return last
            reason = last.get("ErrorMessage") or last.get("Status")
            log = f"{last.get('LogGroup', '/aws-glue/crawlers')}, stream {name}"
            raise CrawlFailed(f"the crawler {name} failed: {reason}", f"its log: {log}")
        time.sleep(pause)
        pause = min(pause * 1.4, 3.0)
    raise CrawlFailed(
        f"the crawler {name} did not end within {timeout_seconds:.0f} s",
        "it goes on by itself; look again later with the same command, or give it --timeout",
    )


def tables_of(aws: Aws) -> dict[str, TableState]:
    """Return the tables of our database, by name; raises NotDeployed without a database."""
    database = aws.names.database
    found: dict[str, TableState] = {}
    try:
        for page in aws.glue.get_paginator("get_tables").paginate(DatabaseName=database):
            for table in page["TableList"]:
                found[table["Name"]] = table_state(aws, dict(table))
    except ClientError as error:
        if error_code(error) == "EntityNotFoundException":
            raise NotDeployed(f"the database {database}", aws.settings.env) from error
        raise
    return found


def table_state(aws: Aws, table: Mapping[str, Any]) -> TableState:
    """Return one table's state, from GetTables' entry and its partitions."""
    found = table.get("StorageDescriptor", {}).get("Columns", [])
    columns = {column["Name"]: column.get("Type", "") for column in found}
    values: set[tuple[str, ...]] = set()
    if table.get("PartitionKeys"):
        pages = aws.glue.get_paginator("get_partitions").paginate(
            DatabaseName=aws.names.database, TableName=table["Name"], ExcludeColumnSchema=True
        )
        values = {tuple(p["Values"]) for page in pages for p in page["Partitions"]}
    return TableState(table["Name"], columns, frozenset(values))


def differences(before: Mapping[str, TableState], after: Mapping[str, TableState]) -> list[str]:
    """Return what changed between two states of a catalog, one line per change. Pure."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if new is None:
            lines.append(f"- table {name}")
        elif old is None:
            lines.append(f"+ table {name}: {new.size}")
        else:
            lines += table_differences(old, new)
    return lines


def table_differences(old: TableState, new: TableState) -> list[str]:
    """Return what changed in one table, one line per change. Pure."""
    lines = [f"+ column {new.name}.{c} {t}" for c, t in new.columns.items() if c not in old.columns]
    lines += [f"- column {old.name}.{c}" for c in old.columns if c not in new.columns]
    lines += [
        f"~ column {new.name}.{c}: {old.columns[c]} is now {t}"
        for c, t in new.columns.items()
        if c in old.columns and old.columns[c] != t
    ]
    for sign, values in (
        ("+", new.partitions - old.partitions),
        ("-", old.partitions - new.partitions),
    ):
        if values:
            shown = ", ".join("/".join(v) for v in sorted(values)[:3])
            more = f" and {len(values) - 3} more" if len(values) > 3 else ""
            noun = "partition" if len(values) == 1 else "partitions"
            lines.append(f"{sign} {len(values)} {noun} of {new.name}: {shown}{more}")
    return lines
