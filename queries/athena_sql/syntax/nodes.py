"""The tree of a statement: expressions, relations and queries, each with its place in the text.

Pure. Two nodes are equal when they say the same, wherever they stand.
"""

from dataclasses import dataclass, field

from athena_sql.syntax.tokens import Place


@dataclass(frozen=True, kw_only=True)
class Node:
    """Anything in the tree."""

    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Literal(Node):
    """A value written out; `kind` is text, integer, decimal, double, boolean or null."""

    kind: str
    text: str


@dataclass(frozen=True)
class TypedLiteral(Node):
    """A text with its type before it, such as DATE '2026-01-05'."""

    type_name: str
    text: str


@dataclass(frozen=True)
class Interval(Node):
    """INTERVAL '3' DAY; `sign` is 1 or -1."""

    sign: int
    text: str
    unit: str
    to_unit: str | None


@dataclass(frozen=True)
class Identifier(Node):
    """A name on its own; names compare without regard to case."""

    name: str


@dataclass(frozen=True)
class Dereference(Node):
    """`base.name`: a column of a table, or a field of a row."""

    base: "Expression"
    name: str


@dataclass(frozen=True)
class Parameter(Node):
    """`:name`."""

    name: str


@dataclass(frozen=True)
class Unary(Node):
    """`-x` or `+x`."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True)
class Binary(Node):
    """Arithmetic, `||`, a comparison, AND or OR."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Not(Node):
    """NOT x."""

    operand: "Expression"


@dataclass(frozen=True)
class IsNull(Node):
    """x IS NULL."""

    operand: "Expression"


@dataclass(frozen=True)
class IsDistinct(Node):
    """x IS DISTINCT FROM y."""

    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Between(Node):
    """x BETWEEN low AND high."""

    operand: "Expression"
    low: "Expression"
    high: "Expression"


@dataclass(frozen=True)
class InList(Node):
    """x IN (a, b)."""

    operand: "Expression"
    items: tuple["Expression", ...]


@dataclass(frozen=True)
class InQuery(Node):
    """x IN (select ...)."""

    operand: "Expression"
    query: "Query"


@dataclass(frozen=True)
class Like(Node):
    """x LIKE pattern ESCAPE escape."""

    operand: "Expression"
    pattern: "Expression"
    escape: "Expression | None"


@dataclass(frozen=True)
class Exists(Node):
    """EXISTS (select ...)."""

    query: "Query"


@dataclass(frozen=True)
class Quantified(Node):
    """x > ALL (select ...); `quantifier` is ALL or ANY."""

    operator: str
    operand: "Expression"
    quantifier: str
    query: "Query"


@dataclass(frozen=True)
class Subquery(Node):
    """A query that stands for one value."""

    query: "Query"


@dataclass(frozen=True)
class Case(Node):
    """CASE; `operand` is None where each WHEN is a condition."""

    operand: "Expression | None"
    branches: tuple[tuple["Expression", "Expression"], ...]
    default: "Expression | None"


@dataclass(frozen=True)
class TypeName(Node):
    """A type as written: its name, its sizes and types, the names of a row's fields."""

    name: str
    sizes: tuple[int, ...] = ()
    items: tuple["TypeName", ...] = ()
    fields: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Cast(Node):
    """CAST(x AS type), or TRY_CAST."""

    operand: "Expression"
    target: TypeName
    is_safe: bool


@dataclass(frozen=True)
class Extract(Node):
    """EXTRACT(field FROM x)."""

    unit: str
    operand: "Expression"


@dataclass(frozen=True)
class SortItem(Node):
    """One key of an ORDER BY; `nulls_first` is None where it is not said."""

    key: "Expression"
    is_descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True)
class Bound(Node):
    """One end of a frame: UNBOUNDED, CURRENT or a number of rows, PRECEDING or FOLLOWING."""

    kind: str
    direction: str
    value: "Expression | None" = None


@dataclass(frozen=True)
class Frame(Node):
    """ROWS or RANGE or GROUPS between two bounds."""

    unit: str
    start: Bound
    end: Bound | None


@dataclass(frozen=True)
class Window(Node):
    """What stands after OVER; `base` is a window's name."""

    base: str | None
    partition: tuple["Expression", ...]
    order: tuple[SortItem, ...]
    frame: Frame | None


@dataclass(frozen=True)
class Star(Node):
    """The `*` of count(*)."""


@dataclass(frozen=True)
class Call(Node):
    """A function's call with everything that may follow it."""

    name: str
    arguments: tuple["Expression", ...]
    is_distinct: bool = False
    order: tuple[SortItem, ...] = ()
    condition: "Expression | None" = None
    nulls: str | None = None
    window: Window | None = None


@dataclass(frozen=True)
class Array(Node):
    """ARRAY[a, b]."""

    items: tuple["Expression", ...]


@dataclass(frozen=True)
class Row(Node):
    """ROW(a, b), or (a, b)."""

    items: tuple["Expression", ...]


@dataclass(frozen=True)
class Subscript(Node):
    """base[index]."""

    base: "Expression"
    index: "Expression"


@dataclass(frozen=True)
class Lambda(Node):
    """(a, b) -> body."""

    parameters: tuple[str, ...]
    body: "Expression"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class NamedTable(Node):
    """A table by its name: catalog, database and name, as many as are written."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Unnest(Node):
    """UNNEST(a, b) WITH ORDINALITY."""

    items: tuple[Expression, ...]
    with_ordinality: bool


@dataclass(frozen=True)
class DerivedTable(Node):
    """A query in parentheses that stands for a table."""

    query: "Query"
    is_lateral: bool = False


@dataclass(frozen=True)
class Aliased(Node):
    """A relation with a name of its own, and maybe names for its columns."""

    relation: "Relation"
    alias: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Join(Node):
    """Two relations joined; `kind` is CROSS, INNER, LEFT, RIGHT or FULL."""

    kind: str
    left: "Relation"
    right: "Relation"
    condition: Expression | None = None
    using: tuple[str, ...] = ()


Relation = NamedTable | Unnest | DerivedTable | Aliased | Join


@dataclass(frozen=True)
class Item(Node):
    """One expression of a SELECT, with its alias."""

    value: Expression
    alias: str | None
    label: str | None = None


@dataclass(frozen=True)
class AllColumns(Node):
    """`*`, or `base.*`."""

    base: Expression | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group(Node):
    """One element of GROUP BY: `kind` is simple, rollup, cube or sets."""

    kind: str
    sets: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class SelectQuery(Node):
    """SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW."""

    is_distinct: bool
    items: tuple[Item | AllColumns, ...]
    source: Relation | None
    where: Expression | None
    groups: tuple[Group, ...] | None
    is_group_distinct: bool
    having: Expression | None
    windows: tuple[tuple[str, Window], ...]


@dataclass(frozen=True)
class Values(Node):
    """VALUES (1, 'a'), (2, 'b')."""

    rows: tuple[Expression, ...]


@dataclass(frozen=True)
class SetOperation(Node):
    """UNION, INTERSECT or EXCEPT of two queries."""

    operator: str
    is_distinct: bool
    left: "Body"
    right: "Body"


@dataclass(frozen=True)
class Step(Node):
    """One named query of a WITH."""

    name: str
    columns: tuple[str, ...]
    query: "Query"


@dataclass(frozen=True)
class Query(Node):
    """A whole query: its steps, its body, its order and its limits."""

    steps: tuple[Step, ...]
    body: "Body"
    order: tuple[SortItem, ...] = ()
    offset: Expression | None = None
    limit: Expression | None = None
    with_ties: bool = False


Body = SelectQuery | Values | SetOperation | Query | NamedTable
