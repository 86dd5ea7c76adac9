"""Queries, by Trino's grammar, and the one statement of a text.

Pure. Source: `query`, `queryTerm` and `querySpecification` of `SqlBase.g4`.
"""

from collections.abc import Callable

from athena_sql.errors import BadQuery, NotAnswered
from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.relations import RelationReader
from athena_sql.syntax.tokens import Kind

FIRST_WORDS = ("SELECT", "WITH", "VALUES", "TABLE", "(")


def read_query(sql: str) -> nodes.Query:
    """Return the tree of the only query in a text; raises BadQuery with line and column."""
    reader = QueryReader(sql)
    first = reader.token
    if first.kind == Kind.END:
        raise BadQuery("the query is empty", "write a select statement")
    if first.word not in FIRST_WORDS:
        told = f"{first.place}: not a question: it begins with {first.text.lower()}"
        raise BadQuery(told, "write a select statement")
    query = reader.query()
    while reader.is_any(";"):
        place = reader.take().place
        if reader.token.kind != Kind.END and not reader.is_any(";"):
            raise BadQuery(
                f"{place}: Athena runs one statement at a time", "keep one and remove the others"
            )
    if reader.token.kind != Kind.END:
        raise reader.mismatch("<EOF>")
    return query


class QueryReader(RelationReader):
    """Reads a query from the start of a text."""

    def query_in_parentheses(self) -> nodes.Query:
        """Take `(select ...)`."""
        self.expect("(")
        query = self.query()
        self.expect(")")
        return query

    def query(self) -> nodes.Query:
        """Take WITH, a body, ORDER BY, OFFSET and LIMIT."""
        self.enter()
        place = self.place
        steps: tuple[nodes.Step, ...] = ()
        if self.skip("WITH"):
            if self.is_any("RECURSIVE"):
                raise NotAnswered(
                    "the statement",
                    [f"{self.place}: a recursive WITH is not answered here"],
                    "count with unnest(sequence(1, n)); follow a parent with one join per level",
                )
            steps = self.list_of(self.step)
        body = self.body()
        order = self.order_by()
        offset = limit = None
        with_ties = False
        if self.skip("OFFSET"):
            offset = self.count()
            if self.is_any("ROW", "ROWS"):
                self.take()
        if self.skip("LIMIT"):
            limit = None if self.skip("ALL") else self.count()
        elif self.is_any("FETCH"):
            limit, with_ties = self.fetch()
        self.leave()
        return nodes.Query(steps, body, order, offset, limit, with_ties, place=place)

    def count(self) -> Expression:
        """Take a number of rows."""
        token = self.token
        if token.kind == Kind.INTEGER:
            self.take()
            return nodes.Literal("integer", token.text, place=token.place)
        if token.kind == Kind.PARAMETER:
            self.take()
            return nodes.Parameter(token.text, place=token.place)
        raise self.mismatch("'ALL', <integer>")

    def fetch(self) -> tuple[Expression | None, bool]:
        """Take FETCH FIRST 3 ROWS ONLY."""
        place = self.expect("FETCH").place
        if not self.is_any("FIRST", "NEXT"):
            raise self.mismatch("'FIRST', 'NEXT'")
        self.take()
        one = nodes.Literal("integer", "1", place=place)
        limit = one if self.is_any("ROW", "ROWS") else self.count()
        if not self.is_any("ROW", "ROWS"):
            raise self.mismatch("'ROW', 'ROWS'")
        self.take()
        if self.skip("WITH"):
            self.expect("TIES")
            return limit, True
        self.expect("ONLY")
        return limit, False

    def step(self) -> nodes.Step:
        """Take `name (a, b) AS (select ...)`."""
        place, name = self.place, self.name()
        columns = self.names_in_parentheses() if self.is_any("(") else ()
        self.expect("AS")
        return nodes.Step(name, columns, self.query_in_parentheses(), place=place)

    # Bodies -----

    def body(self) -> nodes.Body:
        """Take bodies with UNION or EXCEPT between them, from the left."""
        left = self.intersection()
        while self.is_any("UNION", "EXCEPT"):
            left = self.set_operation(left, self.intersection)
        return left

    def intersection(self) -> nodes.Body:
        """Take bodies with INTERSECT between them, which binds tighter."""
        left = self.single_body()
        while self.is_any("INTERSECT"):
            left = self.set_operation(left, self.single_body)
        return left

    def set_operation(self, left: nodes.Body, read: Callable[[], nodes.Body]) -> nodes.Body:
        """Take the operator and its right side."""
        token = self.take()
        is_all = self.skip("ALL")
        if not is_all:
            self.skip("DISTINCT")
        return nodes.SetOperation(token.word, not is_all, left, read(), place=token.place)

    def single_body(self) -> nodes.Body:
        """Take SELECT, VALUES, TABLE, or a query in parentheses."""
        place = self.place
        if self.is_any("SELECT"):
            return self.select()
        if self.skip("VALUES"):
            return nodes.Values(self.list_of(self.expression), place=place)
        if self.skip("TABLE"):
            return nodes.NamedTable(self.qualified_name(), place=place)
        if self.skip("("):
            query = self.query()
            self.expect(")")
            return query
        raise self.mismatch("'(', 'SELECT', 'TABLE', 'VALUES'")

    def select(self) -> nodes.SelectQuery:
        """Take SELECT and all its clauses."""
        place = self.expect("SELECT").place
        is_distinct = self.skip("DISTINCT") or (self.skip("ALL") and False)
        items = self.list_of(self.item)
        source = self.source() if self.skip("FROM") else None
        where = self.expression() if self.skip("WHERE") else None
        groups, is_group_distinct = None, False
        if self.is_any("GROUP"):
            self.expect("GROUP", "BY")
            is_group_distinct = self.skip("DISTINCT") or (self.skip("ALL") and False)
            groups = self.list_of(self.group)
        having = self.expression() if self.skip("HAVING") else None
        windows: tuple[tuple[str, nodes.Window], ...] = ()
        if self.is_any("WINDOW"):
            self.take()
            windows = self.list_of(self.named_window)
        return nodes.SelectQuery(
            is_distinct,
            items,
            source,
            where,
            groups,
            is_group_distinct,
            having,
            windows,
            place=place,
        )

    def named_window(self) -> tuple[str, nodes.Window]:
        """Take `name AS (...)`."""
        name = self.name()
        self.expect("AS")
        return name, self.window()

    def item(self) -> nodes.Item | nodes.AllColumns:
        """Take one output of a SELECT."""
        place = self.place
        if self.skip("*"):
            return nodes.AllColumns(None, place=place)
        value = self.expression()
        if self.is_next(".", "*"):
            self.skip(".", "*")
            aliases = self.names_in_parentheses() if self.skip("AS") else ()
            return nodes.AllColumns(value, aliases, place=place)
        label = self.last_name
        if self.skip("AS") or self.is_alias():
            label = self.token.text
            return nodes.Item(value, self.name(), label, place=place)
        is_name = isinstance(value, nodes.Identifier | nodes.Dereference)
        return nodes.Item(value, None, label if is_name else None, place=place)

    def is_alias(self) -> bool:
        """Whether a name without AS is next; WINDOW and the like may follow, too."""
        if self.token.word in ("OFFSET", "LIMIT", "FETCH", "WINDOW"):
            # A clause begins with these words, unless nothing of it follows.
            follows = self.ahead(1)
            return follows.kind == Kind.END or follows.word in (",", ")", "FROM")
        return self.is_name()

    def group(self) -> nodes.Group:
        """Take one element of GROUP BY."""
        place = self.place
        if self.is_any("ROLLUP", "CUBE"):
            kind = self.take().word.lower()
            self.expect("(")
            every = () if self.is_any(")") else self.list_of(self.expression)
            sets: tuple[tuple[Expression, ...], ...] = tuple((one,) for one in every)
            self.expect(")")
            return nodes.Group(kind, sets, place=place)
        if self.is_next("GROUPING", "SETS"):
            self.skip("GROUPING", "SETS")
            self.expect("(")
            sets = self.list_of(self.grouping_set)
            self.expect(")")
            return nodes.Group("sets", sets, place=place)
        return nodes.Group("simple", (self.grouping_set(),), place=place)

    def grouping_set(self) -> tuple[Expression, ...]:
        """Take `(a, b)`, `()`, or one expression."""
        if self.skip("(", ")"):
            return ()
        found = self.expression()
        return found.items if isinstance(found, nodes.Row) else (found,)
