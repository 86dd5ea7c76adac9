"""What a query is once it is translated: its DuckDB SQL and its columns.

Pure. A query's columns are c1, c2, ... in DuckDB, not as the statement calls them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import UNKNOWN, Type
from athena_sql.values.value import Value, bad_query, null_of


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a query: its name, if it has one, and its type.

    `label` is the name as it is written, which the answer has.
    """

    name: str | None
    type: Type
    may_be_nan: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A query's DuckDB SQL and its columns."""

    sql: str
    columns: tuple[OutputColumn, ...]


@dataclass(frozen=True, slots=True)
class StepRows:
    """A step of a WITH, by its name in DuckDB."""

    sql_name: str
    columns: tuple[OutputColumn, ...]


type Steps = Mapping[str, StepRows]
type Output = tuple[Value, str | None]


class UnknownColumn(BadQuery):
    """A name that does not belong to a column in sight."""

    def __init__(self, name: str, place: Place, step: str) -> None:
        super().__init__(f"{place}: Column '{name}' cannot be resolved", step)
        self.name = name


def by_name(outputs: Sequence[Output]) -> dict[str, list[Value]]:
    """Return a select's columns by their names."""
    found: dict[str, list[Value]] = {}
    for value, name in outputs:
        if name is not None:
            found.setdefault(name, []).append(value)
    return found


def output_sql(value: Value) -> str:
    """Return a column's SQL; a NULL without a type is `cast(null as INTEGER)` wherever it goes."""
    return null_of(UNKNOWN) if value.type == UNKNOWN else value.sql


def select_list(values: Sequence[str]) -> str:
    """Return `x as c1, y as c2`."""
    return ", ".join(f"{value} as c{position}" for position, value in enumerate(values, start=1))


def renamed(columns: Sequence[OutputColumn], step: nodes.Step) -> tuple[OutputColumn, ...]:
    """Return a step's columns under the names that it gives them."""
    if not step.columns:
        return tuple(columns)
    if len(step.columns) != len(columns):
        told = (
            f"Column alias list has {len(step.columns)} entries but relation has "
            f"{len(columns)} columns"
        )
        raise bad_query(step.place, told)
    return tuple(
        OutputColumn(name, column.type, column.may_be_nan)
        for name, column in zip(step.columns, columns, strict=True)
    )
