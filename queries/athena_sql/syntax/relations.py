"""Relations, by Trino's grammar: what stands after FROM.

Pure. Source: `relation` of `SqlBase.g4`.
"""

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.expressions import ExpressionReader

JOIN_TYPES = ("INNER", "LEFT", "RIGHT", "FULL")


class RelationReader(ExpressionReader):
    """Reads relations; what reads queries builds on it."""

    def source(self) -> nodes.Relation:
        """Take relations with commas between them, which join every row with every other."""
        found = self.relation()
        while self.is_any(","):
            place = self.take().place
            found = nodes.Join("CROSS", found, self.relation(), place=place)
        return found

    def relation(self) -> nodes.Relation:
        """Take a relation and the joins that follow it."""
        self.enter()
        left = self.aliased()
        while True:
            place = self.place
            if self.skip("CROSS", "JOIN"):
                left = nodes.Join("CROSS", left, self.aliased(), place=place)
            elif self.is_any("NATURAL"):
                raise BadQuery(
                    f"{place}: a natural join is not answered here", "write join ... using (a, b)"
                )
            elif self.is_any("JOIN", *JOIN_TYPES):
                left = self.join(left)
            else:
                self.leave()
                return left

    def join(self, left: nodes.Relation) -> nodes.Relation:
        """Take a join with its condition."""
        place = self.place
        kind = self.take().word if self.is_any(*JOIN_TYPES) else "INNER"
        if kind in ("LEFT", "RIGHT", "FULL"):
            self.skip("OUTER")
        self.expect("JOIN")
        right = self.relation()
        if self.skip("ON"):
            return nodes.Join(kind, left, right, self.expression(), place=place)
        if self.skip("USING"):
            return nodes.Join(kind, left, right, None, self.names_in_parentheses(), place=place)
        raise self.mismatch("'ON', 'USING'")

    def aliased(self) -> nodes.Relation:
        """Take a relation with its alias."""
        place = self.place
        found = self.single_relation()
        if self.is_any("TABLESAMPLE") or self.is_next("MATCH_RECOGNIZE", "("):
            raise self.not_answered()
        if self.skip("AS") or self.is_relation_alias():
            alias = self.name()
            columns = self.names_in_parentheses() if self.is_any("(") else ()
            return nodes.Aliased(found, alias, columns, place=place)
        return found

    def is_relation_alias(self) -> bool:
        """Whether a name without AS is next; OFFSET, LIMIT, FETCH and WINDOW begin clauses."""
        if self.token.word in ("OFFSET", "LIMIT", "FETCH"):
            return self.ahead(1).word in ("ON", "USING", "JOIN", ",", ")")
        if self.token.word == "WINDOW":
            return self.ahead(2).word != "AS"
        return self.is_name()

    def single_relation(self) -> nodes.Relation:
        """Take a table, UNNEST, LATERAL, or what is in parentheses."""
        place = self.place
        if self.skip("UNNEST"):
            self.expect("(")
            items = self.list_of(self.expression)
            self.expect(")")
            with_ordinality = self.skip("WITH") and bool(self.expect("ORDINALITY"))
            return nodes.Unnest(items, with_ordinality, place=place)
        if self.is_next("LATERAL", "("):
            self.take()
            return nodes.DerivedTable(self.query_in_parentheses(), True, place=place)
        if self.is_any("("):
            return self.relation_in_parentheses()
        if self.is_next("TABLE", "("):
            raise BadQuery(f"NOT_SUPPORTED: {place}: table functions are not supported", "")
        name = self.qualified_name()
        if self.is_any("("):
            raise BadQuery(f"NOT_SUPPORTED: {place}: table functions are not supported", "")
        return nodes.NamedTable(name, place=place)

    def relation_in_parentheses(self) -> nodes.Relation:
        """Take `(select ...)` or `(a join b on ...)`."""
        place = self.place
        if self.is_query_next():
            start = self.position
            try:
                return nodes.DerivedTable(self.query_in_parentheses(), place=place)
            except BadQuery:
                if self.ahead_is_query(start):
                    raise
                self.position = start
        self.expect("(")
        found = self.relation()
        self.expect(")")
        return found

    def qualified_name(self) -> tuple[str, ...]:
        """Take `database.table`."""
        parts = [self.name()]
        while self.skip("."):
            parts.append(self.name())
        return tuple(parts)
