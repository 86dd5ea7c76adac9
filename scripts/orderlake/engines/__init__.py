"""Engines that answer a query: one Protocol, and a module for each that implements it.

This module imports none of them, so that a query on the mirror never loads an AWS library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from athena_sql.answer import Answer, Value


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query for an engine: Athena's SQL over `processed_orders`, and its parameters' values."""

    name: str
    sql: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Engine(Protocol):
    """Anything that answers queries over a known state of the data."""

    @property
    def name(self) -> str:
        """The engine's name in messages."""
        ...

    def answer(self, request: QueryRequest) -> Answer:
        """Return the answer; raises BadQuery, MissingColumns, UnreadableData or QueryFailed."""
        ...

    def fingerprint(self) -> str:
        """Return the hash of the data that the answers come from (`Snapshot.fingerprint`)."""
        ...
