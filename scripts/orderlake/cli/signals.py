"""A request to end and a closed terminal end a command as Ctrl-C does: it cleans up first.

So a time limit or a cancelled CI job leaves no unfinished file, and no query running in Athena.
"""

import signal
from types import FrameType

# What asks a program to end, besides Ctrl-C, which Python handles in the same way.
REQUESTS = (signal.SIGTERM, signal.SIGHUP)
_received: list[int] = []


def handle_requests_to_end() -> None:
    """Raise KeyboardInterrupt for each request; one that is ignored (nohup) stays ignored."""
    for number in REQUESTS:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, interrupt)


def interrupt(number: int, frame: FrameType | None) -> None:
    """End what the program does."""
    _received.append(number)
    raise KeyboardInterrupt


def exit_code() -> int:
    """Return the exit code of a stopped program: 128 and the signal's number, as shells have it."""
    return 128 + (_received[-1] if _received else signal.SIGINT)
