"""How commands print: lines for people, JSON for programs."""

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from orderlake.cli.fold_lines import echo
from orderlake.cli.hints import current_settings, with_choices
from orderlake.cli.progress import beside_progress, waiting
from orderlake.cli.typed_command import typed_command
from orderlake.cli.verbosity import is_quiet


def print_json(document: Mapping[str, Any] | list[Any]) -> None:
    """Print one JSON document; dates and paths as text."""
    click.echo(json.dumps(document, indent=2, default=str, ensure_ascii=False))


def note(line: str) -> None:
    """Print a line of progress to standard error, so that standard output stays the answer."""
    if not is_quiet():
        with beside_progress():
            echo(with_words(line), is_error=True)


def with_words(line: str) -> str:
    """Return a line whose commands are those to type: with the user's choices, as they came."""
    return typed_command().as_typed(with_choices(line, current_settings()))


def suggest(command: str) -> None:
    """Name the command to type next, unless the same make runs it anyway."""
    goals = os.environ.get("MAKECMDGOALS", "").split()
    if not set(re.findall(r"[a-z-]+", command)) & set(goals):
        note(f"next: {command}")


def print_line(line: str) -> None:
    """Print a line of the result, even while progress is displayed."""
    with beside_progress():
        echo(with_words(line))


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Show a step while it runs (on a terminal), and print its time at its end."""
    start = time.monotonic()
    with waiting(title):
        yield
    note(f"{title} ... {time.monotonic() - start:.1f} s")
