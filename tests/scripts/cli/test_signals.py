"""A request to end and a closed terminal end a command as Ctrl-C does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("orderlake")


def start(folder: Path, *words: str, hangup: int = signal.SIG_DFL) -> subprocess.Popen[str]:
    """Start a command in a folder, with or without ears for a closed terminal."""

    def settle() -> None:
        # A shell's background makes what it starts deaf to Ctrl-C.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, hangup)

    return subprocess.Popen(
        [PROGRAM, *words],
        cwd=folder,
        env=os.environ | {"ORDERLAKE_ROOT": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=settle,
    )


def wait_for_unfinished(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not list(folder.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_stop_it_leaves_no_unfinished_file(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = start(tmp_path, "sample", "--rows", "5000000", "--out", "sample.csv")
    wait_for_unfinished(tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (128 + number, "", "error: stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_makes_an_error_of_ctrl_c_is_not_taken_for_a_bug(tmp_path: Path) -> None:
    code = """if True:
        import os, signal, sys
        import orderlake.cli as command_line
        def main(*args, **kwargs):
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            except KeyboardInterrupt:
                raise SyntaxError("can't load unicodedata module")
        command_line.click.Group.main = main
        command_line.main([])
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (143, "error: stopped")


def test_what_runs_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    words = ("sample", "--rows", "300000", "--out", "sample.csv")
    process = start(tmp_path, *words, hangup=signal.SIG_IGN)
    wait_for_unfinished(tmp_path)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert (tmp_path / "sample.csv").exists()
