"""A statement that was translated: what DuckDB is asked, and what Athena's answer looks like.

Pure. It imports nothing that translates, so that a translation can be run without that.
"""

from dataclasses import dataclass

from athena_sql.answer import Column
from athena_sql.catalog import TableName
from athena_sql.typing.types import Type, duckdb_type


@dataclass(frozen=True, slots=True)
class Note:
    """Advice to the author of the statement; `name` is that of the lint's rule."""

    name: str
    found: str
    line: int


@dataclass(frozen=True, slots=True)
class Translation:
    """A DuckDB statement, whose columns are c1, c2, ..., and those that Trino would answer with.

    `types` are the columns' types, with the lengths of texts; `duckdb_types` what DuckDB must say
    of its result; `tables` are the tables that the statement reads.
    """

    sql: str
    columns: tuple[Column, ...]
    types: tuple[Type, ...]
    tables: frozenset[TableName]
    notes: tuple[Note, ...] = ()

    @property
    def duckdb_types(self) -> tuple[str, ...]:
        """DuckDB's type of each column."""
        return tuple(map(duckdb_type, self.types))
