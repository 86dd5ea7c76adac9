"""Write what a real Trino answers to many statements, for the tests that replay it every day.

`python -m tests.trino.record_answers` writes `grid.jsonl.gz` and `analysts.jsonl.gz` anew, after
functions or templates changed. The server is asked only what a recording does not hold yet; a
statement that is no longer asked goes. The whole grid takes some ten minutes.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.trino.server import ROOT, running

for folder in (ROOT / "tests" / "fixtures", ROOT / "queries", ROOT / "scripts"):
    sys.path.insert(0, str(folder))

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


def grid_entry(sql: str, answer: dict[str, Any]) -> Entry:
    """Return a statement with its types and rows, unless Trino refused it."""
    return [sql] if "error" in answer else [sql, answer["types"], answer["rows"]]


def analysts_entry(sql: str, answer: dict[str, Any]) -> Entry:
    """Return a statement with its names, types and rows, or with Trino's error."""
    if "error" in answer:
        return [sql, answer["error"]]
    return [sql, answer["names"], answer["types"], answer["rows"]]


def read_recording(path: Path) -> dict[str, Entry]:
    """Return the entries of a recording by their statements."""
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {entry[0]: entry for entry in map(json.loads, lines)}


def write_recording(path: Path, entries: Iterator[Entry]) -> None:
    """Write entries as compressed lines, the same bytes for the same entries."""
    lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def record(url: str, recording: Recording) -> int:
    """Ask what a recording lacks, write it, and return how many statements were asked."""
    from tests.trino.asking import ask

    known = read_recording(recording.path)
    missing = [sql for sql in recording.statements if sql not in known]
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        answers = pool.map(lambda sql: ask(url, sql, recording.schema), missing)
        for sql, answer in zip(missing, answers, strict=True):
            known[sql] = recording.entry(sql, answer)
    write_recording(recording.path, (known[sql] for sql in recording.statements))
    return len(missing)


def recordings() -> tuple[Recording, ...]:
    """Return all recordings that this writes."""
    import analyst_statements
    import sql_grid
    from trino_orders import FOLDER

    analysts = analyst_statements.statements()
    return (
        Recording(FOLDER / "grid.jsonl.gz", sql_grid.statements(), grid_entry),
        Recording(analyst_statements.RECORDING, analysts, analysts_entry, "analysts"),
    )


def main() -> None:
    """Start a server and write all recordings."""
    import analyst_statements

    from tests.trino.asking import make_orders

    folder = Path(tempfile.mkdtemp())
    with running(folder / "server", {"memory": {"connector.name": "memory"}}) as url:
        make_orders(url, analyst_statements.COLUMNS, analyst_statements.ROWS, "analysts")
        for recording in recordings():
            asked = record(url, recording)
            print(f"{recording.path.name}: {len(recording.statements)}, {asked} asked now")


if __name__ == "__main__":
    main()
