"""Commands that change one deployment wait for each other, and say for whom."""

import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

from orderlake.deploy.turns import turn

FORK = multiprocessing.get_context("fork")


def hold(path: Path, pipe: Connection) -> None:
    with turn(path, "deploy", lambda _: None):
        pipe.send("held")
        pipe.recv()


def test_a_second_waits_and_says_for_whom(tmp_path: Path) -> None:
    path, said = tmp_path / "local" / "shop.lock", []
    ours, theirs = FORK.Pipe()
    holder = FORK.Process(target=hold, args=(path, theirs))
    holder.start()
    assert ours.recv() == "held"

    def say(line: str) -> None:
        said.append(line)
        ours.send("go on")

    with turn(path, "destroy", say):
        holder.join(10)
        assert not holder.is_alive()
    assert said == [f"deploy (process {holder.pid}) is at work; waiting for its end"]


def test_one_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "shop.lock"
    ours, theirs = FORK.Pipe()
    holder = FORK.Process(target=hold, args=(path, theirs))
    holder.start()
    assert ours.recv() == "held"
    holder.kill()
    holder.join()
    start = time.monotonic()
    with turn(path, "destroy", lambda _: None):
        assert str(os.getpid()) in path.read_text()
    assert time.monotonic() - start < 5
