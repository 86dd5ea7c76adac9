"""Decide which files make one table, and which folders are its partitions.

Folders are resolved from the deepest up, as AWS describes it
(docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html): where most folders of
a level hold like data, they become partitions of one table at the level above; otherwise each
stays a table. It must not read or write anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from glue_crawler.grouping.clusters import cluster_contents
from glue_crawler.grouping.found_tables import FoundTable, file_tables, merge_folders, sort_by_kind
from glue_crawler.grouping.survey import Content, Survey, Tally, join_contents
from glue_crawler.reading.sample import UNKNOWN_CLASSIFICATION, Format


@dataclass(frozen=True, slots=True)
class GroupingPolicy:
    """How to group: schemas combined or compared, and the level of tables (the bucket is 1)."""

    combine_schemas: bool = False
    table_level: int | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """The tables found, in the order of their paths, and warnings."""

    tables: tuple[FoundTable, ...]
    warnings: tuple[str, ...]


def group(survey: Survey, root: str, policy: GroupingPolicy) -> Grouping:
    """Group surveyed files into tables under a root folder (with its trailing slash, or empty)."""
    return _Grouper(survey, root, policy).run()


def group_folder(survey: Survey, folder: str, policy: GroupingPolicy) -> Content | None:
    """Return what one folder's own files hold, or None where they make no single table."""
    found = _Grouper(survey, folder, policy).group_files(folder)
    return found[0].content if len(found) == 1 and not found[0].is_file else None


class _Grouper:
    def __init__(self, survey: Survey, root: str, policy: GroupingPolicy) -> None:
        self._survey = survey
        self._root = root
        self._policy = policy
        self._warnings: list[str] = []

    def run(self) -> Grouping:
        resolved: dict[str, list[FoundTable]] = {}
        children = self._find_children()
        # Deepest first, without recursion: keys may nest five hundred folders deep.
        for folder in sorted(children, key=lambda path: (-path.count("/"), path)):
            below = [resolved.pop(child) for child in children[folder]]
            resolved[folder] = self._resolve(folder, children[folder], below)
        tables = sorted(resolved.get(self._root, []), key=lambda table: table.path)
        return Grouping(tuple(tables), tuple(self._warnings))

    def _find_children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for leaf in sorted(self._survey.folders):
            folder = leaf
            known = folder in children
            children.setdefault(folder, [])
            while not known and folder != self._root:
                parent = folder[: folder.rfind("/", 0, -1) + 1]
                known = parent in children
                children.setdefault(parent, []).append(folder)
                folder = parent
        return children

    def _resolve(
        self, folder: str, names: list[str], below: list[list[FoundTable]]
    ) -> list[FoundTable]:
        files = self.group_files(folder)
        if not below:
            return files
        deeper = [table for tables in below for table in tables]
        if self._is_above_tables(folder):
            return files + deeper
        merged, rest = self._merge_folders(folder, names, below)
        if merged is None:
            if files and not files[0].is_file:
                self._warnings.append(
                    f"{folder} has files beside folders that are tables of their own; Athena "
                    "reads the folders' files in both"
                )
            return files + deeper
        unlike = [] if self._is_forced(folder) else self._find_unlike_files(folder, merged)
        if unlike:
            self._warnings.append(
                f"{folder} has files unlike those in its folders ({len(unlike)} kinds), so that "
                "every folder and file there is a table of its own; move the files away, or set "
                "Grouping.TableLevelConfiguration"
            )
            return [table for shape in unlike for table in file_tables(*shape)] + deeper
        return [merged, *rest, *self._place_loose_files(folder, files, merged)]

    def _find_unlike_files(
        self, folder: str, merged: FoundTable
    ) -> list[tuple[Content, dict[str, Tally]]]:
        """Return the files beside partition folders where one of them differs from these.

        Then the folders do not make a table either: aws-glue-samples, FAQ_and_How_to.md, question
        15, where `billing/` holds `year=2016`, `year=2017` and an unrelated file: three tables.
        """
        shapes = [
            shape
            for shape in self._survey.contents(folder)
            if shape[0].format.classification != UNKNOWN_CLASSIFICATION
        ]
        like = (
            len(cluster_contents([merged.content, content], self._policy.combine_schemas)) == 1
            for content, _ in shapes
        )
        return [] if all(like) else shapes

    def _place_loose_files(
        self, folder: str, files: list[FoundTable], merged: FoundTable
    ) -> list[FoundTable]:
        """Find a place for files that lie beside the partitions of a table.

        Similar files are in no partition, so there can only be a warning about them. Each different
        file becomes a table, because its folder already belongs to the other table.
        """
        placed = [table for table in files if table.is_file]
        for table in files:
            if table.is_file:
                continue
            if table.content.format == merged.content.format:
                self._warnings.append(
                    f"{folder} has files beside its partition folders "
                    f"({table.content.tally.objects}); Athena does not read them, because they "
                    "are in no partition"
                )
                continue
            for content, keys in self._survey.contents(folder):
                if content.format == table.content.format:
                    placed += file_tables(content, keys)
        return placed

    def _is_above_tables(self, folder: str) -> bool:
        level = self._policy.table_level
        return level is not None and folder.count("/") + 1 < level

    def _is_forced(self, folder: str) -> bool:
        level = self._policy.table_level
        return level is not None and folder.count("/") + 1 >= level

    def group_files(self, folder: str) -> list[FoundTable]:
        """Group the files directly in a folder: one table, or one for each file."""
        shapes = self._survey.contents(folder)
        known = [s for s in shapes if s[0].format.classification != UNKNOWN_CLASSIFICATION]
        if known and len(known) < len(shapes):
            lost = sum(s[0].tally.objects for s in shapes) - sum(s[0].tally.objects for s in known)
            self._warnings.append(
                f"{folder} has files of unknown format ({lost}), which are left out; Athena "
                "reads every file under a table and fails on them"
            )
        shapes = known or shapes
        if not shapes:
            return []
        main = self._main_cluster(folder, [content for content, _ in shapes])
        if main is None:
            self._warnings.append(
                f"the files in {folder} are unlike each other: a table for each, which Athena "
                "cannot query"
            )
            return [table for shape in shapes for table in file_tables(*shape)]
        inside = [shape[0] for shape in shapes if shape[0].format == main]
        outside = [shape for shape in shapes if shape[0].format != main]
        if outside:
            self._warnings.append(f"{folder} mixes formats; queries on its table will fail")
        return [FoundTable(folder, join_contents(inside))] + [
            table for shape in outside for table in file_tables(*shape)
        ]

    def _main_cluster(self, folder: str, contents: Sequence[Content]) -> Format | None:
        """Return the format of the files that make the folder's table, if most of them do."""
        clusters = cluster_contents(
            contents, self._policy.combine_schemas or self._is_forced(folder)
        )
        largest = max(clusters, key=lambda cluster: cluster.objects)
        total = sum(content.tally.objects for content in contents)
        if largest.objects * 2 > total or self._is_forced(folder):
            return largest.format
        return None

    def _merge_folders(
        self, folder: str, names: list[str], below: list[list[FoundTable]]
    ) -> tuple[FoundTable | None, list[FoundTable]]:
        """Unite the folders of one level into a table, if most of them hold like data."""
        kinds = sort_by_kind(names, below)
        if not kinds:
            return None, []
        (_, key_names), members = max(kinds.items(), key=lambda entry: len(entry[1]))
        alike = self._count_alike(folder, [table.content for _, table in members])
        if alike * 2 <= len(below) and not self._is_forced(folder):
            return None, []
        inside = {name for name, _ in members}
        rest = [
            table
            for name, tables in zip(names, below, strict=True)
            if name not in inside
            for table in tables
        ]
        if rest:
            self._warnings.append(
                f"{folder} has tables ({len(rest)}) that stay apart from the table there, "
                "because their format, compression or folder depth differs"
            )
        return merge_folders(folder, key_names, members), rest

    def _count_alike(self, folder: str, contents: list[Content]) -> int:
        if self._policy.combine_schemas or self._is_forced(folder):
            return len(contents)
        ones = [
            Content(content.format, content.schema, content.has_header, Tally(objects=1))
            for content in contents
        ]
        return max(cluster.objects for cluster in cluster_contents(ones, combine=False))
