"""Where the translation finds the tables that a statement names.

A catalog answers with a table and its name in DuckDB, or with a query that stands for it, such as
a view's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from athena_sql.catalog import CatalogTable, TableName
from athena_sql.errors import UnknownTable
from athena_sql.typing.types import quote


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table of the catalog, and what DuckDB calls it: `"orders"."processed_orders"`."""

    table: CatalogTable
    duckdb_name: str


@dataclass(frozen=True, slots=True)
class QuerySource:
    """A query that stands for a table, and the catalog that its own names are found in."""

    sql: str
    catalog: "Catalog"


class Catalog(Protocol):
    """Finds tables by the names in a statement."""

    def find(self, parts: tuple[str, ...]) -> TableSource | QuerySource:
        """Return what `catalog.database.table` stands for; raises BadQuery."""

    def columns_hint(self) -> str:
        """Return which columns there are, as the step after a wrong name."""


@dataclass(frozen=True, slots=True)
class TableList:
    """A catalog of a few tables; `aliases` are the names that question files use."""

    tables: Sequence[CatalogTable]
    aliases: Mapping[str, TableName]

    def find(self, parts: tuple[str, ...]) -> TableSource:
        """Return the table of a name; raises UnknownTable."""
        *before, name = parts
        database = before[-1] if before else ""
        by_name = {table.name: table for table in self.tables}
        found = by_name.get(name)
        if found is None and not database and name in self.aliases:
            found = by_name.get(self.aliases[name].name)
        if found is None or database not in ("", found.database):
            raise UnknownTable(".".join(parts), [*self.aliases, *by_name])
        return TableSource(found, f"{quote(found.database)}.{quote(found.name)}")

    def columns_hint(self) -> str:
        """Return `orders has price, quantity`."""
        return "; ".join(
            f"{table.name} has {', '.join(column.name for column in table.all_columns)}"
            for table in self.tables
        )
