"""The nodes of expressions. Pure.

Two nodes are equal when they say the same, wherever they stand.
"""

from typing import TYPE_CHECKING

from athena_sql.syntax.node import Node

if TYPE_CHECKING:
    from athena_sql.syntax.query_nodes import Query


class Literal(Node):
    """A value written out; `kind` is text, integer, decimal, double, boolean or null."""

    kind: str
    text: str


class TypedLiteral(Node):
    """A text with its type before it, such as DATE '2026-01-05'."""

    type_name: str
    text: str


class Interval(Node):
    """INTERVAL '3' DAY; `sign` is 1 or -1."""

    sign: int
    text: str
    unit: str
    to_unit: str | None


class Identifier(Node):
    """A name on its own; names compare without regard to case."""

    name: str


class Dereference(Node):
    """`base.name`: a column of a table, or a field of a row."""

    base: "Expression"
    name: str


class Parameter(Node):
    """`:name`."""

    name: str


class Unary(Node):
    """`-x` or `+x`."""

    operator: str
    operand: "Expression"


class Binary(Node):
    """Arithmetic, `||`, a comparison, AND or OR."""

    operator: str
    left: "Expression"
    right: "Expression"


class Not(Node):
    """NOT x."""

    operand: "Expression"


class IsNull(Node):
    """x IS NULL."""

    operand: "Expression"


class IsDistinct(Node):
    """x IS DISTINCT FROM y."""

    left: "Expression"
    right: "Expression"


class Between(Node):
    """x BETWEEN low AND high."""

    operand: "Expression"
    low: "Expression"
    high: "Expression"


class InList(Node):
    """x IN (a, b)."""

    operand: "Expression"
    items: tuple["Expression", ...]


class InQuery(Node):
    """x IN (select ...)."""

    operand: "Expression"
    query: "Query"


class Like(Node):
    """x LIKE pattern ESCAPE escape."""

    operand: "Expression"
    pattern: "Expression"
    escape: "Expression | None"


class Exists(Node):
    """EXISTS (select ...)."""

    query: "Query"


class Quantified(Node):
    """x > ALL (select ...); `quantifier` is ALL or ANY."""

    operator: str
    operand: "Expression"
    quantifier: str
    query: "Query"


class Subquery(Node):
    """A query that stands for one value."""

    query: "Query"


class Case(Node):
    """CASE; `operand` is None where each WHEN is a condition."""

    operand: "Expression | None"
    branches: tuple[tuple["Expression", "Expression"], ...]
    default: "Expression | None"


class TypeName(Node):
    """A type as written: its name, its sizes and types, the names of a row's fields."""

    name: str
    sizes: tuple[int, ...] = ()
    items: tuple["TypeName", ...] = ()
    fields: tuple[str | None, ...] = ()


class Cast(Node):
    """CAST(x AS type), or TRY_CAST."""

    operand: "Expression"
    target: TypeName
    is_safe: bool


class Extract(Node):
    """EXTRACT(field FROM x)."""

    unit: str
    operand: "Expression"


class SortItem(Node):
    """One key of an ORDER BY; `nulls_first` is None where it is not said."""

    key: "Expression"
    is_descending: bool = False
    nulls_first: bool | None = None


class Bound(Node):
    """One end of a frame: UNBOUNDED, CURRENT or a number of rows, PRECEDING or FOLLOWING."""

    kind: str
    direction: str
    value: "Expression | None" = None


class Frame(Node):
    """ROWS or RANGE or GROUPS between two bounds."""

    unit: str
    start: Bound
    end: Bound | None


class Window(Node):
    """What stands after OVER; `base` is a window's name."""

    base: str | None
    partition: tuple["Expression", ...]
    order: tuple[SortItem, ...]
    frame: Frame | None


class Star(Node):
    """The `*` of count(*)."""


class Call(Node):
    """A function's call with everything that may follow it."""

    name: str
    arguments: tuple["Expression", ...]
    is_distinct: bool = False
    order: tuple[SortItem, ...] = ()
    condition: "Expression | None" = None
    nulls: str | None = None
    window: Window | None = None


class Array(Node):
    """ARRAY[a, b]."""

    items: tuple["Expression", ...]


class Row(Node):
    """ROW(a, b), or (a, b)."""

    items: tuple["Expression", ...]


class Subscript(Node):
    """base[index]."""

    base: "Expression"
    index: "Expression"


class Lambda(Node):
    """(a, b) -> body."""

    parameters: tuple[str, ...]
    body: "Expression"


class AtTimeZone(Node):
    """x AT TIME ZONE zone."""

    operand: "Expression"
    zone: "Expression"


Expression = (
    Literal
    | TypedLiteral
    | Interval
    | Identifier
    | Dereference
    | Parameter
    | Unary
    | Binary
    | Not
    | IsNull
    | IsDistinct
    | Between
    | InList
    | InQuery
    | Like
    | Exists
    | Quantified
    | Subquery
    | Case
    | Cast
    | Extract
    | Star
    | Call
    | Array
    | Row
    | Subscript
    | Lambda
    | AtTimeZone
)
