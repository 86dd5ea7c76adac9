"""Ctrl-C while DuckDB works: one line, exit code 130, nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from athena_sql.errors import QueryFailed
from athena_sql.running.query import failure
from orderlake.cli.ended_command import run_to_exit_code
from orderlake.engines.interrupt import stoppable

# A shell starts what runs in its background with the signal ignored.
HEAR = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
CROSS_JOIN = """
import duckdb, sys
from orderlake.cli.ended_command import run_to_exit_code
from orderlake.engines.interrupt import stoppable
db = duckdb.connect()
db.execute("create table t as select range as i from range(100000)")
def main(**_):
    print("ready", flush=True)
    with stoppable():
        db.execute("select sum(a.i * b.i * c.i) from t a cross join t b cross join t c")
sys.exit(run_to_exit_code(main))
"""
QUICK_TO_STOP = """
import time
from orderlake.engines.interrupt import stoppable
print("ready", flush=True)
try:
    with stoppable():
        time.sleep(60)
except KeyboardInterrupt:
    time.sleep(3)
    print("went on")
"""


# One step that never ends and never hears of a signal, as a stuck COPY.
STUCK_WRITING = """
import ctypes, pathlib, sys
from orderlake.engines.interrupt import stoppable
part = pathlib.Path(sys.argv[1])
with stoppable(unfinished=part):
    part.write_text("half")
    print("ready", flush=True)
    mutex = ctypes.create_string_buffer(64)
    library = ctypes.CDLL(None)
    library.pthread_mutex_lock(mutex)
    library.pthread_mutex_lock(mutex)
"""


def start(code: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEAR + code, *arguments],
        env=os.environ | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, out, err


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)  # what comes next has no output of its own


def test_a_statement_ends_whether_it_hears_of_it_or_not() -> None:
    process = start(CROSS_JOIN)
    wait_until_ready(process)
    code, _, err = interrupt(process)
    assert (code, err.strip()) == (130, "error: stopped")


def test_a_step_that_never_ends_leaves_no_unfinished_file(tmp_path: Path) -> None:
    part = tmp_path / "part"
    process = start(STUCK_WRITING, str(part))
    wait_until_ready(process)
    assert part.exists()
    code, _, err = interrupt(process)
    assert (code, err.strip(), part.exists()) == (130, "error: stopped", False)


def test_what_hears_it_in_time_goes_on() -> None:
    process = start(QUICK_TO_STOP)
    wait_until_ready(process)
    assert interrupt(process) == (0, "went on\n", "")


def test_nothing_is_left_of_the_watch() -> None:
    threads = threading.active_count()
    with stoppable():
        assert threading.active_count() == threads + 1
    assert threading.active_count() == threads
    assert signal.set_wakeup_fd(-1) == -1


def test_in_other_threads_there_is_no_watch() -> None:
    counts: list[int] = []

    def work() -> None:
        with stoppable():
            counts.append(threading.active_count())

    threads = threading.active_count()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert counts == [threads + 1]


def test_duckdbs_own_end_of_a_statement_is_not_a_bug_of_ours() -> None:
    def main(**_: object) -> None:
        raise RuntimeError("Query interrupted")

    assert run_to_exit_code(main) == 130


def test_ctrl_c_within_a_query_is_not_an_answer_that_failed() -> None:
    """A report would go on without that answer."""
    with pytest.raises(KeyboardInterrupt):
        failure(RuntimeError("Query interrupted"))
    assert isinstance(failure(duckdb.InterruptException("INTERRUPT Error")), QueryFailed)


def test_a_transform_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    source, out, work = tmp_path / "orders.csv", tmp_path / "out", tmp_path / "work"
    work.mkdir()
    rows = "".join(f"p{number % 99},{number % 70}.25,{number % 9 + 1}\n" for number in range(10**6))
    source.write_text("sku,price,quantity\n" + rows, "utf-8")
    command = ["transform", str(source), "--out", str(out)]
    process = start("from orderlake.cli import main; main()", *command, TMPDIR=str(work))
    while not list(work.glob("orderlake-*/processed")) and process.poll() is None:
        time.sleep(0.01)
    code, text, err = interrupt(process)
    assert (code, text) == (130, "")
    assert err.strip() == "error: stopped"
    assert not out.exists()
    assert list(work.iterdir()) == []
