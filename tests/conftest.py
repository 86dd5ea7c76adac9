"""Settings of all tests: repeatable hypothesis, work shared among processes, and a quiet end."""

import atexit
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import noted_folders
import pytest
from drawn_examples import ALL_EXAMPLES, EVERY_DAY, few
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# The same examples on every machine and in every run, so that only a change can make a test fail.
settings.register_profile(ALL_EXAMPLES, derandomize=True, deadline=None)
all_examples = settings.get_profile(ALL_EXAMPLES)
settings.register_profile(EVERY_DAY, all_examples, max_examples=few(all_examples.max_examples))
settings.load_profile(EVERY_DAY)

# End-to-end tests of one share have one LocalStack between them; what takes longest begins.
SHARES = {
    "prefixes of their own": ("test_how_to.py", "test_other_aws.py"),
    "the shop": (),
    "ministack": (),
    "starts of their own": ("test_kept_and_watched.py",),
    "no server": ("test_function_zip.py",),
}

_status = {"exit": 0}


def share_of(nodeid: str) -> str:
    """Return what a test has to be kept together with: its file, or all that share a server."""
    file = nodeid.partition("::")[0]
    if "e2e/" not in file:
        return file
    if "[ministack" in nodeid:
        return "ministack"
    name = file.rpartition("/")[2]
    return next((share for share, files in SHARES.items() if name in files), "the shop")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the end-to-end tests first: what is short fills the processes to the end."""
    place = {share: number for number, share in enumerate(SHARES)}
    items.sort(key=lambda item: place.get(share_of(item.nodeid), len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "LoadScopeScheduling":
    """Hand out tests by their shares, in the order of collection (`pytest -n 3`)."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    config.option.loadscopereorder = False
    return Shares(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes that share the tests note their folders in one place."""
    config.add_cleanup(noted_folders.begin())


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the exit code for `pytest_unconfigure`; after Ctrl-C, stop what the tests started."""
    _status["exit"] = int(exitstatus)
    if exitstatus == pytest.ExitCode.INTERRUPTED and not hasattr(session.config, "workerinput"):
        noted_folders.stop_all()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Silence standard error for the interpreter's teardown, which comes after the last line.

    DuckDB's binding prints eighty lines there on its own reference counts, about nothing that a
    test did: the same statements without pytest print none. The process still ends the usual way,
    so that a crash in the teardown shows in its exit code. What pytest has to say of wrong use
    comes later than this, so that such a run is not silenced.
    """
    if _status["exit"] in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        atexit.register(silence_standard_error)


def silence_standard_error() -> None:
    """Send what is still written to standard error nowhere."""
    sys.stderr.flush()
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
