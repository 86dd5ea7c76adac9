"""Run a command with the words of the variable ARGS after it: with_args.py COMMAND...

make hands ARGS over in the environment, so that no shell ever reads it; quotes in it hold words
together, as in a shell, and nothing else in it means anything.
"""

import os
import shlex
import sys


def main() -> None:
    """Become the command."""
    try:
        words = shlex.split(os.environ.get("ARGS", ""))
    except ValueError as error:
        sys.exit(f"error: ARGS cannot be read: {error}\n  quotes come in pairs")
    command = [*sys.argv[1:], *words]
    os.execvp(command[0], command)  # noqa: S606 (what a make target runs)


if __name__ == "__main__":
    main()
