"""A big answer is written as it comes: ten times the rows take no more memory, whole processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sql_lake import mirror_with

pytestmark = pytest.mark.long
LINES = "".join(
    f'{{"product_id":"P-{n}","quantity":{n},"total_amount":{n}.5}}\n' for n in range(1000)
)
SQL = """
    select o.product_id, cast(t.n as varchar) as note, o.quantity, o.total_amount
    from processed_orders as o cross join unnest(sequence(1, {})) as t(n)
"""
ROWS = 60_000
# What the same answers take where somebody keeps their rows.
HOLDING = """if True:
    import sys
    from pathlib import Path
    from orderlake.engines import QueryRequest
    from orderlake.engines.duckdb_engine import open_duckdb
    from orderlake.mirror.store import MirrorStore
    from sql_lake import ALIASES
    with open_duckdb(MirrorStore(Path(sys.argv[1])), ALIASES) as engine:
        print(len(list(engine.answer(QueryRequest("-e", sys.argv[2])).rows)))
"""
# A process begins with the peak of the one that started it, and pytest's is high: so a small one
# starts and measures it.
MEASURE = """if True:
    import os, sys
    process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(process, 0)
    print(usage.ru_maxrss, file=sys.stderr)
    sys.exit(os.waitstatus_to_exitcode(status))
"""
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    mirror_with(mirror_of(tmp_path), {"a.json": LINES})
    return tmp_path


def mirror_of(project: Path) -> Path:
    return project / ".orderlake" / "mirror" / "local" / "shop"


def peak_bytes(project: Path, *command: str) -> tuple[int, int]:
    """The most memory that a process held, and how many lines it wrote."""
    environment = os.environ | {"ORDERLAKE_ROOT": str(project), "PYTHONPATH": str(FIXTURES)}
    out = project / "out"
    with out.open("wb") as handle:
        measured = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, sys.executable, *command],
            env=environment,
            stdout=handle,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
        )
    with out.open("rb") as handle:
        lines = sum(1 for _ in handle)
    return int(measured.stderr.splitlines()[-1]) * 1024, lines


def growth(project: Path, *command: str) -> tuple[float, list[int]]:
    """How many times the memory ten times the rows take, and the lines of both.

    The peak of one and the same command differs by a third from run to run, as DuckDB's threads
    meet; rows that are kept are held in every run. So the smallest of three peaks counts.
    """
    sizes = (ROWS, 10 * ROWS)
    asked = [SQL.format(size // 1000) for size in sizes]
    peak_bytes(project, *command, asked[0])  # fills the cache
    (one, some), (other, many) = (
        min(peak_bytes(project, *command, sql) for _ in range(3)) for sql in asked
    )
    return other / one, [some, many]


@pytest.mark.parametrize(("form", "header"), [("csv", 1), ("jsonl", 0)])
def test_ten_times_the_rows_take_no_more_memory(project: Path, form: str, header: int) -> None:
    command = ("-m", "orderlake", "query", "--offline", "--format", form, "-e")
    ratio, lines = growth(project, *command)
    assert lines == [ROWS + header, 10 * ROWS + header]
    assert ratio < 1.3


def test_rows_that_are_kept_would_be_seen(project: Path) -> None:
    ratio, _ = growth(project, "-c", HOLDING, str(mirror_of(project)))
    assert ratio > 1.6
