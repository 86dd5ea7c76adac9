"""Two engines' answers to the same query, compared value by value.

Pure: it gets engines as values and knows none of them. Integers, decimals, texts and dates must be
equal, doubles within a relative tolerance. Rows are compared as multisets, and by their order if
the query has one.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from athena_sql.answer import (
    Answer,
    Column,
    Row,
    Value,
)
from athena_sql.errors import BadQuery, MissingColumns, QueryFailed, UnreadableData
from athena_sql.statement import parse_statement
from sqlglot import exp

from orderlake.answers.value_text import value_text
from orderlake.engines import Engine, QueryRequest
from orderlake.errors import SnapshotsDiffer

TOLERANCE = 1e-9
ROWS_SHOWN = 20
type Status = Literal["equal", "close", "different", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the engines; for a row, `columns` are the cells that differ."""

    kind: Literal["columns", "type", "count", "row", "order"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result for one query: `close` means equal except for doubles within the tolerance.

    `next_step` is the advice of an engine that failed.
    """

    query: str
    status: Status
    rows: int = 0
    reason: str = ""
    differences: tuple[Difference, ...] = field(default=())
    next_step: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether the two engines agree, or the data cannot answer the query."""
        return self.status in ("equal", "close", "skipped")


def compare_engines(
    requests: Iterable[QueryRequest], left: Engine, right: Engine, tolerance: float = TOLERANCE
) -> Iterable[Comparison]:
    """Yield a comparison for each query; raises SnapshotsDiffer if the data are not the same."""
    one, other = left.fingerprint(), right.fingerprint()
    if one != other:
        raise SnapshotsDiffer(left.name, right.name)
    for request in requests:
        yield compare_query(request, left, right, tolerance)


def compare_query(
    request: QueryRequest, left: Engine, right: Engine, tolerance: float
) -> Comparison:
    """Run one query on both engines; a query that the data cannot answer is skipped."""
    answers: list[tuple[Answer, list[Row]]] = []
    for engine in (left, right):
        try:
            answer = engine.answer(request)
            answers.append((answer, list(answer.rows)))
        except MissingColumns as error:
            return Comparison(request.name, "skipped", reason=error.message)
        except QueryFailed as error:
            step = error.next_step
            return Comparison(request.name, "failed", reason=error.message, next_step=step)
        except (BadQuery, UnreadableData) as error:
            return Comparison(request.name, "failed", reason=f"{engine.name}: {error.message}")
    (one, one_rows), (other, other_rows) = answers
    return compare(
        request.name,
        (one.columns, one_rows),
        (other.columns, other_rows),
        ordering(request.sql, one.columns),
        tolerance,
    )


def compare(
    name: str,
    left: tuple[Sequence[Column], Sequence[Row]],
    right: tuple[Sequence[Column], Sequence[Row]],
    order: Sequence[int],
    tolerance: float = TOLERANCE,
) -> Comparison:
    """Compare two answers; `order` are the positions of the columns that rows are ordered by."""
    if differences := compare_columns(left[0], right[0]):
        return Comparison(name, "different", len(left[1]), differences=differences)
    if differences := compare_rows(left[0], left[1], right[1], tolerance):
        return Comparison(name, "different", len(left[1]), differences=differences)
    if differences := compare_order(left[1], right[1], order, tolerance):
        return Comparison(name, "different", len(left[1]), differences=differences)
    is_exact = Counter(map(row_text, left[1])) == Counter(map(row_text, right[1]))
    return Comparison(name, "equal" if is_exact else "close", len(left[1]))


def compare_columns(left: Sequence[Column], right: Sequence[Column]) -> tuple[Difference, ...]:
    """Return the differences in names, then those in types."""
    names = tuple(c.name for c in left), tuple(c.name for c in right)
    if names[0] != names[1]:
        return (Difference("columns", *names),)
    return tuple(
        Difference("type", (one.type,), (other.type,), (one.name,))
        for one, other in zip(left, right, strict=True)
        if not is_same_type(one.type, other.type)
    )


def is_same_type(one: str, other: str) -> bool:
    """Whether two types are the same; a text's length does not count, nor does an unknown type."""
    kinds = [
        kind.partition("(")[0] if kind.startswith("varchar") else kind for kind in (one, other)
    ]
    nested = [kind.partition("(")[0] for kind in kinds]
    is_nested = nested[0] == nested[1] and nested[0] in ("array", "map", "row")
    return kinds[0] == kinds[1] or "unknown" in kinds or is_nested


def compare_rows(
    columns: Sequence[Column], left: Sequence[Row], right: Sequence[Row], tolerance: float
) -> tuple[Difference, ...]:
    """Return the rows that have no equal on the other side, in pairs as far as possible."""
    groups: dict[tuple[str, ...], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((left, right)):
        for row in rows:
            groups[exact_part(row)][side].append(row)
    alone: tuple[list[Row], list[Row]] = ([], [])
    for one, other in groups.values():
        match_group(sorted(one, key=double_part), sorted(other, key=double_part), tolerance, alone)
    if not alone[0] and not alone[1]:
        return ()
    count = [Difference("count", (str(len(left)),), (str(len(right)),))]
    return (*(count if len(left) != len(right) else ()), *pair_up(columns, *alone, tolerance))


def exact_part(row: Row) -> tuple[str, ...]:
    """Return a row's cells that must be equal, with their kind: 1 and '1' are not."""
    return tuple("~" if isinstance(v, float) else f"{kind_of(v)}{value_text(v)}" for v in row)


def kind_of(value: Value) -> str:
    """Return the kind of a value as a letter; arrays count as the text that Athena prints."""
    if value is None:
        return "-"
    return "s" if isinstance(value, str | list | dict) else type(value).__name__[0].upper()


def double_part(row: Row) -> tuple[float, ...]:
    """Return a row's doubles, to sort by; what is not a number comes last."""
    return tuple(math.inf if math.isnan(v) else v for v in row if isinstance(v, float))


def match_group(
    left: list[Row], right: list[Row], tolerance: float, alone: tuple[list[Row], list[Row]]
) -> None:
    """Pair rows that differ in doubles only, both sides sorted; add those left over to `alone`."""
    i = j = 0
    while i < len(left) and j < len(right):
        if is_close(left[i], right[j], tolerance):
            i, j = i + 1, j + 1
        elif double_part(left[i]) < double_part(right[j]):
            alone[0].append(left[i])
            i += 1
        else:
            alone[1].append(right[j])
            j += 1
    alone[0].extend(left[i:])
    alone[1].extend(right[j:])


def is_close(left: Row, right: Row, tolerance: float) -> bool:
    """Whether every cell of two rows is equal, doubles within the tolerance."""
    return all(is_close_value(a, b, tolerance) for a, b in zip(left, right, strict=True))


def is_close_value(left: Value, right: Value, tolerance: float) -> bool:
    """Whether two cells are equal; NaN equals NaN."""
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=tolerance)
    return kind_of(left) == kind_of(right) and value_text(left) == value_text(right)


def pair_up(
    columns: Sequence[Column], left: list[Row], right: list[Row], tolerance: float
) -> Iterable[Difference]:
    """Yield the first rows without a partner, each beside the one most like it."""
    left, right = sorted(left, key=row_text)[:ROWS_SHOWN], sorted(right, key=row_text)[:ROWS_SHOWN]
    for row in left:
        other = max(right, key=lambda r: likeness(row, r, tolerance), default=None)
        if other is None or not likeness(row, other, tolerance):
            yield Difference("row", row_text(row), ())
            continue
        right.remove(other)
        pairs = zip(columns, row, other, strict=True)
        names = tuple(c.name for c, a, b in pairs if not is_close_value(a, b, tolerance))
        yield Difference("row", row_text(row), row_text(other), names)
    for row in right:
        yield Difference("row", (), row_text(row))


def likeness(left: Row, right: Row, tolerance: float) -> int:
    """Return how many cells two rows share."""
    return sum(is_close_value(a, b, tolerance) for a, b in zip(left, right, strict=True))


def row_text(row: Row) -> tuple[str, ...]:
    """Return a row's cells as text, NULL as such."""
    return tuple("NULL" if value is None else value_text(value) for value in row)


def compare_order(
    left: Sequence[Row], right: Sequence[Row], order: Sequence[int], tolerance: float
) -> tuple[Difference, ...]:
    """Return the first place where the rows' order differs in the columns of the ORDER BY."""
    for one, other in zip(left, right, strict=True):
        keys = tuple(one[i] for i in order), tuple(other[i] for i in order)
        if not is_close(*keys, tolerance):
            return (Difference("order", row_text(one), row_text(other)),)
    return ()


def ordering(sql: str, columns: Sequence[Column]) -> list[int]:
    """Return the positions of the columns in a statement's ORDER BY.

    They end at the first expression that is not a column of the answer.
    """
    order = parse_statement(sql).args.get("order")
    names = [column.name for column in columns]
    positions: list[int] = []
    for term in order.expressions if order else ():
        key = term.this
        if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(names):
            positions.append(int(key.name) - 1)
        elif isinstance(key, exp.Column) and key.name.lower() in names:
            positions.append(names.index(key.name.lower()))
        else:
            break
    return positions
