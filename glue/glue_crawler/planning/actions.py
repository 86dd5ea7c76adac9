"""A plan's steps, as frozen data: what a crawl would change in the catalog.

The owner of the catalog carries them out in order.
"""

from dataclasses import dataclass

from glue_crawler.planning.table_input import GlueDict


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Add a table: its `TableInput`."""

    table: GlueDict


@dataclass(frozen=True, slots=True)
class UpdateTable:
    """Replace a table: its new `TableInput`, and what changed in words."""

    table: GlueDict
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeprecateTable:
    """Mark a table whose objects are gone: its new `TableInput`."""

    table: GlueDict


@dataclass(frozen=True, slots=True)
class DeleteTable:
    """Remove a table whose objects are gone."""

    name: str


@dataclass(frozen=True, slots=True)
class CreatePartitions:
    """Add partitions to a table: their `PartitionInput`s."""

    table_name: str
    partitions: tuple[GlueDict, ...]


@dataclass(frozen=True, slots=True)
class UpdatePartitions:
    """Replace partitions of a table: their `PartitionInput`s, found by their values."""

    table_name: str
    partitions: tuple[GlueDict, ...]


@dataclass(frozen=True, slots=True)
class DeletePartitions:
    """Remove partitions of a table, by their values."""

    table_name: str
    values: tuple[tuple[str, ...], ...]


type Action = (
    CreateTable
    | UpdateTable
    | DeprecateTable
    | DeleteTable
    | CreatePartitions
    | UpdatePartitions
    | DeletePartitions
)
