"""Ctrl-C in the middle of a statement: DuckDB itself checks for it only between its own steps."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

# Ctrl-C, and what ends a program like it.
REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 2.0


@contextlib.contextmanager
def stoppable(unfinished: Path | None = None) -> Iterator[None]:
    """Let Ctrl-C end the process if the block goes on for more than two seconds after it.

    One step of a cross join can take hours, an interrupted COPY of DuckDB 2.0 sometimes waits for
    its own threads for ever, and Python's handler waits for both. The block may write one file,
    `unfinished`, which is removed then. In other threads this does nothing, because only the main
    thread gets signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(reader, ended, unfinished), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(before)
        os.close(writer)
        watcher.join()
        os.close(reader)


def watch(reader: int, ended: threading.Event, unfinished: Path | None) -> None:
    """Wait for the signal; the end of the pipe means that none came."""
    while number := os.read(reader, 1):
        if number[0] in REQUESTS and not ended.wait(GRACE_SECONDS):
            sys.stderr.write("\nerror: stopped\n")
            sys.stderr.flush()
            if unfinished:
                unfinished.unlink(missing_ok=True)
            os._exit(128 + number[0])
