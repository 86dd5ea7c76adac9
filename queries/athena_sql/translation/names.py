"""Names and the columns that an expression can see.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from athena_sql.syntax import nodes
from athena_sql.syntax.tokens import Place
from athena_sql.values.value import Value, bad_query


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a relation; `qualifiers` are the names that may stand before its own."""

    name: str | None
    value: Value
    qualifiers: tuple[tuple[str, ...], ...] = ()

    def answers(self, parts: tuple[str, ...]) -> bool:
        """Whether `a.b.c` names this column."""
        *before, name = parts
        if self.name != name:
            return False
        return not before or any(
            tuple(qualifier[-len(before) :]) == tuple(before) for qualifier in self.qualifiers
        )


def dotted(node: nodes.Node) -> tuple[str, ...] | None:
    """Return the parts of `a.b.c`, or None for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Dereference):
        parts.append(node.name)
        node = node.base
    if not isinstance(node, nodes.Identifier):
        return None
    return (node.name, *reversed(parts))


def find_field(fields: Sequence[Field], parts: tuple[str, ...], place: Place) -> Field | None:
    """Return the column of a name, or None; raises BadQuery where there are several."""
    found = [field for field in fields if field.answers(parts)]
    if len(found) > 1:
        raise bad_query(place, f"Column '{'.'.join(parts)}' is ambiguous", "write table.column")
    return found[0] if found else None
