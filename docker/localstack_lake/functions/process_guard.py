"""A small process that ends the functions which LocalStack left when it ended.

Run as a script with a folder as its argument. Its standard input, held open by LocalStack alone,
says `+PID` and `-PID` for process groups that begin and end. At end of input, however LocalStack
ended, it kills the groups that remain and removes the folder. Standard library only.
"""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable


def remaining_groups(lines: Iterable[str]) -> set[int]:
    """Return the groups that began and did not end, after the last line."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def main() -> None:
    """Wait for the end of input, then clear up."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    for group in remaining_groups(sys.stdin):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    shutil.rmtree(sys.argv[1], ignore_errors=True)


if __name__ == "__main__":
    main()
