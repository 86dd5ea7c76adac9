"""What a question reads of its tables: the partitions and the columns that it cannot do without.

DuckDB's optimizer decides. Every partition becomes an empty table beside its values as constants,
and a partition that the plan leaves out is one that no row of the answer can come from. Trino
leaves out the same by the predicates of WHERE and ON; its dynamic filters are not imitated.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any

import duckdb

from athena_sql.catalog import CatalogTable, TableName
from athena_sql.reading.cache import partition_value
from athena_sql.reading.columns import OBJECT_COLUMN, TableColumns, columns_of_table
from athena_sql.reading.sql_text import quote, text

# Planning takes a fifth of a millisecond per partition, and longer than that in larger batches.
PARTITIONS_AT_ONCE = 50
# A table with more partitions than this is counted whole.
MOST_PARTITIONS = 10_000

type Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a table: a partition's values (None where all are read), and the columns."""

    partition: Values | None
    columns: frozenset[str]


def stub_names(tables: Iterable[TableName]) -> dict[TableName, str]:
    """Return what the statement that `find_scans` takes has to call each table."""
    return {name: quote(f"scan {number}") for number, name in enumerate(tables)}


def find_scans(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[TableName, CatalogTable],
    statement: str,
) -> dict[TableName, list[Scan]]:
    """Return every reading of each table by a statement of DuckDB over `stub_names`.

    One call at a time: it changes a setting of the database. Statements that others plan meanwhile
    are answered alike.
    """
    with statistics_ignored(connection):
        return scans_of(connection, tables, statement)


@contextmanager
def statistics_ignored(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep DuckDB from leaving out a table because it is empty."""
    connection.execute("set disabled_optimizers = 'statistics_propagation'")
    try:
        yield
    finally:
        connection.execute("reset disabled_optimizers")


def scans_of(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[TableName, CatalogTable],
    statement: str,
) -> dict[TableName, list[Scan]]:
    """Plan the statement, and once more for each batch of a table's partitions."""
    stubs = {name: Stubs(connection, number, tables[name]) for number, name in enumerate(tables)}
    for stub in stubs.values():
        stub.show_whole()
    try:
        planned = plan(connection, statement)
    except duckdb.Error:
        return {name: [whole_scan(table)] for name, table in tables.items()}
    found: dict[TableName, list[Scan]] = {}
    for name, table in tables.items():
        found[name] = stubs[name].scans(planned)
        keys = {key.name for key in table.partition_keys}
        if len(table.partitions) > MOST_PARTITIONS or not any(
            keys & s.columns for s in found[name]
        ):
            continue
        found[name] = []
        for some in batched(table.partitions, PARTITIONS_AT_ONCE, strict=False):
            stubs[name].show([partition.values for partition in some])
            found[name] += stubs[name].scans(plan(connection, statement))
        stubs[name].show_whole()
    return found


def whole_scan(table: CatalogTable) -> Scan:
    """Return the reading of all columns and partitions: for a plan that cannot be shown."""
    return Scan(None, frozenset(column.name for column in table.all_columns))


class Stubs:
    """A view over empty tables, one per partition; all are gone with the connection."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, number: int, table: CatalogTable
    ) -> None:
        self.connection, self.view = connection, f"scan {number}"
        self.columns: TableColumns = columns_of_table(table)
        self.partitions: dict[str, Values | None] = {}
        self.made: set[str] = set()

    def show_whole(self) -> None:
        """Let the view stand for the table without its partitions."""
        self.make_view({f"{self.view} whole": None})

    def show(self, partitions: Sequence[Values]) -> None:
        """Let the view stand for some partitions."""
        self.make_view({f"{self.view} {place}": values for place, values in enumerate(partitions)})

    def make_view(self, partitions: dict[str, Values | None]) -> None:
        """Make the view over empty tables of these names, each with its partition's values."""
        self.partitions = partitions
        # `$object` comes first: DuckDB reads the first column where it needs no values.
        types = {OBJECT_COLUMN: "BIGINT"} | self.columns.types
        for name in partitions.keys() - self.made:
            left_out = () if partitions[name] is None else self.columns.partition_keys
            columns = ", ".join(f"{quote(n)} {k}" for n, k in types.items() if n not in left_out)
            self.connection.execute(f"create or replace temp table {quote(name)} ({columns})")
            self.made.add(name)
        branches = " union all ".join(map(self.branch, partitions.items()))
        self.connection.execute(f"create or replace temp view {quote(self.view)} as {branches}")

    def branch(self, stub: tuple[str, Values | None]) -> str:
        """Return `select "id", '2026-01-01'::TEXT as "dt" from temp."scan 0 7"`."""
        name, values = stub
        kinds = self.columns.types
        names = [quote(name) for name in kinds if name != OBJECT_COLUMN]
        if values is not None:
            keys = self.columns.partition_keys
            names = [quote(name) for name in kinds if name not in (OBJECT_COLUMN, *keys)]
            names += [
                f"try_cast({literal(value)} as {kinds[key]}) as {quote(key)}"
                for key, value in zip(keys, values, strict=True)
            ]
        return f"select {', '.join(names)} from temp.{quote(name)}"

    def scans(self, planned: Collection[tuple[str, frozenset[str]]]) -> list[Scan]:
        """Return the readings of this table in a plan."""
        return [
            Scan(self.partitions[name], columns)
            for name, columns in planned
            if name in self.partitions
        ]


def literal(value: str) -> str:
    """Return a partition's value as SQL."""
    shown = partition_value(value)
    return "null" if shown is None else text(shown)


def plan(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[str, frozenset[str]]]:
    """Return the name and the columns of every table scan in the optimized plan."""
    row = connection.execute(
        "select json_serialize_plan(?, optimize := true)", [statement]
    ).fetchone()
    document: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if document["error"]:
        raise duckdb.Error(str(document.get("error_message")))
    return [scan for plan in document["plans"] for scan in scans_below(plan)]


def scans_below(node: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the scans of a plan's node; those of a WITH once per use, as Trino runs it."""
    children = node.get("children", ())
    if node.get("type") == "LOGICAL_GET" and "table" in (node.get("function_data") or {}):
        names = node["names"]
        places = (column["index"] for column in node["column_indexes"])
        read = frozenset(names[place] for place in places if place < len(names))
        yield node["function_data"]["table"], read - {OBJECT_COLUMN}
    if node.get("type") == "LOGICAL_MATERIALIZED_CTE":
        definition, *rest = children
        uses = Counter(cte for child in rest for cte in uses_below(child))[node["table_index"]]
        yield from [*scans_below(definition)] * max(uses, 1)
        children = rest
    for child in children:
        yield from scans_below(child)


def uses_below(node: Mapping[str, Any]) -> Iterator[int]:
    """Yield the number of the WITH query that each reference in a plan means."""
    if node.get("type") == "LOGICAL_CTE_REF":
        yield node["cte_index"]
    for child in node.get("children", ()):
        yield from uses_below(child)
