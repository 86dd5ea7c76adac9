"""Deferred modules are loaded once they are used, and leave nothing of themselves behind."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from localstack_lake.speed.deferred_imports import deferred_imports

LIBRARY = """
class NotFound(Exception):
    code = 404

def find(name, known=()):
    if name not in known:
        raise NotFound(name)
    return known[name]
"""
USER = """
from deferred_library import NotFound as Missing
from deferred_library import find

def search(name, **known):
    try:
        return find(name, known)
    except Missing as error:
        return f"no {error}: {error.code}"
"""
MODULES = ("deferred_library", "deferred_user", "deferred_other")
NAMES = {"deferred_library": ["NotFound", "find"]}


@pytest.fixture(autouse=True)
def _modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "deferred_library.py").write_text(LIBRARY)
    (tmp_path / "deferred_user.py").write_text(USER)
    (tmp_path / "deferred_other.py").write_text("from deferred_library import *")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("call", ["search('a', a=1)", "search('a')", "Missing.code"])
def test_a_module_is_loaded_by_the_first_use_of_any_of_its_names(call: str) -> None:
    with deferred_imports(["deferred_user"], NAMES):
        user = import_module("deferred_user")
    assert "deferred_library" not in sys.modules
    eval(call, vars(user))
    library = sys.modules["deferred_library"]
    assert (user.find, user.Missing) == (library.find, library.NotFound)
    assert (user.search("a", a=1), user.search("a")) == (1, "no a: 404")


def test_who_asks_for_other_names_meanwhile_gets_the_module_itself() -> None:
    with deferred_imports(["deferred_user"], NAMES):
        import_module("deferred_user")
        other = import_module("deferred_other")
        assert other.find is sys.modules["deferred_library"].find


def test_a_module_that_is_loaded_already_is_not_deferred() -> None:
    library = import_module("deferred_library")
    with deferred_imports(["deferred_user"], NAMES):
        user = import_module("deferred_user")
    assert sys.modules["deferred_library"] is library
    assert user.find is library.find
