"""A job's process: its lines, its status, and its end with all that it started."""

import os
import sys
import time
from pathlib import Path

import psutil
from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.glue.jobs.process import JobProcess


def started(tmp_path: Path, code: str) -> tuple[JobProcess, list[str], list[str], GuardedGroups]:
    output: list[str] = []
    errors: list[str] = []
    folder = tmp_path / "run"
    folder.mkdir()
    groups = GuardedGroups(tmp_path / "guarded")
    process = JobProcess(
        [sys.executable, "-u", "-c", code],
        folder,
        {"PATH": os.environ["PATH"]},
        groups,
        (output.append, errors.append),
    )
    return process, output, errors, groups


def test_both_outputs_are_taken_line_by_line_and_the_status_is_told(tmp_path: Path) -> None:
    code = "import sys; print('a\\nb'); print('c', file=sys.stderr); sys.exit(4)"
    process, output, errors, groups = started(tmp_path, code)
    assert process.wait(20) == 4
    groups.close()
    assert (output, errors, list(process.last_errors)) == (["a", "b"], ["c"], ["c"])


def test_an_end_reaches_children_with_a_group_of_their_own(tmp_path: Path) -> None:
    child = "subprocess.Popen(['sleep', '600'], start_new_session=True)"
    code = f"import signal, subprocess, time; p = {child}; print(p.pid); time.sleep(600)"
    process, output, _, groups = started(tmp_path, code)
    while not output:
        assert process.wait(0.02) is None
    process.end()
    groups.close()
    while not is_gone(int(output[0])):  # the system ends it a little after the signal
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether a process has ended, also where nobody has asked for its status yet."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
