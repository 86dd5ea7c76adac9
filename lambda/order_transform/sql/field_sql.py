"""One field of one file as SQL, and the checks that all kinds of fields share.

Pure text: nothing here runs it. Cells are the columns `c0`, `c1`, ...; every value that comes
from a file or a contract is quoted by `literal`. An expression holds for all rows of a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from order_transform.contract.definition import Field, FieldType, OnProblem
from order_transform.sql.cells import literal

_EDGES = " \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to reject a row: a code of `refusal.ROW_CODES` and the SQL that tells it."""

    code: str
    condition: str


@dataclass(frozen=True, slots=True)
class FieldSql:
    """How one field of one file is read.

    `steps` are (column, SQL) pairs, each of which may use the cells and the columns before it;
    the last one's column is `value`: the typed value, null if empty or unreadable. `is_valid` is
    true for a row that this field lets through, or None where it lets every row through;
    `problems` say why not, most telling first; `unreadable` is true where a cell has a text but
    no value. `plain_type` is the SQL type of a column whose every cell a plain cast reads, else
    None; `cheap_value` is a cheaper form of the value for a file without an unreadable one.
    `derived_value` is the column of a value that other columns of the row lead to. `any_moment` is
    the column of a date's moment whatever its year, or None where every year is in range.
    `has_value_if_accepted`: a row whose value is null is rejected.
    """

    name: str
    type: FieldType
    cell: str
    steps: tuple[tuple[str, str], ...]
    is_valid: str | None
    problems: tuple[Problem, ...]
    unreadable: str = "false"
    plain_type: str | None = None
    cheap_value: str | None = None
    matches_sample: str | None = None
    derived_value: str | None = None
    any_moment: str | None = None
    has_value_if_accepted: bool = False

    @property
    def value(self) -> str:
        """Return the column of the typed value: `price_value`, or what it is derived from."""
        return self.derived_value or self.steps[-1][0]


def trimmed(cell: str) -> str:
    """Return SQL for a cell without the white space around it, an empty text for null.

    `trim(coalesce(c3, ''), <spaces>)`, where the spaces are a text of all kinds of them.
    """
    return f"trim(coalesce({cell}, ''), {literal(_EDGES)})"


def is_blank(cells: Iterable[str]) -> str:
    """Return SQL that is true for a row whose cells are all empty or white space.

    `trim(coalesce(concat(c0, c1), ''), <spaces>) = ''`.
    """
    # As one text: a test for each cell would take memory for each of a thousand columns.
    text = f"concat({', '.join(cells)})"
    return f"{trimmed(text)} = ''"


def without_spaces(cell: str) -> str:
    """Return SQL for a cell without spaces around it, null for none; most cells are left alone.

    Only ASCII is left alone, because DuckDB's `trim` knows Unicode's spaces, too. `CASE WHEN c0 >=
    '!' AND NOT suffix(c0, ' ') AND strlen(c0) = length(c0) THEN c0 ELSE nullif(trim(c0), '') END`.
    """
    is_bare = f"{cell} >= '!' AND NOT suffix({cell}, ' ') AND strlen({cell}) = length({cell})"
    return f"CASE WHEN {is_bare} THEN {cell} ELSE nullif(trim({cell}), '') END"


def read_text(field: Field, cell: str) -> FieldSql:
    """Build the SQL of a text: the cell as it is, or without the white space around it."""
    value = f"{field.name}_value"
    problems = empty_problem(field, cell)
    is_valid = f"{trimmed(cell)} <> ''" if problems else None
    text = without_spaces(cell) if field.trim else cell
    return FieldSql(field.name, field.type, cell, ((value, text),), is_valid, problems)


def checked_field(
    field: Field,
    cell: str,
    steps: Sequence[tuple[str, str]],
    is_null: str,
    invalid: Sequence[Problem],
    bounds: Sequence[Problem],
    *,
    always_readable: bool = False,
) -> FieldSql:
    """Put a field's steps, its problems and the contract's rules for them together.

    `is_null` is true where the field has no value; `invalid` are the reasons a filled cell has
    none for; `bounds` are what a value may break. `always_readable`: every filled cell is known to
    have a value; then no check looks at a text, which the cell may no longer be.
    """
    filled = f"{trimmed(cell)} <> ''"
    # A CASE, so that only the few rows without a value pay for the look at their text.
    unreadable = f"CASE WHEN {is_null} AND {cell} IS NOT NULL THEN {filled} END"
    unreadable = "false" if always_readable else unreadable
    rejects_empty = field.empty is OnProblem.REJECT
    rejects_invalid = field.invalid is OnProblem.REJECT
    problems = list(empty_problem(field, cell))
    if rejects_invalid:
        problems += [Problem(one.code, f"{filled} AND {one.condition}") for one in invalid]
    problems += bounds
    checks = [f"coalesce(NOT ({bound.condition}), true)" for bound in bounds]
    rejects_null = rejects_empty and (rejects_invalid or always_readable)
    if rejects_null:
        checks.insert(0, f"NOT ({is_null})")
    elif rejects_invalid:
        checks.insert(0, f"NOT coalesce({unreadable}, false)")
    elif rejects_empty:
        checks.insert(0, filled)
    is_valid = " AND ".join(checks) if checks else None
    return FieldSql(
        name=field.name,
        type=field.type,
        cell=cell,
        steps=tuple(steps),
        is_valid=is_valid,
        problems=tuple(problems),
        unreadable=unreadable,
        has_value_if_accepted=rejects_null,
    )


def empty_problem(field: Field, cell: str) -> tuple[Problem, ...]:
    """Return the problem of an empty cell where the contract rejects it, else nothing."""
    if field.empty is OnProblem.ACCEPT:
        return ()
    return (Problem("empty", f"{trimmed(cell)} = ''"),)


def is_null_or(cell: str, pattern: str) -> str:
    """Return SQL that is true for null and for a cell of this pattern, and never null."""
    return f"coalesce(regexp_full_match({cell}, {literal(pattern)}), true)"
