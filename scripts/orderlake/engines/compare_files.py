"""What files have in common, for a status: computed once for each state of a mirror, then kept.

It raises nothing for data that cannot be compared now: the rest of a status is true without it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from athena_sql.catalog import TableName
from athena_sql.errors import SqlError

from orderlake.engines.code_version import code_version
from orderlake.engines.file_comparison import (
    FileComparison,
    RepeatedLines,
    lines_from_json,
    lines_to_json,
)
from orderlake.errors import (
    MirrorBusy,
    NoMirror,
    NoTable,
    SourceChanging,
    UnusableTypes,
    sync_step,
)
from orderlake.mirror.integrity import check_sizes
from orderlake.mirror.kept_file import read_kept, write_kept
from orderlake.mirror.refresh import ALIAS, aliases_of, mirror_of, refresh_or_keep
from orderlake.mirror.store import MirrorStore

if TYPE_CHECKING:
    from orderlake.aws.session import Aws


def compare_files(aws: "Aws", on_progress: Callable[[int, int], None]) -> FileComparison:
    """Return the lines that several files have.

    A local lake's mirror is brought up to date first. From AWS nothing is downloaded: the answer
    is that of the last sync.
    """
    settings = aws.settings
    store, stray = mirror_of(settings), 0
    try:
        if settings.is_local:
            stray = refresh_or_keep(settings, on_progress, aws).stray
        aliases = aliases_of(settings)
        found = lines_in_several_files(store, aliases[ALIAS], aliases, code_version())
        return FileComparison(found, store.read().synced_at, stray)
    except NoTable:
        return FileComparison(problem="no crawl has registered their rows yet: orderlake crawl")
    except NoMirror as error:
        return FileComparison(problem=f"{error.message}: {sync_step(store.folder)}")
    except (MirrorBusy, SourceChanging, SqlError, UnusableTypes) as error:
        return FileComparison(problem=f"{error.message}; {error.next_step}")
    except OSError as error:
        return FileComparison(problem=f"the mirror cannot be written: {error.strerror or error}")


def lines_in_several_files(
    store: MirrorStore,
    wanted: TableName,
    aliases: Mapping[str, TableName],
    version: str | None,
) -> RepeatedLines:
    """Return the lines of a table that stand in more than one of its files, computed or kept.

    `version` is that of the code; without one nothing is kept. The mirror's files are checked in
    any case. Raises NoMirror, DamagedMirror, MirrorBusy, NoTable, UnusableTypes, UnreadableData,
    QueryFailed, and OSError where the mirror cannot be written.
    """
    with store.lock(exclusive=False):
        snapshot = store.read()
        check_sizes(store, snapshot)
    path = store.folder / "repeated_lines.json"
    kept = read_kept(path) if version else None
    if kept and kept["of"] == state_of(version, wanted, snapshot.fingerprint):
        return lines_from_json(kept["lines"])
    from orderlake.engines.repeated_lines import find_repeated_lines  # loads DuckDB

    fingerprint, found = find_repeated_lines(store, wanted, aliases)
    if version:
        state = state_of(version, wanted, fingerprint)
        write_kept(path, {"of": state, "lines": lines_to_json(found)})
    return found


def state_of(version: str | None, wanted: TableName, fingerprint: str) -> list[str | None]:
    """Return all that the lines depend on: the code, the table's name, and the mirror's state."""
    return [version, wanted.database, wanted.name, fingerprint]
