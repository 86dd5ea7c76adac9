"""What the Glue catalog says about a table: columns, partitions, where and how its data lies.

Pure: it reads the JSON that Glue answers and opens nothing. Types stay in Hive's spelling.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_SERDES = frozenset(
    {"org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe"}
)
# Table parameters that change what is read; a crawl rewrites most others (counts, its run's id).
READING_PARAMETERS = ("skip.", "projection.", "storage.", "table_type", "serialization.")


@dataclass(frozen=True, slots=True)
class TableName:
    """A table as the catalog names it."""

    database: str
    name: str


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """One column; `type` as the catalog spells it, such as `struct<a:int>`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class CatalogPartition:
    """One registered partition: its values, in the order of the keys, and its folder."""

    values: tuple[str, ...]
    location: str
    columns: tuple[CatalogColumn, ...]


@dataclass(frozen=True, slots=True)
class IcebergFile:
    """One file of an Iceberg table. It is never replaced: its address is its identity.

    `deletes` are the files that may name rows of this one, which are deleted.
    """

    bucket: str
    key: str
    size_bytes: int
    deletes: tuple["IcebergFile", ...] = ()

    @property
    def address(self) -> str:
        """The file's address in S3."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class IcebergFiles:
    """The data files of an Iceberg table's current snapshot, or why they are not read here.

    `field_ids` has the number by which the files know each column: names may have changed.
    `summary` is what the last snapshot that changed rows says of itself.
    """

    field_ids: Mapping[str, int] = field(default_factory=dict)
    files: tuple[IcebergFile, ...] = ()
    refusal: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_files(self) -> tuple[IcebergFile, ...]:
        """The data files and their delete files, each once."""
        deletes = (delete for file in self.files for delete in file.deletes)
        return tuple(dict.fromkeys((*self.files, *deletes)))


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """One table as Athena would read it; a table without partition keys has no partitions.

    `iceberg` is None for other tables than Iceberg's.
    """

    database: str
    name: str
    location: str
    serde: str
    columns: tuple[CatalogColumn, ...]
    partition_keys: tuple[CatalogColumn, ...]
    partitions: tuple[CatalogPartition, ...]
    serde_parameters: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    iceberg: IcebergFiles | None = None

    @property
    def all_columns(self) -> tuple[CatalogColumn, ...]:
        """Data columns, then partition keys: the order of `select *` in Athena."""
        return self.columns + self.partition_keys

    @property
    def schema(self) -> "CatalogTable":
        """The table as a statement sees it: its names and types, without its data."""
        return CatalogTable(
            self.database, self.name, "", "", self.columns, self.partition_keys, partitions=()
        )

    @property
    def folders(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every folder that Athena reads, with the partition values that it stands for.

        Athena reads the registered partitions only: a folder that no crawl has seen adds no row.
        """
        if not self.partition_keys:
            return ((self.location, ()),)
        return tuple((part.location, part.values) for part in self.partitions)

    def mismatched_partition(
        self, read: Collection[tuple[str, ...]] | None = None
    ) -> tuple[CatalogPartition, CatalogColumn, str] | None:
        """Return the first partition whose column type is not the table's, with the table's type.

        Athena answers HIVE_PARTITION_SCHEMA_MISMATCH where such a partition is read; `read` has
        the values of those that are, None means all.
        """
        types = {column.name: column.type for column in self.columns}
        for part in self.partitions:
            if read is not None and part.values not in read:
                continue
            for column in part.columns:
                if types.get(column.name, column.type) != column.type:
                    return part, column, types[column.name]
        return None


def table_from_glue(
    table: Mapping[str, Any], partitions: Iterable[Mapping[str, Any]]
) -> CatalogTable:
    """Return the table from the shapes of GetTable and GetPartitions (`Table`, `Partitions`)."""
    storage = table.get("StorageDescriptor", {})
    return CatalogTable(
        database=str(table["DatabaseName"]).lower(),
        name=str(table["Name"]).lower(),
        location=str(storage.get("Location", "")),
        serde=str(storage.get("SerdeInfo", {}).get("SerializationLibrary", "")),
        columns=columns_from_glue(storage.get("Columns", ())),
        partition_keys=columns_from_glue(table.get("PartitionKeys", ())),
        partitions=tuple(partition_from_glue(part) for part in partitions),
        serde_parameters=dict(storage.get("SerdeInfo", {}).get("Parameters") or {}),
        parameters={
            name: value
            for name, value in (table.get("Parameters") or {}).items()
            if name.startswith(READING_PARAMETERS)
        },
    )


def partition_from_glue(part: Mapping[str, Any]) -> CatalogPartition:
    """Return one partition from its shape in GetPartitions."""
    storage = part.get("StorageDescriptor", {})
    return CatalogPartition(
        values=tuple(str(value) for value in part["Values"]),
        location=str(storage.get("Location", "")),
        columns=columns_from_glue(storage.get("Columns", ())),
    )


def columns_from_glue(columns: Iterable[Mapping[str, Any]]) -> tuple[CatalogColumn, ...]:
    """Return columns from Glue's list; Athena knows every name in lower case."""
    return tuple(
        CatalogColumn(str(column["Name"]).lower(), str(column.get("Type", "string")).lower())
        for column in columns
    )


def split_location(location: str) -> tuple[str, str]:
    """Return bucket and key prefix of an S3 address; a folder's prefix ends with a slash."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return bucket, prefix if not prefix or prefix.endswith("/") else prefix + "/"


def is_hidden(key: str, prefix: str) -> bool:
    """Whether Athena skips the object: a name under the prefix that starts with `_` or `.`.

    Source: Athena user guide, "Athena ignores files whose names begin with an underscore or dot".
    """
    return any(part.startswith(("_", ".")) for part in key[len(prefix) :].split("/"))
