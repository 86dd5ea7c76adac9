"""The transform: reads one raw file on local disk, writes its processed and rejected rows.

It opens the file and transforms each table in it (`transform_table`). Bad data becomes part of the
result and never raises. Only broken infrastructure (a full disk, no memory) raises.
"""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.formats.opening import open_file
from order_transform.formats.tables import Facts, Note, Table
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.closer_look import NOTHING_KNOWN, Circumstances
from order_transform.reading.records import find_records
from order_transform.reading.survey import survey
from order_transform.refusal import FileRefused
from order_transform.sql.engine import Engine
from order_transform.transform_table import TableJob, refused_result, transform_table
from order_transform.writing.lines import Target
from order_transform.writing.members import combine
from order_transform.writing.result import Member, Result

_DEFAULT_ENGINE = Engine()


def transform(
    source: Path,
    work_dir: Path,
    contract: Contract,
    *,
    overrides: Mapping[str, str] | None = None,
    compression: str = "gzip",
    version_tag: str = "",
    around: Circumstances = NOTHING_KNOWN,
    engine: Engine = _DEFAULT_ENGINE,
) -> Result:
    """Read `source` by the contract; leave the outputs in `work_dir`, which must be empty.

    `overrides` maps field names to header texts and wins over the contract's aliases; `version_tag`
    goes into the outputs' gzip header; `around` is evidence from outside the file. Raises OSError
    or `duckdb.Error` if disk or memory run out, `LostRecordsError` on a defect.
    """
    file = _File(source, work_dir, contract, overrides, compression, version_tag, around, engine)
    memory = engine.memory_mib
    try:
        opened = open_file(source, work_dir / "tables", contract.limits, memory, file.refusal_of)
    except FileRefused as refused:
        return refused_result(refused)
    choices = tuple(map(_choice, opened.notes))
    if len(opened.tables) == 1 and not opened.is_archive:
        return _with_choices(file.only_table(opened.tables[0]), choices)
    return combine([file.member(*each) for each in enumerate(opened.tables)], choices)


@dataclass(frozen=True, slots=True)
class _File:
    """A raw file, and how its tables are to be read and written."""

    source: Path
    work_dir: Path
    contract: Contract
    overrides: Mapping[str, str] | None
    compression: str
    version_tag: str
    around: Circumstances
    engine: Engine

    def refusal_of(self, path: Path, facts: Facts) -> FileRefused | None:
        """Return why a table cannot be read as orders, by its bytes and its header."""
        with tempfile.TemporaryDirectory(dir=self.work_dir) as folder:
            try:
                surveyed = survey(path, Path(folder), self.contract)
                find_records(surveyed, self.contract, self.overrides, facts)
            except FileRefused as refused:
                return refused
        return None

    def only_table(self, table: Table) -> Result:
        """Transform the table of a file with one; its outputs are those of the file."""
        folder = self.work_dir if table.path == self.source else self.work_dir / "read"
        return self._read(table, folder, self.around.name)

    def member(self, number: int, table: Table) -> Member:
        """Transform one of several tables, which has outputs of its own."""
        if table.refusal:
            return Member(table.name, refused_result(table.refusal))
        folder = self.work_dir / f"read-{number}"
        return Member(table.name, self._read(table, folder, f"{self.around.name}!{table.name}"))

    def _read(self, table: Table, folder: Path, name: str) -> Result:
        target = Target(folder, self.compression, self.version_tag)
        around = replace(self.around, name=name, facts=table.facts)
        job = TableJob(table.path, self.contract, self.overrides, target, around)
        return _with_choices(transform_table(job, self.engine), map(_choice, table.notes))


def _choice(note: Note) -> Choice[object]:
    """Return a note from opening the file as a choice about how it was read."""
    certainty = Certainty.DOUBTFUL if note.is_doubt else Certainty.PROVEN
    return Choice(
        name=note.name,
        value=note.value,
        certainty=certainty,
        evidence=note.evidence,
        remedy=note.remedy,
        notable=True,
    )


def _with_choices(result: Result, choices: Iterable[Choice[object]]) -> Result:
    return replace(result, choices=(*choices, *result.choices))
