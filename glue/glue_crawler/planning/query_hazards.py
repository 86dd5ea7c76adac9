"""Crawl results that will break queries in Athena, in plain sentences.

It only writes texts and changes nothing.
"""

import re
from collections.abc import Sequence

from glue_crawler.grouping.found_tables import FoundTable
from glue_crawler.objects.target import Target
from glue_crawler.planning.table_input import GlueDict
from glue_crawler.reading.sample import UNKNOWN_CLASSIFICATION
from glue_crawler.schema.columns import fold_types
from glue_crawler.schema.hive_types import Array, HiveType, Struct

_PLAIN_NAME = re.compile(r"\w+")


class Notes:
    """Remarks on single objects, the same one kept once however many objects it is about."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, int]] = {}

    def add(self, note: str, location: str) -> None:
        """Take one remark on one object."""
        first, count = self._seen.get(note, (location, 0))
        self._seen[note] = first, count + 1

    def lines(self) -> list[str]:
        """Return each remark with the first object that it is about, and how many more."""
        return [
            f"{first}: {note}{_more_objects(count - 1)}"
            for note, (first, count) in self._seen.items()
        ]


def _more_objects(count: int) -> str:
    if not count:
        return ""
    return f" (and {count} more object{'' if count == 1 else 's'})"


def warn_of_target(target: Target, found: Sequence[FoundTable]) -> tuple[str, ...]:
    """Warn about several tables where one may have been meant, and about an empty target."""
    if not found:
        return (f"{target.url} holds no objects to read, so it makes no table",)
    if len(found) == 1:
        return ()
    names = ", ".join(table.path for table in found[:5]) + (", ..." if len(found) > 5 else "")
    return (
        f"{target.url} makes {len(found)} tables ({names}); where one was meant, set "
        "Grouping.TableGroupingPolicy to CombineCompatibleSchemas or Grouping."
        "TableLevelConfiguration",
    )


def warn_of_given_up(name: str, reason: str) -> str:
    """Say that a table was deprecated because a fundamental attribute changed, and what to do.

    Under `MergeNewColumns` such a change marks the table and leaves it as it is
    (docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html, "Add new columns only").
    """
    return (
        f"table {name} is deprecated, because its {reason}; it stays as it was and takes in no new "
        "partitions: delete the table and crawl again"
    )


def warn_of_table(table: GlueDict, found: FoundTable, *, inherits: bool) -> list[str]:
    """Warn about everything that will break queries on one table."""
    name = table["Name"]
    warnings = []
    if found.is_file:
        warnings.append(
            f"table {name} is the single file {found.path}; Athena reads folders only and "
            "answers no rows"
        )
    if found.content.format.classification == UNKNOWN_CLASSIFICATION:
        warnings.append(f"table {name} has an unknown format and no columns")
    if found.content.format.is_array:
        warnings.append(
            f"table {name} is made of JSON arrays, which become one column; write one object a "
            "line instead"
        )
    keys = {key["Name"] for key in table["PartitionKeys"]}
    for column in found.content.schema.names:
        if column in keys:
            warnings.append(
                f"table {name} has {column} both as a column and as a partition key; Athena "
                "answers HIVE_INVALID_METADATA"
            )
    unspeakable = sorted(
        column.name for column in found.content.schema.columns if _has_odd_field(column.type)
    )
    if unspeakable:
        warnings.append(
            f"table {name} has fields within {', '.join(unspeakable)} whose names hold spaces or "
            "signs; Athena cannot read such a type"
        )
    return warnings if inherits else warnings + _warn_of_drift(name, found)


def _has_odd_field(kind: HiveType) -> bool:
    if isinstance(kind, Array):
        return _has_odd_field(kind.element)
    if isinstance(kind, Struct):
        return any(
            not _PLAIN_NAME.fullmatch(field) or _has_odd_field(part) for field, part in kind.fields
        )
    return False


def _warn_of_drift(name: str, found: FoundTable) -> list[str]:
    types = fold_types(found.content.schema)
    drifted = sorted(
        {
            column
            for partition in found.partitions
            for column, kind in fold_types(partition.content.schema).items()
            if types[column] != kind
        }
    )
    if not drifted:
        return []
    return [
        f"the type of {', '.join(drifted)} differs between partitions of {name}; Athena answers "
        "HIVE_PARTITION_SCHEMA_MISMATCH unless Configuration has CrawlerOutput.Partitions."
        "AddOrUpdateBehavior InheritFromTable"
    ]
