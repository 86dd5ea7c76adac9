"""How commands print: lines for people, JSON for programs. Decides nothing."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from orderlake.cli.hints import current_settings, with_choices
from orderlake.cli.progress import beside_progress, waiting
from orderlake.cli.verbosity import is_quiet
from orderlake.wording import amount_text, count_text


def print_json(document: Mapping[str, Any] | list[Any]) -> None:
    """Print one JSON document; dates and paths as text."""
    click.echo(json.dumps(document, indent=2, default=str, ensure_ascii=False))


def note(line: str) -> None:
    """Print a line of progress to standard error, so that standard output stays the answer."""
    if not is_quiet():
        with beside_progress():
            click.echo(with_choices(line, current_settings()), err=True)


def print_line(line: str) -> None:
    """Print a line of the result, also while progress is displayed."""
    with beside_progress():
        click.echo(with_choices(line, current_settings()))


def rows_text(report: Mapping[str, Any]) -> str:
    """Return what became of a file's rows, by its report: counts, reject codes, sum, nulls."""
    counts = report["counts"]
    text = f"{count_text(counts['records'], 'record')}, {counts['accepted']:,} accepted, "
    text += f"{counts['rejected']:,} rejected"
    if codes := report.get("reject_codes"):
        text += f" ({', '.join(f'{code} {count:,}' for code, count in codes.items())})"
    if counts["blank"]:
        text += f", {counts['blank']:,} blank"
    text += f"; total {amount_text(report['sums']['total_amount'])}"
    for field, count in report.get("warnings", {}).items():
        text += f"; {field} unreadable in {count:,}, written as null"
    assumptions = report.get("assumptions", {})
    if above := assumptions.get("lines_above_header"):
        text += f"; {count_text(above, 'line')} above the header left out"
    return text


def choice_lines(report: Mapping[str, Any]) -> list[str]:
    """Return one indented line per choice that a person must hear of, by a file's report."""
    lines = []
    for choice in report.get("choices", ()):
        if choice["told"]:
            name = " of ".join(filter(None, (choice["name"], choice["field"])))
            line = f"  note: {name} is {choice['value']} ({choice['certainty']}): "
            line += choice["evidence"]
            lines.append(f"{line}; if wrong: {choice['remedy']}" if choice["remedy"] else line)
    return lines


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Show a step while it goes on (on a terminal), and print its time when it ended."""
    start = time.monotonic()
    with waiting(title):
        yield
    note(f"{title} ... {time.monotonic() - start:.1f} s")
