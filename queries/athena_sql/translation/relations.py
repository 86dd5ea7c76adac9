"""The relations after FROM: tables, WITH steps, queries, joins and unnested arrays.

Pure. Every relation gets an alias of its own, so that no name of the statement reaches DuckDB.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_sql.syntax import nodes
from athena_sql.syntax.tokens import Place
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.names import Field, find_field
from athena_sql.translation.tables import TableSource
from athena_sql.translation.walk import walk
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import (
    BIGINT,
    UNKNOWN,
    array,
    field_name,
    hive_to_type,
    quote,
    row,
)
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, not_answered

if TYPE_CHECKING:
    from athena_sql.translation.queries import Queries
    from athena_sql.translation.results import OutputColumn, Steps

type Source = tuple[str, list[Field]]


class Relations:
    """Translates relations; `outer` is the query around this one, `left` what a join has so far."""

    def __init__(self, queries: "Queries", outer: Clause | None, steps: "Steps") -> None:
        self.queries, self.outer, self.steps = queries, outer, steps

    def source(self, node: nodes.Relation, left: Sequence[Field] = ()) -> Source:
        """Return SQL for after FROM, and the columns."""
        match node:
            case nodes.NamedTable():
                return self.table(node)
            case nodes.Aliased():
                return self.aliased(node, left)
            case nodes.Unnest():
                return self.unnest(node, left)
            case nodes.DerivedTable():
                return self.derived(node, left)
            case nodes.Join():
                return self.join(node, left)
        raise bad_query(node.place, "this is not a relation")

    def expressions(self, fields: Sequence[Field], clause: str) -> Expressions:
        """Return what translates the expressions of a relation."""
        return Expressions(self.queries, fields, self.outer, self.steps, clause=clause)

    def table(self, node: nodes.NamedTable) -> Source:
        """Return a table of the catalog, or a step's rows."""
        alias = self.queries.fresh("t")
        if len(node.parts) == 1 and (step := self.steps.get(node.parts[0])):
            return f"{step.sql_name} as {alias}", columns_of(alias, step.columns, node.parts[0])
        found = self.queries.find(node)
        if not isinstance(found, TableSource):
            fields = columns_of(alias, found.columns)
            named = [Field(one.name, one.value, (node.parts,)) for one in fields]
            return f"({found.sql}) as {alias}", named
        table = found.table
        qualifiers = tuple({node.parts, (table.database, table.name)})
        fields = [
            Field(
                column.name,
                Value(hive_to_type(column.type), f"{alias}.{quote(column.name)}"),
                qualifiers,
            )
            for column in table.all_columns
        ]
        return f"{found.duckdb_name} as {alias}", fields

    def aliased(self, node: nodes.Aliased, left: Sequence[Field]) -> Source:
        """Return a relation under another name."""
        sql, fields = self.source(node.relation, left)
        if node.columns and len(node.columns) != len(fields):
            told = (
                f"Column alias list has {len(node.columns)} entries but '{node.alias}' has "
                f"{len(fields)} columns available"
            )
            raise bad_query(node.place, told)
        names = node.columns or [one.name for one in fields]
        renamed = [
            Field(name, one.value, ((node.alias,),))
            for name, one in zip(names, fields, strict=True)
        ]
        return sql, renamed

    def derived(self, node: nodes.DerivedTable, left: Sequence[Field]) -> Source:
        """Return a query as a table: `(select ...) as t3`."""
        outer = self.expressions(left, "") if node.is_lateral and left else self.outer
        if outer is not None and node.is_lateral:
            outer.clause = None
        result = self.queries.query(node.query, outer, self.steps)
        alias = self.queries.fresh("t")
        lateral = "lateral " if node.is_lateral and left else ""
        return f"{lateral}({result.sql}) as {alias}", columns_of(alias, result.columns)

    def unnest(self, node: nodes.Unnest, left: Sequence[Field]) -> Source:
        """Return the elements of arrays as rows, the shorter ones filled up with NULL.

        `lateral (select unnest(x) as c1, unnest(range(1, len(x) + 1)) as n) as t2`
        """
        inner = self.expressions(left, "UNNEST")
        alias = self.queries.fresh("t")
        items, fields, lengths = [], [], []
        for position, item in enumerate(node.items, start=1):
            if any(isinstance(one, nodes.Query) for one in walk(item)):
                raise not_answered(item.place, "a query in unnest()", "compute it in a step before")
            value = inner.value(item)
            if value.type.name == "map":
                value = entries_of(value)
            if value.type.name != "array":
                raise bad_query(item.place, f"Cannot unnest type: {value.type}")
            if value.type.element == UNKNOWN:
                raise not_answered(item.place, "the type of the elements is not known", "cast them")
            items.append(f"unnest({value.sql}) as c{position}")
            lengths.append(f"coalesce(len({value.sql}), 0)")
            fields += element_fields(value, f"{alias}.c{position}")
        if node.with_ordinality:
            longest = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
            items.append(f"unnest(range(1, {longest} + 1)) as n")
            fields.append(Field(None, Value(BIGINT, f"{alias}.n")))
        return f"{'lateral ' if left else ''}(select {', '.join(items)}) as {alias}", fields

    # Joins -----

    def join(self, node: nodes.Join, left: Sequence[Field]) -> Source:
        """Return two relations joined."""
        left_sql, left_fields = self.source(node.left, left)
        right_sql, right_fields = self.source(node.right, [*left, *left_fields])
        if isinstance(node.right, nodes.Join):
            right_sql = f"({right_sql})"
        if node.kind == "CROSS":
            return f"{left_sql} cross join {right_sql}", [*left_fields, *right_fields]
        kind = node.kind.lower()
        if node.using:
            test, fields = self.using(node, left_fields, right_fields)
            return f"{left_sql} {kind} join {right_sql} on {test}", fields
        fields = [*left_fields, *right_fields]
        if node.condition is None:
            raise bad_query(node.place, "mismatched input. Expecting: 'ON', 'USING'")
        inner = self.expressions([*left, *fields], "JOIN clause")
        is_lateral = right_sql.startswith("lateral ")
        is_true = isinstance(node.condition, nodes.Literal) and node.condition.text == "true"
        if is_lateral and not is_true and node.kind != "INNER":
            told = (
                f"{kind.upper()} JOIN involving UNNEST or LATERAL is only supported with "
                "condition ON TRUE"
            )
            raise bad_query(node.condition.place, told)
        if is_lateral and node.kind not in ("INNER", "LEFT"):
            raise not_answered(
                node.place, "this join of unnested rows", "write left join ... on true"
            )
        test = inner.condition(node.condition, "JOIN ON clause").sql
        return f"{left_sql} {kind} join {right_sql} on {test}", fields

    def using(
        self, node: nodes.Join, left: Sequence[Field], right: Sequence[Field]
    ) -> tuple[str, list[Field]]:
        """Return the condition of USING, and the columns: those named first, and once."""
        tests, shared = [], []
        hidden: list[Field] = []
        for name in node.using:
            sides = [
                side_field(fields, name, node.place, side)
                for fields, side in ((left, "left"), (right, "right"))
            ]
            one, other = (side.value for side in sides)
            tests.append(operators.compare("=", one, other, node.place).sql)
            kind = common_type(one.type, other.type) or UNKNOWN
            one, other = coerce(one, kind), coerce(other, kind)
            chosen = {"RIGHT": other.sql, "FULL": f"coalesce({one.sql}, {other.sql})"}
            sql = chosen.get(node.kind, one.sql)
            shared.append(
                Field(name, Value(kind, sql, may_be_nan=one.may_be_nan or other.may_be_nan))
            )
            hidden += sides
        rest = [one for one in (*left, *right) if not any(one is side for side in hidden)]
        return f"({' and '.join(tests)})", [*shared, *rest]


def side_field(fields: Sequence[Field], name: str, place: Place, side: str) -> Field:
    """Return the column that USING names on one side."""
    found = find_field(fields, (name,), place)
    if found is None:
        raise bad_query(place, f"Column '{name}' is missing from {side} side of join")
    return found


def columns_of(
    alias: str, columns: Sequence["OutputColumn"], qualifier: str | None = None
) -> list[Field]:
    """Return the columns c1, c2, ... of a query under an alias."""
    qualifiers = ((qualifier,),) if qualifier else ()
    return [
        Field(
            column.name,
            Value(column.type, f"{alias}.c{position}", may_be_nan=column.may_be_nan),
            qualifiers,
        )
        for position, column in enumerate(columns, start=1)
    ]


def entries_of(value: Value) -> Value:
    """Return a map as an array of rows, one for each key: `trino_map_entries(m)`."""
    return Value(
        array(row(value.type.items)),
        f"trino_map_entries({value.sql})",
        may_be_nan=value.may_be_nan,
    )


def element_fields(value: Value, sql: str) -> list[Field]:
    """Return the columns of an array's elements: a row's fields are columns of their own."""
    kind = value.type.element
    if kind.name != "row":
        return [Field(None, Value(kind, sql, may_be_nan=value.may_be_nan))]
    return [
        Field(
            kind.names[position],
            Value(
                item,
                f"struct_extract({sql}, '{field_name(kind, position)}')",
                may_be_nan=value.may_be_nan,
            ),
        )
        for position, item in enumerate(kind.items)
    ]
