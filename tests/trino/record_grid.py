"""Write `grid.jsonl.gz` anew: `python -m tests.trino.record_grid`, after the functions changed.

The server is asked only what the recording does not hold yet; a statement that is no longer in the
grid goes. The whole grid takes some ten minutes.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.trino.server import ROOT, running

for folder in (ROOT / "tests" / "fixtures", ROOT / "queries", ROOT / "scripts"):
    sys.path.insert(0, str(folder))

ASKED_AT_ONCE = 3
# One entry per line: the statement, then types and rows unless Trino refused it.
type Entry = list[Any]


def read_recording(path: Path) -> dict[str, Entry]:
    """Return the entries of a recording by their statements."""
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {entry[0]: entry for entry in map(json.loads, lines)}


def record(url: str, statements: list[str]) -> Iterator[Entry]:
    """Yield the entry of each statement, in order."""
    from tests.trino.asking import ask

    def entry_of(sql: str) -> Entry:
        answer = ask(url, sql)
        return [sql] if "error" in answer else [sql, answer["types"], answer["rows"]]

    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        yield from pool.map(entry_of, statements)


def write_recording(path: Path, entries: Iterator[Entry]) -> None:
    """Write entries as compressed lines, the same bytes for the same entries."""
    lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def main() -> None:
    import sql_grid
    from trino_orders import FOLDER

    path = FOLDER / "grid.jsonl.gz"
    known, wanted = read_recording(path), sql_grid.statements()
    missing = [sql for sql in wanted if sql not in known]
    if missing:
        folder = Path(tempfile.mkdtemp())
        with running(folder / "server", {"memory": {"connector.name": "memory"}}) as url:
            known |= {entry[0]: entry for entry in record(url, missing)}
    write_recording(path, (known[sql] for sql in wanted))
    print(f"{len(wanted)} statements, {len(missing)} of them asked now")


if __name__ == "__main__":
    main()
