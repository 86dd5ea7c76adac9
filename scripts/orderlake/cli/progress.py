"""Progress of work longer than a second: on a terminal only, never in a pipe, never when quiet."""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orderlake.cli.verbosity import NORMAL, level

PATIENCE_SECONDS = 1.0
REDRAW_SECONDS = 0.1
CELLS = 24
WIPE = "\r\033[K"
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

Amount = Callable[[float], str]


def is_shown() -> bool:
    """Whether anybody watches: a terminal that is to show the usual, and only that."""
    return level() == NORMAL and sys.stderr.isatty()


def count(amount: float) -> str:
    """Return a number of things."""
    return f"{amount:,.0f}" if amount >= 10 or amount == round(amount) else f"{amount:.1f}"


def progress_bar(title: str, amount: Amount = count) -> Callable[[int, int], None]:
    """Return a callback that draws (done, total), with rate and remaining time.

    `amount` words a number of what is counted, as a size in bytes.
    """
    if not is_shown():
        return lambda done, total: None
    start = drawn = time.monotonic()
    before = 0

    def draw(done: int, total: int) -> None:
        nonlocal drawn, start, before
        now = time.monotonic()
        # Less than before is the next of several tasks, which has its own rate.
        start, before = (now if done < before else start), done
        is_over = done >= total
        if now - start < PATIENCE_SECONDS or not total:
            return
        if not is_over and now - drawn < REDRAW_SECONDS:
            return
        drawn = now
        put(WIPE if is_over else WIPE + bar_line(title, done, total, now - start, amount))

    return draw


def bar_line(title: str, done: int, total: int, seconds: float, amount: Amount = count) -> str:
    """Return a bar as a line that fits the terminal."""
    filled = min(CELLS * done // total, CELLS)
    bar = "█" * filled + "░" * (CELLS - filled)
    rate = done / seconds if seconds else 0.0
    left = f", {duration((total - done) / rate)} left" if rate else ""
    text = f"{title} {bar} {amount(done)}/{amount(total)} ({amount(rate)}/s{left})"
    return fit(text)


def fit(text: str) -> str:
    """Return a text cut to the terminal, so that wiping the line wipes all of it."""
    return text[: max(shutil.get_terminal_size().columns - 1, 10)]


def duration(seconds: float) -> str:
    """Return a time to wait: 8 s, 2 min 5 s, 1 h 20 min."""
    whole = max(round(seconds), 1)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def put(text: str) -> None:
    """Write to standard error at once."""
    sys.stderr.write(text)
    sys.stderr.flush()


def wipe_line() -> None:
    """Clear what progress left in the line, so that text can take its place."""
    if is_shown():
        put(WIPE)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Show that something goes on, and for how long, where nobody can tell how much is left."""
    if not is_shown():
        yield
        return
    is_over = threading.Event()
    thread = threading.Thread(target=spin, args=(title, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def spin(title: str, is_over: threading.Event) -> None:
    """Draw until it is over, from the first second on; leaves the line empty."""
    start = time.monotonic()
    if is_over.wait(PATIENCE_SECONDS):
        return
    turn = 0
    while not is_over.wait(REDRAW_SECONDS):
        turn += 1
        sign = SPINNER[turn % len(SPINNER)]
        put(WIPE + fit(f"{sign} {title} {duration(time.monotonic() - start)}"))
    put(WIPE)
