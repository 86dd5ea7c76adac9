"""One table of a file: surveyed, read in one way for all of its rows, and written.

Every row is checked before there is a result.
"""

import contextlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from order_transform.contract.definition import Contract
from order_transform.reading.byte_scan import Regularity
from order_transform.reading.choices import Choice
from order_transform.reading.closer_look import Circumstances
from order_transform.reading.currency import CURRENCY, tell_currency_texts
from order_transform.reading.reading import Reading
from order_transform.reading.records import Records, find_records
from order_transform.reading.rows.record_rows import with_structure
from order_transform.reading.survey import Survey, survey
from order_transform.refusal import FileRefused
from order_transform.sql.engine import Engine, FileDatabase, connected
from order_transform.sql.measured_goods import measured_goods
from order_transform.sql.odd_years import odd_years
from order_transform.sql.parts import Part
from order_transform.sql.profile import sample_reading
from order_transform.sql.rejects import COUNT_CODES, COUNT_REJECTS, create_rejects
from order_transform.sql.statements import Statements
from order_transform.sql.too_many_rejects import explain_rejects
from order_transform.sql.totals import Totals, add_up, has_other_rows
from order_transform.sql.two_digit_years import two_digit_years
from order_transform.writing.compression import OutputFile
from order_transform.writing.lines import (
    CleanOutput,
    Target,
    write_clean,
    write_lines,
    write_rejects,
)
from order_transform.writing.result import Counts, Result


class LostRecordsError(Exception):
    """The counts of a table do not add up: a defect, so nothing of it may be published."""


@dataclass(frozen=True, slots=True)
class TableJob:
    """A table to transform, as a text on local disk, the rules for it, and the target folder."""

    source: Path
    contract: Contract
    overrides: Mapping[str, str] | None
    target: Target
    around: Circumstances

    def result(self, engine: Engine) -> Result:
        """Transform the table; one that cannot be read as orders is a result, too."""
        surveyed: Survey | None = None
        work_dir = self.target.work_dir
        try:
            surveyed = survey(self.source, work_dir, self.contract)
            facts = self.around.facts
            records = find_records(surveyed, self.contract, self.overrides, facts)
            name = self.around.name
            records = with_structure(records, self.contract, engine.first_records, name)
            with connected(engine, surveyed.size_bytes, work_dir) as db:
                run = _Run(db, engine, self.target, self.contract, surveyed, self.around)
                return run.result(records)
        except FileRefused as refused:
            return refused_result(refused, (surveyed.encoding,) if surveyed else ())


def transform_table(job: TableJob, engine: Engine) -> Result:
    """Transform one table; create its folder, and empty it before a second attempt."""
    work_dir = job.target.work_dir
    work_dir.mkdir(exist_ok=True)
    try:
        return job.result(engine)
    except duckdb.OutOfMemoryException:
        # Hundreds of columns, or very long cells: try again with one thread and more memory.
        for path in work_dir.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return job.result(engine.with_more_room())


def refused_result(refused: FileRefused, choices: Iterable[Choice[object]] = ()) -> Result:
    """Return the result of a file or a table that cannot be read as orders."""
    return Result(refusal=(refused.code, refused.message), choices=tuple(choices))


@dataclass(frozen=True, slots=True)
class _Run:
    """One surveyed table: read in one pass if it is clean, otherwise with care."""

    db: FileDatabase
    engine: Engine
    target: Target
    contract: Contract
    survey: Survey
    around: Circumstances

    def result(self, records: Records) -> Result:
        sampled = self._sample(records)
        if sampled:
            statements = Statements(sampled, self.contract)
            clean = write_clean(self.db, statements, self.target)
            if clean and not has_other_rows(self.db, clean.totals):
                return self._accepted(clean)
            if clean:  # no quick pass is needed to find that out again
                records = replace(records, regularity=Regularity.IRREGULAR)
        totals = add_up(self.db, records, self.target.work_dir, self.contract, sampled, self.around)
        return self._careful(totals)

    def _sample(self, records: Records) -> Reading | None:
        if not (records.is_regular and self.engine.is_large(self.survey.size_bytes)):
            return None
        # A later record may settle what makes the first records be refused.
        with contextlib.suppress(duckdb.InvalidInputException, FileRefused):
            return sample_reading(self.db, records, self.contract, self.engine.first_records)
        return None

    def _accepted(self, clean: CleanOutput) -> Result:
        totals = clean.totals
        at_end = totals.statements.records.blank_lines_at_end
        return Result(
            counts=Counts(totals.records + at_end, totals.accepted, 0, at_end),
            total_amount=totals.total_amount,
            parts=clean.parts,
            quantity=totals.quantity,
            assumptions=self._assumptions(totals.statements.reading),
            choices=(
                *totals.statements.reading.choices(),
                *self._currency_texts(totals.statements, clean.parts),
            ),
            processed=clean.file,
        )

    def _careful(self, totals: Totals) -> Result:
        counts, codes = self._counts(totals)
        reading = totals.statements.reading
        years = two_digit_years(self.db, totals.statements, self.around)
        measured = tuple(measured_goods(self.db, totals.statements.records.columns, codes))
        result = Result(
            counts=counts,
            reject_codes=codes,
            warnings=totals.unreadable,
            assumptions=self._assumptions(reading),
            choices=(
                *reading.choices(),
                *years,
                *self._odd_years(totals, codes),
                *measured,
                *self._currency_texts(totals.statements, totals.parts),
            ),
            rejected=write_rejects(self.db, self.target, totals.statements.records)
            if counts.rejected
            else None,
        )
        rows = counts.accepted + counts.rejected
        if counts.rejected > self.contract.rules.max_rejected_share * rows:
            refused = Counts(counts.records, 0, rows, counts.blank)
            message = explain_rejects(self.db, codes, counts.rejected, rows, measured)
            return replace(result, counts=refused, refusal=("too_many_rejects", message))
        return replace(
            result,
            total_amount=totals.total_amount,
            parts=totals.parts,
            quantity=totals.quantity,
            processed=self._written_lines(totals) if counts.accepted else None,
        )

    def _odd_years(self, totals: Totals, codes: Mapping[str, int]) -> Iterable[Choice[object]]:
        """Return what to tell of dates that are not read for their year; most files have none."""
        if not (totals.unreadable or codes):
            return ()
        return odd_years(self.db, totals.statements)

    def _currency_texts(
        self, statements: Statements, parts: Iterable[Part]
    ) -> Iterable[Choice[object]]:
        """Return what to tell of a currency column's texts; nothing where it has codes only."""
        if CURRENCY not in statements.records.columns.fields:
            return ()
        return tell_currency_texts(sorted({part.currency or "" for part in parts}), self.contract)

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

    def _assumptions(self, reading: Reading) -> dict[str, object]:
        return {
            "encoding": self.survey.encoding.value,
            "compression": self.survey.compression.value,
            "line_end": self.survey.line_end,
            **({"sheet": self.around.facts.sheet} if self.around.facts.sheet else {}),
            **reading.assumptions(),
        }
