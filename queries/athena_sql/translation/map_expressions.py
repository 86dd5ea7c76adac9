"""Maps: the value of a key, and the functions that take a lambda over keys and values.

Pure.
"""

from athena_sql.functions.maps import check_key
from athena_sql.syntax import nodes
from athena_sql.translation.array_expressions import ArrayExpressions
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import UNKNOWN, Type
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, expand, fail, not_answered, untyped_null


class MapExpressions(ArrayExpressions):
    """Translates maps."""

    def of_subscript(self, node: nodes.Subscript) -> Value:
        """Return `m['a']`, which fails if the map lacks the key; arrays and rows as well."""
        base = self.value(node.base)
        if base.type.name != "map":
            return super().of_subscript(node)
        key_type, value_type = base.type.items
        key = self.value(node.index)
        if common_type(key_type, key.type) not in (key_type, None):
            raise not_answered(
                node.place, f"a key of type {key.type} is not answered here", "cast it"
            )
        if common_type(key_type, key.type) is None:
            told = f"Cannot use {key.type} for subscript of {base.type}"
            raise bad_query(node.place, told, "cast the key")
        failing = fail("'Key not present in map: ' || cast({1} as varchar)", value_type)
        sql = expand(
            "case when {0} is null or {1} is null then null "
            f"when not map_contains({{0}}, {{1}}) then {failing} else {{0}}[{{1}}] end",
            base.sql,
            coerce(key, key_type).sql,
        )
        return Value(value_type, sql, may_be_nan=base.may_be_nan)

    def call_map_filter(self, node: nodes.Call) -> Value:
        """Return the entries that pass a test."""
        base, name, test = self.lambda_over_map(node)
        test = operators.condition(test, node.arguments[1].place, "Lambda expression")
        kept = f"list_filter(map_entries({base.sql}), lambda {name}: coalesce({test.sql}, false))"
        sql = f"if({base.sql} is null, null, map_from_entries({kept}))"
        return Value(base.type, sql, may_be_nan=base.may_be_nan)

    def call_transform_values(self, node: nodes.Call) -> Value:
        """Return a map of the same keys, each with what a lambda makes of it."""
        base, name, value = self.lambda_over_map(node)
        values = f"list_transform(map_entries({base.sql}), lambda {name}: {value.sql})"
        sql = f"if({base.sql} is null, null, map(map_keys({base.sql}), {values}))"
        kind = Type("map", items=(base.type.items[0], value.type))
        return Value(kind, sql, may_be_nan=base.may_be_nan or value.may_be_nan)

    def call_transform_keys(self, node: nodes.Call) -> Value:
        """Return a map of the same values under other keys, which have to differ."""
        base, name, key = self.lambda_over_map(node)
        check_key(key.type, key, node.place)
        keys = f"list_transform(map_entries({base.sql}), lambda {name}: {key.sql})"
        kind = Type("map", items=(key.type, base.type.items[1]))
        sql = expand("trino_map({0}, {1})", keys, f"map_values({base.sql})")
        return Value(kind, sql, may_be_nan=base.may_be_nan)

    def lambda_over_map(self, node: nodes.Call) -> tuple[Value, str, Value]:
        """Return a map, a lambda's parameter for its entries, and the lambda's value."""
        expected = f"{node.name}(map(K,V), function(K,V,T))"
        function = node.arguments[1] if len(node.arguments) == 2 else None
        if not isinstance(function, nodes.Lambda) or len(function.parameters) != 2:
            told = f"Unexpected parameters for function {node.name}. Expected: {expected}"
            raise bad_query(node.place, told)
        base = self.value(node.arguments[0])
        if base.type.name != "map":
            told = f"Unexpected parameters ({base.type}, function) for function {node.name}. "
            raise bad_query(node.place, f"{told}Expected: {expected}")
        name = self.queries.fresh("e")
        given = [
            Value(kind, f"{name}.{part}", may_be_nan=base.may_be_nan)
            for kind, part in zip(base.type.items, ("key", "value"), strict=True)
        ]
        variables = dict(zip(function.parameters, given, strict=True))
        found = self.with_variables(variables).value(function.body)
        if found.type == UNKNOWN:
            raise untyped_null(node.place)
        return base, name, found
