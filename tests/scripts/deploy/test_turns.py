"""Commands that change one deployment wait for each other, and say for whom."""

import os
import subprocess
import sys
import time
from pathlib import Path

from orderlake.deploy.turns import turn

# Holds the lock until it is told to go on.
HOLD = """
import sys
from pathlib import Path
from orderlake.deploy.turns import turn

with turn(Path(sys.argv[1]), "deploy", lambda _: None):
    print("held", flush=True)
    input()
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_waits_and_says_for_whom(tmp_path: Path) -> None:
    path, said = tmp_path / "local" / "shop.lock", []
    with start_holder(path) as holder:

        def say(line: str) -> None:
            said.append(line)
            assert holder.stdin is not None
            print("go on", file=holder.stdin, flush=True)

        with turn(path, "destroy", say):
            assert holder.wait(10) == 0
    assert said == [f"deploy (process {holder.pid}) is at work; waiting for its end"]


def test_one_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "shop.lock"
    with start_holder(path) as holder:
        holder.kill()
    start = time.monotonic()
    with turn(path, "destroy", lambda _: None):
        assert str(os.getpid()) in path.read_text()
    assert time.monotonic() - start < 5
