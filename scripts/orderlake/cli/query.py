"""The command query. It parses, makes one call and prints."""

import contextlib
import logging
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from athena_sql.answer import Answer
from athena_sql.errors import (
    BadQuery,
    MissingColumns,
    NotPortable,
    QueryFailed,
    SqlError,
    UnknownTable,
)

from orderlake.answers.format_names import ANY_WIDTH, FORMATS
from orderlake.answers.question import Query, find_query, list_queries
from orderlake.cli import options
from orderlake.cli.hints import remember_engine
from orderlake.cli.output import note, print_line
from orderlake.cli.progress import progress_bar, waiting
from orderlake.engines import Engine, QueryRequest
from orderlake.engines.choose import QUERY_ENGINES, EngineOptions, open_engine
from orderlake.errors import NoMirror, UnusableTypes, WrongUse
from orderlake.settings import Settings
from orderlake.wording import age_text, count_text, size_text

LOGGER = logging.getLogger("orderlake.query")


@click.command()
@click.argument("name", required=False, shell_complete=options.complete_query)
@click.option(
    "-e", "--expression", "sql", metavar="SQL", help="Athena SQL to run instead of a file."
)
@options.environment_or_offline
@click.option("--offline", is_flag=True, help="Answer from the mirror and open no connection.")
@click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="Bind :NAME.")
@click.option(
    "--engine",
    type=click.Choice(QUERY_ENGINES),
    default="duckdb",
    show_default=True,
    help="athena costs money on a real account; trino is a server of your own.",
)
@options.trino
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How the answer is printed.",
)
def query(
    name: str | None,
    sql: str | None,
    settings: Settings,
    is_offline: bool,
    offline: bool,
    given: Sequence[str],
    engine: str,
    trino_url: str,
    trino_catalog: str,
    form: str,
) -> None:
    """Answer a question of queries/, a .sql file, or any SQL.

    Without a name it lists the questions of queries/.

    Example: orderlake query top_products --env local --format csv
    """
    remember_engine(engine)
    if name is None and sql is None:
        print_questions(settings.root / "queries")
        return
    if name is not None and sql is not None:
        raise WrongUse("both a name and -e were given", "give one of them")
    asked = (
        Query("-e", sql) if sql is not None else find_query(name or "", settings.root / "queries")
    )
    values = asked.bind(dict(split_parameter(text) for text in given))
    request = QueryRequest(asked.name, asked.sql, values)
    refuse_other_text(request, engine, settings)
    if engine == "duckdb" and not (offline or is_offline):
        bring_up_to_date(settings)
    where = EngineOptions(trino_url=trino_url, trino_catalog=trino_catalog)
    start = time.monotonic()
    with open_engine(engine, settings, where) as opened, note_unusable_types(request, opened):
        if print_advice(request, opened):
            note_mixed_currencies(settings, opened)
        rows, charge = print_answer(asked, request, opened, form)
    note(f"{rows} in {time.monotonic() - start:.2f} s{charge}")


@contextlib.contextmanager
def note_unusable_types(request: QueryRequest, engine: Engine) -> Iterator[None]:
    """Where a statement fails, name those of its columns whose types the catalog has wrong."""
    try:
        yield
    except SqlError:
        from orderlake.engines.duckdb_engine import DuckdbEngine
        from orderlake.engines.usable_types import check_types
        from orderlake.mirror.refresh import ALIAS

        if isinstance(engine, DuckdbEngine):
            words = re.findall(r"\w+", request.sql.lower())
            try:
                check_types(engine.columns_of(engine.aliases[ALIAS]), words)
            except UnusableTypes as found:
                note(f"note: {found.message}; {found.next_step}")
        raise


def refuse_other_text(request: QueryRequest, engine: str, settings: Settings) -> None:
    """Raise BadQuery for a text that is not a statement, before anything is downloaded for it."""
    if engine == "duckdb":
        from orderlake.engines.kept_statements import kept_statements
        from orderlake.mirror.refresh import mirror_of

        if kept_statements(mirror_of(settings)).is_sql(request):
            return
    from athena_sql.statement import parse_statement

    parse_statement(request.sql)


def split_parameter(text: str) -> tuple[str, str]:
    """Return name and value of `name=value`; raises BadQuery."""
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise BadQuery(f"--param {text} is not NAME=VALUE", "write for example: --param top=20")
    return name, value


def print_questions(folder: Path) -> None:
    """Print every query of a folder with its question."""
    queries = list_queries(folder)
    if not queries:
        note(f"{folder} has no .sql file; without one: orderlake query -e 'select ...'")
    width = max((len(query.name) for query in queries), default=0)
    for query in queries:
        print_line(f"{query.name:<{width}}  {query.question}")
        for parameter in query.parameters:
            default = "" if parameter.default is None else f" (default {parameter.default})"
            print_line(f"{'':<{width}}    --param {parameter.name}=: {parameter.meaning}{default}")


def bring_up_to_date(settings: Settings) -> None:
    """Sync the mirror, or say how old the copy is that is used instead."""
    from orderlake.mirror import refresh

    with progress_bar("downloading") as draw:
        freshness = refresh.refresh_or_keep(settings, draw)
    if not freshness.is_live:
        note(
            f"{freshness.problem}; answering from the mirror of {freshness.source}, "
            f"synced {age_text(freshness.synced_at, datetime.now(UTC))}"
        )
    if freshness.stray:
        note(f"{count_text(freshness.stray, 'object')} in no registered partition yet: make crawl")


def print_advice(request: QueryRequest, engine: Engine) -> bool:
    """Print advice; return whether the statement may add up money of several currencies.

    Raises SqlError for SQL that DuckDB would answer differently. Athena itself refuses SQL that it
    cannot run, so with Athena a difference is only advice.
    """
    from orderlake.engines.duckdb_engine import DuckdbEngine

    if not isinstance(engine, DuckdbEngine):
        from athena_sql.lint.check import check

        from orderlake.answers.mixed_currencies import mixes_currencies

        with contextlib.suppress(BadQuery):
            for finding in check(request.sql, values=request.values):
                note(f"note: {finding.message}")
        return mixes_currencies(request.sql)
    statement = engine.check(request)
    for advice in statement.advice:
        note(f"note: {advice}")
    for name in engine.stale_tables:
        note(f"note: {name} is not up to date, so the JSON table answers: make curate")
    for name in engine.once_counted_tables:
        note(f"note: {name} counts an order of several exports once; processed_orders does not")
    return statement.mixes_currencies


def note_mixed_currencies(settings: Settings, engine: Engine) -> None:
    """Warn if the table has several currencies, which the statement adds up.

    Athena on AWS would charge for a query about the currencies. Instead the mirror is asked;
    without a mirror the note names no currency.
    """
    from orderlake.answers.currencies_note import MAY_MIX, mixed_currencies_text

    try:
        if engine.name == "athena" and not settings.is_local:
            with open_engine("duckdb", settings, EngineOptions()) as mirror:
                currencies = currencies_of(mirror)
        else:
            currencies = currencies_of(engine)
    except (BadQuery, NoMirror, NotPortable, QueryFailed):
        note(f"note: {MAY_MIX}")
        return
    if len(currencies) > 1:
        note(f"note: {mixed_currencies_text(currencies)}")


def currencies_of(engine: Engine) -> list[object]:
    """Return the currencies in the table; none if it has no such column or no rows.

    Raises SqlError for a column that cannot be asked for its values.
    """
    from orderlake.answers.currencies_note import CURRENCIES_SQL
    from orderlake.engines.duckdb_engine import DuckdbEngine

    request = QueryRequest("currencies", CURRENCIES_SQL)
    with contextlib.suppress(MissingColumns, UnknownTable):
        if isinstance(engine, DuckdbEngine):
            engine.check(request)  # so that it is kept, as the statement itself is
        return [row[0] for row in engine.answer(request).rows]
    return []


def print_answer(asked: Query, request: QueryRequest, engine: Engine, form: str) -> tuple[str, str]:
    """Run the query and print its rows; return how many there were, and what they cost."""
    with waiting(f"asking {engine.name}"):
        answer = engine.answer(request)
    LOGGER.debug("%s began to answer %s", engine.name, request.name)
    if form == "table":
        from orderlake.cli.table import print_table

        count = print_table(answer)
    else:
        from orderlake.answers.formats import write_answer

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else ANY_WIDTH
        count = write_answer(answer, form, sys.stdout, asked.chart, width)
    return count_text(count, "row"), charge_text(answer)


def charge_text(answer: Answer) -> str:
    """Return what an engine scanned and what that costs, or nothing for a free engine."""
    if answer.scanned_bytes is None:
        return ""
    return f", {size_text(answer.scanned_bytes)} scanned, about ${answer.cost_usd:f}"
