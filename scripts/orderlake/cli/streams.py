"""The three standard streams, settled before a command runs. Imports nothing of this project.

Output is UTF-8 whatever the terminal is said to take: it is data, and a letter that it could not
hold would end the command in the middle. A file name that is no UTF-8 is printed byte for byte.
"""

import io
import os
import sys


def settle_streams() -> None:
    """Open what the caller closed, on nothing, and have the output be UTF-8."""
    # A closed descriptor would be given to the next file that is opened, and print into that.
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 (lives as long as the program)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def silence_teardown() -> None:
    """Keep Python from printing errors of objects that are being thrown away.

    Ctrl-C in the middle of a call can leave a half-made connection; Python would print a traceback
    of its own while it drops it. Whoever has a hook of their own, such as pytest, keeps it.
    """
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda _: None
