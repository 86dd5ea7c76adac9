"""One run: bring the curated table to what the reports say, commit by commit."""

import logging
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from botocore.exceptions import ClientError
from order_transform.contract.definition import Contract
from order_transform.delivery.layout import NO_DATE
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
from order_jobs.curated.current import read_current
from order_jobs.curated.held import Held, HeldReader
from order_jobs.curated.pieces import CONTENT, Piece, content_digest
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
    """What a run did: commits, rows added, pieces added and removed; what it left out."""

    commits: int = 0
    rows: int = 0
    added: int = 0
    removed: int = 0
    unfinished: frozenset[str] = frozenset()
    left_out: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class CurateRun:
    """Everything that a run works on."""

    catalog: GlueCatalog
    s3: "S3Client"
    place: TablePlace
    contract: Contract
    held: HeldReader = field(default_factory=HeldReader)

    def run(self) -> Outcome:
        """Bring the table up to date; raises Contended, and what the libraries raise."""
        outcome = Outcome()
        for attempt in range(ATTEMPTS):
            try:
                return self.attempt(outcome)
            except (*LOST_RACE, SourceMovedOn) as error:
                LOGGER.info("planning again: %s", error)
                time.sleep(WAIT_SECONDS * random.uniform(0.5, 1.5) * (attempt + 1))  # noqa: S311
        raise Contended(
            f"{self.place.name} was changed by others {ATTEMPTS} times: the next run goes on"
            " from what is there"
        )

    def attempt(self, outcome: Outcome) -> Outcome:
        """Plan from what there is, and commit one change after the other."""
        current = read_current(self.s3, self.place.bucket)
        outcome.unfinished = current.unfinished
        table = open_table(self.catalog, self.place, first_columns(self.contract))
        held = self.held.read(table)
        changes = plan_changes(current.pieces, held.pieces, current.unfinished)
        for change in changes:
            with tempfile.TemporaryDirectory(prefix="curate-") as folder:
                rows = self.apply(table, held, change, Path(folder), outcome)
            outcome.commits += 1
            outcome.rows += rows
            outcome.added += len(change.added)
            outcome.removed += len(change.removed)
            table = table.refresh()
            held = self.held.read(table)
        return outcome

    def apply(
        self, table: Table, held: Held, change: Change, folder: Path, outcome: Outcome
    ) -> int:
        """Commit one change; returns how many rows it added."""
        files = [
            self.bring(piece, folder / f"{number}.json")
            for number, piece in enumerate(change.added)
        ]
        table = self.with_columns(table, files, outcome)
        old = held.files_with(change.removed)
        new: list[DataFile] = []
        with row_store(folder) as connection:
            rows = load_rows(connection, columns_of(table), files)
            made = write_months(connection, numbers_of(table), folder / "added") if rows else []
            made += self.rewritten(connection, table, old, change, folder)
        new = list(upload_files(table, self.s3, self.place, made))
        after = {*held.pieces, *change.added} - change.removed
        content = content_digest((one.object_key, one.etag) for one in after)
        replace_files(table, old, new, {CONTENT: content})
        return rows

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

    def bring(self, piece: Piece, path: Path) -> PieceFile:
        """Bring exactly this version of a processed object here; raises SourceMovedOn."""
        try:
            body = self.s3.get_object(
                Bucket=self.place.bucket, Key=piece.object_key, IfMatch=f'"{piece.etag}"'
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
        return PieceFile(piece, path, partition_value(piece.object_key))

    def with_columns(self, table: Table, files: Sequence[PieceFile], outcome: Outcome) -> Table:
        """Return the table with every column that the files have; notes those it cannot take."""
        keys = [key for file in files for key in line_keys(file.path)]
        outcome.left_out |= {key for key in keys if key.lower() in OWN}
        if missing := further_columns(keys, columns_of(table)):
            add_columns(table, missing)
            return table.refresh()
        return table


def partition_value(object_key: str) -> str | None:
    """Return the date in `processed/orders/dt=2026-11-22/...`, None for Hive's name of none."""
    value = object_key.split("/dt=", 1)[1].split("/", 1)[0]
    return None if value == NO_DATE else value


def columns_of(table: Table) -> dict[str, str]:
    """Return the table's columns with their Hive types."""
    names = {"long": "bigint"}
    fields = table.schema().fields
    kinds = {one.name: str(one.field_type).replace(", ", ",") for one in fields}
    return {name: names.get(kind, kind) for name, kind in kinds.items()}


def numbers_of(table: Table) -> dict[str, int]:
    """Return the number of each column."""
    return {one.name: one.field_id for one in table.schema().fields}
