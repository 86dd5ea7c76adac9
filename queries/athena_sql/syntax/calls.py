"""Calls of functions with what may follow them: FILTER, IGNORE NULLS, OVER and its window.

Pure. Source: `functionCall`, `over` and `windowFrame` of `SqlBase.g4`.
"""

from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.tokens import Place
from athena_sql.syntax.types import TypeReader


class CallReader(TypeReader):
    """Reads calls, orders and windows; `expressions` reads what is in them."""

    def expression(self) -> Expression:
        """Take a whole expression."""
        raise NotImplementedError

    def value(self) -> Expression:
        """Take a value, without conditions around it."""
        raise NotImplementedError

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
