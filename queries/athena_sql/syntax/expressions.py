"""Expressions, by Trino's grammar: a condition, in it values, in them what binds tightest.

Pure. Source: `expression`, `booleanExpression`, `valueExpression` and `primaryExpression` of
`SqlBase.g4`.
"""

from collections.abc import Callable

from athena_sql.errors import BadQuery
from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.reader import Reader
from athena_sql.syntax.tokens import Kind, Place

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
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
INTERVAL_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


class ExpressionReader(Reader):
    """Reads expressions; a query inside one is read by the subclass."""

    def query_in_parentheses(self) -> nodes.Query:
        """Take `(select ...)`."""
        raise NotImplementedError

    def is_query_next(self, distance: int = 0) -> bool:
        """Whether a query begins after that many opening parentheses."""
        while self.ahead(distance).word == "(":
            distance += 1
        return self.ahead(distance).word in ("SELECT", "WITH", "VALUES", "TABLE")

    # Conditions -----

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

    def list_of[T](self, read: Callable[[], T]) -> tuple[T, ...]:
        """Take one or more, with commas between them."""
        found = [read()]
        while self.skip(","):
            found.append(read())
        return tuple(found)

    # Values -----

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

    # What binds tightest -----

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

    def call(self, name: str, place: Place) -> Expression:
        """Take a call's parentheses and what may follow them."""
        self.expect("(")
        is_distinct = False
        arguments: tuple[Expression, ...] = ()
        order: tuple[nodes.SortItem, ...] = ()
        if self.is_next("*", ")"):
            arguments = (nodes.Star(place=self.take().place),)
        elif not self.is_any(")"):
            is_distinct = self.skip("DISTINCT") or (self.skip("ALL") and False)
            arguments = () if self.is_any("ORDER") else self.list_of(self.expression)
            order = self.order_by()
        self.expect(")")
        return self.with_filter_and_window(
            nodes.Call(name, arguments, is_distinct, order, place=place)
        )

    def with_filter_and_window(self, call: nodes.Call) -> Expression:
        """Take FILTER, IGNORE NULLS and OVER."""
        condition = None
        if self.is_next("FILTER", "("):
            self.skip("FILTER", "(")
            self.expect("WHERE")
            condition = self.expression()
            self.expect(")")
        nulls = None
        if self.is_any("IGNORE", "RESPECT") and self.ahead(1).word == "NULLS":
            nulls = self.take().word
            self.take()
        window = self.over() if self.is_any("OVER") else None
        if nulls and not window:
            raise self.mismatch("'OVER'")
        if not (condition or nulls or window):
            return call
        return nodes.Call(
            call.name,
            call.arguments,
            call.is_distinct,
            call.order,
            condition,
            nulls,
            window,
            place=call.place,
        )

    def order_by(self) -> tuple[nodes.SortItem, ...]:
        """Take ORDER BY and its keys, if they are next."""
        if not self.is_any("ORDER"):
            return ()
        self.expect("ORDER", "BY")
        return self.list_of(self.sort_item)

    def sort_item(self) -> nodes.SortItem:
        """Take one key."""
        place = self.place
        key = self.expression()
        is_descending = self.skip("DESC") or (self.skip("ASC") and False)
        nulls_first = None
        if self.skip("NULLS"):
            if not self.is_any("FIRST", "LAST"):
                raise self.mismatch("'FIRST', 'LAST'")
            nulls_first = self.take().word == "FIRST"
        return nodes.SortItem(key, is_descending, nulls_first, place=place)

    def over(self) -> nodes.Window:
        """Take OVER and a window or its name."""
        place = self.expect("OVER").place
        if self.is_any("("):
            return self.window()
        return nodes.Window(self.name(), (), (), None, place=place)

    def window(self) -> nodes.Window:
        """Take `(partition by ... order by ... rows ...)`."""
        place = self.expect("(").place
        base = None
        if self.is_name() and not self.is_any("PARTITION", "ROWS", "RANGE", "GROUPS"):
            base = self.name()
        partition: tuple[Expression, ...] = ()
        if self.skip("PARTITION"):
            self.expect("BY")
            partition = self.list_of(self.expression)
        order = self.order_by()
        frame = self.frame() if self.is_any("ROWS", "RANGE", "GROUPS") else None
        self.expect(")")
        return nodes.Window(base, partition, order, frame, place=place)

    def frame(self) -> nodes.Frame:
        """Take ROWS, RANGE or GROUPS and its bounds."""
        token = self.take()
        if self.skip("BETWEEN"):
            start = self.bound()
            self.expect("AND")
            return nodes.Frame(token.word, start, self.bound(), place=token.place)
        return nodes.Frame(token.word, self.bound(), None, place=token.place)

    def bound(self) -> nodes.Bound:
        """Take one bound of a frame."""
        place = self.place
        if self.skip("CURRENT"):
            self.expect("ROW")
            return nodes.Bound("CURRENT", "ROW", place=place)
        value = None if self.skip("UNBOUNDED") else self.value()
        if not self.is_any("PRECEDING", "FOLLOWING"):
            raise self.mismatch("'FOLLOWING', 'PRECEDING'")
        kind = "UNBOUNDED" if value is None else "VALUE"
        return nodes.Bound(kind, self.take().word, value, place=place)

    # Special forms -----

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

    def interval_unit(self) -> str:
        """Take a unit."""
        if not self.is_any(*INTERVAL_UNITS):
            raise self.mismatch("'DAY', 'HOUR', 'MINUTE', 'MONTH', 'SECOND', 'YEAR'")
        return self.take().word

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

    # Types -----

    def type_name(self) -> nodes.TypeName:
        """Take a type."""
        place = self.place
        found = self.plain_type()
        while self.skip("ARRAY"):
            found = nodes.TypeName("array", items=(found,), place=place)
        return found

    def plain_type(self) -> nodes.TypeName:
        """Take a type that is no `x ARRAY`."""
        place, word = self.place, self.token.word
        if word == "ROW":
            return self.row_type()
        name = self.name()
        if name == "double" and self.skip("PRECISION"):
            return nodes.TypeName("double", place=place)
        if name in ("time", "timestamp"):
            return self.time_type(name)
        if name == "interval":
            unit = self.interval_unit()
            self.expect("TO")
            return nodes.TypeName(f"interval {unit} to {self.interval_unit()}".lower(), place=place)
        if name in ("array", "map") and self.is_any("<", "("):
            closing = ">" if self.take().word == "<" else ")"
            items = self.list_of(self.type_name)
            self.expect(closing)
            return nodes.TypeName(name, items=items, place=place)
        sizes: tuple[int, ...] = ()
        if self.skip("("):
            sizes = self.list_of(self.size)
            self.expect(")")
        return nodes.TypeName(name, sizes, place=place)

    def size(self) -> int:
        """Take a whole number."""
        if self.token.kind != Kind.INTEGER:
            raise self.mismatch("<integer>")
        return int(self.take().text)

    def time_type(self, name: str) -> nodes.TypeName:
        """Take what follows TIME or TIMESTAMP."""
        place = self.place
        sizes: tuple[int, ...] = ()
        if self.skip("("):
            sizes = (self.size(),)
            self.expect(")")
        if self.skip("WITH"):
            self.expect("TIME", "ZONE")
            name += " with time zone"
        elif self.skip("WITHOUT"):
            self.expect("TIME", "ZONE")
        return nodes.TypeName(name, sizes, place=place)

    def row_type(self) -> nodes.TypeName:
        """Take ROW(a integer, b varchar), or ROW(integer, varchar)."""
        place = self.expect("ROW", "(").place
        names: list[str | None] = []
        items: list[nodes.TypeName] = []
        while True:
            has_name = self.ahead(1).word not in (",", ")", "(") or self.ahead(1).kind == Kind.WORD
            is_double = self.is_next("DOUBLE", "PRECISION")
            names.append(self.name() if has_name and not is_double else None)
            items.append(self.type_name())
            if not self.skip(","):
                break
        self.expect(")")
        return nodes.TypeName("row", items=tuple(items), fields=tuple(names), place=place)
