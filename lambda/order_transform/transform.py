"""The transform: one raw file on local disk in, its processed and rejected rows and a result out.

Everything is decided from the whole file before a row is written. Bad data ends in the result,
never in an exception; what is raised is broken infrastructure (a full disk, no memory).
"""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from order_transform.cells import literal
from order_transform.compression import OutputFile, drained
from order_transform.contract import Contract
from order_transform.profile import Profile, profile_records
from order_transform.records import Records, find_records, rewrite_records
from order_transform.refusal import FileRefused
from order_transform.statements import Statements
from order_transform.survey import Survey, survey


@dataclass(frozen=True, slots=True)
class Engine:
    """What DuckDB may use: threads, and memory in MiB before it spills to the work folder."""

    threads: int = 2
    memory_mib: int = 256


_DEFAULT_ENGINE = Engine()


@dataclass(frozen=True, slots=True)
class _Target:
    """Where and how outputs are written."""

    work_dir: Path
    compression: str
    mark: str


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
    job = _Job(source, contract, overrides, _Target(work_dir, compression, mark))
    try:
        return job.result(engine)
    except duckdb.OutOfMemoryException:
        # Rows of hundreds of columns, or of very long cells: once more, alone and with more room.
        for path in work_dir.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return job.result(Engine(threads=1, memory_mib=engine.memory_mib * 5 // 2))


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be transformed, by what rules, to where."""

    source: Path
    contract: Contract
    overrides: Mapping[str, str] | None
    target: _Target

    def result(self, engine: Engine) -> Result:
        """Do it; a file that cannot be read as orders is a result, too."""
        looked: Survey | None = None
        work_dir = self.target.work_dir
        try:
            looked = survey(self.source, work_dir, self.contract)
            records = find_records(looked, self.contract, self.overrides)
            with _connect(work_dir, engine) as db:
                records, profile = _profiled(db, records, work_dir, self.contract)
                statements = Statements(records, self.contract, profile)
                return _Run(db, self.target, self.contract, looked, statements, profile).result()
        except FileRefused as refused:
            assumptions = {"encoding": looked.encoding} if looked else {}
            return Result(refusal=(refused.code, refused.message), assumptions=assumptions)


def _profiled(
    db: duckdb.DuckDBPyConnection, records: Records, work_dir: Path, contract: Contract
) -> tuple[Records, Profile]:
    """Read the records once; if the quick reader balks at any of them, rewrite all of them."""
    if records.regular:
        with contextlib.suppress(duckdb.InvalidInputException):
            profile = profile_records(db, records, contract)
            if records.known in (None, profile.records):
                return records, profile
    records = rewrite_records(records, work_dir, contract.limits)
    return records, profile_records(db, records, contract)


@dataclass(frozen=True, slots=True)
class _Run:
    """One file, understood and ready to be written."""

    db: duckdb.DuckDBPyConnection
    target: _Target
    contract: Contract
    survey: Survey
    statements: Statements
    profile: Profile

    def result(self) -> Result:
        accepted, total, quantity, *unreadable = self._row(self.statements.totals())
        named = zip(self.statements.warned, unreadable, strict=True)
        warnings = {name: count for name, count in named if count}
        counts, codes = self._counts(accepted)
        limit = self.contract.rules.max_rejected_share
        refusal = None
        if counts.rejected > limit * (counts.accepted + counts.rejected):
            most = max(codes, key=lambda code: codes[code])
            message = (
                f"{counts.rejected:,} of {counts.accepted + counts.rejected:,} rows are rejected,"
                f" most as {most}; map the columns or change the contract"
            )
            refusal = ("too_many_rejects", message)
        return Result(
            counts=counts if not refusal else _refused(counts),
            refusal=refusal,
            total_amount=Decimal(total or 0) if not refusal else Decimal(0),
            quantity=int(quantity or 0) if not refusal else 0,
            reject_codes=codes,
            warnings=warnings,
            assumptions=self._assumptions(),
            processed=self._written_lines(counts, warnings) if not refusal and accepted else None,
            rejected=self._written_rejects() if counts.rejected else None,
        )

    def _counts(self, accepted: int) -> tuple[Counts, dict[str, int]]:
        at_end = self.statements.records.blank_lines_at_end
        in_file = self.profile.records
        codes: dict[str, int] = {}
        rejected = blank = 0
        if accepted < in_file:
            self.db.execute(self.statements.create_rejects())
            rejected, blank = self._row(self.statements.count_rejects())
            codes = dict(self.db.execute(self.statements.count_codes()).fetchall())
        counts = Counts(in_file + at_end, accepted, rejected, blank + at_end)
        if counts.records != counts.accepted + counts.rejected + counts.blank:
            raise LostRecordsError(f"records are lost: {counts}")
        return counts, codes

    def _written_lines(self, counts: Counts, warnings: Mapping[str, int]) -> OutputFile:
        every = counts.accepted == self.profile.records
        lines = self.statements.lines(every, warnings)
        file, written = self._copy(lines, "processed", self.target.compression)
        if written != counts.accepted:
            raise LostRecordsError(f"{written} lines written, {counts.accepted} accepted")
        return file

    def _written_rejects(self) -> OutputFile:
        return self._copy(self.statements.rejects(), "rejected", "gzip")[0]

    def _copy(self, query: str, name: str, compression: str) -> tuple[OutputFile, int]:
        with drained(self.target.work_dir / name, compression, self.target.mark) as (
            pipe,
            finished,
        ):
            copy = f"COPY ({query}) TO {literal(str(pipe))} (FORMAT json)"
            [written] = self._row(copy)
        return finished[0], written

    def _row(self, query: str) -> tuple[int, ...]:
        [row] = self.db.execute(query).fetchall()
        return tuple(row)

    def _assumptions(self) -> dict[str, object]:
        columns = self.statements.records.columns
        return {
            "encoding": self.survey.encoding,
            "compressed": self.survey.compressed,
            "line_end": self.survey.line_end,
            "delimiter": self.statements.records.delimiter,
            "columns": {name: columns.labels[place] for name, place in columns.fields.items()},
            "passed_through": {name: columns.labels[at] for name, at in columns.extra.items()},
            **self.profile.assumptions(),
        }


def _refused(counts: Counts) -> Counts:
    """Return the counts of a file refused as a whole: of its rows, none is accepted."""
    return Counts(counts.records, 0, counts.accepted + counts.rejected, counts.blank)


@contextmanager
def _connect(work_dir: Path, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(engine.threads),
        "memory_limit": f"{engine.memory_mib}MiB",
        "temp_directory": str(work_dir / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    db = duckdb.connect(":memory:", config=settings)
    try:
        yield db
    finally:
        db.close()
