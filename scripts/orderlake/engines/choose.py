"""The engines by the names that commands give them; each is loaded only when it is used."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orderlake.engines import Engine
from orderlake.errors import UnknownName, WrongUse
from orderlake.settings import Settings

ENGINES = ("duckdb", "athena", "trino", "recorded")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line says about engines."""

    replay: Path | None = None
    trino_url: str = "http://127.0.0.1:8080"
    trino_catalog: str = "hive"


@contextlib.contextmanager
def open_engine(name: str, settings: Settings, choice: Choice) -> Iterator[Engine]:
    """Yield an engine by its name; raises UnknownName, and WrongUse for `recorded` of nothing."""
    from orderlake.mirror import refresh

    aliases, store = refresh.aliases_of(settings), refresh.mirror_of(settings)
    match name:
        case "duckdb":
            from orderlake.engines.duckdb_engine import open_duckdb

            with open_duckdb(store, aliases) as engine:
                yield engine
        case "athena":
            yield refresh.athena_of(settings)
        case "trino":
            from orderlake.engines.trino_engine import TrinoEngine

            database = aliases[refresh.ALIAS].database
            fingerprint = store.read().fingerprint
            yield TrinoEngine(
                choice.trino_url, choice.trino_catalog, database, aliases, fingerprint
            )
        case "recorded":
            from orderlake.engines.recorded import RecordedEngine

            if choice.replay is None:
                raise WrongUse("no recording was named", "give it: --replay DIR")
            yield RecordedEngine(choice.replay)
        case _:
            raise UnknownName("engine", name, ENGINES)
