"""Which code checks statements. It imports none of that code, so that a kept statement need not."""

import functools
import hashlib
import importlib.machinery
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import athena_sql
import duckdb

import orderlake

# The parts of this package that decide what a checked statement is.
OWN = (
    "answers/mixed_currencies.py",
    "engines/check_statement.py",
    "engines/checked_statement.py",
    "engines/kept_statements.py",
)
PARSER = "sqlglot"


@functools.cache
def code_version() -> str | None:
    """Return a hash of the code, the libraries and Python, or None if the parser is not found."""
    libraries = list(installed_files(PARSER))
    if not libraries:
        return None
    own = Path(orderlake.__path__[0])
    paths = [*libraries, *sources(athena_sql.__path__[0]), *(str(own / one) for one in OWN)]
    return version_of((sys.version, duckdb.__version__), paths)


def version_of(names: Sequence[str], paths: Iterable[str]) -> str:
    """Return a hash of names and of what files hold."""
    digest = hashlib.sha256("\0".join(names).encode())
    for path in paths:
        with open(path, "rb") as file:  # noqa: PTH123 (a Path for each would double the time)
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def sources(folder: str) -> Iterator[str]:
    """Yield the paths of all modules below a folder, always in the same order."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            yield from sources(entry.path)
        elif entry.name.endswith(".py"):
            yield entry.path


def installed_files(package: str) -> Iterator[str]:
    """Yield the lists of an installed package's files; they hold a checksum of each file.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    spec = importlib.machinery.PathFinder.find_spec(package)
    if spec is None or spec.origin is None:
        return
    for place in sorted(Path(spec.origin).parents[1].glob(f"{package}*.dist-info")):
        if (record := place / "RECORD").is_file():
            yield str(record)
