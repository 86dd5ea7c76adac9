"""What holds for every test: hypothesis repeats itself, two processes share the work, and the
last line is pytest's.
"""

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# The same examples on every machine and in every run: a failure is the change's, not the day's.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

# End-to-end tests that have a server of their own, or need none; all others share one LocalStack.
OWN_SERVER = ("test_kept_and_watched.py", "test_function_zip.py", "[ministack")

_status = {"exit": 0}


def share_of(nodeid: str) -> str:
    """Return what a test has to be kept together with: its file, or whatever shares its server."""
    file = nodeid.partition("::")[0]
    if "e2e/" not in file:
        return file
    return next((f"{file} {own}" for own in OWN_SERVER if own in nodeid), "e2e")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that what is short fills the other process to the end."""
    shares = ["e2e", *(share_of(item.nodeid) for item in items if "e2e/" in item.nodeid)]
    place = {share: number for number, share in enumerate(dict.fromkeys(shares))}
    items.sort(key=lambda item: place.get(share_of(item.nodeid), len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "LoadScopeScheduling":
    """Hand out tests by their shares, in the order of collection (`pytest -n 2`)."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    config.option.loadscopereorder = False
    return Shares(config, log)


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
