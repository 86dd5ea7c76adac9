"""CREATE TABLE AS, INSERT and UNLOAD: a query's rows as objects in S3, with the catalog's entries.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
https://docs.aws.amazon.com/athena/latest/ug/unload.html
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athena_sql.answer import Column, Value
from athena_sql.catalog import split_location
from athena_sql.ddl import statements as s
from athena_sql.errors import BadQuery
from athena_sql.running.missing_names import schema_not_found
from athena_sql.running.result_text import value_text
from athena_sql.running.session import Session
from athena_sql.running.views import is_view
from athena_sql.typing.hive import trino_to_hive
from athena_sql.typing.types import hive_to_trino

from localstack_lake.athena.column_checks import check_columns, check_insert
from localstack_lake.athena.data_files import DataFormat, write_file
from localstack_lake.athena.definitions import Definitions
from localstack_lake.athena.descriptions import find
from localstack_lake.athena.lake import LocalLake
from localstack_lake.athena.partition_folders import NULL_VALUE, partition_folder
from localstack_lake.athena.partitions import TablePartitions
from localstack_lake.athena.table_input import table_input
from localstack_lake.athena.write_properties import (
    CLASSES,
    CTAS_PROPERTIES,
    UNLOAD_PROPERTIES,
    check_properties,
    format_of,
    format_of_table,
    keys_of,
    serde_parameters,
)

MOST_PARTITIONS = 100


@dataclass(frozen=True, slots=True)
class Written:
    """The number of rows written, their objects, and the bytes read for them."""

    rows: int
    scanned: int
    paths: list[str]


class Writing:
    """One statement that writes. `output_location` is the location of its query's result."""

    def __init__(
        self, session: Session, lake: LocalLake, folder: Path, output_location: str
    ) -> None:
        self.session, self.lake, self.folder = session, lake, folder
        self.output_location = output_location
        self.connection = session.connection
        self.definitions = Definitions(lake, session, session.database)

    def write(
        self, statement: s.CreateTableAs | s.Insert | s.Unload, sql: str, query_id: str
    ) -> Written:
        """Do what the statement says; `sql` is its question with parameters in place."""
        match statement:
            case s.CreateTableAs():
                return self.create_table_as(statement, sql, query_id)
            case s.Insert():
                return self.insert(statement, sql)
            case s.Unload():
                return self.unload(statement, sql)

    def create_table_as(self, statement: s.CreateTableAs, sql: str, query_id: str) -> Written:
        """Write the objects first, then register the table over them."""
        database, name = self.definitions.place(statement.table)
        if self.lake.find_table(database, name) is not None:
            if statement.if_not_exists:
                return Written(0, 0, [])
            where = f"awsdatacatalog.{database}.{name}"
            raise BadQuery(f"TABLE_ALREADY_EXISTS: Table '{where}' already exists", "")
        if not self.lake.has_database(database):
            raise schema_not_found(database)
        properties = statement.properties
        check_properties(properties, CTAS_PROPERTIES)
        form = format_of(properties, "parquet")
        columns, scanned = self.run(sql)
        check_columns(columns)
        keys = keys_of(properties, columns)
        parent = self.output_location.rpartition("/")[0]
        usual = f"{parent}/tables/{query_id}/"
        location = f"{str(properties.get('external_location', usual)).rstrip('/')}/"
        self.refuse_objects(location, f"table '{database}.{name}'")
        plain = columns[: len(columns) - len(keys)]
        given = table_input(
            name,
            [{"Name": c.name, "Type": trino_to_hive(c.type)} for c in plain],
            location,
            CLASSES[form.name],
            serde_parameters(form),
            [{"Name": c.name, "Type": trino_to_hive(c.type)} for c in columns[len(plain) :]],
        )
        given["Parameters"] |= {
            "classification": form.classification,
            "has_encrypted_data": "false",
        }
        types = [hive_to_trino(trino_to_hive(c.type)) for c in columns]
        rows, paths = 0, dict[tuple[str | None, ...], list[str]]()
        if statement.with_data:
            rows, paths = self.put_rows(columns, types, len(keys), location, form)
        self.definitions.create(database, given)
        self.register(find(self.lake, database, name), paths)
        return Written(rows, scanned, [path for group in paths.values() for path in group])

    def insert(self, statement: s.Insert, sql: str) -> Written:
        """Add objects to a table, and the partitions that they make."""
        database, name = self.definitions.place(statement.table)
        table = find(self.lake, database, name)
        if is_view(table):
            raise BadQuery("NOT_SUPPORTED: Inserting into views is not supported", "")
        form = format_of_table(table)
        keys = [key["Name"].lower() for key in table.get("PartitionKeys") or ()]
        types = {
            c["Name"].lower(): hive_to_trino(c["Type"].lower())
            for c in [*table["StorageDescriptor"]["Columns"], *(table.get("PartitionKeys") or ())]
        }
        columns, scanned = self.run(sql)
        named = list(statement.columns) or list(types)
        if unknown := [column for column in named if column not in types]:
            raise BadQuery(
                "COLUMN_NOT_FOUND: Insert column name does not exist in target table: "
                f"{unknown[0]}",
                "",
            )
        check_insert(columns, [types[column] for column in named])
        self.connection.execute(
            f"create or replace temp table written as select {self.picked(named, types)} "
            "from written"
        )
        ordered = tuple(Column(column, kind) for column, kind in types.items())
        location = str(table["StorageDescriptor"]["Location"]).rstrip("/") + "/"
        rows, paths = self.put_rows(ordered, list(types.values()), len(keys), location, form)
        self.register(table, paths)
        return Written(rows, scanned, [path for group in paths.values() for path in group])

    def picked(self, named: list[str], types: Mapping[str, str]) -> str:
        """Return the select list that puts a question's columns in the table's order."""
        positions = {column: f"c{position}" for position, column in enumerate(named)}
        return ", ".join(
            f"{positions[column]} as c{number}" if column in positions else f"null as c{number}"
            for number, column in enumerate(types)
        )

    def unload(self, statement: s.Unload, sql: str) -> Written:
        """Write objects and register nothing."""
        check_properties(statement.properties, UNLOAD_PROPERTIES)
        if "format" not in statement.properties:
            raise BadQuery("INVALID_TABLE_PROPERTY: UNLOAD needs a format", "")
        form = format_of(statement.properties, "")
        columns, scanned = self.run(sql)
        check_columns(columns)
        keys = keys_of(statement.properties, columns)
        location = f"{statement.location.rstrip('/')}/"
        self.refuse_objects(location, "UNLOAD")
        types = [hive_to_trino(trino_to_hive(c.type)) for c in columns]
        rows, paths = self.put_rows(columns, types, len(keys), location, form)
        return Written(rows, scanned, [path for group in paths.values() for path in group])

    def run(self, sql: str) -> tuple[tuple[Column, ...], int]:
        """Keep a question's rows in the temporary table `written`, its columns as c0, c1, ..."""
        translated, columns, scanned = self.session.duckdb_sql(sql)
        names = ", ".join(f"c{position}" for position in range(len(columns)))
        self.connection.execute(
            f"create or replace temp table written as select * from ({translated}) as t({names})"
        )
        return columns, scanned

    def refuse_objects(self, location: str, what: str) -> None:
        """Raise BadQuery if there are objects in a location that has to be empty."""
        if next(self.lake.list_folder(*split_location(location)), None) is not None:
            raise BadQuery(
                f"HIVE_PATH_ALREADY_EXISTS: Target directory for {what} already exists: {location}",
                "",
            )

    def put_rows(
        self,
        columns: tuple[Column, ...],
        types: list[str],
        key_count: int,
        location: str,
        form: DataFormat,
    ) -> tuple[int, dict[tuple[str | None, ...], list[str]]]:
        """Write the table `written`, one object per partition; returns values -> paths."""
        typed = [Column(c.name, kind) for c, kind in zip(columns, types, strict=True)]
        plain, keys = typed[: len(typed) - key_count], typed[len(typed) - key_count :]
        names = [f"c{len(plain) + position}" for position in range(key_count)]
        groups: list[tuple[Value, ...]] = [()]
        if keys:
            order = ", ".join(names)
            groups = self.connection.execute(
                f"select distinct {order} from written order by {order}"
            ).fetchall()
        if len(groups) > MOST_PARTITIONS:
            raise BadQuery(
                "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions",
                "",
            )
        total, paths = 0, {}
        for values in groups:
            texts = tuple(value_text(v, k.type) for v, k in zip(values, keys, strict=True))
            folders = "".join(
                f"{partition_folder(k.name, t)}/" for k, t in zip(keys, texts, strict=True)
            )
            path = self.folder / f"{uuid.uuid4()}.part"
            condition = " and ".join(f"{name} is not distinct from ?" for name in names) or "true"
            count = write_file(self.connection, plain, (condition, list(values)), path, form)
            if count:
                address = f"{location}{folders}{uuid.uuid4().hex}{form.ending}"
                self.put(path, address)
                paths[texts] = [address]
            path.unlink(missing_ok=True)
            total += count
        return total, paths

    def put(self, path: Path, address: str) -> None:
        """Put a file into S3."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        with path.open("rb") as body:
            self.lake.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def register(
        self, table: Mapping[str, Any], paths: Mapping[tuple[str | None, ...], Any]
    ) -> None:
        """Register the partitions that are not known yet."""
        partitions = TablePartitions(self.lake, table)
        if not partitions.keys:
            return
        known = set(partitions.known())
        location = str(table["StorageDescriptor"]["Location"]).rstrip("/")
        specs = []
        for texts in paths:
            values = [NULL_VALUE if text is None else text for text in texts]
            folders = "/".join(map(partition_folder, partitions.keys, texts))
            if tuple(values) not in known:
                specs.append((values, f"{location}/{folders}/"))
        partitions.register(specs)
