import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trino.server import ROOT, running, why_not

sys.path.insert(0, str(ROOT / "tests" / "fixtures"))


@pytest.fixture(scope="session")
def trino_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Trino with a catalog in memory."""
    if reason := why_not():
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("trino") / "server"
    with running(folder, {"memory": {"connector.name": "memory"}}) as url:
        yield url
