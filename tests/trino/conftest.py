from collections.abc import Iterator

import pytest

from tests.trino.server import running, why_not


@pytest.fixture(scope="session")
def trino_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Trino with a catalog in memory."""
    if reason := why_not():
        pytest.skip(reason)
    with running(tmp_path_factory.mktemp("trino")) as url:
        yield url
