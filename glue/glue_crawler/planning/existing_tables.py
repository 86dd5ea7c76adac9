"""The tables that the catalog has at the start of a crawl, by location, name and folder.

It only looks tables up; `changes` decides what changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from glue_crawler.definition import CrawlerDefinition
from glue_crawler.errors import TableMissingError
from glue_crawler.grouping.folders import GroupingPolicy, group_folder
from glue_crawler.grouping.found_tables import FoundPartition, FoundTable, split_key
from glue_crawler.grouping.survey import Survey, join_contents
from glue_crawler.objects.listing import KnownFolders
from glue_crawler.planning.merging import UPDATED_BY
from glue_crawler.planning.table_input import name_keys

type GlueView = Mapping[str, Any]


class ExistingTables:
    """The tables of the crawler's database at the start of a crawl."""

    def __init__(
        self,
        definition: CrawlerDefinition,
        tables: Iterable[GlueView],
        partitions: Callable[[str], Iterable[GlueView]],
    ) -> None:
        self._definition = definition
        self._tables = list(tables)
        self._partitions = partitions
        self._names = {str(table["Name"]) for table in self._tables}
        # Of several tables at one place, this crawler's own comes last and so is the one found.
        self._by_location = {_location(table): table for table in [*self._tables, *self._own()]}

    def at(self, location: str) -> GlueView | None:
        """Return the table at a location; a trailing slash makes no difference."""
        return self._by_location.get(location.rstrip("/"))

    def named(self, name: str) -> GlueView:
        """Return the table of a name. Raises `TableMissingError`."""
        for table in self._tables:
            if table["Name"] == name and _location(table).startswith("s3://"):
                return table
        raise TableMissingError(self._definition.database, name)

    def claim(self, name: str) -> bool:
        """Take a name for a new table; False where it is taken."""
        if name in self._names:
            return False
        self._names.add(name)
        return True

    def partitions_of(self, table: GlueView | None) -> dict[tuple[str, ...], GlueView]:
        """Return a table's partitions by their values."""
        if table is None or not table.get("PartitionKeys"):
            return {}
        return {tuple(part["Values"]): part for part in self._partitions(str(table["Name"]))}

    def gone(self, locations: set[str]) -> Iterator[GlueView]:
        """Yield this crawler's tables under its targets that were not found again."""
        found = {location.rstrip("/") for location in locations}
        urls = tuple(target.url for target in self._definition.targets)
        for table in self._own():
            location = _location(table)
            if location not in found and f"{location}/".startswith(urls):
                yield table

    def _own(self) -> Iterator[GlueView]:
        for table in self._tables:
            if (table.get("Parameters") or {}).get(UPDATED_BY) == self._definition.name:
                yield table

    def known_folders(self, bucket: str) -> KnownFolders:
        """Return the folders that a crawl of new folders leaves out; none for other crawls."""
        if not self._definition.new_folders_only:
            return KnownFolders()
        tables, partitions = set[str](), set[str]()
        for table in self._own():
            if not table.get("PartitionKeys"):
                tables.add(_folder_in(bucket, table))
            partitions |= {
                _folder_in(bucket, partition) for partition in self.partitions_of(table).values()
            }
        return KnownFolders(frozenset(tables), frozenset(partitions))

    def attach(self, bucket: str, survey: Survey, policy: GroupingPolicy) -> list[FoundTable]:
        """Take folders that fit a known table's partition keys out of a survey, as partitions."""
        found = []
        for table in self._own():
            keys = tuple(key["Name"] for key in table.get("PartitionKeys") or ())
            url, bucket_url = f"{_location(table)}/", f"s3://{bucket}/"
            if keys and url.startswith(bucket_url):
                root = url.removeprefix(bucket_url)
                partitions = tuple(_take_partitions(survey, root, keys, policy))
                if partitions:
                    content = join_contents(partition.content for partition in partitions)
                    found.append(FoundTable(root, content, keys, partitions))
        return found


def _take_partitions(
    survey: Survey, root: str, keys: tuple[str, ...], policy: GroupingPolicy
) -> Iterator[FoundPartition]:
    for folder in sorted(survey.folders):
        if not folder.startswith(root):
            continue
        parts = [split_key(name) for name in folder[len(root) :].strip("/").split("/")]
        if name_keys(tuple(key for key, _ in parts)) == keys:
            content = group_folder(survey, folder, policy)
            if content is not None:
                survey.drop(folder)
                yield FoundPartition(tuple(value for _, value in parts), folder, content)


def _location(item: GlueView) -> str:
    return str((item.get("StorageDescriptor") or {}).get("Location") or "").rstrip("/")


def _folder_in(bucket: str, item: GlueView) -> str:
    """Return the folder of a table or partition in a bucket, or a name that no folder has."""
    url, root = f"{_location(item)}/", f"s3://{bucket}/"
    return url.removeprefix(root) if url.startswith(root) else "//"
