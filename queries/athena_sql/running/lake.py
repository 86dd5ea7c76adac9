"""The lake as a session uses it: a catalog and objects. Nothing is opened here."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from athena_sql.catalog import CatalogTable
from athena_sql.reading.data_object import DataObject

type GlueTable = Mapping[str, Any]


class Lake(Protocol):
    """A catalog in Glue's shapes and the objects that its tables lie in."""

    def find_table(self, database: str, name: str) -> GlueTable | None:
        """Return Glue's `Table`, or None if it does not exist."""
        ...

    def list_partitions(self, database: str, name: str) -> Sequence[Mapping[str, Any]]:
        """Return Glue's `Partitions` of a table."""
        ...

    def has_database(self, database: str) -> bool:
        """Whether the catalog has a database."""
        ...

    def list_databases(self) -> Sequence[str]:
        """Return the names of all databases."""
        ...

    def list_tables(self, database: str) -> Sequence[GlueTable]:
        """Return all of a database's tables and views."""
        ...

    def list_objects(self, table: CatalogTable) -> Sequence[DataObject]:
        """Return the objects below a table's folders as they are listed now."""
        ...

    def read_object(self, bucket: str, key: str) -> bytes:
        """Return the bytes of a small object; raises UnreadableObject with the reason."""
        ...

    def check_access(self, objects: Sequence[DataObject]) -> None:
        """Raise UnsupportedData unless the caller may read each object, loaded or not."""
        ...

    def bring(self, objects: Sequence[DataObject]) -> None:
        """Put the bytes of objects where their paths say."""
        ...
