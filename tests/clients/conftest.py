"""A local AWS that holds orders, for the clients; the fixtures of tests/e2e start it."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Lake, lake, local_aws

__all__ = ["lake", "local_aws"]


@pytest.fixture(scope="session")
def orders(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake with two thousand order lines, crawled."""
    path: Path = tmp_path_factory.mktemp("orders") / "orders-2026-11-20.csv"
    lake.ok("sample", "--rows", "2000", "--seed", "1", "--out", str(path))
    lake.ok("upload", str(path))
    lake.ok("crawl")
    return lake
