"""Arrays and rows, and the functions that take a lambda.

Pure.
"""

from collections.abc import Mapping
from typing import Self

from athena_sql.syntax import nodes
from athena_sql.translation.choice_expressions import ChoiceExpressions
from athena_sql.typing.types import (
    BIGINT,
    BOOLEAN,
    UNKNOWN,
    Type,
    array,
    field_name,
    is_floating,
    is_integer,
    quote,
    row,
)
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import (
    Value,
    bad_query,
    escape,
    expand,
    not_answered,
    text_literal,
    untyped_null,
)


class ArrayExpressions(ChoiceExpressions):
    """Translates arrays, rows, subscripts and lambdas."""

    def of_array(self, node: nodes.Array) -> Value:
        """Return `array[1, 2]`."""
        kind, values = self.meet(node.items, "ARRAY elements") if node.items else (UNKNOWN, [])
        may_be_nan = any(value.may_be_nan for value in values)
        if kind == UNKNOWN and not values:
            return Value(array(kind), "cast([] as INTEGER[])")
        return Value(array(kind), f"[{', '.join(v.sql for v in values)}]", may_be_nan=may_be_nan)

    def of_row(self, node: nodes.Row) -> Value:
        """Return `row(1, 2)`, its fields named f1 and f2."""
        values = [self.value(item) for item in node.items]
        kind = row([value.type for value in values])
        fields = ", ".join(
            f"{quote(field_name(kind, position))} := {value.sql}"
            for position, value in enumerate(values)
        )
        may_be_nan = any(value.may_be_nan for value in values)
        return Value(kind, f"struct_pack({fields})", may_be_nan=may_be_nan)

    def of_subscript(self, node: nodes.Subscript) -> Value:
        """Return `x[1]`, which fails if the array has fewer elements."""
        base, index = self.value(node.base), self.value(node.index)
        if base.type.name == "row" and isinstance(index.constant, int):
            if not 1 <= index.constant <= len(base.type.items):
                raise bad_query(node.place, "ROW index must be between 1 and the number of fields")
            inside = text_literal(field_name(base.type, index.constant - 1))
            sql = f"struct_extract({base.sql}, {inside})"
            return Value(base.type.items[index.constant - 1], sql, may_be_nan=base.may_be_nan)
        if base.type.name != "array" or not is_integer(index.type):
            told = f"Cannot use {index.type} for subscript of {base.type}"
            raise bad_query(node.place, told, "write element_at(x, 1)")
        sql = expand("trino_subscript({0}, {1})", base.sql, coerce(index, BIGINT).sql)
        return Value(base.type.element, sql, may_be_nan=base.may_be_nan)

    def call_transform(self, node: nodes.Call) -> Value:
        """Return an array of what a lambda makes of the elements."""
        values, inside = self.lambda_over(node)
        sql = f"list_transform({values.sql}, lambda {inside[0]}: {inside[1].sql})"
        return Value(array(inside[1].type), sql, may_be_nan=inside[1].may_be_nan)

    def call_filter(self, node: nodes.Call) -> Value:
        """Return the elements that pass a test."""
        values, inside = self.lambda_over(node)
        test = operators.condition(inside[1], node.arguments[1].place, "Filter expression")
        sql = f"list_filter({values.sql}, lambda {inside[0]}: coalesce({test.sql}, false))"
        return Value(values.type, sql, may_be_nan=values.may_be_nan)

    def call_any_match(self, node: nodes.Call) -> Value:
        """Return whether any element passes."""
        return self.matches(node, "trino_any_match({0})")

    def call_all_match(self, node: nodes.Call) -> Value:
        """Return whether all elements pass."""
        return self.matches(node, "trino_all_match({0})")

    def call_none_match(self, node: nodes.Call) -> Value:
        """Return whether no element passes."""
        return self.matches(node, "(not trino_any_match({0}))")

    def matches(self, node: nodes.Call, template: str) -> Value:
        """Return whether elements pass a test; NULL where it is unknown of one that decides."""
        values, inside = self.lambda_over(node)
        test = operators.condition(inside[1], node.arguments[1].place, "Lambda expression")
        tested = f"list_transform({values.sql}, lambda {inside[0]}: {test.sql})"
        return Value(BOOLEAN, expand(template, tested))

    def call_reduce(self, node: nodes.Call) -> Value:
        """Return `list_reduce(a, lambda s, x: s + x, 0)`; all three have one type."""
        step, last = (*node.arguments[2:], None, None)[:2]
        if not (isinstance(step, nodes.Lambda) and isinstance(last, nodes.Lambda)):
            expected = "reduce(array(T), S, function(S,T,S), function(S,R))"
            raise bad_query(
                node.place, f"Unexpected parameters for function reduce. Expected: {expected}"
            )
        values, start = self.value(node.arguments[0]), self.value(node.arguments[1])
        if len(step.parameters) != 2 or len(last.parameters) != 1:
            raise bad_query(node.place, "Unexpected parameters for function reduce")
        several = not_answered(
            node.place, "reduce() of several types is not answered here", "cast to one type"
        )
        if values.type.name != "array":
            raise several
        names = self.queries.fresh("e"), self.queries.fresh("e")
        state, element = names
        kinds = (start.type, values.type.element)
        found = self.reduced(step, names, kinds)
        kind = found.type
        if is_integer(start.type) and kind == values.type.element and is_integer(kind):
            # A start such as 0 has the wider type that the first step gives it.
            found, start = self.reduced(step, names, (kind, kind)), coerce(start, kind)
        if not values.type.element == start.type == found.type == kind:
            raise several
        sql = f"list_reduce({values.sql}, lambda {state}, {element}: {found.sql}, {start.sql})"
        name = self.queries.fresh("e")
        outer = {last.parameters[0]: Value(kind, name, may_be_nan=is_floating(kind))}
        result = self.with_variables(outer).value(last.body)
        if result.type == UNKNOWN:
            raise untyped_null(node.place)
        sql = f"list_transform([{sql}], lambda {name}: {result.sql})[1]"
        return Value(result.type, sql, may_be_nan=is_floating(result.type))

    def reduced(
        self, step: nodes.Lambda, names: tuple[str, str], kinds: tuple[Type, Type]
    ) -> Value:
        """Return one step of a reduction, whose state and element have these names and types."""
        given = [
            Value(kind, name, may_be_nan=is_floating(kind))
            for name, kind in zip(names, kinds, strict=True)
        ]
        return self.with_variables(dict(zip(step.parameters, given, strict=True))).value(step.body)

    def call_zip_with(self, node: nodes.Call) -> Value:
        """Return `list_transform(list_zip(a, b), lambda p: p[1] * p[2])`."""
        function = node.arguments[2] if len(node.arguments) == 3 else None
        if not isinstance(function, nodes.Lambda) or len(function.parameters) != 2:
            expected = "zip_with(array(T), array(U), function(T,U,R))"
            raise bad_query(node.place, f"Unexpected parameters. Expected: {expected}")
        sides = [self.value(argument) for argument in node.arguments[:2]]
        if any(side.type.name != "array" for side in sides):
            kinds = ", ".join(str(side.type) for side in sides)
            told = f"Unexpected parameters ({kinds}, function) for function zip_with"
            raise bad_query(node.place, told, "give two arrays")
        if any(side.type.element == UNKNOWN for side in sides):
            raise not_answered(node.place, "the type of the elements is not known", "cast them")
        pair = self.queries.fresh("e")
        elements = [
            Value(side.type.element, f"{pair}[{position}]", may_be_nan=side.may_be_nan)
            for position, side in enumerate(sides, start=1)
        ]
        variables = dict(zip(function.parameters, elements, strict=True))
        found = self.with_variables(variables).value(function.body)
        if found.type == UNKNOWN:
            raise untyped_null(node.place)
        sql = expand(
            f"if({{0}} is null or {{1}} is null, null, list_transform(list_zip({{0}}, {{1}}), "
            f"lambda {pair}: {escape(found.sql)}))",
            *(side.sql for side in sides),
        )
        return Value(array(found.type), sql, may_be_nan=found.may_be_nan)

    def with_variables(self, variables: Mapping[str, Value]) -> Self:
        """Return what translates the body of a lambda with these parameters."""
        return type(self)(
            self.queries,
            self.fields,
            self.outer,
            self.steps,
            self.grouping,
            self.outputs,
            self.clause,
            self.windows,
            {**self.variables, **variables},
        )

    def lambda_over(self, node: nodes.Call) -> tuple[Value, tuple[str, Value]]:
        """Return an array, and a lambda's parameter and value for its elements."""
        expected = f"{node.name}(array(T), function(T,U))"
        if len(node.arguments) != 2 or not isinstance(node.arguments[1], nodes.Lambda):
            raise bad_query(
                node.place, f"Unexpected parameters for function {node.name}. Expected: {expected}"
            )
        values, function = self.value(node.arguments[0]), node.arguments[1]
        if values.type.name != "array" or len(function.parameters) != 1:
            raise bad_query(
                node.place,
                f"Unexpected parameters ({values.type}, function) for function {node.name}. "
                f"Expected: {expected}",
            )
        name = self.queries.fresh("e")
        element = Value(values.type.element, name, may_be_nan=values.may_be_nan)
        result = self.with_variables({function.parameters[0]: element}).value(function.body)
        if result.type == UNKNOWN:
            raise untyped_null(node.place)
        return values, (name, result)
