"""A progress bar for work longer than a second: on a terminal only, never in a pipe."""

import sys
import time
from collections.abc import Callable

PATIENCE_SECONDS = 1.0
CELLS = 30


def progress_bar(title: str) -> Callable[[int, int], None]:
    """Return a callback that draws (done, total) on standard error."""
    if not sys.stderr.isatty():
        return lambda done, total: None
    start = time.monotonic()

    def draw(done: int, total: int) -> None:
        if time.monotonic() - start < PATIENCE_SECONDS or not total:
            return
        filled = CELLS * done // total
        bar = "█" * filled + "░" * (CELLS - filled)
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r{title} {bar} {done:,}/{total:,}{end}")
        sys.stderr.flush()

    return draw
