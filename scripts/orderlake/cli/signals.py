"""A request to end and a closed terminal end a command as Ctrl-C does: it cleans up first.

So a time limit or a cancelled CI job leaves no unfinished file, and no query running in Athena.
"""

import signal
from types import FrameType

# What asks a program to end, and what Python does about it unless it is told otherwise.
REQUESTS = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
# The exit code of a program whose output nobody reads any more, as shells have it.
READER_ENDED = 128 + signal.SIGPIPE
_received: list[int] = []


def handle_requests_to_end() -> None:
    """Raise KeyboardInterrupt for each request; one that is ignored (nohup) stays ignored."""
    for number, default in REQUESTS.items():
        if signal.getsignal(number) == default:
            signal.signal(number, interrupt)


def interrupt(number: int, frame: FrameType | None) -> None:
    """End what the program does."""
    _received.append(number)
    raise KeyboardInterrupt


def is_stopped() -> bool:
    """Whether a request came: a library may turn its KeyboardInterrupt into an error of its own."""
    return bool(_received)


def exit_code() -> int:
    """Return the exit code of a stopped program: 128 and the signal's number, as shells have it."""
    return 128 + (_received[-1] if _received else signal.SIGINT)
