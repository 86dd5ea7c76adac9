"""`information_schema` of a catalog, as rows that stand in a statement in place of its tables.

https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
"""

from collections.abc import Iterable, Sequence

from athena_sql.catalog import CatalogColumn, CatalogTable, columns_from_glue
from athena_sql.running.lake import GlueTable, Lake
from athena_sql.running.views import decode_view, is_view
from athena_sql.typing.types import hive_to_trino

CATALOG = "awsdatacatalog"
NAME = "information_schema"
TABLES = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "columns": (
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "column_default",
        "is_nullable",
        "data_type",
        "comment",
        "extra_info",
    ),
    "views": ("table_catalog", "table_schema", "table_name", "view_definition"),
}
NUMBERS = ("ordinal_position",)
type Cells = Sequence[str | int | None]


def described(name: str) -> CatalogTable:
    """Return one of its tables as the catalog would describe it."""
    columns = tuple(
        CatalogColumn(column, "bigint" if column in NUMBERS else "string")
        for column in TABLES[name]
    )
    return CatalogTable(NAME, name, "", "", columns, (), ())


def rows_of(name: str, lake: Lake) -> list[Cells]:
    """Return the rows of one of its tables."""
    databases = [*lake.list_databases(), NAME]
    if name == "schemata":
        return [(CATALOG, database) for database in databases]
    tables = [table for database in databases[:-1] for table in lake.list_tables(database)]
    if name == "views":
        return [(*place(t), decode_view(t).sql) for t in tables if is_view(t)]
    if name == "tables":
        return [(*place(t), "VIEW" if is_view(t) else "BASE TABLE") for t in tables]
    return [cells for table in tables for cells in column_rows(table)]


def place(table: GlueTable) -> tuple[str, str, str]:
    """Return where a table stands: catalog, schema, name."""
    return CATALOG, str(table["DatabaseName"]), str(table["Name"])


def column_rows(table: GlueTable) -> Iterable[Cells]:
    """Yield the rows of `columns` for a table; partition keys say so in `extra_info`."""
    if is_view(table):
        for number, column in enumerate(decode_view(table).columns, start=1):
            yield (*place(table), column.name, number, None, "YES", column.type, None, None)
        return
    plain = table.get("StorageDescriptor", {}).get("Columns") or ()
    keys = table.get("PartitionKeys") or ()
    extras = [None] * len(plain) + ["partition key"] * len(keys)
    for number, (column, extra) in enumerate(zip((*plain, *keys), extras, strict=True), start=1):
        (one,) = columns_from_glue([column])
        kind, comment = hive_to_trino(one.type), column.get("Comment") or None
        yield (*place(table), one.name, number, None, "YES", kind, comment, extra)


def query_text(name: str, rows: Sequence[Cells]) -> str:
    """Return the rows as a query: `select cast(a as varchar) as a from (values ('x')) as t(a)`."""
    columns = TABLES[name]
    values = rows or [[None] * len(columns)]
    lines = ", ".join(f"({', '.join(map(literal, cells))})" for cells in values)
    casts = ", ".join(
        f'cast("{column}" as {"bigint" if column in NUMBERS else "varchar"}) as "{column}"'
        for column in columns
    )
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"select {casts} from (values {lines}) as listed({names})"
    return query if rows else f"{query} where false"


def literal(cell: str | int | None) -> str:
    """Return a cell as SQL."""
    if cell is None:
        return "null"
    if isinstance(cell, int):
        return str(cell)
    return "'" + cell.replace("'", "''") + "'"
