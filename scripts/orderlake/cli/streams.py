"""Prepare the three standard streams before a command runs. Imports nothing of this project.

Output is always UTF-8, because it is data: with another encoding, a letter outside of it would end
the command in the middle. A file name that is not UTF-8 is printed byte for byte.
"""

import io
import os
import sys


def settle_streams() -> None:
    """Open closed streams on /dev/null, and set the output's encoding to UTF-8."""
    # The next file that is opened would get a closed descriptor, and output would go into it.
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    # These stay open as long as the program runs.
    if sys.stdin is None:
        sys.stdin = os.fdopen(0, encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def silence_teardown() -> None:
    """Keep Python from printing errors in the destructors of objects.

    Ctrl-C in the middle of a call can leave a half-made connection; Python would print a traceback
    of its own while it drops it. A hook that another program has set, such as pytest's, stays.
    """
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda _: None
