"""The transform: one raw file on local disk in, its processed and rejected rows and a result out.

Everything is decided from the whole file before a row is written. Bad data ends in the result,
never in an exception; what is raised is broken infrastructure (a full disk, no memory).
"""

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from order_transform.arrow import Block, read_blocks
from order_transform.compression import OutputFile, write_output
from order_transform.contract import Contract
from order_transform.profile import Profile, guess_profile, profile_records
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
_WORTH_A_GUESS_BYTES = 4 << 20
_REJECTS_AT_ONCE = 1_000


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
                read = _read(db, records, work_dir, self.contract)
                return _Run(db, self.target, self.contract, looked, read).result()
        except FileRefused as refused:
            assumptions = {"encoding": looked.encoding} if looked else {}
            return Result(refusal=(refused.code, refused.message), assumptions=assumptions)


@dataclass(frozen=True, slots=True)
class _Read:
    """All records, read once under one reading: `unreadable` counts, per field, what became null.

    `accepted`, `total_amount` and `quantity` are the count and the sums of the rows let through.
    """

    statements: Statements
    profile: Profile
    records: int
    accepted: int
    total_amount: Decimal
    quantity: int
    unreadable: Mapping[str, int]


def _read(
    db: duckdb.DuckDBPyConnection, records: Records, work_dir: Path, contract: Contract
) -> _Read:
    """Read every record; if the quick reader balks at any of them, rewrite all of them."""
    if records.regular:
        with contextlib.suppress(duckdb.InvalidInputException):
            read = _read_as_guessed(db, records, contract)
            read = read or _read_as(profile_records(db, records, contract), db, records, contract)
            if records.known in (None, read.records):
                return read
    records = rewrite_records(records, work_dir, contract.limits)
    return _read_as(profile_records(db, records, contract), db, records, contract)


def _read_as_guessed(
    db: duckdb.DuckDBPyConnection, records: Records, contract: Contract
) -> _Read | None:
    """Try the reading that the first records suggest: one pass over a large file less."""
    if records.path.stat().st_size < _WORTH_A_GUESS_BYTES:
        return None
    with contextlib.suppress(duckdb.InvalidInputException):
        if profile := guess_profile(db, records, contract):
            return _read_as(profile, db, records, contract, guessed=True)
    return None


def _read_as(
    profile: Profile,
    db: duckdb.DuckDBPyConnection,
    records: Records,
    contract: Contract,
    *,
    guessed: bool = False,
) -> _Read:
    statements = Statements(records, contract, profile)
    [row] = db.execute(statements.totals(guessed)).fetchall()
    count, accepted, total, quantity, *unreadable = row
    return _Read(
        statements=statements,
        profile=profile,
        records=count,
        accepted=accepted or 0,
        total_amount=Decimal(total or 0),
        quantity=int(quantity or 0),
        # A guessed file has one column more, of the failures that it would have ended with.
        unreadable=dict(zip(statements.warned, unreadable, strict=False)),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One file, understood and ready to be written."""

    db: duckdb.DuckDBPyConnection
    target: _Target
    contract: Contract
    survey: Survey
    read: _Read

    def result(self) -> Result:
        read = self.read
        warnings = {name: count for name, count in read.unreadable.items() if count}
        counts, codes = self._counts()
        limit = self.contract.rules.max_rejected_share
        refusal = None
        if counts.rejected > limit * (counts.accepted + counts.rejected):
            most = max(codes, key=lambda code: codes[code])
            message = (
                f"{counts.rejected:,} of {counts.accepted + counts.rejected:,} rows are rejected,"
                f" most as {most}; map the columns or change the contract"
            )
            refusal = ("too_many_rejects", message)
        publishes = not refusal and counts.accepted
        return Result(
            counts=counts if not refusal else _refused(counts),
            refusal=refusal,
            total_amount=read.total_amount if not refusal else Decimal(0),
            quantity=read.quantity if not refusal else 0,
            reject_codes=codes,
            warnings=warnings,
            assumptions=self._assumptions(),
            processed=self._written_lines(counts, warnings) if publishes else None,
            rejected=self._written_rejects() if counts.rejected else None,
        )

    def _counts(self) -> tuple[Counts, dict[str, int]]:
        read, statements = self.read, self.read.statements
        at_end = statements.records.blank_lines_at_end
        codes: dict[str, int] = {}
        rejected = blank = 0
        if read.accepted < read.records:
            self.db.execute(statements.create_rejects())
            [(rejected, blank)] = self.db.execute(statements.count_rejects()).fetchall()
            codes = dict(self.db.execute(statements.count_codes()).fetchall())
        counts = Counts(read.records + at_end, read.accepted, rejected, blank + at_end)
        if counts.records != counts.accepted + counts.rejected + counts.blank:
            raise LostRecordsError(f"records are lost: {counts}")
        return counts, codes

    def _written_lines(self, counts: Counts, warnings: Mapping[str, int]) -> OutputFile:
        every = counts.accepted == self.read.records
        lines = self.read.statements.lines(every, warnings)
        blocks = _Counted(read_blocks(self.db, lines))
        target = self.target
        path = target.work_dir / "processed"
        file = write_output(blocks, path, target.compression, target.mark)
        if blocks.rows != counts.accepted:
            raise LostRecordsError(f"{blocks.rows} lines written, {counts.accepted} accepted")
        return file

    def _written_rejects(self) -> OutputFile:
        # Not as blocks: theirs are as long as the file's own only where they come from it.
        rows = self.db.execute(self.read.statements.rejects())
        batches = iter(lambda: rows.fetchmany(_REJECTS_AT_ONCE), [])
        texts = ("".join(line for (line,) in batch).encode() for batch in batches)
        return write_output(texts, self.target.work_dir / "rejected", "gzip", self.target.mark)

    def _assumptions(self) -> dict[str, object]:
        records = self.read.statements.records
        columns = records.columns
        return {
            "encoding": self.survey.encoding,
            "compressed": self.survey.compressed,
            "line_end": self.survey.line_end,
            "delimiter": records.delimiter,
            "columns": {name: columns.labels[place] for name, place in columns.fields.items()},
            "passed_through": {name: columns.labels[at] for name, at in columns.extra.items()},
            **self.read.profile.assumptions(),
        }


class _Counted:
    """The texts of some blocks; `rows` counts what has gone by."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = blocks
        self.rows = 0

    def __iter__(self) -> Iterator[memoryview]:
        for block in self._blocks:
            self.rows += block.rows
            yield block.text


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
