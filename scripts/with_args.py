"""Run a command with the words of the variable ARGS after it: with_args.py COMMAND...

make passes ARGS in the environment, so that no shell ever reads it. Quotes hold words together, as
in a shell; no other character is special.
"""

import os
import shlex
import sys


def main() -> None:
    """Replace this process with the command."""
    try:
        words = shlex.split(os.environ.get("ARGS", ""))
    except ValueError as error:
        sys.exit(f"error: ARGS cannot be read: {error}\n  quotes come in pairs")
    command = [*sys.argv[1:], *words]
    os.execvp(command[0], command)  # noqa: S606 (what a make target runs)


if __name__ == "__main__":
    main()
