"""Which code checks statements and compares files, so that other code uses nothing it has kept.

It imports none of that code.
"""

import functools
import hashlib
import importlib.machinery
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import athena_sql
import order_jobs.curated

import orderlake

FOLDERS = (
    *athena_sql.__path__,
    *order_jobs.curated.__path__,
    *(str(Path(orderlake.__path__[0]) / name) for name in ("answers", "engines", "mirror")),
)
LIBRARIES = ("duckdb", "sqlglot")


@functools.cache
def code_version() -> str | None:
    """Return a hash of the code, the libraries and Python, or None if a library is not found."""
    libraries = [installed_files(name) for name in LIBRARIES]
    if not all(libraries):
        return None
    modules = (sources(folder) for folder in FOLDERS)
    return version_of(sys.version, chain(*libraries, *modules))


def version_of(name: str, paths: Iterable[str]) -> str:
    """Return a hash of a name and of what files hold."""
    digest = hashlib.sha256(name.encode())
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


def installed_files(package: str) -> list[str]:
    """Return the lists of an installed package's files; they hold a checksum of each file.

    https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    spec = importlib.machinery.PathFinder.find_spec(package)
    if spec is None or spec.origin is None:
        return []
    places = Path(spec.origin).parents[1].glob(f"{package}*.dist-info/RECORD")
    return sorted(map(str, places))
