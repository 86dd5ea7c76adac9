"""Follow a running environment for a served report: its health at once, its data as they change.

It asks the local AWS, which is free; a real account would charge for every look.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from botocore.exceptions import BotoCoreError, ClientError

from orderlake import lake
from orderlake.aws import open_aws, translate
from orderlake.errors import NoMirror, NoTable, OrderlakeError
from orderlake.query_files import list_queries
from orderlake.report.gather import Report, ask_health, gather
from orderlake.report.serve import Shown, show
from orderlake.settings import Settings

LOOK_SECONDS = 0.5


def silent(done: int, total: int) -> None:
    """Draw no progress: the page is the progress."""


def revision_of(settings: Settings) -> str:
    """Return a text that changes with the mirror's data and with the queries."""
    queries = [query.sql for query in list_queries(settings.root / "queries")]
    try:
        data = lake.mirror_of(settings).read().fingerprint
    except NoMirror:
        data = "none"
    return sha256("\0".join((data, *queries)).encode()).hexdigest()[:16]


@dataclass
class Watch:
    """The last report, kept up to date by two threads; `on_news` gets what is to be shown.

    Health and data are looked at apart, because a sync may wait for another process while uploads
    go on.
    """

    settings: Settings
    report: Report
    revision: str
    on_news: Callable[[Shown], None]
    problems: dict[str, str] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Begin to look."""
        open_aws(self.settings)
        for look in (self.look_at_health, self.look_at_data):
            threading.Thread(target=self.keep_looking, args=(look,), daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self.is_over.set()

    def keep_looking(self, look: Callable[[], None]) -> None:
        """Look again and again; what goes wrong is shown until it goes right."""
        while not self.is_over.wait(LOOK_SECONDS):
            try:
                look()
                problem = ""
            except OrderlakeError as error:
                problem = error.message
            except (BotoCoreError, ClientError) as error:
                reason = translate(error, self.settings)
                problem = reason.message if reason else str(error)
            if self.problems.get(look.__name__, "") != problem:
                self.problems[look.__name__] = problem
                self.publish(self.report, self.revision)

    def look_at_health(self) -> None:
        """Show the environment's health where it has changed."""
        health, problem = ask_health(self.settings, silent)
        with self.lock:
            if (health, problem) == (self.report.health, self.report.health_problem):
                return
            self.publish_locked(
                replace(self.report, health=health, health_problem=problem), self.revision
            )

    def look_at_data(self) -> None:
        """Sync the mirror, and answer the queries again where it or they have changed."""
        try:
            lake.refresh(self.settings, silent)
        except NoTable:
            return
        revision = revision_of(self.settings)
        if revision != self.revision:
            self.publish(gather(self.settings, is_offline=False, on_progress=silent), revision)

    def publish(self, report: Report, revision: str) -> None:
        """Show a report."""
        with self.lock:
            self.publish_locked(report, revision)

    def publish_locked(self, report: Report, revision: str) -> None:
        """Show a report; only for who holds the lock."""
        self.report, self.revision = report, revision
        self.on_news(show(report, revision, " ".join(filter(None, self.problems.values()))))
