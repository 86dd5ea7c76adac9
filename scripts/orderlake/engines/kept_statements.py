"""Statements that were checked before, on disk: a check takes longer than most answers.

A kept statement is used only if the check would give the same again: it depends on the text, the
parameters' values, the names and types of the catalog, and the code (code_version.py).
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athena_sql.catalog import CatalogTable, TableName

from orderlake.engines import QueryRequest
from orderlake.engines.checked_statement import (
    CheckedStatement,
    statement_from_json,
    statement_to_json,
)
from orderlake.engines.code_version import code_version
from orderlake.mirror.kept_file import digest_of, read_kept, write_kept
from orderlake.mirror.store import MirrorStore

# More than anybody asks again; each takes a few kilobytes.
MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class KeptStatements:
    """The statements that were checked over the tables of one mirror.

    Each has a file. Its name is a hash of the code, the text and the values; it holds the catalog
    that the statement was checked against. `version` is that of the code; without one nothing is
    kept.
    """

    folder: Path
    version: str | None

    def is_sql(self, request: QueryRequest) -> bool:
        """Whether the text was accepted before, over whatever tables there were then."""
        return self._read(request) is not None

    def find(
        self,
        request: QueryRequest,
        schemas: Sequence[CatalogTable],
        aliases: Mapping[str, TableName],
    ) -> CheckedStatement | None:
        """Return the statement, or None if it was not checked against exactly these tables."""
        document = self._read(request)
        if document is None or document["catalog"] != catalog_text(schemas, aliases):
            return None
        return statement_from_json(document["statement"])

    def keep(
        self,
        request: QueryRequest,
        schemas: Sequence[CatalogTable],
        aliases: Mapping[str, TableName],
        statement: CheckedStatement,
    ) -> None:
        """Keep a statement, in one step, and remove the oldest beyond MOST_KEPT."""
        path = self._path(request)
        if path is None:
            return
        document = {
            "catalog": catalog_text(schemas, aliases),
            "statement": statement_to_json(statement),
        }
        write_kept(path, document)
        with contextlib.suppress(OSError):
            self._remove_oldest()

    def _read(self, request: QueryRequest) -> dict[str, Any] | None:
        path = self._path(request)
        document: dict[str, Any] | None = read_kept(path) if path else None
        return document

    def _path(self, request: QueryRequest) -> Path | None:
        if self.version is None:
            return None
        identity = json.dumps([self.version, request.sql, values_text(request.values)])
        return self.folder / f"{digest_of(identity.encode())}.json"

    def _remove_oldest(self) -> None:
        paths = list(self.folder.iterdir())
        if len(paths) <= MOST_KEPT:
            return
        paths.sort(key=lambda path: path.stat().st_mtime_ns)
        for path in paths[: len(paths) - MOST_KEPT]:
            path.unlink(missing_ok=True)


def kept_statements(store: MirrorStore) -> KeptStatements:
    """Return the statements that are kept beside a mirror."""
    return KeptStatements(store.folder / "statements", code_version())


def catalog_text(schemas: Sequence[CatalogTable], aliases: Mapping[str, TableName]) -> str:
    """Return all that a statement can see of a catalog, as one text."""
    return repr((schemas, sorted(aliases.items(), key=lambda item: item[0])))


def values_text(values: Mapping[str, Any]) -> str:
    """Return the parameters' values with their types, as one text."""
    return repr(sorted((name, type(value).__name__, value) for name, value in values.items()))
