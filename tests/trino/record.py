"""Write what a real Trino answers to many statements, for the tests that replay it every day.

`PYTHONPATH=docker:tests/fixtures .venv/bin/python -m tests.trino.record` asks the statements that a
recording lacks, after statements, templates or functions were added; a statement that is no longer
asked goes. With `--all` it asks every one again, which takes some twenty minutes.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import analyst_statements
import sql_grid
import trino_orders
from localstack_lake.trino.server import VERSION

from tests.trino.asking import ask, make_orders
from tests.trino.server import Trino, running

ASKED_AT_ONCE = 3
# One entry per line: the statement, then what was answered.
type Entry = list[Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of answers: its statements, and what it keeps of each answer."""

    path: Path
    statements: Sequence[str]
    entry: Callable[[str, dict[str, Any]], Entry]
    schema: str = "default"

    def read(self) -> dict[str, Entry]:
        """Return the entries by their statements."""
        if not self.path.is_file():
            return {}
        with gzip.open(self.path, "rt", encoding="utf-8") as lines:
            return {entry[0]: entry for entry in map(json.loads, lines)}

    def write(self, entries: Iterable[Entry]) -> None:
        """Write entries as compressed lines, the same bytes for the same entries."""
        lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
        self.path.write_bytes(gzip.compress(lines.encode(), mtime=0))


class OrderRecording(Recording):
    """The recording of single statements, as JSON with Trino's version."""

    def read(self) -> dict[str, Entry]:
        """Return the entries by their statements."""
        return {sql: [sql, answer] for sql, answer in trino_orders.recorded()["answers"].items()}

    def write(self, entries: Iterable[Entry]) -> None:
        """Write one line per statement."""
        lines = (": ".join(json.dumps(part, ensure_ascii=False) for part in e) for e in entries)
        text = ",\n".join(lines)
        self.path.write_text(f'{{"trino": "{VERSION}", "answers": {{\n{text}\n}}}}\n', "utf-8")


def without_names(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as the recording of single statements keeps it."""
    return {part: value for part, value in answer.items() if part != "names"}


def order_entry(sql: str, answer: dict[str, Any]) -> Entry:
    """Return a statement with its types and rows, or with Trino's error."""
    return [sql, without_names(answer)]


def grid_entry(sql: str, answer: dict[str, Any]) -> Entry:
    """Return a statement with its types and rows, unless Trino refused it."""
    return [sql] if "error" in answer else [sql, answer["types"], answer["rows"]]


def analysts_entry(sql: str, answer: dict[str, Any]) -> Entry:
    """Return a statement with its names, types and rows, or with Trino's error."""
    if "error" in answer:
        return [sql, answer["error"]]
    return [sql, answer["names"], answer["types"], answer["rows"]]


def record(trino: Trino, recording: Recording, *, is_all: bool) -> int:
    """Ask what a recording lacks, or all; write it, and return how many statements were asked."""
    known = {} if is_all else recording.read()
    missing = [sql for sql in recording.statements if sql not in known]
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        answers = pool.map(lambda sql: ask(trino, sql, recording.schema), missing)
        for sql, answer in zip(missing, answers, strict=True):
            known[sql] = recording.entry(sql, answer)
    recording.write(known[sql] for sql in recording.statements)
    return len(missing)


def recordings() -> tuple[Recording, ...]:
    """Return all recordings that this writes."""
    analysts = analyst_statements.statements()
    grid = trino_orders.FOLDER / "grid.jsonl.gz"
    return (
        OrderRecording(trino_orders.RECORDING, trino_orders.statements(), order_entry),
        Recording(analyst_statements.RECORDING, analysts, analysts_entry, "analysts"),
        Recording(grid, sql_grid.statements(), grid_entry),
    )


def main() -> None:
    """Start a server and write all recordings."""
    with running(Path(tempfile.mkdtemp())) as trino:
        make_orders(trino)
        make_orders(trino, analyst_statements.COLUMNS, analyst_statements.ROWS, "analysts")
        for recording in recordings():
            asked = record(trino, recording, is_all="--all" in sys.argv[1:])
            print(f"{recording.path.name}: {len(recording.statements)}, {asked} asked now")


if __name__ == "__main__":
    main()
