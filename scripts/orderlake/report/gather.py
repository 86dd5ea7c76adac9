"""Ask for everything that the report shows: the mirror, its queries, the environment's health.

The edge of the report: what is silent or missing becomes a text on the page, never a crash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orderlake import lake
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.errors import NoMirror, NoTable, NotDeployed, OrderlakeError, UnreadableData
from orderlake.mirror.store import now
from orderlake.query_files import list_queries
from orderlake.report.overview import Overview, read_overview
from orderlake.report.section import Section, answer_queries, refusal
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.report.health import Health

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a page shows; `stale`, `data_problem` and `health_problem` say what it cannot."""

    prefix: str
    env: str
    made_at: datetime
    sections: tuple[Section, ...]
    overview: Overview | None = None
    data_problem: str = ""
    stale: str = ""
    health: "Health | None" = None
    health_problem: str = ""

    @property
    def failed(self) -> tuple[Section, ...]:
        """The queries that should have been answered and were not."""
        return tuple(section for section in self.sections if section.is_failed)


def gather(settings: Settings, is_offline: bool, on_progress: OnProgress) -> Report:
    """Return the report as of now; raises NoMirror where there is nothing at all to show."""
    stale, missing = ("", None) if is_offline else bring_up_to_date(settings, on_progress)
    health, health_problem = None, "no environment was asked (--env offline)"
    if not is_offline:
        health, health_problem = (None, stale) if stale else ask_health(settings, on_progress)
    overview, sections, problem = None, tuple[Section, ...](), missing
    if missing is None:
        try:
            overview, sections, problem = answer_all(settings, on_progress)
        except NoMirror:
            if health is None:
                raise
    return Report(
        prefix=settings.prefix,
        env=settings.env,
        made_at=now(),
        sections=sections,
        overview=overview,
        data_problem=str(problem or ""),
        stale=stale,
        health=health,
        health_problem=health_problem,
    )


def bring_up_to_date(
    settings: Settings, on_progress: OnProgress
) -> tuple[str, OrderlakeError | None]:
    """Sync the mirror; return why it could not be, and why there are no data at all."""
    try:
        return lake.refresh_or_keep(settings, on_progress).problem, None
    except NoTable as error:
        return "", error


def ask_health(settings: Settings, on_progress: OnProgress) -> tuple["Health | None", str]:
    """Return the environment's health, or why it has none."""
    from orderlake.aws import open_aws
    from orderlake.report.health import read_health

    try:
        return read_health(open_aws(settings), on_progress), ""
    except NotDeployed as error:
        return None, f"{error.message}; {error.next_step}"


def answer_all(
    settings: Settings, on_progress: OnProgress
) -> tuple[Overview | None, tuple[Section, ...], OrderlakeError | None]:
    """Return overview and sections of the mirror; data that cannot be read fail every query."""
    queries = list_queries(settings.root / "queries")
    store, aliases = lake.mirror_of(settings), lake.aliases_of(settings)
    snapshot = store.read()
    try:
        with open_duckdb(store, aliases) as engine:
            overview = read_overview(engine, snapshot)
            sections = []
            for section in answer_queries(engine, engine.tables, aliases, queries):
                sections.append(section)
                on_progress(len(sections), len(queries))
    except UnreadableData as error:
        return None, tuple(refusal(query, error) for query in queries), error
    return overview, in_reading_order(sections), None


def in_reading_order(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return lines first, the finest before all, then bars, then tables, then what has no answer."""

    def rank(section: Section) -> tuple[int, int, str]:
        name = section.query.name
        if section.grid is None:
            return 3, 0, name
        if section.chart is None:
            return 2, 0, name
        return (0, -section.grid.total, name) if section.chart.kind == "line" else (1, 0, name)

    return tuple(sorted(sections, key=rank))
