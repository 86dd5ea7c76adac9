"""Where an environment's mirror is, what it copies, and when an old copy is used instead.

Only `refresh` and `connect` open a connection, and only they import an AWS library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from athena_sql.catalog import TableName

from orderlake.errors import (
    MirrorBusy,
    NoAnswer,
    NoCredentials,
    NoLocalAws,
    NoMirror,
    OrderlakeError,
)
from orderlake.mirror.store import MirrorStore
from orderlake.names import Names
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.mirror.sync import Lake, SyncReport

ALIAS = "processed_orders"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether the mirror was just brought up to date, and if not, why, how old and whose it is."""

    synced_at: datetime
    source: str
    stray: int = 0
    problem: str = ""

    @property
    def is_live(self) -> bool:
        """Whether answers come from the current data."""
        return not self.problem


def mirror_of(settings: Settings) -> MirrorStore:
    """Return the mirror's folder: one for each environment and prefix."""
    return MirrorStore(settings.root / ".orderlake" / "mirror" / settings.env / settings.prefix)


def aliases_of(settings: Settings, *, is_curated: bool = False) -> dict[str, TableName]:
    """Return the name that query files use for the table, or for the curated one.

    It does not depend on the account.
    """
    names = Names(settings.prefix, "", "")
    table = names.curated_table if is_curated else names.table
    return {ALIAS: TableName(names.database, table)}


def connect(settings: Settings, aws: "Aws | None" = None) -> "Lake":
    """Return the lake behind an environment; raises BadSetting for an unexpected account.

    `aws` is the environment's session where there is one already: its clients are made once.
    """
    from orderlake.aws.session import open_aws
    from orderlake.mirror.sync import Lake

    aws, source = aws or open_aws(settings), f"'{settings.env}'"
    if not settings.is_local:
        # Asks AWS for the identity. One mirror serves an environment whatever its account.
        source += f" (account {aws.names.account}, {aws.names.region})"
    database = Names(settings.prefix, "", "").database
    return Lake(aws.glue, aws.s3, database, source)


def refresh(
    settings: Settings, progress: Callable[[int, int], None], aws: "Aws | None" = None
) -> "SyncReport":
    """Bring the mirror up to date; raises the errors of the AWS library, and MirrorBusy."""
    from orderlake.mirror.sync import sync

    store = mirror_of(settings)
    with store.lock(exclusive=True):
        return sync(connect(settings, aws), store, progress)


def refresh_or_keep(
    settings: Settings, progress: Callable[[int, int], None], aws: "Aws | None" = None
) -> Freshness:
    """Bring the mirror up to date, or use it as it is if nothing answers.

    Only a missing answer or identity is excused; a refusal is raised.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from orderlake.aws.errors_explained import translate

    try:
        report = refresh(settings, progress, aws)
    except MirrorBusy:
        raise
    except (BotoCoreError, ClientError) as error:
        reason = translate(error, settings)
        if not is_silence(reason):
            raise
        return keep(settings, reason, error)
    except (NoAnswer, NoCredentials) as error:
        return keep(settings, error, error)
    return Freshness(report.snapshot.synced_at, report.snapshot.source, report.stray)


def is_silence(reason: OrderlakeError | None) -> bool:
    """Whether an error means that nobody answered, and not that somebody refused."""
    return isinstance(reason, NoLocalAws | NoAnswer | NoCredentials)


def keep(settings: Settings, reason: OrderlakeError | None, error: Exception) -> Freshness:
    """Return the freshness of the existing mirror; raises the reason if there is no mirror."""
    try:
        kept = mirror_of(settings).read()
    except NoMirror:
        raise (reason or error) from error
    problem = reason.message if reason else str(error)
    return Freshness(kept.synced_at, kept.source, problem=problem)
