"""The command lint. It parses, makes one call and prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderlake.answers.question import Query, list_queries, read_query
from orderlake.cli import options
from orderlake.cli.output import print_json, print_line
from orderlake.errors import UnreadableInput
from orderlake.settings import load

if TYPE_CHECKING:
    from athena_sql.lint.rule import Finding


@dataclass(frozen=True, slots=True)
class Checked:
    """A query with what was found in it."""

    query: Query
    findings: Sequence[Finding]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-e", "--expression", "sql", metavar="SQL", help="Athena SQL instead of files.")
@click.option("--functions", is_flag=True, help="List the functions that were compared, and end.")
@options.json_output
@click.pass_context
def lint(
    context: click.Context, paths: Sequence[Path], sql: str | None, functions: bool, as_json: bool
) -> None:
    """Refuse SQL that Athena and DuckDB answer differently.

    Without PATHS it checks all of queries/.

    Example: orderlake lint queries/top_products.sql
    """
    from athena_sql.functions.catalogue import ANSWERED

    from orderlake.answers.lint_question import lint_question

    if functions:
        print_line("\n".join(sorted(ANSWERED)))
        return
    queries = [Query("-e", sql)] if sql is not None else read_all(paths)
    results = [Checked(query, lint_question(query)) for query in queries]
    if as_json:
        print_json([entry for result in results for entry in to_entries(result)])
    else:
        print_results(results)
    context.exit(1 if any(result.findings for result in results) else 0)


def read_all(paths: Sequence[Path]) -> list[Query]:
    """Return the queries of files and folders, or of queries/ where none is named."""
    queries: list[Query] = []
    for path in paths or [load().root / "queries"]:
        found = list_queries(path) if path.is_dir() or not paths else [read_query(path)]
        if not found:
            raise UnreadableInput(path, "it holds no .sql file", "name files, or another folder")
        queries += found
    return queries


def to_entries(result: Checked) -> list[dict[str, object]]:
    """Return the findings of a query as JSON objects."""
    return [
        {
            "query": result.query.name,
            "rule": finding.rule.name,
            "line": finding.line,
            "message": finding.message,
        }
        for finding in result.findings
    ]


def print_results(results: Sequence[Checked]) -> None:
    """Print a line for each finding, and how many queries were clean."""
    for result in results:
        for finding in result.findings:
            print_line(f"{result.query.name}: {finding.message}")
    clean = sum(not result.findings for result in results)
    print_line(f"{clean} of {len(results)} queries answer alike on Athena and DuckDB")
