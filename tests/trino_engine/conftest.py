from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Lake
from tests.trino.lake import lake_on_trino


@pytest.fixture(scope="session")
def trino_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A local AWS whose queries a Trino runs."""
    with lake_on_trino(tmp_path_factory.mktemp("lake")) as (lake, _):
        yield lake
