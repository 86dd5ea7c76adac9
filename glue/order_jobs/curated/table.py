"""The Iceberg table: made at the first run, given new columns, and changed by whole files.

A commit succeeds only on the snapshot that it was planned on. PyIceberg would otherwise repeat it
on a newer one, where another run may have added the same rows; so its own retries are off.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NoSuchTableError, TableAlreadyExistsError
from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import MonthTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    IcebergType,
    LongType,
    NestedField,
    StringType,
)

from order_jobs.curated.columns import ORDER_DAY, ORIGIN

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

FORMAT = "2"  # Athena does not write version 3.
PROPERTIES = {
    "format-version": FORMAT,
    "write.format.default": "parquet",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "commit.manifest-merge.enabled": "true",
    "commit.retry.num-retries": "0",
    # The whole text, so that a file with one source file's rows is known without being read.
    **{f"write.metadata.metrics.column.{name}": "full" for name in ORIGIN},
}
TYPES: Mapping[str, IcebergType] = {
    "string": StringType(),
    "bigint": LongType(),
    "boolean": BooleanType(),
    "date": DateType(),
}


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the table is: its names in the catalog, and its folder in S3."""

    database: str
    name: str
    bucket: str
    prefix: str

    @property
    def location(self) -> str:
        """The folder's address."""
        return f"s3://{self.bucket}/{self.prefix}"


def open_table(catalog: GlueCatalog, place: TablePlace, columns: Mapping[str, str]) -> Table:
    """Return the table, which is made with these columns (Hive types) if there is none."""
    name = (place.database, place.name)
    try:
        return catalog.load_table(name)
    except NoSuchTableError:
        schema = schema_of(columns)
        day = schema.find_field(ORDER_DAY).field_id
        spec = PartitionSpec(PartitionField(day, 1000, MonthTransform(), f"{ORDER_DAY}_month"))
        try:
            return catalog.create_table(
                name, schema, place.location, partition_spec=spec, properties=PROPERTIES
            )
        except TableAlreadyExistsError:
            return catalog.load_table(name)


def schema_of(columns: Mapping[str, str]) -> Schema:
    """Return the schema of Hive types by name; `decimal(24,6)` among them."""
    return Schema(
        *(
            NestedField(number, name, iceberg_type(kind), required=False)
            for number, (name, kind) in enumerate(columns.items(), 1)
        )
    )


def iceberg_type(kind: str) -> IcebergType:
    """Return Iceberg's type for a Hive type of the contract."""
    if kind.startswith("decimal"):
        precision, scale = kind.removeprefix("decimal(").rstrip(")").split(",")
        return DecimalType(int(precision), int(scale))
    return TYPES[kind]


def add_columns(table: Table, names: Iterable[str]) -> None:
    """Give the table more columns of text, in a commit of their own."""
    with table.update_schema() as update:
        for name in names:
            update.add_column(name, StringType())


def upload_files(
    table: Table, s3: "S3Client", place: TablePlace, paths: Iterable[Path]
) -> Iterator[DataFile]:
    """Put Parquet files under new names into the table's folder; a commit has yet to add them."""
    for path in paths:
        key = f"{place.prefix}data/{uuid.uuid4()}.parquet"
        s3.upload_file(str(path), place.bucket, key)
        address = f"s3://{place.bucket}/{key}"
        file = parquet_file_to_data_file(table.io, table.metadata, address)
        file.spec_id = table.metadata.default_spec_id  # as a manifest says; a later commit asks it
        yield file


def replace_files(
    table: Table,
    removed: Iterable[DataFile],
    added: Iterable[DataFile],
    summary: Mapping[str, str],
) -> None:
    """Take files out of the table and put others in, in one snapshot, which says `summary`.

    Raises CommitFailedException where the table has another snapshot by now; nothing is changed.
    """
    with table.transaction() as transaction:
        update = transaction.update_snapshot(snapshot_properties=dict(summary))
        with update.overwrite() as overwrite:
            for file in removed:
                overwrite.delete_data_file(file)
            for file in added:
                overwrite.append_data_file(file)
