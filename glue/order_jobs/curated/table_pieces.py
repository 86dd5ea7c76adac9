"""What the table holds: the pieces in each of its data files. It only reads.

A file's statistics tell of one piece; the columns of a file with several are read once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import DataFile, DataFileContent
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Operation

from order_jobs.curated.columns import SOURCE_ETAG, SOURCE_KEY, SOURCE_OBJECT
from order_jobs.curated.pieces import CONTENT, OWN_PROPERTIES, Piece

COLUMNS = (SOURCE_KEY, SOURCE_OBJECT, SOURCE_ETAG)


class ChangedByOthers(Exception):
    """Another writer has changed rows: what the table has is not what its source files say.

    The text ends with the next step.
    """

    def __init__(self, table: Table, what: str) -> None:
        name = table.name()[-1]
        super().__init__(
            f"another writer has changed rows of {name} ({what}); its rows come from the processed"
            " objects alone: to write it anew, orderlake curate --rebuild"
        )


def own_summary(table: Table) -> Mapping[str, str]:
    """Return what this job wrote into the snapshot that last changed rows; empty for a new table.

    A rewriting of files, as by Athena's OPTIMIZE, changes no rows. Raises ChangedByOthers.
    """
    snapshot = table.current_snapshot()
    if snapshot is None:
        return {}
    while snapshot and snapshot.summary and snapshot.summary.operation == Operation.REPLACE:
        parent = snapshot.parent_snapshot_id
        snapshot = table.snapshot_by_id(parent) if parent is not None else None
    if snapshot is None or snapshot.summary is None:
        raise ChangedByOthers(table, "before a snapshot that has expired")
    every: Mapping[str, str] = snapshot.summary.additional_properties
    summary = {name: value for name, value in every.items() if name.startswith(OWN_PROPERTIES)}
    if not summary.get(CONTENT):
        operation = snapshot.summary.operation.value
        raise ChangedByOthers(table, f"snapshot {snapshot.snapshot_id}, {operation}")
    return summary


@dataclass(frozen=True, slots=True)
class TablePieces:
    """The data files of one snapshot, each with its pieces."""

    files: Mapping[str, DataFile] = field(default_factory=dict)
    pieces_of: Mapping[str, frozenset[Piece]] = field(default_factory=dict)

    @property
    def pieces(self) -> frozenset[Piece]:
        """All pieces of the table."""
        return frozenset(piece for found in self.pieces_of.values() for piece in found)

    def files_with(self, pieces: frozenset[Piece]) -> list[DataFile]:
        """Return the files that have rows of any of these pieces."""
        return [self.files[path] for path, found in self.pieces_of.items() if found & pieces]


@dataclass(frozen=True, slots=True)
class TablePiecesReader:
    """Remembers what it read of a file: a data file never changes."""

    known: dict[str, frozenset[Piece]] = field(default_factory=dict)

    def read(self, table: Table) -> TablePieces:
        """Return what the table's current snapshot holds; raises ChangedByOthers."""
        own_summary(table)
        return self.held_in(table, {file.file_path: file for file in data_files(table)})

    def after(
        self,
        table: Table,
        held: TablePieces,
        removed: Iterable[DataFile],
        added: Iterable[DataFile],
    ) -> TablePieces:
        """Return what the table holds after a commit on `held`, without reading manifests again.

        They grow with the table, and each of a run's commits would read them all.
        """
        gone = {file.file_path for file in removed}
        files = {path: file for path, file in held.files.items() if path not in gone}
        return self.held_in(table, files | {file.file_path: file for file in added})

    def held_in(self, table: Table, files: Mapping[str, DataFile]) -> TablePieces:
        """Return files with their pieces."""
        for path, file in files.items():
            if path not in self.known:
                self.known[path] = pieces_of(table, file)
        return TablePieces(files, {path: self.known[path] for path in files})


def data_files(table: Table) -> Iterator[DataFile]:
    """Yield the data files of the current snapshot; raises ChangedByOthers."""
    snapshot = table.current_snapshot()
    for manifest in snapshot.manifests(table.io) if snapshot else ():
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            if entry.data_file.content != DataFileContent.DATA:
                raise ChangedByOthers(table, f"deletions in {entry.data_file.file_path}")
            yield entry.data_file


def pieces_of(table: Table, file: DataFile) -> frozenset[Piece]:
    """Return the pieces that a file has rows of."""
    bounds = [bounds_of(table, file, name) for name in COLUMNS]
    if all(low is not None and low == high for low, high in bounds):
        return frozenset({Piece(*(str(low) for low, _ in bounds))})
    with table.io.new_input(file.file_path).open() as stream:
        reader = pq.ParquetFile(stream, read_dictionary=list(COLUMNS))
        found: set[Piece] = set()
        for batch in reader.iter_batches(columns=list(COLUMNS)):
            rows = pa.Table.from_batches([batch]).group_by(list(COLUMNS)).aggregate([])
            found |= {Piece(*(row[name] for name in COLUMNS)) for row in rows.to_pylist()}
    return frozenset(found)


def bounds_of(table: Table, file: DataFile, name: str) -> tuple[str | None, str | None]:
    """Return a text column's lowest and highest value in a file, None where they are not kept."""
    column = table.schema().find_field(name)
    low = (file.lower_bounds or {}).get(column.field_id)
    high = (file.upper_bounds or {}).get(column.field_id)
    if low is None or high is None:
        return None, None
    return str(from_bytes(column.field_type, low)), str(from_bytes(column.field_type, high))
