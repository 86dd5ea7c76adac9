"""What `parity` prints."""

import pytest
from click.testing import CliRunner
from orderlake.cli.parity import parity, print_results
from orderlake.engines.parity import Comparison
from orderlake.errors import WrongUse


def test_a_second_engine_that_is_missing_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    failed = [
        Comparison(name, "failed", reason="no answer", next_step="start a server")
        for name in ("a", "b", "c")
    ]
    print_results(failed, ("duckdb", "trino"), 0.1)
    assert capsys.readouterr().out == (
        "none of 3 queries could be compared: no answer\n  start a server\n"
    )


def test_the_curated_table_is_not_compared_with_itself() -> None:
    done = CliRunner().invoke(parity, ["--curated", "--right", "duckdb"])
    assert isinstance(done.exception, WrongUse)
    assert "--right athena" in done.exception.next_step


def test_each_query_has_a_line_where_they_differ(capsys: pytest.CaptureFixture[str]) -> None:
    results = [Comparison("a", "failed", reason="no"), Comparison("bcd", "equal", 2)]
    print_results(results, ("duckdb", "trino"), 0.1)
    assert capsys.readouterr().out == "a    failed, no\nbcd  equal, 2 rows\n"
