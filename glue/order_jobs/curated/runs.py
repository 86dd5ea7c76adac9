"""One run: bring the curated table to what the reports say, commit by commit."""

import logging
import random
import tempfile
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from botocore.exceptions import ClientError
from order_transform.contract.definition import Contract, RepeatedOrders
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    CommitStateUnknownException,
    ValidationException,
)
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from order_jobs.curated.changes import Change, plan_changes
from order_jobs.curated.columns import OWN, first_columns, further_columns
from order_jobs.curated.current import Current, read_current
from order_jobs.curated.newest import (
    Counted,
    OrderIds,
    drop_superseded,
    object_etag,
    partition_value,
    unmarked,
)
from order_jobs.curated.pieces import (
    CONTENT,
    REPEATED_ORDERS,
    SOURCES,
    Piece,
    content_digest,
)
from order_jobs.curated.rows import (
    PieceFile,
    decompress,
    line_keys,
    load_rows,
    rewrite_without,
    row_store,
    write_months,
)
from order_jobs.curated.table import (
    TablePlace,
    add_columns,
    open_table,
    replace_files,
    upload_files,
)
from order_jobs.curated.table_pieces import TablePieces, TablePiecesReader, own_summary

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LOGGER = logging.getLogger("order_jobs.curate")
ATTEMPTS = 30
WAIT_SECONDS = 0.2
MOVED_ON = ("PreconditionFailed", "NoSuchKey", "412", "404")
LOST_RACE = (CommitFailedException, CommitStateUnknownException, ValidationException)


class SourceMovedOn(Exception):
    """A processed object was replaced since its report was read."""


class Contended(Exception):
    """Other writers won every time; the next run goes on from what is there."""


@dataclass(slots=True)
class Outcome:
    """What a run did: commits, rows added, pieces added and removed; what it left out.

    `current` is what the reports said at its start.
    """

    commits: int = 0
    rows: int = 0
    added: int = 0
    removed: int = 0
    current: Current = field(default_factory=Current)
    left_out: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class SupersededRows:
    """The rows that newer exports replace, where the contract counts each order once.

    `file` has their objects and orders, and exists under such a contract only. `emptied` pieces
    have no other rows.
    """

    file: Path
    emptied: frozenset[Piece]


@dataclass(frozen=True, slots=True)
class CurateRun:
    """Everything that a run works on."""

    catalog: GlueCatalog
    s3: "S3Client"
    place: TablePlace
    contract: Contract
    held: TablePiecesReader = field(default_factory=TablePiecesReader)

    def run(self) -> Outcome:
        """Bring the table up to date; raises Contended, and what the libraries raise."""
        outcome = Outcome()
        for attempt in range(ATTEMPTS):
            try:
                return self.attempt(outcome)
            except (*LOST_RACE, SourceMovedOn) as error:
                LOGGER.info("planning again: %s", error)
                time.sleep(WAIT_SECONDS * random.uniform(0.5, 1.5) * (attempt + 1))  # noqa: S311 (no secret)
        raise Contended(
            f"{self.place.name} was changed by others {ATTEMPTS} times: the next run goes on"
            " from what is there"
        )

    def attempt(self, outcome: Outcome) -> Outcome:
        """Plan from what there is, and commit one change after the other."""
        current = read_current(self.s3, self.place.bucket)
        outcome.current = current
        table = open_table(self.catalog, self.place, first_columns(self.contract))
        held = self.held.read(table)
        with tempfile.TemporaryDirectory(prefix="curate-ids-") as name:
            ids = OrderIds(self.s3, self.place.bucket, Path(name), self.bring)
            counted = self.counted(current, held, ids)
            changes = plan_changes(counted.pieces, held.pieces, current.unfinished)
            superseded = SupersededRows(ids.superseded, counted.emptied)
            return self.commit(table, held, changes, superseded, outcome)

    @property
    def is_once(self) -> bool:
        """Whether an order that several exports have counts once."""
        return self.contract.rules.repeated_orders is RepeatedOrders.NEWEST_FILE

    def counted(self, current: Current, held: TablePieces, ids: OrderIds) -> Counted:
        """Return the pieces that the table has to hold, without orders that newer exports have."""
        if not self.is_once:
            return Counted(current.pieces)
        kept = [piece for piece in held.pieces if piece.source_key in current.unfinished]
        return ids.mark(current.pieces, kept)

    def commit(
        self,
        table: Table,
        held: TablePieces,
        changes: Iterable[Change],
        superseded: SupersededRows,
        outcome: Outcome,
    ) -> Outcome:
        """Commit one change after the other."""
        for change in changes:
            with tempfile.TemporaryDirectory(prefix="curate-") as folder:
                table, held = self.apply(table, held, change, Path(folder), superseded, outcome)
            outcome.commits += 1
            outcome.added += len(change.added)
            outcome.removed += len(change.removed)
        wanted = self.summary(held.pieces, superseded)
        if table.current_snapshot() and own_summary(table) != wanted:
            replace_files(table, (), (), wanted)
            outcome.commits += 1
        return outcome

    def apply(
        self,
        table: Table,
        held: TablePieces,
        change: Change,
        folder: Path,
        superseded: SupersededRows,
        outcome: Outcome,
    ) -> tuple[Table, TablePieces]:
        """Commit one change; returns the table as it is then, and what it holds."""
        files = [
            PieceFile(
                piece,
                self.bring(piece, folder / f"{number}.json"),
                partition_value(piece.object_key),
            )
            for number, piece in enumerate(change.added)
        ]
        table = self.with_columns(table, files, outcome)
        old = held.files_with(change.removed)
        with row_store(folder) as connection:
            rows = load_rows(connection, columns_of(table), files)
            if self.is_once:
                rows = drop_superseded(connection, superseded.file)
            paths = write_months(connection, numbers_of(table), folder / "added") if rows else []
            paths += self.rewritten(connection, table, old, change, folder)
        new = list(upload_files(table, self.s3, self.place, paths))
        after = {*held.pieces, *change.added} - change.removed
        replace_files(table, old, new, self.summary(after, superseded))
        outcome.rows += rows
        return table, self.held.after(table, held, old, new)

    def summary(self, pieces: Collection[Piece], superseded: SupersededRows) -> dict[str, str]:
        """Return what a snapshot with these pieces says of itself."""
        every = {CONTENT: pieces, SOURCES: [*map(unmarked, pieces), *superseded.emptied]}
        digests = {
            name: content_digest((piece.object_key, piece.etag) for piece in found)
            for name, found in every.items()
        }
        return digests | {REPEATED_ORDERS: str(self.contract.rules.repeated_orders)}

    def rewritten(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        old: Sequence[DataFile],
        change: Change,
        folder: Path,
    ) -> list[Path]:
        """Return new files with what stays of the old ones."""
        if not old:
            return []
        paths = [self.fetch(file, folder / f"old-{n}.parquet") for n, file in enumerate(old)]
        return rewrite_without(
            connection, paths, change.removed, numbers_of(table), folder / "kept"
        )

    def fetch(self, file: DataFile, path: Path) -> Path:
        """Bring a data file of the table here."""
        bucket, _, key = file.file_path.removeprefix("s3://").partition("/")
        self.s3.download_file(bucket, key, str(path))
        return path

    def bring(self, piece: Piece, path: Path) -> Path:
        """Bring exactly this version of a processed object here; raises SourceMovedOn."""
        try:
            body = self.s3.get_object(
                Bucket=self.place.bucket, Key=piece.object_key, IfMatch=f'"{object_etag(piece)}"'
            )["Body"]
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code")) in MOVED_ON:
                raise SourceMovedOn(piece.object_key) from error
            raise
        packed = path.with_suffix(".packed")
        with packed.open("wb") as out:
            for chunk in body.iter_chunks(1 << 20):
                out.write(chunk)
        decompress(packed, path)
        return path

    def with_columns(self, table: Table, files: Sequence[PieceFile], outcome: Outcome) -> Table:
        """Return the table with every column that the files have; notes those it cannot take."""
        keys = [key for file in files for key in line_keys(file.path)]
        outcome.left_out |= {key for key in keys if key.lower() in OWN}
        if missing := further_columns(keys, columns_of(table)):
            add_columns(table, missing)
            return table.refresh()
        return table


def columns_of(table: Table) -> dict[str, str]:
    """Return the table's columns with their Hive types."""
    names = {"long": "bigint"}
    fields = table.schema().fields
    kinds = {column.name: str(column.field_type).replace(", ", ",") for column in fields}
    return {name: names.get(kind, kind) for name, kind in kinds.items()}


def numbers_of(table: Table) -> dict[str, int]:
    """Return the number of each column."""
    return {column.name: column.field_id for column in table.schema().fields}
