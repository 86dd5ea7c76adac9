"""Give the crawled table and its partitions the contract's types, and keep the rest as crawled.

It is safe to run at any time, also twice or concurrently: correct types are not written again, the
table is written only if it is still the version that was read, and after a lost race it is read
again. Later crawls keep the types, because the crawler only adds columns (`MergeNewColumns`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from order_transform.catalog.table_types import (
    correct_partition,
    correct_table,
    differing_types,
)

if TYPE_CHECKING:
    from mypy_boto3_glue.client import GlueClient

_ATTEMPTS = 10
# The largest number of partitions in one BatchUpdatePartition.
_BATCH = 100


@dataclass(frozen=True, slots=True)
class SettledTypes:
    """What was changed: the table's columns with their new types, and how many partitions."""

    columns: Mapping[str, str]
    partitions: int = 0


class PartitionsNotSettled(Exception):
    """Glue refused to update some partitions; the message names the first and why."""


def settle_types(
    glue: "GlueClient", database: str, table: str, types: Mapping[str, str]
) -> SettledTypes:
    """Give one table the types, then its partitions; a table that does not exist is left out.

    Raises botocore's `ClientError`, with ConcurrentModificationException where the table kept
    changing, and PartitionsNotSettled. Earlier changes stay, and another run goes on from there.
    """
    columns = _settle_table(glue, database, table, types)
    if columns is None:
        return SettledTypes({})
    return SettledTypes(columns, _settle_partitions(glue, database, table, types))


def _settle_table(
    glue: "GlueClient", database: str, name: str, types: Mapping[str, str]
) -> dict[str, str] | None:
    """Return the columns that were changed, None where there is no such table."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            table: Mapping[str, Any] = glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if _code(error) == "EntityNotFoundException":
                return None
            raise
        corrected: Any = correct_table(table, types)
        if corrected is None:
            return {}
        expected = {"VersionId": table["VersionId"]} if "VersionId" in table else {}
        try:
            glue.update_table(DatabaseName=database, TableInput=corrected, **expected)
        except ClientError as error:
            if _code(error) != "ConcurrentModificationException" or attempt == _ATTEMPTS:
                raise
        else:
            return differing_types(table, types)
    raise AssertionError("the last attempt returns or raises")


def _settle_partitions(
    glue: "GlueClient", database: str, table: str, types: Mapping[str, str]
) -> int:
    entries = (
        {"PartitionValueList": corrected["Values"], "PartitionInput": corrected}
        for partition in _partitions(glue, database, table)
        if (corrected := correct_partition(partition, types)) is not None
    )
    count = 0
    for batch in batched(entries, _BATCH, strict=False):
        request: Any = {"DatabaseName": database, "TableName": table, "Entries": list(batch)}
        errors = glue.batch_update_partition(**request).get("Errors") or []
        for error in errors:
            detail = error.get("ErrorDetail", {})
            raise PartitionsNotSettled(
                f"{table}, partition {'/'.join(error.get('PartitionValueList', []))}: "
                f"{detail.get('ErrorCode')}: {detail.get('ErrorMessage')}"
            )
        count += len(batch)
    return count


def _partitions(glue: "GlueClient", database: str, table: str) -> Iterator[Mapping[str, Any]]:
    pages = glue.get_paginator("get_partitions")
    for page in pages.paginate(DatabaseName=database, TableName=table):
        yield from page["Partitions"]


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
