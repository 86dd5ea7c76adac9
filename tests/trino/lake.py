"""A local AWS with Trino as Athena's engine, in a checkout of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.conftest import Lake, free_port, linked_checkout
from tests.trino.server import Trino, why_not


@contextmanager
def lake_on_trino(folder: Path) -> Iterator[tuple[Lake, Trino]]:
    """Yield a local AWS and its Trino; both are stopped at the end."""
    if reason := why_not():
        pytest.skip(reason)
    lake = Lake(linked_checkout(folder), free_port())
    try:
        done = lake.run("local", "up", "--engine", "trino", timeout=600)
        assert done.returncode == 0, done.stderr
        assert "1 GB of memory" in done.stderr
        variables = lake.json("local", "env", "--json")
        yield lake, Trino(variables["TRINO_URL"], variables["TRINO_TOKEN"])
    finally:
        lake.run("local", "down")
