"""SHOW and DESCRIBE: a catalog as lines of text, as Hive prints it.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from athena_sql.ddl import statements as s
from athena_sql.errors import BadQuery
from athena_sql.running.lake import GlueTable, Lake
from athena_sql.running.missing_names import table_not_found
from athena_sql.running.views import decode_view, is_view

from localstack_lake.athena.execution import Cells
from localstack_lake.athena.partition_folders import partition_folder

WIDTH = 20


@dataclass(frozen=True, slots=True)
class TextTable:
    """Lines without a header, and what they are called."""

    columns: tuple[str, ...]
    rows: list[Cells]


def describe(lake: Lake, database: str, statement: s.Show | s.Describe) -> TextTable:
    """Return the answer of SHOW or DESCRIBE in a session's database."""
    place = statement.table.database or database
    if isinstance(statement, s.Describe):
        lines = describe_table(find(lake, place, statement.table.name), statement.is_detailed)
        return TextTable(("col_name", "data_type", "comment"), [[line] for line in lines])
    match statement.what:
        case "databases":
            names = [name for name in lake.list_databases() if matches(name, statement.pattern)]
            return TextTable(("database_name",), [[name] for name in names])
        case "tables" | "views":
            wanted = statement.what == "views"
            tables = [t for t in lake.list_tables(place) if not wanted or is_view(t)]
            names = sorted(str(t["Name"]) for t in tables if matches(t["Name"], statement.pattern))
            column = "views" if wanted else "tab_name"
            return TextTable((column,), [[name] for name in names])
        case "partitions":
            table = find(lake, place, statement.table.name)
            if not table.get("PartitionKeys"):
                raise BadQuery(f"Table {place}.{table['Name']} is not a partitioned table", "")
            keys = [key["Name"] for key in table["PartitionKeys"]]
            parts = lake.list_partitions(place, statement.table.name)
            lines = sorted(partition_name(keys, part["Values"]) for part in parts)
            return TextTable(("partition",), [[line] for line in lines])
        case "columns":
            table = find(lake, place, statement.table.name)
            return TextTable(("field",), [[f"{c['Name']:<{WIDTH}}"] for c in columns_of(table)])
        case "tblproperties":
            table = find(lake, place, statement.table.name)
            pairs = sorted((table.get("Parameters") or {}).items())
            return TextTable(("prpt_name",), [[f"{name}\t{value}"] for name, value in pairs])
        case _:
            table = find(lake, place, statement.table.name)
            text = create_view(table) if is_view(table) else create_table(table)
            column = "Create View" if is_view(table) else "createtab_stmt"
            return TextTable((column,), [[line] for line in text.split("\n")])


def find(lake: Lake, database: str, name: str) -> GlueTable:
    """Return Glue's table; raises BadQuery."""
    if (table := lake.find_table(database, name)) is None:
        raise table_not_found(database, name)
    return table


def matches(name: str, pattern: str) -> bool:
    """Whether a name is one of a Hive pattern: `*` is anything, `|` parts choices."""
    choices = (".*".join(map(re.escape, one.split("*"))) for one in pattern.split("|"))
    return not pattern or any(re.fullmatch(choice, name, re.IGNORECASE) for choice in choices)


def partition_name(keys: list[str], values: list[str]) -> str:
    """Return `dt=2026-01-01/hour=07` with Hive's escapes."""
    return "/".join(map(partition_folder, keys, values))


def columns_of(table: GlueTable) -> list[Mapping[str, Any]]:
    """Return columns and partition keys."""
    plain = table.get("StorageDescriptor", {}).get("Columns") or []
    return [*plain, *(table.get("PartitionKeys") or [])]


def describe_table(table: GlueTable, is_detailed: bool) -> list[str]:
    """Return the lines of DESCRIBE: cells are padded to twenty characters, tabs between."""
    lines = [column_line(column) for column in columns_of(table)]
    if keys := table.get("PartitionKeys"):
        lines += [
            "\t \t ",
            "# Partition Information\t \t ",
            line("# col_name", "data_type", "comment"),
        ]
        lines += ["\t \t ", *(column_line(key) for key in keys)]
    if is_detailed:
        storage = table.get("StorageDescriptor", {})
        lines += ["\t \t ", "# Detailed Table Information\t \t "]
        details = {
            "Database:": table["DatabaseName"],
            "Owner:": table.get("Owner", ""),
            "Location:": storage.get("Location", ""),
            "Table Type:": table.get("TableType", ""),
            "SerDe Library:": storage.get("SerdeInfo", {}).get("SerializationLibrary", ""),
            "InputFormat:": storage.get("InputFormat", ""),
        }
        lines += [line(name, value, "") for name, value in details.items()]
        lines += [line(f"\t{n}", v, "") for n, v in sorted((table.get("Parameters") or {}).items())]
    return lines


def column_line(column: Mapping[str, Any]) -> str:
    """Return a column's line."""
    return line(column["Name"], column.get("Type", ""), column.get("Comment", ""))


def line(*cells: str) -> str:
    """Return cells in one line."""
    return "\t".join(f"{cell:<{WIDTH}}" for cell in cells)


def create_view(table: GlueTable) -> str:
    """Return the statement that makes a view."""
    return f"CREATE VIEW {table['DatabaseName']}.{table['Name']} AS\n{decode_view(table).sql}"


def create_table(table: GlueTable) -> str:
    """Return the statement that makes a table, as Hive prints it."""
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    name = f"{table['DatabaseName']}.{table['Name']}"
    blocks = [f"CREATE EXTERNAL TABLE `{name}`({columns_text(storage.get('Columns'))})"]
    if table.get("PartitionKeys"):
        blocks.append(f"PARTITIONED BY ({columns_text(table['PartitionKeys'])})")
    blocks.append(f"ROW FORMAT SERDE \n  '{serde.get('SerializationLibrary', '')}' ")
    if serde.get("Parameters"):
        blocks.append(f"WITH SERDEPROPERTIES ({pairs_text(serde['Parameters'])}) ")
    blocks.append(f"STORED AS INPUTFORMAT \n  '{storage.get('InputFormat', '')}' ")
    blocks.append(f"OUTPUTFORMAT \n  '{storage.get('OutputFormat', '')}'")
    blocks.append(f"LOCATION\n  '{storage.get('Location', '')}'")
    blocks.append(f"TBLPROPERTIES ({pairs_text(table.get('Parameters') or {})})")
    return "\n".join(blocks)


def columns_text(columns: list[Mapping[str, Any]] | None) -> str:
    """Return the lines of columns."""
    lines = (
        f"\n  `{c['Name']}` {c.get('Type', '')}"
        + (f" COMMENT '{c['Comment']}'" if c.get("Comment") else "")
        for c in columns or ()
    )
    return ", ".join(lines)


def pairs_text(pairs: Mapping[str, str]) -> str:
    """Return the lines of properties."""
    return ", ".join(f"\n  '{name}'='{value}'" for name, value in sorted(pairs.items()))
