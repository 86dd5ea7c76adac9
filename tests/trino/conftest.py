from collections.abc import Iterator

import pytest

from tests.trino.server import Trino, running, why_not


@pytest.fixture(scope="session")
def trino(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trino]:
    """A Trino with a catalog in memory."""
    if reason := why_not():
        pytest.skip(reason)
    with running(tmp_path_factory.mktemp("trino")) as server:
        yield server
