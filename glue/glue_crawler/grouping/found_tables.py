"""Tables and partitions as a crawl finds them: of single files, and of folders that are alike."""

from dataclasses import dataclass

from glue_crawler.grouping.survey import Content, Tally, join_contents
from glue_crawler.reading.sample import Format

# The names of a table's partition keys, outermost first; None for a folder that is not `k=v`.
type KeyNames = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FoundPartition:
    """One partition: its values, its folder (with a trailing slash) and what it holds."""

    values: tuple[str, ...]
    path: str
    content: Content


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table: its root (a folder with a trailing slash, or a single file) and its contents."""

    path: str
    content: Content
    key_names: KeyNames = ()
    partitions: tuple[FoundPartition, ...] = ()
    is_file: bool = False


# Folders may be partitions of one table when format, depth and key names agree.
type Kind = tuple[Format, KeyNames]
type Members = list[tuple[str, FoundTable]]


def split_key(folder_name: str) -> tuple[str | None, str]:
    """Split a folder's name into partition key and value; the key is None where it is not `k=v`."""
    name, separator, value = folder_name.partition("=")
    return (name.lower(), value) if separator and name else (None, folder_name)


def sort_by_kind(names: list[str], below: list[list[FoundTable]]) -> dict[Kind, Members]:
    """Sort folders that are one table each by what partitions of a table must share."""
    kinds: dict[Kind, Members] = {}
    for name, tables in zip(names, below, strict=True):
        if len(tables) == 1 and tables[0].path == name:
            key = split_key(_last_folder(name))[0]
            kind = (tables[0].content.format, (key, *tables[0].key_names))
            kinds.setdefault(kind, []).append((name, tables[0]))
    return kinds


def file_tables(content: Content, files: dict[str, Tally]) -> list[FoundTable]:
    """Return a table for each file."""
    return [
        FoundTable(
            key, Content(content.format, content.schema, content.has_header, tally), is_file=True
        )
        for key, tally in sorted(files.items())
    ]


def merge_folders(folder: str, key_names: KeyNames, members: Members) -> FoundTable:
    """Return one table of folders that are alike; each folder is a partition, or has partitions."""
    partitions: list[FoundPartition] = []
    for name, table in members:
        value = split_key(_last_folder(name))[1]
        if table.partitions:
            partitions.extend(
                FoundPartition((value, *part.values), part.path, part.content)
                for part in table.partitions
            )
        else:
            partitions.append(FoundPartition((value,), table.path, table.content))
    content = join_contents(table.content for _, table in members)
    return FoundTable(folder, content, key_names, tuple(partitions))


def _last_folder(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
