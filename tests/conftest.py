"""What holds for every test: hypothesis repeats itself, and the last line is pytest's."""

import os
import sys

import pytest
from hypothesis import settings

# The same examples on every machine and in every run: a failure is the change's, not the day's.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

_status = {"exit": 0}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the exit code for `pytest_unconfigure`."""
    _status["exit"] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave without the interpreter's teardown.

    Where hypothesis ran too, DuckDB's binding would print eighty lines on its own reference
    counts there, after pytest's closing line and about nothing that a test did. What pytest has
    to say of wrong use comes later than this, so that such a run ends the usual way.
    """
    if _status["exit"] in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status["exit"])
