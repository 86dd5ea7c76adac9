"""The engines by the names that commands use; each is loaded only when it is used."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orderlake.engines import Engine
from orderlake.errors import UnknownName, WrongUse
from orderlake.names import Names
from orderlake.settings import Settings

if TYPE_CHECKING:
    from orderlake.engines.athena_engine import AthenaEngine

# The engines of `query`; `parity` can also use recorded answers.
QUERY_ENGINES = ("duckdb", "athena", "trino")
ENGINES = (*QUERY_ENGINES, "recorded")
TRINO_URL = "http://127.0.0.1:8080"
TRINO_CATALOG = "hive"
# What the Trino beside the local AWS calls the catalog of Glue's tables, as Athena does.
LOCAL_TRINO_CATALOG = "awsdatacatalog"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """The options for engines from the command line; empty ones have defaults.

    With `is_curated`, queries to `processed_orders` read the curated table.
    """

    replay: Path | None = None
    trino_url: str = ""
    trino_catalog: str = ""
    is_curated: bool = False


@contextlib.contextmanager
def open_engine(name: str, settings: Settings, options: EngineOptions) -> Iterator[Engine]:
    """Yield an engine by its name; raises UnknownName, and WrongUse for `recorded` of nothing."""
    from orderlake.mirror.refresh import aliases_of, mirror_of

    aliases = aliases_of(settings, is_curated=options.is_curated)
    store = mirror_of(settings)
    match name:
        case "duckdb":
            from orderlake.engines.duckdb_engine import open_duckdb

            with open_duckdb(store, aliases) as engine:
                yield engine
        case "athena":
            yield replace(athena_of(settings), aliases=aliases)
        case "trino":
            from orderlake.engines.trino_engine import TrinoEngine

            database = Names(settings.prefix, "", "").database
            url, token, catalog = find_trino(settings, options)
            yield TrinoEngine(
                url=url,
                token=token,
                catalog=catalog,
                schema=database,
                aliases=aliases,
                look_at_data=lambda: store.read().fingerprint,
            )
        case "recorded":
            from orderlake.engines.recorded import RecordedEngine

            if options.replay is None:
                raise WrongUse("no recording was named", "give it: --replay DIR")
            yield RecordedEngine(options.replay)
        case _:
            raise UnknownName("engine", name, ENGINES)


def find_trino(settings: Settings, options: EngineOptions) -> tuple[str, str, str]:
    """Return a Trino's address, its token and its catalog.

    They are as given, without a token, or those of the Trino beside the local AWS.
    """
    from orderlake.aws.local_instance import read_state

    running = read_state(settings) if settings.is_local else None
    if running and running.trino_url and options.trino_url in ("", running.trino_url):
        catalog = options.trino_catalog or LOCAL_TRINO_CATALOG
        return running.trino_url, running.trino_token, catalog
    return options.trino_url or TRINO_URL, "", options.trino_catalog or TRINO_CATALOG


def athena_of(settings: Settings) -> "AthenaEngine":
    """Return Athena in an environment: its work group, and the data as it is at this moment."""
    from orderlake.aws.session import open_aws
    from orderlake.engines.athena_engine import AthenaEngine
    from orderlake.mirror.refresh import aliases_of, connect

    names, lake = Names(settings.prefix, "", ""), connect(settings)
    return AthenaEngine(
        client=open_aws(settings).athena,
        work_group=names.work_group,
        database=names.database,
        aliases=aliases_of(settings),
        look_at_data=lambda: lake.look().fingerprint,
    )
