"""Collect everything that the report shows: the mirror, its queries, the environment's health.

This is the edge of the report: missing answers and data become a text on the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from athena_sql.errors import UnreadableData

from orderlake.answers.question import list_queries
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.errors import DamagedMirror, NoMirror, NoTable, NotDeployed
from orderlake.mirror import refresh
from orderlake.mirror.store import now
from orderlake.report.overview import Overview, read_overview
from orderlake.report.product_names import name_products
from orderlake.report.section import Section, answer_queries, refusal
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.report.health import Health

OnProgress = Callable[[int, int], None]
TOPICS = ("revenue", "products", "customers", "orders", "data")
KINDS = ("figures", "line", "heat", "bar", "table", "none")
NOT_ASKED = "no environment was asked (--env offline)"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on a page.

    `mirror_problem`, `data_problem` and `health_problem` say what is missing, and why. `stray`
    counts processed files that are in no registered partition, and so in no answer.
    """

    prefix: str
    env: str
    made_at: datetime
    sections: tuple[Section, ...] = ()
    overview: Overview | None = None
    data_problem: str = ""
    mirror_problem: str = ""
    stray: int = 0
    health: "Health | None" = None
    health_problem: str = ""

    @property
    def failed(self) -> tuple[Section, ...]:
        """The queries that should have been answered and were not."""
        return tuple(section for section in self.sections if section.is_failed)


def gather(settings: Settings, is_offline: bool, on_progress: OnProgress) -> Report:
    """Return the current report; raises NoMirror if there is nothing to show."""
    report = Report(settings.prefix, settings.env, now(), health_problem=NOT_ASKED)
    if not is_offline:
        report = look_at_environment(report, settings, on_progress)
    if report.data_problem:
        return report
    try:
        return replace(report, **answer_all(settings, on_progress))
    except NoMirror as error:
        if report.health is None:
            raise
        is_damaged = isinstance(error, DamagedMirror)
        problem = error.message if is_damaged else "nothing is mirrored yet"
        return replace(report, data_problem=problem)


def look_at_environment(report: Report, settings: Settings, on_progress: OnProgress) -> Report:
    """Sync the mirror and ask for health; a missing answer becomes a text of the report."""
    try:
        freshness = refresh.refresh_or_keep(settings, on_progress)
    except NoTable as error:
        report = replace(report, data_problem=f"{error.message}; {error.next_step}")
    else:
        report = replace(report, mirror_problem=freshness.problem, stray=freshness.stray)
    if report.mirror_problem:
        return replace(report, health_problem=report.mirror_problem)
    health, problem = ask_environment(settings, on_progress)
    return replace(report, health=health, health_problem=problem)


def ask_environment(settings: Settings, on_progress: OnProgress) -> tuple["Health | None", str]:
    """Return the environment's health, or the reason why it is not known."""
    from orderlake.aws.session import open_aws

    return ask_health(open_aws(settings), on_progress)


def ask_health(aws: "Aws", on_progress: OnProgress) -> tuple["Health | None", str]:
    """Return a deployment's health, or the reason why it is not known."""
    from orderlake.report.health import read_health

    try:
        return read_health(aws, on_progress), ""
    except NotDeployed as error:
        return None, f"{error.message}; {error.next_step}"


def answer_all(settings: Settings, on_progress: OnProgress) -> dict[str, Any]:
    """Return the parts of the report that come from the mirror, by their field names.

    If the data cannot be read, every query fails, as in Athena.
    """
    queries = list_queries(settings.root / "queries")
    store, aliases = refresh.mirror_of(settings), refresh.aliases_of(settings)
    sections: list[Section] = []
    try:
        with open_duckdb(store, aliases) as engine:
            columns = engine.columns_of(aliases[refresh.ALIAS])
            overview = read_overview(engine, store.read(), columns)
            for section in answer_queries(engine, engine.tables, aliases, queries):
                sections.append(section)
                on_progress(len(sections), len(queries))
            sections = name_products(engine, sections)
    except UnreadableData as error:
        failed = tuple(refusal(query, error) for query in queries)
        return {"overview": None, "sections": failed, "data_problem": error.message}
    return {"overview": overview, "sections": in_reading_order(sections), "data_problem": ""}


def in_reading_order(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections by topic, known topics first, and in each by place, then by kind.

    Sections without data have no topic and come last.
    """

    def rank(section: Section) -> tuple[bool, int, str, int, int, str]:
        query = section.query
        place = TOPICS.index(query.topic) if query.topic in TOPICS else len(TOPICS)
        kind = KINDS.index(section.kind)
        return section.is_missing, place, query.topic, query.place, kind, query.name

    return tuple(sorted(sections, key=rank))
