"""The command parity. It compares the answers of two engines and exits with 1 if they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlake.answers.question import Query, find_query, list_queries
from orderlake.cli import options
from orderlake.cli.output import print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.engines import Engine, QueryRequest
from orderlake.engines.choose import ENGINES, EngineOptions, open_engine
from orderlake.errors import WrongUse
from orderlake.settings import Settings
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.engines.parity import Comparison, Difference


@click.command()
@click.argument("names", nargs=-1, shell_complete=options.complete_query)
@click.option("--left", default="duckdb", metavar="ENGINE", help=f"{', '.join(ENGINES)}.")
@click.option("--right", default="athena", metavar="ENGINE", help="The engine to compare with.")
@click.option("--curated", is_flag=True, help="The left engine reads the curated table instead.")
@click.option("--record", type=click.Path(path_type=Path), help="Folder to record --right in.")
@click.option("--replay", type=click.Path(path_type=Path), help="Folder that has recorded --right.")
@click.option(
    "--tolerance", type=float, help="How far doubles may differ, relatively; default: 1e-9."
)
@options.trino
@options.environment
@options.json_output
@click.pass_context
def parity(
    context: click.Context,
    settings: Settings,
    names: Sequence[str],
    left: str,
    right: str,
    curated: bool,
    record: Path | None,
    replay: Path | None,
    tolerance: float | None,
    trino_url: str,
    trino_catalog: str,
    as_json: bool,
) -> None:
    """Compare two engines' answers, value by value.

    Without NAMES it compares every query of queries/. With --curated, the left engine reads
    the curated table and the right one the JSON table.

    Example: orderlake parity top_products --env aws --left duckdb --right athena
    """
    from orderlake.engines.parity import TOLERANCE

    tolerance = TOLERANCE if tolerance is None else tolerance
    right = "recorded" if replay else right
    if curated and right == "duckdb":
        raise WrongUse(
            "duckdb reads the curated table's files for both tables where it can",
            "compare with the JSON table on another engine: --right athena",
        )
    requests = [to_request(query) for query in chosen_queries(names, settings)]
    right_options = EngineOptions(replay, trino_url, trino_catalog)
    left_options = replace(right_options, is_curated=curated)
    with (
        open_engine(left, settings, left_options) as left_engine,
        open_engine(right, settings, right_options) as right_engine,
    ):
        results = compare(requests, left_engine, recording(right_engine, record), tolerance)
    if as_json:
        print_json({"tolerance": tolerance, "queries": [asdict(result) for result in results]})
    else:
        print_results(results, (left, right), tolerance)
    context.exit(0 if all(result.is_fine for result in results) else 1)


def compare(
    requests: Sequence[QueryRequest], left: Engine, right: Engine, tolerance: float
) -> list[Comparison]:
    """Compare the engines' answers to each query, and show the progress."""
    from orderlake.engines.parity import compare_engines

    results: list[Comparison] = []
    with progress_bar("comparing") as draw:
        for result in compare_engines(requests, left, right, tolerance):
            results.append(result)
            draw(len(results), len(requests))
    return results


def chosen_queries(names: Sequence[str], settings: Settings) -> list[Query]:
    """Return the named queries, or all."""
    folder = settings.root / "queries"
    return [find_query(name, folder) for name in names] or list_queries(folder)


def to_request(query: Query) -> QueryRequest:
    """Return a query with its parameters' defaults."""
    return QueryRequest(query.name, query.sql, query.bind({}))


def recording(engine: Engine, folder: Path | None) -> Engine:
    """Return the engine; it records its answers if a folder was given."""
    from orderlake.engines.recorded import RecordingEngine

    return RecordingEngine(engine, folder) if folder else engine


def print_results(
    results: Sequence[Comparison], engines: tuple[str, str], tolerance: float
) -> None:
    """Print one line per query, and every difference with both values.

    If all queries failed for the same reason, such as a missing engine, it is printed once.
    """
    reasons = {result.reason for result in results if result.status == "failed"}
    if len(results) > 1 and len(reasons) == 1 and all(r.status == "failed" for r in results):
        print_line(f"none of {len(results)} queries could be compared: {reasons.pop()}")
        if results[0].next_step:
            print_line(f"  {results[0].next_step}")
        return
    width = max((len(result.query) for result in results), default=0)
    for result in results:
        state = {"close": f"equal within {tolerance:g}"}.get(result.status, result.status)
        detail = result.reason or count_text(result.rows, "row")
        print_line(f"{result.query:<{width}}  {state}, {detail}")
        for difference in result.differences:
            print_difference(difference, engines)


def print_difference(difference: Difference, engines: tuple[str, str]) -> None:
    """Print what each engine says."""
    where = f" in {', '.join(difference.columns)}" if difference.columns else ""
    print_line(f"  {difference.kind}{where}")
    for engine, cells in zip(engines, (difference.left, difference.right), strict=True):
        print_line(f"    {engine:<8} {' | '.join(cells) or '(no such row)'}")
