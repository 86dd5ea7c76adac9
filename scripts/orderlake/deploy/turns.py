"""Commands that change one deployment take turns, so a second command waits and says for which one.

It holds among the commands of one checkout, by a lock that ends with its process. On a real
account CloudFormation itself lets one operation at a time change a stack.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from orderlake.settings import Settings


@contextlib.contextmanager
def take_turns(settings: Settings, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Be the only one of this checkout that changes the deployment, until the block ends."""
    folder = settings.root / ".orderlake" / settings.env
    with turn(folder / f"{settings.prefix}.lock", doing, say):
        yield


@contextlib.contextmanager
def turn(path: Path, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock file for as long as the block takes; tell who holds it where one has to wait."""
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
