"""The transform: one raw file on local disk in, its processed and rejected rows and a result out.

How a file is read holds for all of its rows, and every one of them was seen before a result says
so. Bad data ends in the result, never in an exception; what is raised is broken infrastructure
(a full disk, no memory).
"""

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from order_transform.contract.definition import Contract
from order_transform.reading.profile import Profile, guess_profile
from order_transform.reading.records import Records, find_records
from order_transform.reading.survey import Survey, survey
from order_transform.refusal import FileRefused
from order_transform.sql.engine import Engine, connected
from order_transform.sql.rejects import COUNT_CODES, COUNT_REJECTS, create_rejects
from order_transform.sql.statements import Statements
from order_transform.sql.totals import Totals, add_up
from order_transform.writing.compression import OutputFile
from order_transform.writing.lines import (
    Target,
    write_clean,
    write_lines,
    write_rejects,
)

_DEFAULT_ENGINE = Engine()


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of one file. Always: `records == accepted + rejected + blank`."""

    records: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file.

    `refusal` is a (code, message) pair for a file refused as a whole, else None. `processed`
    and `rejected` are the written files, None where there is no such row. `assumptions` say how
    the file was read; `warnings` count, per field, values that were unreadable and became null.
    """

    counts: Counts = Counts()
    refusal: tuple[str, str] | None = None
    total_amount: Decimal = Decimal(0)
    quantity: int = 0
    reject_codes: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    assumptions: Mapping[str, object] = field(default_factory=dict)
    processed: OutputFile | None = None
    rejected: OutputFile | None = None


class LostRecordsError(Exception):
    """The counts of a file do not add up: a defect, so nothing of it may be published."""


def transform(
    source: Path,
    work_dir: Path,
    contract: Contract,
    *,
    overrides: Mapping[str, str] | None = None,
    compression: str = "gzip",
    mark: str = "",
    engine: Engine = _DEFAULT_ENGINE,
) -> Result:
    """Read `source` by the contract; leave the outputs in `work_dir`, which must be empty.

    `overrides` maps field names to header texts and wins over the contract's aliases; `mark`
    goes into the outputs' gzip header. Raises OSError or `duckdb.Error` where disk or memory
    give out, `LostRecordsError` on a defect.
    """
    job = _Job(source, contract, overrides, Target(work_dir, compression, mark))
    try:
        return job.result(engine)
    except duckdb.OutOfMemoryException:
        # Rows of hundreds of columns, or of very long cells: once more, alone and with more room.
        for path in work_dir.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return job.result(engine.with_more_room())


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be transformed, by what rules, to where."""

    source: Path
    contract: Contract
    overrides: Mapping[str, str] | None
    target: Target

    def result(self, engine: Engine) -> Result:
        """Do it; a file that cannot be read as orders is a result, too."""
        looked: Survey | None = None
        work_dir = self.target.work_dir
        try:
            looked = survey(self.source, work_dir, self.contract)
            records = find_records(looked, self.contract, self.overrides)
            with connected(engine, looked.size_bytes, work_dir) as db:
                run = _Run(db, engine, self.target, self.contract, looked)
                return run.result(records)
        except FileRefused as refused:
            assumptions = {"encoding": looked.encoding} if looked else {}
            return Result(refusal=(refused.code, refused.message), assumptions=assumptions)


@dataclass(frozen=True, slots=True)
class _Run:
    """One surveyed file: read as a clean one if it looks like one and is, else with all care."""

    db: duckdb.DuckDBPyConnection
    engine: Engine
    target: Target
    contract: Contract
    survey: Survey

    def result(self, records: Records) -> Result:
        guess = self._guess(records)
        if guess:
            statements = Statements(records, self.contract, guess)
            if clean := write_clean(self.db, statements, self.target):
                return self._accepted(*clean)
        totals = add_up(self.db, records, self.target.work_dir, self.contract, guess)
        return self._careful(totals)

    def _guess(self, records: Records) -> Profile | None:
        if not (records.regular and self.engine.is_large(self.survey.size_bytes)):
            return None
        # What refuses the first records may be settled by a later one.
        with contextlib.suppress(duckdb.InvalidInputException, FileRefused):
            return guess_profile(self.db, records, self.contract, self.engine.first_records)
        return None

    def _accepted(self, totals: Totals, processed: OutputFile) -> Result:
        at_end = totals.statements.records.blank_lines_at_end
        return Result(
            counts=Counts(totals.records + at_end, totals.accepted, 0, at_end),
            total_amount=totals.total_amount,
            quantity=totals.quantity,
            assumptions=self._assumptions(totals.statements),
            processed=processed,
        )

    def _careful(self, totals: Totals) -> Result:
        counts, codes = self._counts(totals)
        result = Result(
            counts=counts,
            reject_codes=codes,
            warnings=totals.unreadable,
            assumptions=self._assumptions(totals.statements),
            rejected=write_rejects(self.db, self.target) if counts.rejected else None,
        )
        rows = counts.accepted + counts.rejected
        if counts.rejected > self.contract.rules.max_rejected_share * rows:
            refused = Counts(counts.records, 0, rows, counts.blank)
            message = (
                f"{counts.rejected:,} of {rows:,} rows are rejected, most as {next(iter(codes))};"
                " map the columns or change the contract"
            )
            return replace(result, counts=refused, refusal=("too_many_rejects", message))
        return replace(
            result,
            total_amount=totals.total_amount,
            quantity=totals.quantity,
            processed=self._written_lines(totals) if counts.accepted else None,
        )

    def _counts(self, totals: Totals) -> tuple[Counts, dict[str, int]]:
        """Count what is not accepted, and keep it in the table of rejects; most codes first."""
        statements = totals.statements
        at_end = statements.records.blank_lines_at_end
        codes: dict[str, int] = {}
        rejected = blank = 0
        if totals.accepted < totals.records:
            self.db.execute(create_rejects(statements))
            [(rejected, blank)] = self.db.execute(COUNT_REJECTS).fetchall()
            codes = dict(self.db.execute(COUNT_CODES).fetchall())
        counts = Counts(totals.records + at_end, totals.accepted, rejected, blank + at_end)
        if counts.records != counts.accepted + counts.rejected + counts.blank:
            raise LostRecordsError(f"records are lost: {counts}")
        return counts, codes

    def _written_lines(self, totals: Totals) -> OutputFile:
        file, rows = write_lines(self.db, totals, self.target)
        if rows != totals.accepted:
            raise LostRecordsError(f"{rows} lines written, {totals.accepted} accepted")
        return file

    def _assumptions(self, statements: Statements) -> dict[str, object]:
        records, columns = statements.records, statements.records.columns
        return {
            "encoding": self.survey.encoding,
            "compressed": self.survey.compressed,
            "line_end": self.survey.line_end,
            "delimiter": records.delimiter,
            "space_before_quotes": records.spaced,
            "lines_above_header": records.titles,
            "columns": {name: columns.labels[place] for name, place in columns.fields.items()},
            "columns_by_fallback": list(columns.fallbacks),
            "passed_through": {name: columns.labels[at] for name, at in columns.extra.items()},
            **statements.profile.assumptions(),
        }
