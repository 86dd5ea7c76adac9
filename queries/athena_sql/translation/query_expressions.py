"""Queries inside expressions: of one value, in IN, in EXISTS, after ALL and ANY.

Pure.
"""

from athena_sql.syntax import nodes
from athena_sql.translation.clause import Clause
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    BOOLEAN,
    UNKNOWN,
    field_name,
    quote,
    row,
)
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query


class QueryExpressions(Clause):
    """Translates queries that stand for values."""

    def of_exists(self, node: nodes.Exists) -> Value:
        """Return `exists (select ...)`."""
        result = self.queries.query(node.query, self, self.steps)
        return Value(BOOLEAN, f"exists ({result.sql})")

    def of_subquery(self, node: nodes.Subquery) -> Value:
        """Return the one value of a query, or its one row."""
        result = self.queries.query(node.query, self, self.steps)
        if len(result.columns) == 1:
            (column,) = result.columns
            return Value(column.type, f"({result.sql})", may_be_nan=column.may_be_nan)
        kind = row([c.type for c in result.columns], [c.name for c in result.columns])
        fields = ", ".join(
            f"{quote(field_name(kind, position))} := c{position + 1}"
            for position in range(len(result.columns))
        )
        return Value(kind, f"(select struct_pack({fields}) from ({result.sql}))")

    def of_in_query(self, node: nodes.InQuery) -> Value:
        """Return `x in (select ...)`."""
        result = self.queries.query(node.query, self, self.steps)
        is_row = isinstance(node.operand, nodes.Row)
        operands = node.operand.items if isinstance(node.operand, nodes.Row) else (node.operand,)
        sides = [self.value(one) for one in operands]
        if len(sides) != len(result.columns):
            raise bad_query(
                node.place,
                "Value expression and result of subquery must be of the same type: "
                f"{len(sides)} and {len(result.columns)} columns",
            )
        columns = [
            Value(column.type, f"q.c{position + 1}", may_be_nan=column.may_be_nan)
            for position, column in enumerate(result.columns)
        ]
        for side, column in zip(sides, columns, strict=True):
            if common_type(side.type, column.type) is None:
                told = f"{side.type} vs {column.type}"
                raise bad_query(
                    node.place,
                    f"Value expression and result of subquery must be of the same type: {told}",
                    "cast one side",
                )
        kind = common_type(sides[0].type, columns[0].type) or UNKNOWN
        is_plain = not is_row and not sides[0].may_be_nan and not columns[0].may_be_nan
        if is_plain and not kind.items and kind != UNKNOWN:
            operators.compare("=", sides[0], columns[0], node.place)
            found = coerce(columns[0], kind).sql
            inner = result.sql if found == "q.c1" else f"select {found} from ({result.sql}) as q"
            return Value(BOOLEAN, f"({coerce(sides[0], kind).sql} in ({inner}))")
        equal = " and ".join(
            operators.compare("=", side, column, node.place).sql
            for side, column in zip(sides, columns, strict=True)
        )
        return Value(BOOLEAN, any_row(f"({equal})", result.sql))

    def of_quantified(self, node: nodes.Quantified) -> Value:
        """Return `x > all (select ...)`."""
        result = self.queries.query(node.query, self, self.steps)
        if len(result.columns) != 1:
            raise bad_query(node.place, "a quantified comparison wants a query of one column")
        (column,) = result.columns
        other = Value(column.type, "q.c1", may_be_nan=column.may_be_nan)
        value = self.value(node.operand)
        test = operators.compare(node.operator, value, other, node.place).sql
        if node.quantifier == "ANY":
            return Value(BOOLEAN, any_row(test, result.sql))
        return Value(
            BOOLEAN,
            f"(select if(not coalesce(bool_and({test}), true), false, "
            f"if(coalesce(bool_or(({test}) is null), false), null, true)) "
            f"from ({result.sql}) as q)",
        )


def any_row(test: str, sql: str) -> str:
    """Return whether a test is true of any row of a query: NULL where it is unknown of some.

    `(select if(coalesce(bool_or(q.c1 = 1), false), true, ...) from (select ...) as q)`
    """
    return (
        f"(select if(coalesce(bool_or({test}), false), true, "
        f"if(coalesce(bool_or(({test}) is null), false), null, false)) from ({sql}) as q)"
    )
