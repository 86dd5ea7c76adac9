"""Recorded answers of an engine in a folder: written with --record, read with --replay.

A recording names its data and its SQL, and answers for nothing else.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athena_sql.answer import Answer, Column, Value
from athena_sql.errors import QueryFailed
from athena_sql.statement import DIALECT, parse_statement

from orderlake.answers.value_text import value_text
from orderlake.engines import Engine, QueryRequest
from orderlake.engines.values import parse_value
from orderlake.errors import UnreadableInput

ABOUT = "recording.json"


def statement_hash(request: QueryRequest) -> str:
    """Return a hash of a query's tree and its values; spaces and comments do not count."""
    text = parse_statement(request.sql).sql(DIALECT, comments=False)
    values = {name: value_text(value) for name, value in sorted(request.values.items())}
    return hashlib.sha256(json.dumps([text, values]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RecordedEngine:
    """A folder of answers that takes the place of the engine that gave them."""

    folder: Path

    @property
    def name(self) -> str:
        """The engine that was recorded, marked as such."""
        return f"recorded {self.read(ABOUT)['engine']}"

    def fingerprint(self) -> str:
        """Return the hash of the data that the answers came from."""
        return str(self.read(ABOUT)["fingerprint"])

    def answer(self, request: QueryRequest) -> Answer:
        """Return the recorded answer; raises QueryFailed if this very SQL was not recorded."""
        if not (self.folder / f"{request.name}.json").is_file():
            raise QueryFailed(
                self.name, f"{request.name} was not recorded", "record it: --record DIR"
            )
        entry = self.read(f"{request.name}.json")
        if entry["statement"] != statement_hash(request):
            raise QueryFailed(
                self.name, f"{request.name} has changed since", "record it again: --record DIR"
            )
        columns = tuple(Column(name, kind) for name, kind in entry["columns"])
        rows = (
            tuple(parse_value(c.type, cell) for c, cell in zip(columns, row, strict=True))
            for row in entry["rows"]
        )
        return Answer(columns, iter(rows))

    def read(self, name: str) -> dict[str, Any]:
        """Return a file of the recording; raises UnreadableInput."""
        path = self.folder / name
        try:
            return dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise UnreadableInput(path, "no recording", "record one: --record DIR") from error


@dataclass(frozen=True, slots=True)
class RecordingEngine:
    """An engine whose answers are recorded as they come."""

    engine: Engine
    folder: Path

    @property
    def name(self) -> str:
        """The name of the engine itself."""
        return self.engine.name

    def fingerprint(self) -> str:
        """Return the engine's own fingerprint, and write it down."""
        fingerprint = self.engine.fingerprint()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write(ABOUT, {"engine": self.engine.name, "fingerprint": fingerprint})
        return fingerprint

    def answer(self, request: QueryRequest) -> Answer:
        """Return the engine's answer and record it."""
        answer = self.engine.answer(request)
        rows = list(answer.rows)
        self.write(
            f"{request.name}.json",
            {
                "statement": statement_hash(request),
                "columns": [[column.name, column.type] for column in answer.columns],
                "rows": [[cell_text(value) for value in row] for row in rows],
            },
        )
        return Answer(answer.columns, iter(rows), answer.scanned_bytes, answer.cost_usd)

    def write(self, name: str, document: dict[str, Any]) -> None:
        """Write a file of the recording."""
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (self.folder / name).write_text(f"{text}\n", "utf-8")


def cell_text(value: Value) -> str | None:
    """Return a value as the text that is read back to it; NULL is null."""
    return None if value is None else value_text(value)
