"""The Trino of `make local-up ENGINE=trino` as a process of its own, with tables in memory."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from localstack_lake.trino.server import start
from orderlake.local_aws.trino import make_key, sign_token, wait_for_trino

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".tools" / "trino"
MEMORY = Path(__file__).with_name("catalog")
STOP_SECONDS = 20


class Trino(NamedTuple):
    """Where a Trino is, and the token that it asks for."""

    url: str
    token: str


def why_not() -> str | None:
    """Return what is missing for a Trino server, or None."""
    is_there = (HOME / ".stamp-trino").is_file()
    return None if is_there else "no Trino server in .tools/trino: `make test-trino` fetches it"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Trino]:
    """Yield a server that keeps its tables in memory; it is stopped at the end."""
    key = make_key()
    trino = Trino(f"https://127.0.0.1:{free_port()}", sign_token(key))
    variables = {
        "LAKE_TRINO_HOME": str(HOME),
        "LAKE_TRINO_URL": trino.url,
        "LAKE_TRINO_KEY": key,
    }
    process = start(folder, MEMORY, os.environ | variables)
    try:
        if not wait_for_trino(*trino, lambda: process.poll() is None):
            log = (folder / "trino.log").read_text(errors="replace")
            raise RuntimeError(f"Trino did not start:\n{log[-3000:]}")
        yield trino
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
