"""Names: columns of relations, fields of rows, variables of lambdas, outputs in ORDER BY.

Pure.
"""

from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.translation.clause import Clause
from athena_sql.translation.names import dotted, find_field
from athena_sql.typing.types import (
    field_name,
)
from athena_sql.values.value import Value, bad_query, text_literal


class NameExpressions(Clause):
    """Translates names."""

    def of_identifier(self, node: nodes.Identifier) -> Value:
        """Return a lambda's variable, a column of the select (in ORDER BY), or a column."""
        if found := self.variables.get(node.name):
            return found
        if self.outputs is not None and (values := self.outputs.get(node.name)):
            if len({value.sql for value in values}) > 1:
                raise bad_query(node.place, f"Column '{node.name}' is ambiguous")
            return values[0]
        return self.column((node.name,), node)

    def of_dereference(self, node: nodes.Dereference) -> Value:
        """Return `table.column`, or a field of a row."""
        parts = dotted(node)
        if parts is None or parts[0] in self.variables:
            return self.field_of(self.value(node.base), node.name, node)
        for length in range(len(parts), 0, -1):
            if self.can_see(parts[:length]):
                found = self.column(parts[:length], node)
                for name in parts[length:]:
                    found = self.field_of(found, name, node)
                return found
        return self.column(parts, node)

    def can_see(self, parts: tuple[str, ...]) -> bool:
        """Whether a name is that of a column, here or around."""
        if any(one.answers(parts) for one in self.fields):
            return True
        return self.outer is not None and self.outer.can_see(parts)

    def column(self, parts: tuple[str, ...], node: Expression) -> Value:
        """Return a column; raises BadQuery where none has the name."""
        found = find_field(self.fields, parts, node.place)
        if found is None:
            if self.outer is None:
                raise self.queries.unknown_column(parts, node.place)
            return self.outer.seen_from_inside(parts, node)
        if self.grouping is not None:
            name = ".".join(parts)
            raise bad_query(
                node.place,
                f"'{name}' must be an aggregate expression or appear in GROUP BY clause",
                f"group by {name}, or aggregate it: max({name})",
            )
        return found.value

    def seen_from_inside(self, parts: tuple[str, ...], node: Expression) -> Value:
        """Return a column for a query inside this one."""
        if self.grouping is not None and (key := self.grouping.key_of(node)):
            return key
        return self.column(parts, node)

    def field_of(self, base: Value, name: str, node: nodes.Dereference) -> Value:
        """Return a row's field."""
        if base.type.name != "row" or name not in base.type.names:
            raise bad_query(node.place, f"Expression of type {base.type} has no field '{name}'")
        position = base.type.names.index(name)
        inside = text_literal(field_name(base.type, position))
        sql = f"struct_extract({base.sql}, {inside})"
        return Value(base.type.items[position], sql, may_be_nan=base.may_be_nan)
