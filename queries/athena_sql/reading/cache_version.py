"""Which code made a columnar cache. It imports none of that code, so that a query need not."""

import functools
import hashlib
from pathlib import Path

import duckdb

PACKAGE = Path(__file__).resolve().parents[1]
# The code that decides which value a cell becomes.
READERS = ("reading/*.py", "typing/types.py", "catalog.py")


@functools.cache
def cache_version() -> str:
    """Return a hash of DuckDB's version and of the code that fills a cache."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for pattern in READERS:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
