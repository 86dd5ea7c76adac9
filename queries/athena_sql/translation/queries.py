"""Queries as DuckDB's SQL: WITH steps, selects, unions, orders and limits.

Pure. A query's columns are c1, c2, ... in DuckDB, whatever they are called in the statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from athena_sql.errors import BadQuery
from athena_sql.statement import TableName
from athena_sql.syntax import nodes
from athena_sql.syntax.queries import read_query
from athena_sql.syntax.tokens import Place
from athena_sql.translation.aggregation import Grouping, has_aggregate, ordered_key, sort_sql
from athena_sql.translation.clause import Clause
from athena_sql.translation.expressions import Expressions
from athena_sql.translation.names import Field, dotted
from athena_sql.translation.relations import Relations, columns_of
from athena_sql.translation.tables import Catalog, TableSource
from athena_sql.typing.coercion import common_type
from athena_sql.typing.types import UNKNOWN, Type
from athena_sql.values import operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, null_of, refused, wrong

DEEPEST_VIEW = 16


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a query: its name, if it has one, and its type.

    `label` is the name as it is written, which the answer has.
    """

    name: str | None
    type: Type
    may_be_nan: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Advice to the author of the statement; `name` is that of the lint's rule."""

    name: str
    found: str
    line: int


@dataclass(frozen=True, slots=True)
class Result:
    """A query's DuckDB SQL and its columns."""

    sql: str
    columns: tuple[OutputColumn, ...]


@dataclass(frozen=True, slots=True)
class StepRows:
    """A step of a WITH, by its name in DuckDB."""

    sql_name: str
    columns: tuple[OutputColumn, ...]


type Steps = Mapping[str, StepRows]
type Output = tuple[Value, str | None]


class UnknownColumn(BadQuery):
    """A name that is no column in sight."""

    def __init__(self, name: str, place: Place, step: str) -> None:
        super().__init__(f"{place}: Column '{name}' cannot be resolved", step)
        self.name = name


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
        """Return the error for a name that is no column."""
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
                raise wrong(step.place, f"WITH query name '{step.name}' specified more than once")
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
        """Return a body with its ORDER BY and limits."""
        if node.with_ties:
            raise refused(
                node.place,
                "WITH TIES is not answered here",
                "filter on rank() over (order by ...) <= n",
            )
        limits = self.limits(node)
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
        inner = Expressions(self, fields, outer, steps, outputs=named(outputs))
        order = self.order_by(node.order, inner, outputs, False)
        if not is_sorted:
            return result
        items = select_list([value.sql for value, _ in outputs])
        sql = f"select {items} from ({result.sql}) as {alias}{order}{limits}"
        return Result(sql, result.columns)

    def limits(self, node: nodes.Query) -> str:
        """Return ` limit 3 offset 1`."""
        pieces = []
        for word, count in (("limit", node.limit), ("offset", node.offset)):
            if count is None:
                continue
            value = Expressions(self).value(count)
            if not isinstance(value.constant, int) or value.constant < 0:
                raise wrong(count.place, f"{word.upper()} must be a whole number, at least 0")
            pieces.append(f" {word} {value.constant}")
        return "".join(pieces)

    def body(self, node: nodes.Body, outer: Clause | None, steps: Steps) -> Result:
        """Return what a query has between its steps and its order."""
        match node:
            case nodes.Query():
                return self.query(node, outer, steps)
            case nodes.SelectQuery():
                return self.select(node, (), "", outer, steps)
            case nodes.Values():
                return self.rows(node, outer, steps)
            case nodes.SetOperation():
                return self.set_operation(node, outer, steps)
            case nodes.NamedTable():
                every = nodes.SelectQuery(
                    False, (nodes.AllColumns(None),), node, None, None, False, None, ()
                )
                return self.select(every, (), "", outer, steps)
        raise wrong(node.place, "this is not a query")

    # Rows and unions -----

    def rows(self, node: nodes.Values, outer: Clause | None, steps: Steps) -> Result:
        """Return `select * from (values (1, 'a')) as v(c1, c2)`, each column of one type."""
        inner = Expressions(self, (), outer, steps, clause="VALUES")
        table = [
            [inner.value(item) for item in (row.items if isinstance(row, nodes.Row) else (row,))]
            for row in node.rows
        ]
        if len({len(row) for row in table}) > 1:
            raise wrong(node.place, "Values rows have mismatched sizes")
        columns = []
        for position, cells in enumerate(zip(*table, strict=True)):
            kind, may_be_nan = operators.choose(cells)
            if kind is None:
                told = " vs ".join(dict.fromkeys(str(cell.type) for cell in cells))
                raise wrong(
                    node.place,
                    f"Values rows have mismatched types in column {position + 1}: {told}",
                )
            columns.append(OutputColumn(None, kind, may_be_nan))
        lines = ", ".join(
            "("
            + ", ".join(
                coerce(cell, column.type).sql for cell, column in zip(row, columns, strict=True)
            )
            + ")"
            for row in table
        )
        names = ", ".join(f"c{position + 1}" for position in range(len(columns)))
        alias = self.fresh("v")
        return Result(f"select * from (values {lines}) as {alias}({names})", tuple(columns))

    def set_operation(self, node: nodes.SetOperation, outer: Clause | None, steps: Steps) -> Result:
        """Return UNION, EXCEPT and INTERSECT; a long chain is followed without going deeper."""
        chain: list[nodes.SetOperation] = []
        left: nodes.Body = node
        while isinstance(left, nodes.SetOperation):
            chain.append(left)
            left = left.left
        result = self.body(left, outer, steps)
        for step in reversed(chain):
            result = self.combined(step, result, self.body(step.right, outer, steps))
        return result

    def combined(self, node: nodes.SetOperation, left: Result, right: Result) -> Result:
        """Return two results put together, each column in the type in which both meet."""
        if len(left.columns) != len(right.columns):
            told = f"{len(left.columns)}, {len(right.columns)}"
            raise wrong(node.place, f"{node.operator} query has different number of fields: {told}")
        columns = []
        for position, (one, other) in enumerate(zip(left.columns, right.columns, strict=True)):
            kind = common_type(one.type, other.type)
            if kind is None:
                raise wrong(
                    node.place,
                    f"column {position + 1} in {node.operator} query has incompatible types: "
                    f"{one.type}, {other.type}",
                    "cast them to one type",
                )
            if kind.name == "map" and (node.is_distinct or node.operator != "UNION"):
                raise refused(node.place, "maps are not compared here", "write union all")
            columns.append(
                OutputColumn(one.name, kind, one.may_be_nan or other.may_be_nan, one.label)
            )
        word = node.operator.lower() + ("" if node.is_distinct else " all")
        sides = [self.converted(side, columns) for side in (left, right)]
        return Result(f"({sides[0]}) {word} ({sides[1]})", tuple(columns))

    def converted(self, result: Result, columns: Sequence[OutputColumn]) -> str:
        """Return a result's SQL with its columns in other types."""
        alias = self.fresh("t")
        values = [
            coerce(Value(column.type, f"{alias}.c{position}"), target.type).sql
            for position, (column, target) in enumerate(
                zip(result.columns, columns, strict=True), 1
            )
        ]
        if values == [f"{alias}.c{position}" for position in range(1, len(values) + 1)]:
            return result.sql
        return f"select {select_list(values)} from ({result.sql}) as {alias}"

    # Selects -----

    def select(
        self,
        node: nodes.SelectQuery,
        order: Sequence[nodes.SortItem],
        limits: str,
        outer: Clause | None,
        steps: Steps,
        is_sorted: bool = True,
    ) -> Result:
        """Return a select, in two floors where it aggregates."""
        source_sql, fields = "", list[Field]()
        if node.source is not None:
            sql, fields = Relations(self, outer, steps).source(node.source)
            source_sql = f" from {sql}"
        windows = dict(node.windows)
        base = Expressions(self, fields, outer, steps, windows=windows)
        if node.where is not None:
            base.clause = "WHERE clause"
            source_sql += f" where {base.condition(node.where, 'WHERE clause').sql}"
            base.clause = None
        if is_aggregated(node, order):
            inner, source_sql = self.grouped(node, base, order, source_sql)
        else:
            inner = base
        outputs, written = self.outputs(node, inner, fields)
        if node.having is not None:
            source_sql += self.having(node, inner)
        final = self.order_expressions(inner, outputs)
        order_sql = self.order_by(order, final, outputs, node.is_distinct)
        if not is_sorted:
            order_sql = ""
        if inner.grouping is not None:
            source_sql = source_sql.replace(PENDING, self.floor(inner.grouping), 1)
        distinct = "distinct " if node.is_distinct else ""
        if node.is_distinct:
            for value, _ in outputs:
                ordered_key(
                    value, nodes.SortItem(nodes.Literal("null", "null"))
                ) if value.type.name == "map" else None
        items = select_list([output_sql(value) for value, _ in outputs])
        columns = tuple(
            OutputColumn(name, value.type, value.may_be_nan, label)
            for (value, name), label in zip(outputs, written, strict=True)
        )
        return Result(f"select {distinct}{items}{source_sql}{order_sql}{limits}", columns)

    def having(self, node: nodes.SelectQuery, inner: Clause) -> str:
        """Return the filter of the groups."""
        if node.having is None:
            return ""
        return f" where {inner.condition(node.having, 'HAVING clause').sql}"

    def grouped(
        self,
        node: nodes.SelectQuery,
        base: Clause,
        order: Sequence[nodes.SortItem],
        source_sql: str,
    ) -> tuple[Expressions, str]:
        """Return what translates expressions after GROUP BY, and the source with a gap for it."""
        source = Expressions(
            self,
            base.fields,
            base.outer,
            base.steps,
            clause="GROUP BY clause",
            windows=base.windows,
        )
        grouping = Grouping(source, self.fresh("g"))
        group_sql = self.group_by(node, grouping, base)
        source.clause = None
        inner = Expressions(
            self, base.fields, base.outer, base.steps, grouping, windows=base.windows
        )
        return inner, f" from (select {PENDING}{source_sql}{group_sql}) as {grouping.alias}"

    @staticmethod
    def floor(grouping: Grouping) -> str:
        """Return the keys and aggregates of the lower floor, one at least."""
        return ", ".join(grouping.columns) or "count(*) as a0"

    def group_by(self, node: nodes.SelectQuery, grouping: Grouping, base: Clause) -> str:
        """Return ` group by x, rollup (a, b)`; the keys are noted."""
        if node.groups is None:
            return ""
        if node.is_group_distinct and sum(group.kind != "simple" for group in node.groups) > 1:
            raise refused(
                node.place, "GROUP BY DISTINCT is not answered here", "write grouping sets"
            )
        pieces: list[str] = []
        for group in node.groups:
            sets = [
                [self.key(key, group, node, grouping, base) for key in keys] for keys in group.sets
            ]
            match group.kind:
                case "simple":
                    pieces += [key for keys in sets for key in keys] or ["()"]
                case "sets":
                    inside = ", ".join(f"({', '.join(keys)})" for keys in sets)
                    pieces.append(f"grouping sets ({inside})")
                case kind:
                    pieces.append(f"{kind} ({', '.join(key for keys in sets for key in keys)})")
        if pieces == ["()"]:
            return ""
        return f" group by {', '.join(dict.fromkeys(pieces))}"

    def key(
        self,
        node: nodes.Expression,
        group: nodes.Group,
        select: nodes.SelectQuery,
        grouping: Grouping,
        base: Clause,
    ) -> str:
        """Return one key's SQL; a number is the position of a column."""
        is_complex = group.kind != "simple"
        if is_complex and not isinstance(node, nodes.Identifier | nodes.Dereference):
            told = node.text if isinstance(node, nodes.Literal) else "this is another expression"
            raise wrong(
                node.place,
                f"GROUP BY expression must be a column reference: {told}",
                "name the column",
            )
        if isinstance(node, nodes.Literal) and node.kind == "integer":
            value = self.positioned(int(node.text), node, select, grouping, base)
        else:
            value = grouping.source.value(node)
        if value.type == UNKNOWN:
            value = Value(value.type, "cast(null as INTEGER)")
        if isinstance(node, nodes.Literal) and node.kind != "integer":
            # DuckDB would take a text for a name, or a number for a position.
            value = Value(value.type, f"({value.sql})", value.constant)
        if value.type.name == "map":
            raise refused(node.place, "maps are not grouped here", "group by their parts")
        grouping.add_key(value)
        return value.sql

    def positioned(
        self,
        position: int,
        node: nodes.Expression,
        select: nodes.SelectQuery,
        grouping: Grouping,
        base: Clause,
    ) -> Value:
        """Return the column of the select at a position, from 1."""
        values: list[Value] = []
        for item in select.items:
            if isinstance(item, nodes.AllColumns):
                values += [value for value, _ in self.star(item, grouping.source, base.fields)]
            elif len(values) + 1 == position:
                if has_aggregate(item.value):
                    raise wrong(
                        node.place,
                        "GROUP BY clause cannot contain aggregations, window functions or "
                        "grouping operations",
                    )
                values.append(grouping.source.value(item.value))
            else:
                values.append(Value(UNKNOWN, "null"))
        if not 1 <= position <= len(values):
            raise wrong(node.place, f"GROUP BY position {position} is not in select list")
        return values[position - 1]

    def outputs(
        self, node: nodes.SelectQuery, inner: Clause, fields: Sequence[Field]
    ) -> tuple[list[Output], list[str | None]]:
        """Return the values and names of a select's columns, and the names as they are written."""
        found: list[Output] = []
        labels: list[str | None] = []
        for item in node.items:
            if isinstance(item, nodes.AllColumns):
                every = self.star(item, inner, fields)
                found += every
                labels += [name for _, name in every]
                continue
            value = inner.value(item.value)
            parts = dotted(item.value)
            name = item.alias or (parts[-1] if parts else None)
            found.append((value, name))
            labels.append(item.label)
        return found, labels

    def star(self, item: nodes.AllColumns, inner: Clause, fields: Sequence[Field]) -> list[Output]:
        """Return the columns of `*` or `a.*`."""
        if item.base is None:
            chosen = list(fields)
            if not chosen:
                raise wrong(item.place, "SELECT * not allowed in queries without FROM clause")
        else:
            parts = dotted(item.base)
            if parts is None:
                raise refused(item.place, "a row's .* is not answered here", "name the fields")
            chosen = [
                one
                for one in fields
                if any(tuple(q[-len(parts) :]) == parts for q in one.qualifiers)
            ]
            if not chosen:
                raise wrong(item.place, f"Unable to resolve reference {'.'.join(parts)}")
        if item.aliases and len(item.aliases) != len(chosen):
            raise wrong(item.place, "Column alias list has a different number of entries")
        names = item.aliases or [one.name for one in chosen]
        if inner.grouping is None:
            return [(one.value, name) for one, name in zip(chosen, names, strict=True)]
        found = []
        for one, name in zip(chosen, names, strict=True):
            key = inner.grouping.keys.get(one.value.sql)
            if key is None:
                told = f"'{one.name}' must be an aggregate expression or appear in GROUP BY clause"
                raise wrong(item.place, told)
            found.append((key, name))
        return found

    # Orders -----

    def order_expressions(self, inner: Clause, outputs: Sequence[Output]) -> Expressions:
        """Return what translates the keys of ORDER BY, which see the select's own columns first."""
        return Expressions(
            self,
            inner.fields,
            inner.outer,
            inner.steps,
            inner.grouping,
            named(outputs),
            None,
            inner.windows,
        )

    def order_by(
        self,
        order: Sequence[nodes.SortItem],
        inner: Clause,
        outputs: Sequence[Output],
        is_distinct: bool,
    ) -> str:
        """Return ` order by 1 asc nulls last, ...`."""
        pieces: list[str] = []
        known = {value.sql: position for position, (value, _) in enumerate(outputs, start=1)}
        for item in order:
            key = item.key
            if isinstance(key, nodes.Literal) and key.kind == "integer":
                position = int(key.text)
                if not 1 <= position <= len(outputs):
                    raise wrong(key.place, f"ORDER BY position {position} is not in select list")
                value = outputs[position - 1][0]
            else:
                value = inner.value(key)
                if is_distinct and value.sql not in known:
                    raise wrong(
                        key.place,
                        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                        "select the expression, or order by its number",
                    )
                if isinstance(key, nodes.Literal):
                    continue
            sql = ordered_key(value, item)
            if is_distinct and sql != value.sql:
                raise refused(
                    key.place, "distinct arrays are not put in order here", "group by them"
                )
            is_output = sql == value.sql and value.sql in known
            pieces.append(sort_sql(str(known[value.sql]) if is_output else sql, item))
        return f" order by {', '.join(pieces)}" if pieces else ""


# Stands for the lower floor's columns, which are known once the upper floor is written.
PENDING = "\x00columns\x00"


def is_aggregated(node: nodes.SelectQuery, order: Sequence[nodes.SortItem]) -> bool:
    """Whether a select groups its rows."""
    if node.groups is not None or node.having is not None:
        return True
    parts = [*node.items, *(item.key for item in order)]
    return any(has_aggregate(part) for part in parts)


def named(outputs: Sequence[Output]) -> dict[str, list[Value]]:
    """Return a select's columns by their names."""
    found: dict[str, list[Value]] = {}
    for value, name in outputs:
        if name is not None:
            found.setdefault(name, []).append(value)
    return found


def output_sql(value: Value) -> str:
    """Return a column's SQL; a NULL without a type is `cast(null as INTEGER)` wherever it goes."""
    return null_of(UNKNOWN) if value.type == UNKNOWN else value.sql


def select_list(values: Sequence[str]) -> str:
    """Return `x as c1, y as c2`."""
    return ", ".join(f"{value} as c{position}" for position, value in enumerate(values, start=1))


def renamed(columns: Sequence[OutputColumn], step: nodes.Step) -> tuple[OutputColumn, ...]:
    """Return a step's columns under the names that it gives them."""
    if not step.columns:
        return tuple(columns)
    if len(step.columns) != len(columns):
        told = (
            f"Column alias list has {len(step.columns)} entries but relation has "
            f"{len(columns)} columns"
        )
        raise wrong(step.place, told)
    return tuple(
        OutputColumn(name, column.type, column.may_be_nan)
        for name, column in zip(step.columns, columns, strict=True)
    )
