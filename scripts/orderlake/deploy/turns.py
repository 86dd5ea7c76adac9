"""Commands that change one deployment take turns, so a second command waits and says for which one.

This covers the commands of one checkout, by a lock that ends with its process. On a real account
CloudFormation itself allows only one operation on a stack at a time.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from orderlake.settings import Settings


@contextlib.contextmanager
def take_turns(settings: Settings, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Keep other commands of this checkout from changing the deployment until the block ends."""
    folder = settings.root / ".orderlake" / settings.env
    with turn(folder / f"{settings.prefix}.lock", doing, say):
        yield


@contextlib.contextmanager
def turn(path: Path, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file during the block; if another process holds it, name that and wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"{lock.read().strip() or 'another command'} is at work; waiting for its end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"{doing} (process {os.getpid()})")
        lock.flush()
        yield
