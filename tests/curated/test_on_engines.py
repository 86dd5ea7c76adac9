"""Every query of the library on the curated table, against the JSON table on another engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.curated.raw_files import remove
from tests.e2e.conftest import ROOT, Lake
from tests.trino.lake import lake_on_trino

pytestmark = pytest.mark.spark
QUERIES = len(list((ROOT / "queries").glob("*.sql")))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Curated orders of two files, of which one has no date, in a local AWS with a Trino."""
    files: Path = tmp_path_factory.mktemp("files")
    with lake_on_trino(tmp_path_factory.mktemp("lake")) as (lake, _):
        lake.ok("deploy", "--env", "local")
        for seed, name in enumerate(("orders-2026-11-20.csv", "undated.csv")):
            path = str(files / name)
            lake.ok("sample", "--rows", "3000", "--seed", str(seed), "--out", path)
            lake.ok("upload", path)
        lake.ok("crawl")
        lake.ok("curate")
        lake.ok("sync")
        yield lake


@pytest.mark.parametrize("left", ["duckdb", "trino"])
def test_every_query_has_the_answer_that_trino_gives_for_the_json_table(
    shop: Lake, left: str
) -> None:
    assert shop.json("status", "--json")["curated"]["is_current"]
    found = shop.json("parity", "--curated", "--left", left, "--right", "trino", "--json")
    check_equal(found["queries"])


def test_every_query_has_the_answer_of_the_local_athena_for_the_json_table(
    lake: Lake, tmp_path: Path
) -> None:
    file = tmp_path / "orders-2026-11-20.csv"
    lake.ok("sample", "--rows", "3000", "--out", str(file))
    lake.ok("upload", str(file))
    lake.ok("crawl")
    lake.ok("curate")
    lake.ok("sync")
    check_equal(lake.json("parity", "--curated", "--json")["queries"])
    remove(lake, file.name)


def check_equal(queries: list[dict[str, Any]]) -> None:
    """Every query of the library was compared, and they have rows."""
    assert [one for one in queries if one["status"] not in ("equal", "close")] == []
    assert len(queries) == QUERIES
    assert sum(one["rows"] for one in queries) > QUERIES
