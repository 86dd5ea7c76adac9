"""Statements as values, one class for each kind. Pure; `read` makes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from athena_sql.catalog import CatalogColumn


@dataclass(frozen=True, slots=True)
class Name:
    """A table, view or database as written; parts that are the session's are empty."""

    database: str
    name: str
    catalog: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """A question: select, with, values, table."""

    sql: str


@dataclass(frozen=True, slots=True)
class Explain:
    """`EXPLAIN statement`; `options` are what its parentheses say, in lower case."""

    sql: str
    options: str = ""


@dataclass(frozen=True, slots=True)
class CreateDatabase:
    """`CREATE DATABASE name`."""

    name: str
    if_not_exists: bool
    comment: str = ""
    location: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    catalog: str = ""


@dataclass(frozen=True, slots=True)
class DropDatabase:
    """`DROP DATABASE name`."""

    name: str
    if_exists: bool
    cascade: bool
    catalog: str = ""


@dataclass(frozen=True, slots=True)
class CreateTable:
    """`CREATE EXTERNAL TABLE`; the formats are Hive's classes, empty where none is named."""

    table: Name
    if_not_exists: bool
    columns: tuple[CatalogColumn, ...]
    partition_keys: tuple[CatalogColumn, ...]
    comments: Mapping[str, str]
    comment: str
    stored_as: str
    serde: str
    serde_parameters: Mapping[str, str]
    input_format: str
    output_format: str
    location: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DropTable:
    """`DROP TABLE` and, with `is_view`, `DROP VIEW`."""

    table: Name
    if_exists: bool
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class PartitionSpec:
    """`PARTITION (a = '1', b = '2') LOCATION 's3://...'`."""

    values: Mapping[str, str]
    location: str = ""


@dataclass(frozen=True, slots=True)
class AddPartitions:
    """`ALTER TABLE ... ADD PARTITION`."""

    table: Name
    if_not_exists: bool
    partitions: tuple[PartitionSpec, ...]


@dataclass(frozen=True, slots=True)
class DropPartitions:
    """`ALTER TABLE ... DROP PARTITION`."""

    table: Name
    if_exists: bool
    partitions: tuple[PartitionSpec, ...]


@dataclass(frozen=True, slots=True)
class SetProperties:
    """`ALTER TABLE ... SET TBLPROPERTIES`."""

    table: Name
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RepairTable:
    """`MSCK REPAIR TABLE`."""

    table: Name


@dataclass(frozen=True, slots=True)
class Show:
    """`SHOW what`; `pattern` is Hive's, with `*` and `|`."""

    what: str
    table: Name
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Describe:
    """`DESCRIBE table`."""

    table: Name
    is_detailed: bool = False


@dataclass(frozen=True, slots=True)
class CreateView:
    """`CREATE [OR REPLACE] VIEW`."""

    view: Name
    or_replace: bool
    sql: str


@dataclass(frozen=True, slots=True)
class CreateTableAs:
    """`CREATE TABLE ... AS`; a property is a text, a number, a truth or a list of texts."""

    table: Name
    if_not_exists: bool
    properties: Mapping[str, str | list[str]]
    sql: str
    with_data: bool = True


@dataclass(frozen=True, slots=True)
class Insert:
    """`INSERT INTO table (columns) select`."""

    table: Name
    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Unload:
    """`UNLOAD (select) TO 's3://...' WITH (...)`."""

    sql: str
    location: str
    properties: Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Prepare:
    """`PREPARE name FROM statement`."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Execute:
    """`EXECUTE name USING values`, each value SQL text."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deallocate:
    """`DEALLOCATE PREPARE name`."""

    name: str


type Statement = (
    Select
    | Explain
    | CreateDatabase
    | DropDatabase
    | CreateTable
    | DropTable
    | AddPartitions
    | DropPartitions
    | SetProperties
    | RepairTable
    | Show
    | Describe
    | CreateView
    | CreateTableAs
    | Insert
    | Unload
    | Prepare
    | Execute
    | Deallocate
)


def catalog_of(statement: Statement) -> str:
    """Return the data catalog that a statement names for what it changes or shows, or nothing."""
    match statement:
        case CreateDatabase() | DropDatabase():
            return statement.catalog
        case CreateView():
            return statement.view.catalog
        case Select() | Explain() | Unload() | Prepare() | Execute() | Deallocate():
            return ""
        case _:
            return statement.table.catalog
