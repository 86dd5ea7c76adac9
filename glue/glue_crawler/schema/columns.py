"""Columns, the union of two schemas, and how alike two schemas are.

It must not read files or know about folders.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from glue_crawler.schema.hive_types import (
    INT_MAX,
    INT_MIN,
    UNKNOWN,
    HiveType,
    fits,
    infer,
    join,
    render,
)

# Records whose keys never repeat gain nothing from being remembered.
MAX_SHAPES = 256
_OPEN_TYPES = (int, list, dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its lower-cased name, its type, and the spellings its key was seen with."""

    name: str
    type: HiveType
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns in the order their keys were first seen."""

    columns: tuple[Column, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def paths(self) -> str:
        """The SerDe's `paths`: keys as they are spelled in the data, sorted, joined by commas."""
        return ",".join(sorted({key for column in self.columns for key in column.spellings}))

    def to_glue(self) -> list[dict[str, str]]:
        """Return the columns in the shape of Glue's `Columns`."""
        return [{"Name": column.name, "Type": render(column.type)} for column in self.columns]


class SchemaBuilder:
    """Takes records in one by one and keeps only the schema that holds them all.

    Most records have keys and Python types that were seen before. Types only ever widen, so of
    such a record only whole numbers (by their size), lists and objects can teach anything new;
    looking at nothing else makes the builder several times faster than the parsing before it.
    """

    def __init__(self) -> None:
        self._types: dict[str, HiveType] = {}
        self._spellings: dict[str, str] = {}
        self._open_keys: dict[tuple[object, ...], tuple[str, ...]] = {}
        self.has_doubles = False

    def add(self, record: Mapping[str, object]) -> None:
        """Widen the schema so that this record fits."""
        shape = (*record, *map(type, record.values()))
        keys = self._open_keys.get(shape)
        if keys is None:
            self._add_new_shape(shape, record)
            return
        for key in keys:
            value = record[key]
            if type(value) is not int or not INT_MIN <= value <= INT_MAX:
                self._widen(self._spellings[key], value)

    def _add_new_shape(self, shape: tuple[object, ...], record: Mapping[str, object]) -> None:
        for key, value in record.items():
            name = self._spellings.setdefault(key, key.lower())
            self._types.setdefault(name, UNKNOWN)
            self._widen(name, value)
        names = {self._spellings[key] for key in record}
        self.has_doubles = self.has_doubles or len(names) < len(record)
        if len(self._open_keys) < MAX_SHAPES:
            self._open_keys[shape] = tuple(
                key for key, value in record.items() if type(value) in _OPEN_TYPES
            )

    def _widen(self, name: str, value: object) -> None:
        if not fits(value, self._types[name]):
            self._types[name] = join(self._types[name], infer(value))

    def build(self) -> Schema:
        """Return the schema so far."""
        seen: dict[str, list[str]] = {}
        for key, name in self._spellings.items():
            seen.setdefault(name, []).append(key)
        return Schema(
            tuple(
                Column(name, kind, tuple(sorted(seen[name]))) for name, kind in self._types.items()
            )
        )


def join_schemas(left: Schema, right: Schema) -> Schema:
    """Unite two schemas; columns new in the right one come after those of the left one."""
    if left == right:
        return left
    columns = {column.name: column for column in left.columns}
    for column in right.columns:
        present = columns.get(column.name)
        columns[column.name] = column if present is None else _join_columns(present, column)
    return Schema(tuple(columns.values()))


def _join_columns(left: Column, right: Column) -> Column:
    spellings = tuple(sorted({*left.spellings, *right.spellings}))
    return Column(left.name, join(left.type, right.type), spellings)


def similarity(left: Schema, right: Schema) -> float:
    """Return the share of column names that two schemas have in common, 0 to 1.

    AWS compares against a threshold of 0.7 and does not say how it measures; names common to
    both over names in either is our own choice. Two empty schemas are alike.
    """
    ours, theirs = set(left.names), set(right.names)
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 1.0


def fold_types(schema: Schema) -> dict[str, str]:
    """Return the schema as name to rendered type, for comparing and printing."""
    return {column.name: render(column.type) for column in schema.columns}
