"""Lines for a terminal, broken between words instead of in the middle of one.

A command to type, and an option with its value, stay on one line, so that they can be copied.
"""

import re
import shutil
import sys
from typing import TextIO

import click

from orderlake.cli.typed_command import GOALS

# A narrower terminal folds by itself.
LEAST_WIDTH = 40
# A command up to the end of its clause, an option with a value in quotes, or a word.
PIECE = re.compile(
    rf"""(?:[A-Z_]+=\S+\ )*(?:make\ (?:-C\ \S+\ )?(?:{GOALS}|spark)|(?:\S*/)?orderlake\ [a-z]+)
        (?![\w-])[^&;,:)\n]*[;,:)]*
    |--[a-z-]+[ ]\S*"[^"]*"\S*
    |\S+""",
    re.VERBOSE,
)
# What a line begins with: spaces, or one label or two with at least two spaces after each.
BEGINNING = re.compile(r"\s*(?:\S+\s{2,}){0,2}")


def fold(text: str, width: int) -> str:
    """Return a text whose lines fit a width, as far as their words do. Pure.

    Further lines are indented: below the text beside a label, else by two more than the line.
    """
    if width < LEAST_WIDTH:
        return text
    return "\n".join(fold_line(line, width) for line in text.split("\n"))


def fold_line(line: str, width: int) -> str:
    """Return a line as several that fit a width. Pure."""
    if cell_length(line) <= width:
        return line
    match = BEGINNING.match(line)
    beginning = match[0] if match else ""
    has_label = bool(beginning.strip())
    indent = cell_length(beginning) + (0 if has_label else 2)
    indent = indent if indent <= width // 2 else 2
    lines, used, is_first = [beginning], cell_length(beginning), True
    for piece in (found[0].rstrip() for found in PIECE.finditer(line, len(beginning))):
        gap = 0 if is_first else 1
        length = cell_length(piece)
        if not is_first and used + gap + length > width:
            lines.append(" " * indent)
            used, gap = indent, 0
        lines[-1] += " " * gap + piece
        used += gap + length
        is_first = False
    return "\n".join(lines)


def cell_length(text: str) -> int:
    """Return how many columns of a terminal a text takes, without its colours."""
    plain = click.unstyle(text)
    if plain.isascii():
        return len(plain)
    from rich.cells import cell_len

    return cell_len(plain)


def fold_for(stream: TextIO, text: str) -> str:
    """Return the text as a stream shows it: folded on a terminal, else as it is."""
    return fold(text, shutil.get_terminal_size().columns) if stream.isatty() else text


def echo(text: str, *, is_error: bool = False, color: bool | None = None) -> None:
    """Print a text, folded on a terminal."""
    stream = sys.stderr if is_error else sys.stdout
    click.echo(fold_for(stream, text), err=is_error, color=color)
