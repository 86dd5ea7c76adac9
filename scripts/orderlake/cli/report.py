"""The command report. It parses, gathers the data, and writes one file or serves it."""

from __future__ import annotations

import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.hints import with_choices
from orderlake.cli.out_file import STANDARD_OUTPUT, out_file
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.errors import WrongUse
from orderlake.settings import Settings
from orderlake.wording import size_text

if TYPE_CHECKING:
    from orderlake.report.gather import Report


@click.command()
@options.environment_or_offline
@click.option("--out", type=click.Path(path_type=Path), help="File to write; - prints it.")
@click.option("--open", "is_opened", is_flag=True, help="Show it in the browser.")
@click.option("--serve", "is_served", is_flag=True, help="Show the local AWS as it changes.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8321, show_default=True, help="For --serve."
)
@options.json_output
def report(
    settings: Settings,
    is_offline: bool,
    out: Path | None,
    is_opened: bool,
    is_served: bool,
    port: int,
    as_json: bool,
) -> None:
    """Write one HTML page with a chart of every query.

    It also shows the pipeline's health. The page needs no network. Where nothing answers, it is
    made from the local mirror. Exit code 1: the page is there, and at least one query failed.

    With --serve the page follows the local AWS until Ctrl-C. The part about the pipeline shows an
    upload at once. The charts show it at once if its partition is known, otherwise after the next
    crawl.

    Example: orderlake report --env local --open
    """
    from orderlake.report.gather import gather

    context = click.get_current_context()
    if is_served:
        if is_offline or not settings.is_local:
            raise WrongUse("--serve follows the local AWS only", "leave out --env, or --serve")
        serve(settings, port, is_opened)
        return
    with progress_bar("gathering") as draw:
        gathered = gather(settings, is_offline, draw)
    path = out or settings.root / ".orderlake" / f"report-{settings.env}-{settings.prefix}.html"
    size_bytes = write_page(gathered, settings, path)
    if path != STANDARD_OUTPUT:
        if as_json:
            print_json(as_document(gathered, path, size_bytes))
        else:
            print_line(f"{path}: {answers_text(gathered)} ({size_text(size_bytes)})")
            if not is_opened and out is None:
                note("to open it: make report ARGS=--open")
        print_problems(gathered)
        if is_opened:
            webbrowser.open(path.resolve().as_uri())
    context.exit(1 if gathered.failed else 0)


def write_page(gathered: Report, settings: Settings, path: Path) -> int:
    """Write the page; return its size in bytes."""
    from orderlake.report.page import draw_page

    # The page names commands, too.
    problem = with_choices(gathered.data_problem, settings)
    page = draw_page(replace(gathered, data_problem=problem)).encode()
    with out_file("--out", path) as file:
        file.write_bytes(page)
    return len(page)


def as_document(gathered: Report, path: Path, size_bytes: int) -> dict[str, Any]:
    """Return where the page is and the outcome of each query, for a program."""
    outcomes = {section.query.name: section.problem or "answered" for section in gathered.sections}
    return {"out": path, "size_bytes": size_bytes, "queries": outcomes}


def answers_text(gathered: Report) -> str:
    """Return how many queries were answered, and how many the files cannot answer."""
    answered = sum(section.grid is not None for section in gathered.sections)
    text = f"{answered:,} of {len(gathered.sections):,} queries answered"
    if lacking := sum(section.is_missing for section in gathered.sections):
        needs = "needs" if lacking == 1 else "need"
        text += f"; {lacking:,} {needs} columns that these files do not have"
    return text


def print_problems(gathered: Report) -> None:
    """Print what the page lacks, and why each query failed."""
    for text in filter(None, (gathered.mirror_problem, gathered.data_problem)):
        note(f"note: {text}")
    for section in gathered.failed:
        note(f"{section.query.name} failed: {section.problem}")


def serve(settings: Settings, port: int, is_opened: bool) -> None:
    """Serve the page until Ctrl-C."""
    from orderlake.report.gather import gather
    from orderlake.report.serve import listen, show
    from orderlake.report.watch import Watch, revision_of

    with progress_bar("gathering") as draw:
        gathered = gather(settings, is_offline=False, on_progress=draw)
    revision = revision_of(settings)
    server = listen(port, show(gathered, revision))
    watch = Watch(settings, gathered, revision, server.replace)
    watch.start()
    print_line(f"{server.address} follows the local AWS; Ctrl-C ends it")
    if is_opened:
        webbrowser.open(server.address)
    try:
        watch.is_over.wait()
    except KeyboardInterrupt:
        print_line("stopped")
    finally:
        watch.stop()
        server.shutdown()
