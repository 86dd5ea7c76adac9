"""Follow a running environment for a served report: its health and its data as they change.

It polls the local AWS, which is free; a real account would charge for every request.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from athena_sql.errors import SqlError
from botocore.exceptions import BotoCoreError, ClientError

from orderlake.answers.question import list_queries
from orderlake.aws.errors_explained import translate
from orderlake.aws.session import Aws, open_aws
from orderlake.errors import NoMirror, NoTable, OrderlakeError
from orderlake.mirror import refresh
from orderlake.mirror.store import now
from orderlake.report.gather import Report, answer_all, ask_health
from orderlake.report.serve import Shown, show
from orderlake.settings import Settings

HEALTH_SECONDS = 0.4
DATA_SECONDS = 3.0
# How long to wait for a poll that is running.
STOP_SECONDS = 10.0


def silent(done: int, total: int) -> None:
    """Draw no progress: the page is the progress."""


def revision_of(settings: Settings) -> str:
    """Return a text that changes whenever the mirror's data or the queries change."""
    queries = [query.sql for query in list_queries(settings.root / "queries")]
    try:
        data = refresh.mirror_of(settings).read().fingerprint
    except NoMirror:
        data = "none"
    return sha256("\0".join((data, *queries)).encode()).hexdigest()[:16]


@dataclass
class Watch:
    """The last report, kept up to date by two threads; `on_news` gets each new report.

    Health and data have separate threads, because uploads go on while a sync waits for another
    process or answers take their time.
    """

    settings: Settings
    report: Report
    revision: str
    on_news: Callable[[Shown], None]
    problems: dict[str, str] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)
    # Set when data may have changed, so that they are polled less often than health.
    is_due: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: list[threading.Thread] = field(default_factory=list)

    @cached_property
    def aws(self) -> Aws:
        """The environment; made once, because making it costs more than a request."""
        return open_aws(self.settings)

    def start(self) -> None:
        """Start polling."""
        for look, pause in (
            (self.look_at_health, lambda: self.is_over.wait(HEALTH_SECONDS)),
            (self.look_at_data, lambda: self.is_due.wait(DATA_SECONDS)),
        ):
            thread = threading.Thread(target=self.keep_looking, args=(look, pause), daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self) -> None:
        """Stop polling, and wait for a running poll: DuckDB complains if a query is cut off."""
        self.is_over.set()
        self.is_due.set()
        for thread in self.threads:
            thread.join(STOP_SECONDS)

    def keep_looking(self, look: Callable[[], None], pause: Callable[[], bool]) -> None:
        """Poll again and again; an error is shown until it is gone."""
        while not self.is_over.is_set():
            try:
                look()
                problem = ""
            except (OrderlakeError, SqlError) as error:
                problem = error.message
            except (BotoCoreError, ClientError) as error:
                reason = translate(error, self.settings)
                problem = reason.message if reason else str(error)
            if self.problems.get(look.__name__, "") != problem:
                self.problems[look.__name__] = problem
                self.publish()
            pause()

    def look_at_health(self) -> None:
        """Show the environment's health if it has changed."""
        health, problem = ask_health(self.aws, silent)
        if (health, problem) != (self.report.health, self.report.health_problem):
            self.publish(health=health, health_problem=problem)
            self.is_due.set()

    def look_at_data(self) -> None:
        """Sync the mirror, and answer the queries again if it or they have changed."""
        self.is_due.clear()
        try:
            stray = refresh.refresh(self.settings, silent).stray
        except NoTable:
            return
        revision = revision_of(self.settings)
        if revision != self.revision:
            changed = answer_all(self.settings, silent)
            self.revision = revision
            self.publish(made_at=now(), mirror_problem="", stray=stray, **changed)

    def publish(self, **changed: Any) -> None:
        """Show the report with some of its parts changed."""
        with self.lock:
            self.report = replace(self.report, **changed)
            problem = "; ".join(dict.fromkeys(filter(None, self.problems.values())))
            self.on_news(show(self.report, self.revision, problem))
