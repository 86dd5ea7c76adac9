"""DDL: carry out a statement's changes in the Glue catalog of this LocalStack."""

from typing import Protocol

from athena_sql.answer import Column
from athena_sql.ddl import statements as s
from athena_sql.errors import BadQuery
from athena_sql.running.lake import GlueTable
from athena_sql.running.missing_names import schema_not_found, table_not_found
from athena_sql.running.views import encode_view, is_view
from athena_sql.typing.hive import trino_to_hive

from localstack_lake.athena.descriptions import find
from localstack_lake.athena.execution import Fields
from localstack_lake.athena.failures import already_exists
from localstack_lake.athena.lake import LocalLake
from localstack_lake.athena.partitions import TablePartitions
from localstack_lake.athena.table_input import refuse_iceberg, table_input


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
                self.partitions(statement.table).add(statement)
            case s.DropPartitions():
                self.partitions(statement.table).drop(statement)
            case s.RepairTable():
                self.partitions(statement.table).repair()
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

    def partitions(self, name: s.Name) -> TablePartitions:
        """Return the partitions of a table."""
        return TablePartitions(self.lake, self.find(name))

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
            raise schema_not_found(statement.name)
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
            raise schema_not_found(database)
        self.glue.create_table(DatabaseName=database, TableInput=given)

    def drop_table(self, statement: s.DropTable) -> None:
        """DROP TABLE and DROP VIEW; the objects stay, as on AWS."""
        database, name = self.place(statement.table)
        table = self.lake.find_table(database, name)
        if table is None:
            if statement.if_exists:
                return
            raise table_not_found(database, name)
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
