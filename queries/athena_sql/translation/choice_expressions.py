"""Choices between values, which get a common type.

Pure.
"""

from collections.abc import Sequence

from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.translation.clause import Clause
from athena_sql.translation.walk import walk
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    UNKNOWN,
    Type,
)
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, not_answered, null_of


class ChoiceExpressions(Clause):
    """Translates CASE, COALESCE, IF, NULLIF and TRY."""

    def of_case(self, node: nodes.Case) -> Value:
        """Return `case when ... then ... else ... end`."""
        operand = self.value(node.operand) if node.operand else None
        conditions: list[str] = []
        for condition, _ in node.branches:
            if operand is None:
                conditions.append(self.condition(condition, "CASE WHEN clause").sql)
                continue
            value = self.value(condition)
            if common_type(operand.type, value.type) is None:
                raise bad_query(
                    condition.place,
                    "CASE operand type does not match WHEN clause operand type: "
                    f"{operand.type} vs {value.type}",
                    "cast one side",
                )
            conditions.append(operators.compare("=", operand, value, condition.place).sql)
        results = [result for _, result in node.branches]
        results += [node.default] if node.default else []
        kind, values = self.meet(results, "CASE results")
        branches = " ".join(
            f"when {condition} then {value.sql}"
            for condition, value in zip(conditions, values, strict=False)
        )
        default = values[-1].sql if node.default else null_of(kind)
        may_be_nan = any(value.may_be_nan for value in values)
        return Value(kind, f"case {branches} else {default} end", may_be_nan=may_be_nan)

    def meet(self, items: Sequence[Expression], what: str) -> tuple[Type, list[Value]]:
        """Return the type in which values meet, and them in it; raises BadQuery where none is."""
        values = [self.value(item) for item in items]
        kind: Type = UNKNOWN
        for item, value in zip(items, values, strict=True):
            common = common_type(kind, value.type)
            if common is None:
                raise bad_query(
                    item.place,
                    f"All {what} must be the same type or coercible to a common type. Cannot find "
                    f"common type between {kind} and {value.type}",
                    "cast them to one type",
                )
            kind = common
        return kind, [coerce(value, kind) for value in values]

    def call_coalesce(self, node: nodes.Call) -> Value:
        """Return the first value that is not NULL."""
        if len(node.arguments) < 2:
            raise bad_query(node.place, "The 'coalesce' function must have at least two arguments")
        kind, values = self.meet(node.arguments, "COALESCE operands")
        may_be_nan = any(value.may_be_nan for value in values)
        return Value(kind, f"coalesce({', '.join(v.sql for v in values)})", may_be_nan=may_be_nan)

    def call_nullif(self, node: nodes.Call) -> Value:
        """Return NULL where two values are equal, else the first."""
        if len(node.arguments) != 2:
            raise bad_query(node.place, "Invalid number of arguments for 'nullif' function")
        left, right = (self.value(argument) for argument in node.arguments)
        kind = common_type(left.type, right.type)
        if kind is None:
            told = f"Types are not comparable with NULLIF: {left.type} vs {right.type}"
            raise bad_query(node.place, told, "cast one side")
        if left.type == UNKNOWN or right.type == UNKNOWN:
            return left
        equal = operators.compare("=", left, right, node.place).sql
        sql = f"case when {equal} then {null_of(left.type)} else {left.sql} end"
        return Value(left.type, sql, may_be_nan=left.may_be_nan)

    def call_if(self, node: nodes.Call) -> Value:
        """Return `if(test, a, b)`."""
        if len(node.arguments) not in (2, 3):
            raise bad_query(node.place, "Invalid number of arguments for 'if' function")
        condition, *branches = node.arguments
        test = self.condition(condition, "IF condition")
        kind, values = self.meet(branches, "IF results")
        default = values[1].sql if len(values) > 1 else null_of(kind)
        may_be_nan = any(value.may_be_nan for value in values)
        return Value(kind, f"if({test.sql}, {values[0].sql}, {default})", may_be_nan=may_be_nan)

    def call_try(self, node: nodes.Call) -> Value:
        """Return NULL where the value fails."""
        if len(node.arguments) != 1:
            raise bad_query(node.place, "The 'try' function must have exactly one argument")
        (argument,) = node.arguments
        for one in walk(argument):
            if isinstance(one, nodes.Query) or (isinstance(one, nodes.Call) and one.window):
                raise not_answered(
                    node.place, "try() of a query or a window", "compute it in a step before"
                )
        value = self.value(argument)
        return Value(value.type, f"try({value.sql})", may_be_nan=value.may_be_nan)
