"""Values, by Trino's grammar: sums and products, and in them what binds tightest.

Pure. Source: `valueExpression` and `primaryExpression` of `SqlBase.g4`.
"""

from collections.abc import Callable

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.conditions import ConditionReader
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.tokens import Kind

PLAIN_CALLS = {
    "CURRENT_DATE": "current_date",
    "CURRENT_TIMESTAMP": "current_timestamp",
    "LOCALTIMESTAMP": "localtimestamp",
    "CURRENT_TIME": "current_time",
    "LOCALTIME": "localtime",
    "CURRENT_USER": "current_user",
    "CURRENT_CATALOG": "current_catalog",
    "CURRENT_SCHEMA": "current_schema",
    "CURRENT_PATH": "current_path",
}


class ExpressionReader(ConditionReader):
    """Reads expressions; a query inside one is read by the subclass."""

    def value(self) -> Expression:
        """Take sums with || between them."""
        return self.chain(self.sum, "||")

    def sum(self) -> Expression:
        """Take products with + or - between them."""
        return self.chain(self.product, "+", "-")

    def product(self) -> Expression:
        """Take signed values with *, / or % between them."""
        return self.chain(self.signed, "*", "/", "%")

    def chain(self, read: Callable[[], Expression], *operators: str) -> Expression:
        """Take operands with any of the operators between them, from the left."""
        left = read()
        while self.is_any(*operators):
            token = self.take()
            left = nodes.Binary(token.word, left, read(), place=token.place)
        return left

    def signed(self) -> Expression:
        """Take a value with signs before it."""
        if self.is_any("-", "+"):
            token = self.take()
            self.enter()
            operand = self.signed()
            self.leave()
            return nodes.Unary(token.word, operand, place=token.place)
        found = self.postfixed()
        while self.is_next("AT", "TIME", "ZONE"):
            place = self.place
            self.skip("AT", "TIME", "ZONE")
            found = nodes.AtTimeZone(found, self.postfixed(), place=place)
        return found

    def postfixed(self) -> Expression:
        """Take a primary expression with its subscripts and fields."""
        found = self.primary()
        while True:
            place = self.place
            if self.skip("["):
                index = self.value()
                self.expect("]")
                found = nodes.Subscript(found, index, place=place)
            elif self.is_any(".") and self.ahead(1).word != "*":
                self.take()
                found = nodes.Dereference(found, self.name(), place=found.place)
            else:
                return found

    def primary(self) -> Expression:
        """Take a literal, a name, a call, or what is in parentheses."""
        token, place = self.token, self.place
        match token.kind:
            case Kind.TEXT:
                self.take()
                return nodes.Literal("text", token.text, place=place)
            case Kind.INTEGER | Kind.DECIMAL | Kind.DOUBLE:
                self.take()
                return nodes.Literal(str(token.kind), token.text, place=place)
            case Kind.PARAMETER:
                self.take()
                return nodes.Parameter(token.text, place=place)
            case Kind.QUOTED:
                return self.named()
            case Kind.WORD:
                return self.keyword()
        if token.word == "(":
            return self.parenthesized()
        raise self.mismatch("<expression>")

    def keyword(self) -> Expression:
        """Take an expression that begins with a word."""
        place, word = self.place, self.token.word
        if word in ("NULL", "TRUE", "FALSE"):
            self.take()
            kind = "null" if word == "NULL" else "boolean"
            return nodes.Literal(kind, word.lower(), place=place)
        if word in PLAIN_CALLS:
            return self.plain_call()
        special = {
            "CASE": self.case,
            "CAST": self.cast,
            "TRY_CAST": self.cast,
            "EXISTS": self.exists,
            "EXTRACT": self.extract,
            "TRIM": self.trim,
            "NORMALIZE": self.normalize,
            "LISTAGG": self.listagg,
            "GROUPING": self.grouping,
        }.get(word)
        if special:
            return special()
        follows = self.ahead(1)
        if word == "INTERVAL" and (follows.kind == Kind.TEXT or follows.word in ("+", "-")):
            return self.interval()
        if word == "ARRAY" and follows.word == "[":
            return self.array()
        if word == "ROW" and follows.word == "(":
            self.take()
            self.take()
            items = self.list_of(self.expression)
            self.expect(")")
            return nodes.Row(items, place=place)
        if word == "POSITION" and follows.word == "(":
            return self.position_of()
        if word == "SUBSTRING" and follows.word == "(":
            return self.substring()
        return self.named()

    def plain_call(self) -> Expression:
        """Take a function that is written without parentheses."""
        token = self.take()
        name = PLAIN_CALLS[token.word]
        if self.is_any("(") and name in ("current_timestamp", "localtimestamp"):
            self.take()
            digits = self.take()
            self.expect(")")
            size = nodes.Literal("integer", digits.text, place=digits.place)
            return nodes.Call(name, (size,), place=token.place)
        return nodes.Call(name, (), place=token.place)

    def parenthesized(self) -> Expression:
        """Take `(x)`, `(a, b)`, `(select ...)`, or `(a, b) -> x`."""
        place = self.place
        if self.is_query_next():
            start = self.position
            try:
                return nodes.Subquery(self.query_in_parentheses(), place=place)
            except BadQuery:
                # `((select 1) + 1)` begins like a query, too.
                if self.ahead_is_query(start):
                    raise
                self.position = start
        if parameters := self.lambda_parameters():
            return nodes.Lambda(parameters, self.expression(), place=place)
        self.expect("(")
        items = self.list_of(self.expression)
        self.expect(")")
        return items[0] if len(items) == 1 else nodes.Row(items, place=place)

    def ahead_is_query(self, start: int) -> bool:
        """Whether the word after one parenthesis begins a query."""
        return self.tokens[start + 1].word != "("

    def lambda_parameters(self) -> tuple[str, ...]:
        """Take `(a, b) ->` if it is next, and return the names."""
        distance = 1
        while self.ahead(distance).kind in (Kind.WORD, Kind.QUOTED):
            distance += 1
            if self.ahead(distance).word != ",":
                break
            distance += 1
        is_lambda = self.ahead(distance).word == ")" and self.ahead(distance + 1).word == "->"
        if not is_lambda or distance == 1:
            return ()
        names = self.names_in_parentheses()
        self.expect("->")
        return names

    def named(self) -> Expression:
        """Take a name, a call, a literal with its type before it, or a lambda."""
        place = self.place
        if self.is_next("DOUBLE", "PRECISION") and self.ahead(2).kind == Kind.TEXT:
            self.take()
            self.take()
            return nodes.TypedLiteral("double", self.take().text, place=place)
        name = self.name()
        if self.token.kind == Kind.TEXT:
            return nodes.TypedLiteral(name, self.take().text, place=place)
        if self.skip("->"):
            return nodes.Lambda((name,), self.expression(), place=place)
        if self.is_any("("):
            return self.call(name, place)
        return nodes.Identifier(name, place=place)
