"""Build or pull an image, and show the steps of a build that takes a while.

It knows how Docker's two builders write their steps, and nothing about what they build.
"""

import os
import re
import subprocess
import time
from collections import deque
from pathlib import Path

from orderlake.aws.local_instance import Say
from orderlake.errors import LocalAwsFailed

# A build with nothing to do is done by then, and reports nothing.
PATIENCE_SECONDS = 3.0
SHOWN_LINES = 12
# `Step 3/9 : RUN ...` of the classic builder, `#7 [libraries 3/9] RUN ...` of BuildKit, which
# repeats it whenever another step wrote in between.
STEP = re.compile(r"(?:Step (\d+/\d+) : |#\d+ \[(?:[\w-]+ )*(\d+/\d+)\] )(.+)")


def build(
    command: list[str],
    variables: dict[str, str],
    log: Path,
    say: Say,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Run a build; its output goes to the log, and its steps to `say` once patience has ended.

    Raises LocalAwsFailed with the last lines where it fails. An interrupt ends the build.
    """
    began = time.monotonic()
    last: deque[str] = deque(maxlen=SHOWN_LINES)
    told: set[str] = set()
    current = ""
    process = subprocess.Popen(
        command,
        env=os.environ | variables | {"BUILDKIT_PROGRESS": "plain"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process, log.open("w") as file:
        try:
            for line in process.stdout or ():
                file.write(line)
                last.append(line)
                current = step_of(line) or current
                if time.monotonic() - began > patience_seconds and current not in told:
                    if not told:
                        say(f"building the image; the first time takes minutes; log: {log}")
                    say(f"  {current}")
                    told.add(current)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise LocalAwsFailed("the image cannot be built", log, "".join(last).rstrip())


def step_of(line: str) -> str | None:
    """Return the step that a line of either builder's output begins, or None."""
    found = STEP.match(line)
    return f"{found[1] or found[2]} {found[3].strip()[:80]}" if found else None


def pull(command: list[str], variables: dict[str, str], log: Path, say: Say) -> None:
    """Run a pull; its output goes to the log. Raises LocalAwsFailed with its last lines."""
    say(f"fetching Trino's image, which takes minutes the first time; log: {log}")
    with log.open("w") as file:
        done = subprocess.run(
            command,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        told = log.read_text("utf-8", "replace").splitlines()[-SHOWN_LINES:]
        raise LocalAwsFailed("Trino's image cannot be fetched", log, "\n".join(told))
