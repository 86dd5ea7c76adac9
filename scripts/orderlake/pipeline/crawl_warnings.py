"""Crawl results that will break queries, from the crawler's log and the catalog.

It only reads. Real crawlers write little about them into their logs, so it checks the catalog, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code

MARKED = re.compile(r"(WARN|ERROR)\w* ?: ?(.*)", re.DOTALL)
# A log line has the time of its writing, by another clock than the crawl's start.
CLOCKS_APART_MS = 60_000
UNREADABLE = ("ResourceNotFoundException", "AccessDeniedException")


def read_warnings(aws: Aws, last_crawl: Mapping[str, Any]) -> list[str]:
    """Return the warnings of a crawl: those of its log, or without any, those of the catalog."""
    return list(log_warnings(aws, last_crawl)) or list(catalog_warnings(aws))


def log_warnings(aws: Aws, last_crawl: Mapping[str, Any]) -> Iterator[str]:
    """Yield the warnings and errors in the log of one crawl; none if it may not be read."""
    if not {"LogGroup", "LogStream", "MessagePrefix", "StartTime"} <= last_crawl.keys():
        return
    start_ms = int(last_crawl["StartTime"].timestamp() * 1000) - CLOCKS_APART_MS
    pages = aws.logs.get_paginator("filter_log_events").paginate(
        logGroupName=last_crawl["LogGroup"],
        logStreamNames=[last_crawl["LogStream"]],
        startTime=start_ms,
    )
    try:
        messages = [event["message"] for page in pages for event in page["events"]]
    except ClientError as error:
        if error_code(error) in UNREADABLE:
            return
        raise
    yield from marked_lines(messages, str(last_crawl["MessagePrefix"]))


def marked_lines(messages: Iterable[str], run_id: str) -> Iterator[str]:
    """Yield the texts of one run's warnings and errors, each once. Pure."""
    shown = set()
    for message in messages:
        head, _, text = message.partition("] ")
        found = MARKED.match(text)
        if head == f"[{run_id}" and found and found[2] not in shown:
            shown.add(found[2])
            yield found[2].strip()


def catalog_warnings(aws: Aws) -> Iterator[str]:
    """Yield warnings from the tables and partitions of our database."""
    database = aws.names.database
    pages = aws.glue.get_paginator("get_tables").paginate(DatabaseName=database)
    tables: list[dict[str, Any]] = [dict(table) for page in pages for table in page["TableList"]]
    crawled = [
        table
        for table in tables
        if (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER") == aws.names.crawler
    ]
    yield from table_warnings(crawled)
    for table in crawled:
        if table.get("PartitionKeys"):
            partitions = aws.glue.get_paginator("get_partitions").paginate(
                DatabaseName=database, TableName=table["Name"]
            )
            yield from drift_warnings(table, (p for page in partitions for p in page["Partitions"]))


def table_warnings(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Warn about several tables, and about JSON arrays, from GetTables' entries. Pure."""
    tables = list(tables)
    if len(tables) > 1:
        names = ", ".join(sorted(str(table["Name"]) for table in tables)[:5])
        yield f"the crawler keeps {len(tables)} tables where one was meant: {names}"
    for table in tables:
        columns = table["StorageDescriptor"]["Columns"]
        if [column["Name"] for column in columns] == ["array"]:
            yield (
                f"table {table['Name']} is made of JSON arrays, of which Athena reads no row; "
                "write one JSON object per line"
            )


def drift_warnings(
    table: Mapping[str, Any], partitions: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Warn about partitions whose columns have other types than the table's. Pure.

    https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html
    """
    types = {c["Name"]: c.get("Type") for c in table["StorageDescriptor"]["Columns"]}
    drifted: dict[str, int] = {}
    for partition in partitions:
        for column in partition["StorageDescriptor"].get("Columns", []):
            if types.get(column["Name"], column.get("Type")) != column.get("Type"):
                drifted[column["Name"]] = drifted.get(column["Name"], 0) + 1
    for name, count in sorted(drifted.items()):
        yield (
            f"column {table['Name']}.{name} has another type in {count:,} partitions; Athena "
            "answers HIVE_PARTITION_SCHEMA_MISMATCH"
        )
