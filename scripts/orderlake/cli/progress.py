"""Progress of work longer than a second: on a terminal only, never in a pipe or with --quiet.

rich draws it on standard error, and is imported only when there is something to show.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from orderlake.cli.verbosity import NORMAL, has_color, level

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_SECONDS = 1.0
REDRAWS_PER_SECOND = 10

# A callback that takes how much is done, and the total.
Draw = Callable[[int, int], None]


class Display:
    """The progress of one piece of work; it appears after the work has taken a second."""

    def __init__(self, title: str, *, is_bar: bool, is_of_bytes: bool) -> None:
        self.title, self.is_bar, self.is_of_bytes = title, is_bar, is_of_bytes
        self.done, self.total = 0, 0
        self.lock = threading.RLock()
        self.is_over = False
        self.drawn: tuple[Progress, TaskID] | None = None

    def appear(self) -> None:
        """Begin to draw, unless the work is already done."""
        with self.lock:
            if self.is_over:
                return
            progress = make_progress(self.is_bar, self.is_of_bytes)
            self.drawn = progress, progress.add_task(self.title, total=self.total or None)
            progress.update(self.drawn[1], completed=self.done)
            progress.start()

    def update(self, done: int, total: int) -> None:
        """Update how far the work is."""
        with self.lock:
            is_next_task = done < self.done
            self.done, self.total = done, total
            if self.drawn:
                progress, task = self.drawn
                if is_next_task:
                    progress.reset(task)
                progress.update(task, completed=done, total=total or None)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Clear the line, so that text can be printed there, and go on below that text."""
        with self.lock:
            if self.drawn:
                self.drawn[0].stop()
            yield
            if self.drawn and not self.is_over:
                self.drawn[0].start()

    def end(self) -> None:
        """Clear the line for good."""
        with self.lock:
            self.is_over = True
            if self.drawn:
                self.drawn[0].stop()


_displays: list[Display] = []


def make_progress(is_bar: bool, is_of_bytes: bool) -> Progress:
    """Return what rich draws: a bar with an amount and the time left, or only the time so far."""
    from rich import progress
    from rich.console import Console

    columns: list[str | progress.ProgressColumn] = [progress.SpinnerColumn(), "{task.description}"]
    if is_of_bytes:
        columns += [progress.BarColumn(24), progress.DownloadColumn()]
        columns += [progress.TransferSpeedColumn(), progress.TimeRemainingColumn()]
    elif is_bar:
        columns += [progress.BarColumn(24), progress.MofNCompleteColumn()]
        columns += [progress.TimeElapsedColumn(), progress.TimeRemainingColumn()]
    else:
        columns.append(progress.TimeElapsedColumn())
    return progress.Progress(
        *columns,
        console=Console(file=sys.stderr, color_system=None if has_color() is False else "auto"),
        transient=True,
        refresh_per_second=REDRAWS_PER_SECOND,
        # The answer may go to a file while the progress goes to the terminal.
        redirect_stdout=False,
        redirect_stderr=False,
    )


def is_shown() -> bool:
    """Whether to show progress: on a terminal, with neither --quiet nor --verbose."""
    return level() == NORMAL and sys.stderr.isatty()


@contextmanager
def displayed(title: str, *, is_bar: bool, is_of_bytes: bool = False) -> Iterator[Draw]:
    """Display work while it goes on, once it has taken a second."""
    if not is_shown():
        yield lambda done, total: None
        return
    display = Display(title, is_bar=is_bar, is_of_bytes=is_of_bytes)
    timer = threading.Timer(PATIENCE_SECONDS, display.appear)
    timer.daemon = True
    timer.start()
    _displays.append(display)
    try:
        yield display.update
    finally:
        _displays.remove(display)
        timer.cancel()
        display.end()


def waiting(title: str) -> AbstractContextManager[Draw]:
    """Show that something goes on, and for how long, if it is unknown how much is left."""
    return displayed(title, is_bar=False)


def progress_bar(title: str) -> AbstractContextManager[Draw]:
    """Yield a callback that draws how many things of the total are done, and the time left."""
    return displayed(title, is_bar=True)


def progress_bar_of_bytes(title: str) -> AbstractContextManager[Draw]:
    """Yield a callback that draws how many bytes of the total are done, and the speed."""
    return displayed(title, is_bar=True, is_of_bytes=True)


@contextmanager
def beside_progress() -> Iterator[None]:
    """Print text while progress is displayed: the progress moves below the text."""
    if not _displays:
        yield
        return
    with _displays[-1].pause():
        yield
