"""Why a header is not a header of orders, in words that say what to do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from order_transform.contract.definition import (
    PRICE,
    QUANTITY,
    Field,
)


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """Why a header is not a header of orders; `missing` counts required fields without a column."""

    code: str
    message: str
    missing: int = 0


def ambiguous(field: Field, headers: list[str]) -> ColumnProblem:
    """Return the problem of columns that mean the same field."""
    if len(set(headers)) == 1:
        message = (
            f"{len(headers)} columns are called {headers[0]!r}; rename those that do not count"
        )
        return ColumnProblem("ambiguous_columns", message)
    named = " and ".join(repr(cell) for cell in headers)
    message = (
        f"the columns {named} both mean {field.name}; "
        f'say which with --map {field.name}="{headers[0]}" or in the contract'
    )
    return ColumnProblem("ambiguous_columns", message)


def missing_columns(fields: Sequence[Field], header: Sequence[str], many: Sequence[str]) -> str:
    """Say which fields have no column, and what to do; `many` are prices of several pieces."""
    names = " and no ".join(field.name for field in fields)
    columns = ", ".join(repr(cell.strip()) for cell in header[:30])
    more = f" and {len(header) - 30} more" if len(header) > 30 else ""
    pieces = "; if each row is one piece, --map quantity=1"
    if many and fields[0].name == PRICE:
        return (
            f"no {names} column among {columns}{more}; {many[0]!r} is the price of several pieces:"
            " export that of one piece, or the money of the whole line and name it with"
            ' --map line_total="Header"'
        )
    return (
        f"no {names} column among {columns}{more}; name it with "
        f'--map {fields[0].name}="Header" or add the header to headers.toml'
        f"{pieces if fields[-1].name == QUANTITY else ''}"
    )
