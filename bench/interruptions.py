"""Commands that are stopped at random moments, and what has to hold after each of them.

The next command works, `status` is true, a second try of the same command succeeds, and Ctrl-C
leaves no unfinished file.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drawn_commands import COMMANDS, COUNT, Command
from interrupted_shop import (
    Ended,
    Shop,
    any_file,
    check_status,
    read_back,
    rebuild,
    stand_up,
    write_files,
)

SHARE_READ_BACK = 0.05
SHARE_AGAIN = 0.2
# How often the command after one that opens no connection opens none, too.
SHARE_OFFLINE = 0.8
SIGNALS = (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


@dataclass
class Interrupted:
    """Figures of many interruptions, and every fault as a text that tells how to see it again."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def interrupt_at_random(shop: Shop, count: int, limit_seconds: float) -> Interrupted:
    """Stop commands at random moments; after each, look at everything that has to hold.

    It ends after so many interruptions, or once the time is over.
    """
    found, end = Interrupted(), time.monotonic() + limit_seconds
    seconds = {command.words: command.seconds for command in COMMANDS}
    weights = [command.weight for command in COMMANDS]
    for number in range(count):
        if time.monotonic() > end:
            break
        (command,) = shop.chance.choices(COMMANDS, weights)
        write_files(shop)
        interrupt_once(shop, command, seconds, found, str(number))
    return found


def interrupt_once(
    shop: Shop,
    command: Command,
    seconds: dict[tuple[str, ...], float],
    found: Interrupted,
    title: str,
) -> None:
    """Stop one command, and note in `found` how it ended and what does not hold after it.

    `seconds` has how long each command takes; it learns from those that were not stopped.
    """
    words = [word.format(file=any_file(shop)) for word in command.words]
    kind = shop.chance.choice(SIGNALS)
    moment = shop.chance.random() * seconds[command.words] * 1.2
    before = unfinished(shop.root)
    ended = shop.run(*words, stop=(moment, kind))
    is_stopped = ended.code in (-kind, 128 + kind, 130)
    found.counts[kind.name if is_stopped else "ended before"] += 1
    if not is_stopped:
        seconds[command.words] = (seconds[command.words] + ended.seconds) / 2
    told = f"{title}: {' '.join(words)}, {kind.name} after {moment:.2f} s, code {ended.code}"
    try:
        check_ending(ended, is_stopped, command)
        if kind is not signal.SIGKILL and (left := unfinished(shop.root) - before):
            raise AssertionError(f"left {sorted(left)}")
        check_after(shop, command, words)
    except AssertionError as fault:
        found.faults.append(f"{told}: {fault}")
        sys.stderr.write(f"fault {told}: {fault}\n")
        sys.stderr.flush()
        rebuild(shop)


def check_ending(ended: Ended, is_stopped: bool, command: Command) -> None:
    """A command that was stopped says at most a line; one that was not did its work."""
    assert "Traceback" not in ended.text, ended.text
    assert "please report it" not in ended.text, ended.text
    assert is_stopped or ended.code in command.endings, ended.text


def check_after(shop: Shop, command: Command, words: Sequence[str]) -> None:
    """The next command works, and what `status` tells is true."""
    is_again = shop.chance.random() < SHARE_AGAIN and command.words[0] not in ("destroy", "demo")
    if is_again and command.words != ("local", "down"):
        if not command.is_offline:
            stand_up(shop)
        check_ending(shop.run(*words), False, command)
    if command.is_offline and shop.chance.random() < SHARE_OFFLINE:
        ended = shop.run(*COUNT, "--offline")
        assert ended.code == 0, f"query, code {ended.code}: {ended.text}"
        return
    check_status(stand_up(shop))
    if shop.chance.random() < SHARE_READ_BACK:
        read_back(shop)


def unfinished(root: Path) -> set[str]:
    """Return the unfinished files below a folder; what the local AWS writes is its own."""
    own = (root / ".orderlake" / "local", root / ".tools")
    return {
        str(path)
        for folder, _, names in os.walk(root)
        for path in (Path(folder) / name for name in names)
        if path.suffix in (".part", ".partial") and not any(map(path.is_relative_to, own))
    }
