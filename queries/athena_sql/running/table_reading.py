"""What a question reads of one table, and how many bytes Athena counts for it.

https://docs.aws.amazon.com/athena/latest/ug/ctas-partitioning-and-bucketing.html
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.reading.data_object import DataObject, Member, members_of
from athena_sql.reading.parquet_table import PARQUET
from athena_sql.running.scans import Scan


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table, all of its objects, and every scan of it in the question's plan."""

    table: CatalogTable
    objects: Sequence[DataObject]
    scans: Sequence[Scan]

    @property
    def is_columnar(self) -> bool:
        """Whether Athena reads single columns of its objects."""
        return self.table.serde == PARQUET or self.table.iceberg is not None

    @property
    def partitions(self) -> frozenset[tuple[str, ...]] | None:
        """The values of the partitions that are read, or None where all are."""
        if any(scan.partition is None for scan in self.scans):
            return None
        return frozenset(scan.partition for scan in self.scans if scan.partition is not None)

    def text_bytes(self) -> int:
        """Return the size of the objects of a table of text; Athena reads them whole."""
        if self.is_columnar:
            return 0
        return sum(one.data_object.size_bytes for _, one in self.members())

    def column_bytes(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Return the size of the columns that are read of a Parquet table in the cache."""
        if not self.is_columnar:
            return 0
        sizes = column_sizes(connection, {one.number for _, one in self.members()})
        return sum(
            sizes.get((one.number, column), 0)
            for scan, one in self.members()
            for column in scan.columns
        )

    def members(self) -> Iterator[tuple[Scan, Member]]:
        """Yield the objects of each scan; two scans of one object count twice."""
        by_values: dict[tuple[str, ...] | None, list[Member]] = defaultdict(list)
        for member in members_of(self.table, self.objects):
            by_values[member.values].append(member)
            by_values[None].append(member)
        return ((scan, member) for scan in self.scans for member in by_values[scan.partition])


def column_sizes(
    connection: duckdb.DuckDBPyConnection, numbers: Collection[int]
) -> dict[tuple[int, str], int]:
    """Return the compressed bytes of each column, by (object's number, column)."""
    rows = connection.execute(
        "select number, name, size_bytes from column_sizes "
        "where number in (select unnest(?::bigint[]))",
        [list(numbers)],
    ).fetchall()
    return {(number, name): size for number, name, size in rows}
