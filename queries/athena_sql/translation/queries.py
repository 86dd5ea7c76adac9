"""Queries as DuckDB's SQL: WITH steps, selects, unions, orders and limits.

Pure. A query's columns are c1, c2, ... in DuckDB, not as the statement calls them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from athena_sql.catalog import TableName
from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.queries import read_query
from athena_sql.syntax.tokens import Place
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.grouping_keys import (
    PENDING,
    columns_of_groups,
    grouped,
    having,
    is_aggregated,
)
from athena_sql.translation.names import Field
from athena_sql.translation.ordering import limits_sql, order_expressions, order_sql
from athena_sql.translation.relations import Relations, columns_of
from athena_sql.translation.results import (
    Output,
    OutputColumn,
    Result,
    StepRows,
    Steps,
    UnknownColumn,
    by_name,
    output_sql,
    renamed,
    select_list,
)
from athena_sql.translation.select_items import outputs_of
from athena_sql.translation.set_operations import rows_of_values, set_operation
from athena_sql.translation.tables import Catalog, TableSource
from athena_sql.translation.translation import Note
from athena_sql.values.value import bad_query, not_answered

DEEPEST_VIEW = 16


@dataclass
class Queries:
    """Translates the queries of one statement over a catalog."""

    catalog: Catalog
    values: Mapping[str, Any]
    count: int = 0
    depth: int = 0
    read: set[TableName] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def fresh(self, prefix: str) -> str:
        """Return a name that is used nowhere else."""
        self.count += 1
        return f"{prefix}{self.count}"

    def find(self, node: nodes.NamedTable) -> TableSource | Result:
        """Return a table, or the rows of the query that stands for it, such as a view's."""
        found = self.catalog.find(node.parts)
        if isinstance(found, TableSource):
            self.read.add(TableName(found.table.database, found.table.name))
            return found
        if self.depth >= DEEPEST_VIEW:
            raise BadQuery("VIEW_IS_RECURSIVE: a view contains itself", "")
        inner = Queries(
            found.catalog, {}, self.count, self.depth + 1, read=self.read, notes=self.notes
        )
        result = inner.query(read_query(found.sql))
        self.count = inner.count
        return result

    def parameter(self, node: nodes.Parameter) -> Any:
        """Return a parameter's value; raises BadQuery for one without."""
        if node.name == "?":
            raise BadQuery("a ? has no name to bind by", "write :name and give --param name=...")
        if node.name not in self.values:
            raise BadQuery(f":{node.name} has no value", f"give it: --param {node.name}=...")
        return self.values[node.name]

    def note(self, name: str, found: str, place: Place) -> None:
        """Take note of something that is worth a word, once."""
        note = Note(name, found, place.line)
        if note not in self.notes:
            self.notes.append(note)

    def unknown_column(self, parts: tuple[str, ...], place: Place) -> UnknownColumn:
        """Return the error for an unknown column."""
        return UnknownColumn(".".join(parts), place, self.catalog.columns_hint())

    # Whole queries -----

    def query(
        self,
        node: nodes.Query,
        outer: Clause | None = None,
        steps: Steps | None = None,
        is_whole_statement: bool = False,
    ) -> Result:
        """Return a query, whose columns are c1, c2, ...

        Only a whole statement's rows have an order: Trino sorts nothing inside a statement unless
        a limit follows.
        """
        known: dict[str, StepRows] = dict(steps or {})
        definitions: list[str] = []
        for step in node.steps:
            if any(step.name == one.name for one in node.steps if one is not step):
                raise bad_query(
                    step.place, f"WITH query name '{step.name}' specified more than once"
                )
            result = self.query(step.query, outer, known)
            rows = StepRows(self.fresh("s"), renamed(result.columns, step))
            known[step.name] = rows
            definitions.append(f"{rows.sql_name} as ({result.sql})")
        body = self.ordered_body(node, outer, known, is_whole_statement)
        if definitions:
            return Result(f"with {', '.join(definitions)} {body.sql}", body.columns)
        return body

    def ordered_body(
        self,
        node: nodes.Query,
        outer: Clause | None,
        steps: Steps,
        is_whole_statement: bool,
    ) -> Result:
        """Return `select c1, c2 from (...) as t1 order by t1.c1 asc nulls last limit 3`."""
        if node.with_ties:
            raise not_answered(
                node.place,
                "WITH TIES is not answered here",
                "filter on rank() over (order by ...) <= n",
            )
        limits = limits_sql(self, node)
        is_sorted = is_whole_statement or bool(limits)
        if isinstance(node.body, nodes.SelectQuery):
            return self.select(node.body, node.order, limits, outer, steps, is_sorted)
        if isinstance(node.body, nodes.Query) and not (node.order or limits):
            return self.query(node.body, outer, steps, is_whole_statement)
        result = self.body(node.body, outer, steps)
        if not (node.order or limits):
            return result
        alias = self.fresh("t")
        fields = columns_of(alias, result.columns)
        outputs: list[Output] = [(one.value, one.name) for one in fields]
        inner = Expressions(self, fields, outer, steps, outputs=by_name(outputs))
        order = order_sql(node.order, inner, outputs, False)
        if not is_sorted:
            return result
        items = select_list([value.sql for value, _ in outputs])
        sql = f"select {items} from ({result.sql}) as {alias}{order}{limits}"
        return Result(sql, result.columns)

    def body(self, node: nodes.Body, outer: Clause | None, steps: Steps) -> Result:
        """Return what a query has between its steps and its order."""
        match node:
            case nodes.Query():
                return self.query(node, outer, steps)
            case nodes.SelectQuery():
                return self.select(node, (), "", outer, steps)
            case nodes.Values():
                return rows_of_values(self, node, outer, steps)
            case nodes.SetOperation():
                return set_operation(self, node, outer, steps)
            case nodes.NamedTable():
                every = nodes.SelectQuery(
                    False, (nodes.AllColumns(None),), node, None, None, False, None, ()
                )
                return self.select(every, (), "", outer, steps)
        raise bad_query(node.place, "this is not a query")

    def select(
        self,
        node: nodes.SelectQuery,
        order: Sequence[nodes.SortItem],
        limits: str,
        outer: Clause | None,
        steps: Steps,
        is_sorted: bool = True,
    ) -> Result:
        """Return `select t1.c as c1 from ... where ... order by ...`.

        One that aggregates has a query with the groups in its FROM.
        """
        source_sql, fields = self.source_of(node, outer, steps)
        base = Expressions(self, fields, outer, steps, windows=dict(node.windows))
        source_sql += where_sql(node, base)
        inner = base
        if is_aggregated(node, order):
            inner, source_sql = grouped(self, node, base, order, source_sql)
        outputs, written = outputs_of(node, inner, fields)
        if node.having is not None:
            source_sql += having(node, inner)
        final = order_expressions(self, inner, outputs)
        ordered = order_sql(order, final, outputs, node.is_distinct)
        if inner.grouping is not None:
            source_sql = source_sql.replace(PENDING, columns_of_groups(inner.grouping), 1)
        items = distinct_of(node, outputs) + select_list([output_sql(one) for one, _ in outputs])
        sql = f"select {items}{source_sql}{ordered if is_sorted else ''}{limits}"
        return Result(sql, output_columns(outputs, written))

    def source_of(
        self, node: nodes.SelectQuery, outer: Clause | None, steps: Steps
    ) -> tuple[str, list[Field]]:
        """Return ` from ...` and the columns that it gives, nothing for a select without one."""
        if node.source is None:
            return "", []
        sql, fields = Relations(self, outer, steps).source(node.source)
        return f" from {sql}", fields


def where_sql(node: nodes.SelectQuery, expressions: Expressions) -> str:
    """Return ` where ...`, in which no aggregate may stand, or nothing."""
    if node.where is None:
        return ""
    expressions.clause = "WHERE clause"
    sql = f" where {expressions.condition(node.where, 'WHERE clause').sql}"
    expressions.clause = None
    return sql


def distinct_of(node: nodes.SelectQuery, outputs: Sequence[Output]) -> str:
    """Return `distinct ` where the select says so; raises NotAnswered for maps."""
    if not node.is_distinct:
        return ""
    if any(value.type.name == "map" for value, _ in outputs):
        raise not_answered(node.place, "distinct maps are not answered here", "select their parts")
    return "distinct "


def output_columns(
    outputs: Sequence[Output], written: Sequence[str | None]
) -> tuple[OutputColumn, ...]:
    """Return a select's columns, each with its name as it is written."""
    return tuple(
        OutputColumn(name, value.type, value.may_be_nan, label)
        for (value, name), label in zip(outputs, written, strict=True)
    )
