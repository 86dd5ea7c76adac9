"""A command run in a terminal of its own, and what its screen then shows, as an SVG picture."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, LINES = 92, 40
# The pages that rich's pictures fetch their font from are not there without a network.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
WIPED = re.compile(r".*\x1b\[K", re.DOTALL)


def run_in_terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Return all that a command writes to a terminal; raises CalledProcessError if it fails."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    written = b""
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=follower, stdout=follower, stderr=follower
    ) as process:
        os.close(follower)
        # Linux tells the end of a terminal by an error, others by nothing more to read.
        try:
            while part := os.read(leader, 65536):
                written += part
        except OSError:
            pass
    os.close(leader)
    text = written.decode()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, text)
    return text


def screen_of(text: str) -> str:
    """Return what is left on the screen: a line that was wiped shows only what came after."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(WIPED.sub("", line) for line in lines).replace("\r", "")


def draw_terminal(screen: str, title: str) -> str:
    """Return a screen as an SVG picture that names nothing outside itself."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(screen))
    svg = console.export_svg(title=title, unique_id="terminal")
    return FONT_FACE.sub("", svg).replace("Fira Code", "ui-monospace, Menlo, Consolas")
