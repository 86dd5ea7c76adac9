"""What is written down about a local AWS that was started. Pure but for reading and writing it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from orderlake.settings import Settings

# How a start tells what it is doing: a line at a time.
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """A local AWS that was started.

    `runtime` is host or docker. On the host, `pid` leads a process group of its own and `started`
    tells it from a later process with that number; in Docker, `started` is the project's name.
    `kept_in` is the folder that gets its raw files when it is stopped, or empty.
    """

    runtime: str
    pid: int
    started: str
    port: int
    endpoint_url: str
    log: str
    kept_in: str = ""


def state_file(settings: Settings) -> Path:
    """Return where the state is kept."""
    return settings.local_dir / "state.json"


def read_state(settings: Settings) -> LocalInstance | None:
    """Return what the last start wrote down, alive or not; None where nothing usable is."""
    try:
        return LocalInstance(**json.loads(state_file(settings).read_text("utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_state(settings: Settings, running: LocalInstance) -> None:
    """Write the state in one step, so that a reader sees all of it or none."""
    part = settings.local_dir / "state.json.part"
    part.write_text(json.dumps(asdict(running), indent=2) + "\n", "utf-8")
    part.replace(state_file(settings))
