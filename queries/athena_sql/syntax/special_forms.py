"""Expressions with a grammar of their own: CASE, CAST, EXTRACT, TRIM, LISTAGG and the like.

Pure. Source: `primaryExpression` of `SqlBase.g4`.
"""

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.calls import CallReader
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.tokens import Kind


class SpecialFormReader(CallReader):
    """Reads special forms."""

    def query_in_parentheses(self) -> nodes.Query:
        """Take `(select ...)`."""
        raise NotImplementedError

    def is_query_next(self, distance: int = 0) -> bool:
        """Whether a query begins after that many opening parentheses."""
        while self.ahead(distance).word == "(":
            distance += 1
        return self.ahead(distance).word in ("SELECT", "WITH", "VALUES", "TABLE")

    def interval(self) -> Expression:
        """Take INTERVAL '3' DAY."""
        place = self.expect("INTERVAL").place
        sign = 1
        if self.is_any("+", "-"):
            sign = -1 if self.take().word == "-" else 1
        if self.token.kind != Kind.TEXT:
            raise self.mismatch("<string>")
        text, unit = self.take().text, self.interval_unit()
        to_unit = self.interval_unit() if self.skip("TO") else None
        return nodes.Interval(sign, text, unit, to_unit, place=place)

    def array(self) -> Expression:
        """Take ARRAY[a, b]."""
        place = self.expect("ARRAY", "[").place
        items = () if self.is_any("]") else self.list_of(self.expression)
        self.expect("]")
        return nodes.Array(items, place=place)

    def case(self) -> Expression:
        """Take CASE ... END."""
        place = self.expect("CASE").place
        operand = None if self.is_any("WHEN") else self.expression()
        branches: list[tuple[Expression, Expression]] = []
        while self.skip("WHEN") or not branches:
            if not branches and self.tokens[self.position - 1].word != "WHEN":
                raise self.mismatch("'WHEN'")
            condition = self.expression()
            self.expect("THEN")
            branches.append((condition, self.expression()))
        default = self.expression() if self.skip("ELSE") else None
        self.expect("END")
        return nodes.Case(operand, tuple(branches), default, place=place)

    def cast(self) -> Expression:
        """Take CAST(x AS type) or TRY_CAST."""
        token = self.take()
        self.expect("(")
        operand = self.expression()
        self.expect("AS")
        target = self.type_name()
        self.expect(")")
        return nodes.Cast(operand, target, token.word == "TRY_CAST", place=token.place)

    def exists(self) -> Expression:
        """Take EXISTS (select ...)."""
        place = self.expect("EXISTS").place
        return nodes.Exists(self.query_in_parentheses(), place=place)

    def extract(self) -> Expression:
        """Take EXTRACT(field FROM x)."""
        place = self.expect("EXTRACT", "(").place
        place = self.tokens[self.position - 2].place
        unit = self.name()
        self.expect("FROM")
        operand = self.value()
        self.expect(")")
        return nodes.Extract(unit, operand, place=place)

    def normalize(self) -> Expression:
        """Take NORMALIZE(x) or NORMALIZE(x, NFC)."""
        place = self.expect("NORMALIZE").place
        self.expect("(")
        operand = self.value()
        if self.skip(","):
            self.expect("NFC")
        self.expect(")")
        return nodes.Call("normalize", (operand,), place=place)

    def trim(self) -> Expression:
        """Take TRIM(x), TRIM(both 'a' from x), or TRIM(x, 'a')."""
        place = self.expect("TRIM").place
        self.expect("(")
        name = "trim"
        if self.is_any("BOTH", "LEADING", "TRAILING"):
            name = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[self.take().word]
            characters = None if self.is_any("FROM") else self.value()
            self.expect("FROM")
            arguments = (self.value(), *([characters] if characters else []))
        else:
            first = self.value()
            if self.skip("FROM"):
                arguments = (self.value(), first)
            else:
                arguments = (first, *([self.value()] if self.skip(",") else []))
        self.expect(")")
        return nodes.Call(name, arguments, place=place)

    def listagg(self) -> Expression:
        """Take LISTAGG(x, ',') WITHIN GROUP (ORDER BY ...)."""
        place = self.expect("LISTAGG").place
        self.expect("(")
        is_distinct = self.skip("DISTINCT") or (self.skip("ALL") and False)
        arguments = [self.expression()]
        if self.skip(","):
            if self.token.kind != Kind.TEXT:
                raise self.mismatch("<string>")
            separator = self.take()
            arguments.append(nodes.Literal("text", separator.text, place=separator.place))
        if self.is_next("ON", "OVERFLOW"):
            raise BadQuery(
                f"{self.place}: listagg with ON OVERFLOW is not answered here", "leave it out"
            )
        self.expect(")")
        self.expect("WITHIN", "GROUP", "(")
        order = self.order_by()
        if not order:
            raise self.mismatch("'ORDER'")
        self.expect(")")
        call = nodes.Call("listagg", tuple(arguments), is_distinct, order, place=place)
        return self.with_filter_and_window(call)

    def grouping(self) -> Expression:
        """Take GROUPING(a, b)."""
        place = self.expect("GROUPING").place
        self.expect("(")
        arguments = self.list_of(self.expression)
        self.expect(")")
        return nodes.Call("grouping", arguments, place=place)

    def position_of(self) -> Expression:
        """Take POSITION(a IN b)."""
        place = self.take().place
        self.expect("(")
        needle = self.value()
        self.expect("IN")
        hay = self.value()
        self.expect(")")
        return nodes.Call("strpos", (hay, needle), place=place)

    def substring(self) -> Expression:
        """Take SUBSTRING(x FROM a FOR b), or substring(x, a, b)."""
        place = self.take().place
        self.expect("(")
        arguments = [self.expression()]
        if self.skip("FROM"):
            arguments.append(self.value())
            if self.skip("FOR"):
                arguments.append(self.value())
        else:
            while self.skip(","):
                arguments.append(self.expression())
        self.expect(")")
        return nodes.Call("substring", tuple(arguments), place=place)
