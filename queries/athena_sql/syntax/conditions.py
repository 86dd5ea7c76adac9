"""Conditions, by Trino's grammar: AND, OR, NOT, and at most one comparison of each value.

Pure. Source: `booleanExpression` and `predicate` of `SqlBase.g4`.
"""

from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.special_forms import SpecialFormReader

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")


class ConditionReader(SpecialFormReader):
    """Reads conditions; `expressions` reads the values in them."""

    def expression(self) -> Expression:
        """Take a whole expression."""
        self.enter()
        left = self.conjunction()
        while self.is_any("OR"):
            place = self.take().place
            left = nodes.Binary("OR", left, self.conjunction(), place=place)
        self.leave()
        return left

    def conjunction(self) -> Expression:
        """Take terms with AND between them."""
        left = self.negation()
        while self.is_any("AND"):
            place = self.take().place
            left = nodes.Binary("AND", left, self.negation(), place=place)
        return left

    def negation(self) -> Expression:
        """Take a condition, or NOT and one."""
        if self.is_any("NOT"):
            place = self.take().place
            self.enter()
            operand = self.negation()
            self.leave()
            return nodes.Not(operand, place=place)
        return self.predicate(self.value())

    def predicate(self, left: Expression) -> Expression:
        """Take what may follow a value, at most one comparison."""
        place = self.place
        if self.is_any(*COMPARISONS):
            operator = self.take().word.replace("!=", "<>")
            if self.is_any("ALL", "ANY", "SOME") and self.ahead(1).word == "(":
                quantifier = self.take().word.replace("SOME", "ANY")
                query = self.query_in_parentheses()
                return nodes.Quantified(operator, left, quantifier, query, place=place)
            return nodes.Binary(operator, left, self.value(), place=place)
        is_negated = self.is_any("NOT") and self.ahead(1).word in ("BETWEEN", "IN", "LIKE")
        if is_negated:
            self.take()
        found = self.named_predicate(left)
        return nodes.Not(found, place=place) if is_negated else found

    def named_predicate(self, left: Expression) -> Expression:
        """Take BETWEEN, IN, LIKE or IS, or nothing."""
        place = self.place
        if self.skip("BETWEEN"):
            low = self.value()
            self.expect("AND")
            return nodes.Between(left, low, self.value(), place=place)
        if self.is_any("IN"):
            self.take()
            if self.token.word == "(" and self.is_query_next():
                return nodes.InQuery(left, self.query_in_parentheses(), place=place)
            self.expect("(")
            items = self.list_of(self.expression)
            self.expect(")")
            return nodes.InList(left, items, place=place)
        if self.skip("LIKE"):
            pattern = self.value()
            escape = self.value() if self.skip("ESCAPE") else None
            return nodes.Like(left, pattern, escape, place=place)
        if self.skip("IS"):
            is_negated = self.skip("NOT")
            found: Expression
            if self.skip("DISTINCT"):
                self.expect("FROM")
                found = nodes.IsDistinct(left, self.value(), place=place)
            else:
                self.expect("NULL")
                found = nodes.IsNull(left, place=place)
            return nodes.Not(found, place=place) if is_negated else found
        return left
