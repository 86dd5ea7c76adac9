"""The names of types, by Trino's grammar: `decimal(10, 2)`, `array(varchar)`, `row(a integer)`.

Pure. Source: `type` of `SqlBase.g4`.
"""

from collections.abc import Callable

from athena_sql.syntax import nodes
from athena_sql.syntax.reader import Reader
from athena_sql.syntax.tokens import Kind

INTERVAL_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


class TypeReader(Reader):
    """Reads types."""

    def type_name(self) -> nodes.TypeName:
        """Take a type."""
        place = self.place
        found = self.plain_type()
        while self.skip("ARRAY"):
            found = nodes.TypeName("array", items=(found,), place=place)
        return found

    def plain_type(self) -> nodes.TypeName:
        """Take a type, without the ARRAY that may follow it."""
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

    def interval_unit(self) -> str:
        """Take a unit."""
        if not self.is_any(*INTERVAL_UNITS):
            raise self.mismatch("'DAY', 'HOUR', 'MINUTE', 'MONTH', 'SECOND', 'YEAR'")
        return self.take().word

    def list_of[T](self, read: Callable[[], T]) -> tuple[T, ...]:
        """Take one or more, with commas between them."""
        found = [read()]
        while self.skip(","):
            found.append(read())
        return tuple(found)
