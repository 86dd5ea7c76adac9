"""Arithmetic, comparisons and conditions as they stand in the tree.

Pure.
"""

from collections.abc import Sequence

from athena_sql.functions.arguments import ambiguous
from athena_sql.syntax import nodes
from athena_sql.syntax.nodes import Expression
from athena_sql.syntax.tokens import Place
from athena_sql.translation.calls import call, find_function
from athena_sql.translation.clause import Clause
from athena_sql.typing.coercion import common_of
from athena_sql.typing.types import (
    BOOLEAN,
    UNKNOWN,
    VARCHAR,
    Type,
    array,
)
from athena_sql.values import literals, operators
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, not_answered, null_of

ARITHMETIC = ("+", "-", "*", "/", "%")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


class OperatorExpressions(Clause):
    """Translates operators and predicates."""

    def of_unary(self, node: nodes.Unary) -> Value:
        """Return `-x`; a sign belongs to the number that follows it."""
        operand = node.operand
        if isinstance(operand, nodes.Literal) and operand.kind in ("integer", "decimal", "double"):
            return literals.literal(operand, node.operator == "-")
        value = self.value(operand)
        if node.operator == "-":
            return operators.negate(value, node.place)
        operators.negate(value, node.place)
        return value

    def of_binary(self, node: nodes.Binary) -> Value:
        """Return arithmetic, `||`, a comparison, AND or OR."""
        if node.operator in ("AND", "OR"):
            return self.logical(node)
        if node.operator in COMPARISONS:
            return self.comparison(node)
        # A long sum hangs to the left; it is followed without going deeper at each term.
        spine: list[nodes.Binary] = []
        left: Expression = node
        while isinstance(left, nodes.Binary) and left.operator in (*ARITHMETIC, "||"):
            spine.append(left)
            left = left.left
            if self.grouping is not None and self.grouping.key_of(left):
                break
        found = self.value(left)
        for step in reversed(spine):
            right = self.value(step.right)
            if step.operator == "||":
                found = self.concatenation(found, right, step.place)
            else:
                found = operators.arithmetic(step.operator, found, right, step.place)
        return found

    def concatenation(self, left: Value, right: Value, place: Place) -> Value:
        """Return `left || right`."""
        return self.concat([left, right], place)

    def concat(self, given: Sequence[Value], place: Place) -> Value:
        """Return texts, or arrays, one after the other; a NULL among texts is a text."""
        unknown = [value.type for value in given if value.type != UNKNOWN]
        if len(given) == 2 and len(unknown) < 2:
            # Trino takes the NULL for an array, of which the other side is an element.
            if not unknown or unknown[0].name == "array":
                raise ambiguous(place)
            return Value(array(unknown[0]), null_of(array(unknown[0])))
        if len(given) == 2 and is_ambiguous_array(*unknown):
            raise ambiguous(place)
        if not any(kind.name == "array" for kind in unknown):
            given = [coerce(value, VARCHAR) if value.type == UNKNOWN else value for value in given]
        found = call(find_function("concat", place), given, place)
        if all(isinstance(value.constant, str) for value in given):
            return Value(found.type, found.sql, "".join(str(value.constant) for value in given))
        return found

    def logical(self, node: nodes.Binary) -> Value:
        """Return AND or OR of many terms, without going deeper at each."""
        terms: list[Expression] = []
        waiting: list[Expression] = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, nodes.Binary) and one.operator == node.operator:
                waiting += [one.right, one.left]
            else:
                terms.append(one)
        values = [self.value(term) for term in terms]
        return operators.logical(node.operator, values, [term.place for term in terms])

    def comparison(self, node: nodes.Binary) -> Value:
        """Return a comparison; rows are compared field by field."""
        if isinstance(node.left, nodes.Row) and isinstance(node.right, nodes.Row):
            return self.compare_rows(node.operator, node.left, node.right, node.place)
        left, right = self.value(node.left), self.value(node.right)
        return operators.compare(node.operator, left, right, node.place)

    def compare_rows(self, operator: str, left: nodes.Row, right: nodes.Row, place: Place) -> Value:
        """Return `(a, b) = (c, d)` as `a = c and b = d`."""
        one, other = (self.value(side) for side in (left, right))
        if len(left.items) != len(right.items):
            raise operators.cannot_apply(operator, one.type, other.type, place)
        if operator not in ("=", "<>"):
            raise not_answered(
                place, "the order of rows is not answered here", "compare their fields"
            )
        pairs = zip(left.items, right.items, strict=True)
        equal = " and ".join(
            operators.compare("=", self.value(a), self.value(b), place).sql for a, b in pairs
        )
        return Value(BOOLEAN, f"({equal})" if operator == "=" else f"(not ({equal}))")

    def of_not(self, node: nodes.Not) -> Value:
        """Return `not x`."""
        operand = node.operand
        value = self.condition(operand, "Value of logical NOT expression")
        return Value(BOOLEAN, f"(not {value.sql})")

    def of_is_null(self, node: nodes.IsNull) -> Value:
        """Return `x is null`."""
        return Value(BOOLEAN, f"({self.value(node.operand).sql} is null)")

    def of_is_distinct(self, node: nodes.IsDistinct) -> Value:
        """Return `x is distinct from y`."""
        return operators.is_distinct(self.value(node.left), self.value(node.right), node.place)

    def of_between(self, node: nodes.Between) -> Value:
        """Return `x between a and b`."""
        values = (self.value(node.operand), self.value(node.low), self.value(node.high))
        return operators.between(*values, node.place)

    def of_in_list(self, node: nodes.InList) -> Value:
        """Return `x in (1, 2)`."""
        if isinstance(node.operand, nodes.Row):
            return self.row_in_list(node)
        value, items = self.value(node.operand), [self.value(item) for item in node.items]
        kind = common_of([value.type, *(item.type for item in items)])
        if kind is None:
            kinds = ", ".join(str(item.type) for item in items)
            raise bad_query(
                node.place,
                "IN value and list items must be the same type or coercible to a common type. "
                f"Cannot find common type between {value.type} and {kinds}",
                "cast one side",
            )
        if kind == UNKNOWN:
            return Value(BOOLEAN, "cast(null as boolean)")
        value, items = coerce(value, kind), [coerce(item, kind) for item in items]
        if kind.name == "array" or any(one.may_be_nan for one in (value, *items)):
            tests = [operators.comparison_sql("=", value, item, node.place) for item in items]
            return Value(BOOLEAN, f"({' or '.join(tests)})")
        operators.comparison_sql("=", value, items[0], node.place)
        return Value(BOOLEAN, f"({value.sql} in ({', '.join(item.sql for item in items)}))")

    def row_in_list(self, node: nodes.InList) -> Value:
        """Return `(a, b) in ((1, 2), (3, 4))` as comparisons with OR between them."""
        row_node = node.operand
        tests = []
        for item in node.items:
            if not isinstance(item, nodes.Row) or not isinstance(row_node, nodes.Row):
                raise not_answered(
                    node.place, "rows are compared here where both are written out", "write (a, b)"
                )
            tests.append(self.compare_rows("=", row_node, item, node.place).sql)
        return Value(BOOLEAN, f"({' or '.join(tests)})")

    def of_like(self, node: nodes.Like) -> Value:
        """Return `x like '%a'`."""
        value, pattern = self.value(node.operand), self.value(node.pattern)
        for side, what in ((value, "Left side of"), (pattern, "Pattern for")):
            if side.type.name != "varchar" and side.type != UNKNOWN:
                told = f"{what} LIKE expression must evaluate to a varchar (actual: {side.type})"
                raise bad_query(
                    node.place if side is pattern else node.operand.place, told, "cast it"
                )
        sql = f"({coerce(value, VARCHAR).sql} like {coerce(pattern, VARCHAR).sql}"
        if node.escape is None:
            return Value(BOOLEAN, f"{sql})")
        escape = self.value(node.escape)
        if not isinstance(escape.constant, str) or len(escape.constant) != 1:
            if isinstance(escape.constant, str):
                raise bad_query(node.place, "Escape string must be a single character")
            raise not_answered(node.place, "an escape that is not written out", "write escape '!'")
        if not isinstance(pattern.constant, str):
            raise not_answered(node.place, "a pattern of the data with an escape", "write it out")
        check_escapes(pattern.constant, escape.constant, node.place)
        return Value(BOOLEAN, f"{sql} escape {escape.sql})")


def is_ambiguous_array(left: Type, right: Type) -> bool:
    """Whether an array of NULLs stands beside an array, of which it may also be an element."""
    if left.name != "array" or right.name != "array":
        return False
    return UNKNOWN in (left.element, right.element) and left != right


def check_escapes(pattern: str, escape: str, place: Place) -> None:
    """Raise BadQuery for an escape before anything but %, _ and itself."""
    position = 0
    while position < len(pattern):
        if pattern[position] == escape:
            if pattern[position + 1 : position + 2] not in ("%", "_", escape):
                told = (
                    "Escape character must be followed by '%', '_' or the escape character itself"
                )
                raise bad_query(place, told)
            position += 1
        position += 1
