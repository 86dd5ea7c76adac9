"""DDL: carry out a statement's changes in the Glue catalog of this LocalStack."""

from collections.abc import Iterable
from typing import Any, Protocol
from urllib.parse import unquote

from athena_sql.answer import Column
from athena_sql.catalog import split_location
from athena_sql.ddl import statements as s
from athena_sql.errors import BadQuery
from athena_sql.iceberg.snapshot import is_iceberg
from athena_sql.running.lake import GlueTable
from athena_sql.running.views import encode_view, is_view
from athena_sql.typing.hive import trino_to_hive

from localstack_lake.athena.descriptions import find
from localstack_lake.athena.lake import LocalLake

PARTITIONS_AT_ONCE = 100
type Fields = dict[str, Any]


class DescribesQuestions(Protocol):
    """Whatever tells a question's columns: a session on DuckDB, or Trino."""

    def describe(self, sql: str) -> tuple[Column, ...]:
        """Return a question's columns without running it; raises BadQuery."""


class Definitions:
    """Changes of one session's catalog; a failure raises BadQuery in Athena's words."""

    def __init__(self, lake: LocalLake, session: DescribesQuestions, database: str) -> None:
        self.lake, self.session, self.database = lake, session, database
        self.glue = lake.glue

    def define(self, statement: s.Statement) -> None:
        """Do what the statement says."""
        match statement:
            case s.CreateDatabase():
                self.create_database(statement)
            case s.DropDatabase():
                self.drop_database(statement)
            case s.CreateTable():
                self.create_table(statement)
            case s.DropTable():
                self.drop_table(statement)
            case s.CreateView():
                self.create_view(statement)
            case s.AddPartitions():
                self.add_partitions(statement)
            case s.DropPartitions():
                self.drop_partitions(statement)
            case s.RepairTable():
                self.repair_table(statement)
            case s.SetProperties():
                self.set_properties(statement)
            case _:
                raise BadQuery(f"NOT_SUPPORTED: {type(statement).__name__}", "")

    def place(self, name: s.Name) -> tuple[str, str]:
        """Return database and name of a table."""
        return name.database or self.database, name.name

    def find(self, name: s.Name) -> GlueTable:
        """Return Glue's table."""
        return find(self.lake, *self.place(name))

    def create_database(self, statement: s.CreateDatabase) -> None:
        """CREATE DATABASE."""
        if self.lake.has_database(statement.name):
            if statement.if_not_exists:
                return
            raise already_exists(f"Database {statement.name} already exists")
        given: Fields = {"Name": statement.name}
        if statement.comment:
            given["Description"] = statement.comment
        if statement.location:
            given["LocationUri"] = statement.location
        if statement.properties:
            given["Parameters"] = dict(statement.properties)
        self.glue.create_database(DatabaseInput=given)

    def drop_database(self, statement: s.DropDatabase) -> None:
        """DROP DATABASE; one that holds tables needs CASCADE."""
        if not self.lake.has_database(statement.name):
            if statement.if_exists:
                return
            raise BadQuery(f"SCHEMA_NOT_FOUND: Schema '{statement.name}' does not exist", "")
        if not statement.cascade and self.lake.list_tables(statement.name):
            raise BadQuery(
                f"FAILED: Execution Error: Database {statement.name} is not empty. "
                "One or more tables exist.",
                "",
            )
        for table in self.lake.list_tables(statement.name):
            self.glue.delete_table(DatabaseName=statement.name, Name=table["Name"])
        self.glue.delete_database(Name=statement.name)

    def create_table(self, statement: s.CreateTable) -> None:
        """CREATE EXTERNAL TABLE."""
        database, name = self.place(statement.table)
        if self.lake.find_table(database, name) is not None:
            if statement.if_not_exists:
                return
            raise already_exists(f"Table {name} already exists")
        if not statement.location:
            raise BadQuery("FAILED: SemanticException: no LOCATION was given for the table", "")
        columns = [self.column(c.name, c.type, statement) for c in statement.columns]
        keys = [self.column(c.name, c.type, statement) for c in statement.partition_keys]
        given = table_input(
            name,
            columns,
            statement.location,
            (statement.serde, statement.input_format, statement.output_format),
            statement.serde_parameters or {"serialization.format": "1"},
            keys,
        )
        given["Parameters"] |= statement.parameters
        if statement.comment:
            given["Parameters"]["comment"] = statement.comment
        self.create(database, given)

    def column(self, name: str, kind: str, statement: s.CreateTable) -> Fields:
        """Return a column as Glue has it."""
        comment = statement.comments.get(name)
        return {"Name": name, "Type": kind, **({"Comment": comment} if comment else {})}

    def create(self, database: str, given: Fields) -> None:
        """Create a table; raises BadQuery without its database."""
        if not self.lake.has_database(database):
            raise BadQuery(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist", "")
        self.glue.create_table(DatabaseName=database, TableInput=given)

    def drop_table(self, statement: s.DropTable) -> None:
        """DROP TABLE and DROP VIEW; the objects stay, as on AWS."""
        database, name = self.place(statement.table)
        table = self.lake.find_table(database, name)
        if table is None:
            if statement.if_exists:
                return
            where = f"awsdatacatalog.{database}.{name}"
            raise BadQuery(f"TABLE_NOT_FOUND: Table '{where}' does not exist", "")
        if statement.is_view != is_view(table):
            kind = "table" if statement.is_view else "view"
            raise BadQuery(f"NOT_SUPPORTED: '{database}.{name}' is a {kind}", "")
        refuse_iceberg(table)
        self.glue.delete_table(DatabaseName=database, Name=name)

    def create_view(self, statement: s.CreateView) -> None:
        """CREATE VIEW: the question is analysed first, and its columns are kept."""
        database, name = self.place(statement.view)
        columns = self.session.describe(statement.sql)
        if unnamed := [c.name for c in columns if c.name.startswith("_col")]:
            position = int(unnamed[0].removeprefix("_col")) + 1
            raise BadQuery(
                f"MISSING_COLUMN_NAME: Column name not specified at position {position}", ""
            )
        existing = self.lake.find_table(database, name)
        if existing is not None and not (statement.or_replace and is_view(existing)):
            raise BadQuery(f"ALREADY_EXISTS: View already exists: '{database}.{name}'", "")
        given: Fields = {
            "Name": name,
            "TableType": "VIRTUAL_VIEW",
            # Trino runs a view in its owner's name and refuses one that has none.
            "Owner": "hadoop",
            "Parameters": {"comment": "Presto View", "presto_view": "true"},
            "PartitionKeys": [],
            "StorageDescriptor": {
                "Columns": [{"Name": c.name, "Type": trino_to_hive(c.type)} for c in columns],
                "Location": "",
                "SerdeInfo": {},
            },
            "ViewOriginalText": encode_view(statement.sql, self.database, columns),
            "ViewExpandedText": "/* Presto View */",
        }
        if existing is None:
            self.create(database, given)
        else:
            self.glue.update_table(DatabaseName=database, TableInput=given)

    def add_partitions(self, statement: s.AddPartitions) -> None:
        """ALTER TABLE ADD PARTITION."""
        table = self.find(statement.table)
        specs = [(self.values(table, one), one.location) for one in statement.partitions]
        known = {tuple(values) for values in self.known_values(table)}
        if not statement.if_not_exists and (twice := [v for v, _ in specs if tuple(v) in known]):
            raise already_exists(f"Partition already exists: {twice[0]}")
        self.register(table, [(v, place) for v, place in specs if tuple(v) not in known])

    def drop_partitions(self, statement: s.DropPartitions) -> None:
        """ALTER TABLE DROP PARTITION; a spec of some keys means every partition with them."""
        table = self.find(statement.table)
        keys = [key["Name"] for key in table.get("PartitionKeys") or ()]
        for one in statement.partitions:
            wanted = {key.lower(): value for key, value in one.values.items()}
            doomed = [
                values
                for values in self.known_values(table)
                if all(dict(zip(keys, values, strict=True)).get(k) == v for k, v in wanted.items())
            ]
            if not doomed and not statement.if_exists:
                raise BadQuery(f"FAILED: SemanticException: Partition not found {wanted}", "")
            for values in doomed:
                self.glue.delete_partition(
                    DatabaseName=table["DatabaseName"],
                    TableName=table["Name"],
                    PartitionValues=values,
                )

    def repair_table(self, statement: s.RepairTable) -> None:
        """MSCK REPAIR TABLE: register the folders `key=value` that no partition has yet."""
        table = self.find(statement.table)
        keys = [key["Name"] for key in table.get("PartitionKeys") or ()]
        if not keys:
            raise BadQuery(f"FAILED: SemanticException: {table['Name']} is not partitioned", "")
        location = str(table["StorageDescriptor"]["Location"])
        bucket, prefix = split_location(location)
        found: dict[tuple[str, ...], str] = {}
        for one in self.lake.list_folder(bucket, prefix):
            folders = one.key[len(prefix) :].split("/")[: len(keys)]
            pairs = [folder.partition("=") for folder in folders]
            if len(pairs) == len(keys) and [key.lower() for key, _, _ in pairs] == keys:
                values = tuple(unquote(value) for _, _, value in pairs)
                found[values] = f"s3://{bucket}/{prefix}{'/'.join(folders)}/"
        known = {tuple(values) for values in self.known_values(table)}
        self.register(table, [([*v], place) for v, place in found.items() if v not in known])

    def set_properties(self, statement: s.SetProperties) -> None:
        """ALTER TABLE SET TBLPROPERTIES."""
        table = self.find(statement.table)
        refuse_iceberg(table)
        allowed = [
            "Name",
            "Description",
            "Owner",
            "Retention",
            "StorageDescriptor",
            "PartitionKeys",
            "ViewOriginalText",
            "ViewExpandedText",
            "TableType",
            "Parameters",
        ]
        given = {name: table[name] for name in allowed if name in table}
        given["Parameters"] = {**(table.get("Parameters") or {}), **statement.properties}
        self.glue.update_table(DatabaseName=table["DatabaseName"], TableInput=given)

    def values(self, table: GlueTable, spec: s.PartitionSpec) -> list[str]:
        """Return a new partition's values in the keys' order; raises BadQuery."""
        given = {key.lower(): value for key, value in spec.values.items()}
        keys = [key["Name"] for key in table.get("PartitionKeys") or ()]
        if sorted(given) != sorted(keys):
            raise BadQuery(f"FAILED: SemanticException: partition keys are {', '.join(keys)}", "")
        return [given[key] for key in keys]

    def known_values(self, table: GlueTable) -> list[list[str]]:
        """Return the values of the registered partitions."""
        parts = self.lake.list_partitions(table["DatabaseName"], table["Name"])
        return [list(part["Values"]) for part in parts]

    def register(self, table: GlueTable, specs: Iterable[tuple[list[str], str]]) -> None:
        """Register partitions; the default location is `key=value` below the table's."""
        storage = dict(table["StorageDescriptor"])
        keys = [key["Name"] for key in table.get("PartitionKeys") or ()]
        given = []
        for values, place in specs:
            folders = "/".join(f"{k}={v}" for k, v in zip(keys, values, strict=True))
            usual = f"{str(storage['Location']).rstrip('/')}/{folders}/"
            given.append(
                {"Values": values, "StorageDescriptor": {**storage, "Location": place or usual}}
            )
        for start in range(0, len(given), PARTITIONS_AT_ONCE):
            answer = self.glue.batch_create_partition(
                DatabaseName=table["DatabaseName"],
                TableName=table["Name"],
                PartitionInputList=given[start : start + PARTITIONS_AT_ONCE],
            )
            if errors := answer.get("Errors"):
                raise BadQuery(f"FAILED: Execution Error: {errors[0]['ErrorDetail']}", "")


def table_input(
    name: str,
    columns: list[Fields],
    location: str,
    classes: tuple[str, str, str],
    serde_parameters: Any,
    keys: list[Fields],
) -> Fields:
    """Return a table as Athena registers it; `classes` are SerDe, input and output format."""
    serde, input_format, output_format = classes
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": keys,
        "StorageDescriptor": {
            "Columns": columns,
            "Location": location,
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": dict(serde_parameters)},
            "StoredAsSubDirectories": False,
        },
    }


def refuse_iceberg(table: GlueTable) -> None:
    """Raise BadQuery for an Iceberg table, which changes by its own metadata and not by Glue's.

    Athena's DROP TABLE removes its data, too.
    """
    if is_iceberg(table):
        raise BadQuery(
            f"NOT_SUPPORTED: '{table['Name']}' is an Iceberg table, which the local Athena reads "
            "and does not change; with Trino it does: local up --engine trino",
            "",
        )


def already_exists(what: str) -> BadQuery:
    """Return Hive's error for something that exists already."""
    return BadQuery(f"FAILED: Execution Error: AlreadyExistsException: {what}", "")
