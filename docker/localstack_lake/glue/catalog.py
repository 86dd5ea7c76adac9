"""Tables and partitions over moto's records, where moto's own answers differ from AWS's.

Moto keeps the records, so that its other operations still find them. This module decides about
versions, names, filters and errors. docs/crawler.md lists every corrected difference.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from localstack.aws.api import CommonServiceException
from moto.glue.models import FakePartition, FakeTable, GlueBackend, glue_backends

from localstack_lake.glue.catalog_records import (
    PARTITION_INPUT,
    TABLE_INPUT,
    check_partition_values,
    check_table_name,
    now,
    take_fields,
    version_times,
    with_defaults,
)
from localstack_lake.glue.paging import already_exists, invalid_input, not_found
from localstack_lake.glue.partition_filter import InvalidExpressionError, parse_expression
from localstack_lake.glue.shapes import GlueDict

_LONE_STAR = re.compile(r"(?<![.\])])\*")


class GlueCatalog:
    """One account's catalog in one region. Every error it raises is an AWS error."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self.backend: GlueBackend = glue_backends[account_id][region]

    def has_database(self, database: str) -> bool:
        """Tell whether a database exists."""
        return self._database_name(database) in self.backend.databases

    def _database_name(self, database: str) -> str:
        """Names are lower case on AWS; moto keeps what it was given, so look for both."""
        return database if database in self.backend.databases else database.lower()

    def _tables(self, database: str) -> dict[str, FakeTable]:
        if not self.has_database(database):
            raise not_found(f"Database {database} not found.")
        return self.backend.databases[self._database_name(database)].tables

    def _table(self, database: str, name: str) -> FakeTable:
        table = self._tables(database).get(name.lower())
        if table is None:
            raise not_found(f"Table {name} not found.")
        return table

    def find_record(
        self, database: str, name: str, values: Sequence[str] | None = None
    ) -> FakeTable | FakePartition:
        """Return moto's record of a table, or of its partition with these values."""
        table = self._table(database, name)
        if values is None:
            return table
        partition = table.partitions.get(str(list(values)))
        if partition is None:
            raise not_found("Cannot find partition.")
        return partition

    def create_table(self, database: str, table_input: GlueDict, created_by: str) -> None:
        """Add a table, version 0. Raises `AlreadyExistsException`."""
        tables = self._tables(database)
        name = check_table_name(table_input.get("Name"))
        if name in tables:
            raise already_exists("Table already exists.")
        stored = take_fields(table_input, TABLE_INPUT) | {"Name": name}
        table = FakeTable(self._database_name(database), name, stored, catalog_id=self._account_id)
        # moto's table has no room for these; the records read them back
        vars(table).update(created_by=created_by, created_at={"0": now()})
        table._current_version = 0
        table.versions = {"0": stored}
        tables[name] = table

    def update_table(
        self,
        database: str,
        table_input: GlueDict,
        *,
        skip_archive: bool = False,
        expected_version: str | None = None,
    ) -> None:
        """Replace a table's definition and keep the old one as a version, unless told not to."""
        table = self._table(database, table_input.get("Name") or "")
        current = str(table._current_version)
        if expected_version is not None and expected_version != current:
            raise CommonServiceException(
                "ConcurrentModificationException", f"Version {expected_version} is not the newest"
            )
        if skip_archive:
            table.versions.pop(current, None)
        table.update(take_fields(table_input, TABLE_INPUT) | {"Name": table.name})
        version_times(table)[str(table._current_version)] = now()

    def delete_table(self, database: str, name: str) -> None:
        """Remove a table with its partitions and versions."""
        del self._tables(database)[self._table(database, name).name]

    def get_table(self, database: str, name: str, version: str | None = None) -> GlueDict:
        """Return a table, or one of its versions, as `get-table` shows it."""
        table = self._table(database, name)
        number = str(table._current_version) if version is None else version
        if not number.isdigit():
            raise invalid_input(f"VersionId {number} is not a number")
        if number not in table.versions:
            raise not_found(f"Version {number} of table {name} not found.")
        return self._render(table, number)

    def get_tables(self, database: str, expression: str | None = None) -> list[GlueDict]:
        """Return the tables whose whole name matches a pattern, by name.

        A pattern is a regular expression in which a star by itself stands for any characters:
        clients such as the AWS SDK for pandas send `sales*` and `*_raw`.
        """
        try:
            pattern = re.compile(_LONE_STAR.sub(".*", expression or "*"), re.IGNORECASE)
        except re.error as error:
            raise invalid_input(f"Expression {expression!r} is not a pattern: {error}") from error
        return [
            self._render(table, str(table._current_version))
            for name, table in sorted(self._tables(database).items())
            if pattern.fullmatch(name)
        ]

    def get_versions(self, database: str, name: str) -> list[GlueDict]:
        """Return a table's versions, newest first."""
        table = self._table(database, name)
        return [
            {"Table": self._render(table, number), "VersionId": number}
            for number in sorted(table.versions, key=int, reverse=True)
        ]

    def delete_version(self, database: str, name: str, version: str) -> None:
        """Remove an archived version; the newest cannot go."""
        table = self._table(database, name)
        if version not in table.versions:
            raise not_found(f"Version {version} of table {name} not found.")
        if version == str(table._current_version):
            raise invalid_input("Cannot delete the newest version of a table.")
        table.delete_version(version)

    def _render(self, table: FakeTable, version: str) -> GlueDict:
        stamps = version_times(table)
        created = table.created_time.replace(tzinfo=UTC)
        updated = stamps.get(version, created)
        return {
            "DatabaseName": table.database_name,
            "CreateTime": created,
            "UpdateTime": updated,
            "LastAccessTime": updated,
            "Retention": 0,
            "PartitionKeys": [],
            "CreatedBy": getattr(table, "created_by", f"arn:aws:iam::{self._account_id}:root"),
            "IsRegisteredWithLakeFormation": False,
            "CatalogId": self._account_id,
            "IsMultiDialectView": False,
            **with_defaults(table.versions[version]),
            "VersionId": version,
        }

    def create_partition(self, database: str, name: str, partition: GlueDict) -> None:
        """Add a partition. Raises `AlreadyExistsException`, and where values do not fit keys."""
        table = self._table(database, name)
        values = check_partition_values(table, partition.get("Values") or [])
        if str(values) in table.partitions:
            raise already_exists("Partition already exists.")
        table.partitions[str(values)] = self._new_partition(table, partition)

    def update_partition(
        self, database: str, name: str, values: Sequence[str], partition: GlueDict
    ) -> None:
        """Replace a partition, which may move it to other values."""
        table = self._table(database, name)
        old, new = str(list(values)), check_partition_values(table, partition.get("Values") or [])
        if old not in table.partitions:
            raise not_found("Partition not found.")
        if str(new) != old and str(new) in table.partitions:
            raise already_exists("Partition already exists.")
        replaced = self._new_partition(table, partition)
        replaced.creation_time = table.partitions[old].creation_time
        if str(new) != old:
            del table.partitions[old]
        table.partitions[str(new)] = replaced

    def _new_partition(self, table: FakeTable, partition: GlueDict) -> FakePartition:
        return FakePartition(
            table.database_name, table.name, take_fields(partition, PARTITION_INPUT)
        )

    def delete_partition(self, database: str, name: str, values: Sequence[str]) -> None:
        """Remove a partition."""
        table = self._table(database, name)
        if table.partitions.pop(str(list(values)), None) is None:
            raise not_found("Partition not found.")

    def get_partition(self, database: str, name: str, values: Sequence[str]) -> GlueDict:
        """Return one partition as `get-partition` shows it."""
        partition = self._table(database, name).partitions.get(str(list(values)))
        if partition is None:
            raise not_found("Cannot find partition.")
        return self._render_partition(partition)

    def get_partitions(
        self, database: str, name: str, expression: str | None = None
    ) -> list[GlueDict]:
        """Return the partitions that a filter expression is true for."""
        table = self._table(database, name)
        partitions = list(table.partitions.values())
        if expression and expression.strip():
            keys = table.versions[str(table._current_version)].get("PartitionKeys") or []
            try:
                test = parse_expression(expression, keys)
            except InvalidExpressionError as error:
                raise invalid_input(str(error)) from error
            partitions = [item for item in partitions if test(item.values) is True]
        return [self._render_partition(item) for item in partitions]

    def _render_partition(self, partition: FakePartition) -> GlueDict:
        created = datetime.fromtimestamp(partition.creation_time, UTC)
        return {
            "DatabaseName": partition.database_name,
            "TableName": partition.table_name,
            "CreationTime": created,
            "CatalogId": self._account_id,
            **with_defaults(partition.partition_input),
        }
