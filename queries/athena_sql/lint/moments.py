"""Arithmetic of dates and times, where Trino is stricter or answers an interval.

Pure. The kinds are those of the statement's inferred types.
"""

from sqlglot import exp

from athena_sql.lint.rule import Rule, nodes, typed_nodes
from athena_sql.lint.typed import is_moment, is_number

DATE_UNITS = frozenset(("DAY", "WEEK", "MONTH", "QUARTER", "YEAR"))
UNITS = DATE_UNITS | {"MILLISECOND", "SECOND", "MINUTE", "HOUR"}
FUNCTIONS = (exp.DateAdd, exp.DateDiff, exp.DateTrunc, exp.TimestampTrunc)


def is_date(node: exp.Expr | None) -> bool:
    """Whether an expression is known to be a date."""
    return node is not None and node.type is not None and bool(node.type.is_type("date"))


def moves_by_number(node: exp.Expr) -> bool:
    """Whether a plain number is added to a date or a time."""
    sides = (node.this, node.expression)
    return any(is_moment(side) for side in sides) and any(is_number(side) for side in sides)


def unit_of(node: exp.Expr) -> str:
    """Return the unit of a function or an interval, in capitals."""
    unit = node.args.get("unit")
    return unit.name.upper() if isinstance(unit, exp.Expr) else str(unit or "").upper()


def has_odd_unit(node: exp.Expr) -> bool:
    """Whether a function counts in a unit that Trino does not know, or not for dates."""
    dates = [node.this]
    if isinstance(node, exp.DateDiff):
        dates.append(node.expression)
    return unit_of(node) not in (DATE_UNITS if all(is_date(d) for d in dates) else UNITS)


def adds_hours(node: exp.Expr) -> bool:
    """Whether hours, minutes or seconds are added to a date."""
    sides = (node.this, node.expression)
    return any(is_date(side) for side in sides) and any(
        isinstance(side, exp.Interval) and unit_of(side) not in DATE_UNITS for side in sides
    )


RULES = (
    Rule(
        name="date-plus-number",
        athena="refuses it",
        duckdb="moves the date by days",
        instead="write date_add('day', n, x)",
        fails="select date '2026-01-01' + 1 as x",
        passes="select date_add('day', 1, date '2026-01-01') as x",
        find=typed_nodes(exp.Add, exp.Sub, where=moves_by_number),
    ),
    Rule(
        name="moments-subtracted",
        athena="answers an interval",
        duckdb="answers a number of days, or another interval",
        instead="write date_diff('day', earlier, later)",
        fails="select date '2026-02-01' - date '2026-01-01' as x",
        passes="select date_diff('day', date '2026-01-01', date '2026-02-01') as x",
        find=typed_nodes(
            exp.Sub, where=lambda node: is_moment(node.this) and is_moment(node.expression)
        ),
    ),
    Rule(
        name="hours-of-a-date",
        athena="refuses it",
        duckdb="makes a timestamp of the date",
        instead="cast the date to a timestamp first",
        fails="select date '2026-01-01' + interval '1' hour as x",
        passes="select cast(date '2026-01-01' as timestamp) + interval '1' hour as x",
        find=typed_nodes(exp.Add, exp.Sub, where=adds_hours),
    ),
    Rule(
        name="unit",
        athena="does not know the unit, or not for a date",
        duckdb="does",
        instead="take day, week, month, quarter or year; for times also hour, minute, second",
        fails="select date_trunc('hour', date '2026-01-01') as x",
        passes="select date_trunc('month', date '2026-01-01') as x",
        find=typed_nodes(*FUNCTIONS, where=has_odd_unit),
    ),
    Rule(
        name="interval-multiplied",
        athena="multiplies it",
        duckdb="makes a timestamp of the sum",
        instead="write date_add('day', n, x)",
        fails="select date '2026-01-01' + 2 * interval '1' day as x",
        passes="select date_add('day', 2, date '2026-01-01') as x",
        find=nodes(
            exp.Mul,
            where=lambda n: (
                isinstance(n.this, exp.Interval) or isinstance(n.expression, exp.Interval)
            ),
        ),
    ),
    Rule(
        name="bare-interval",
        athena="writes an interval in its own way",
        duckdb="writes another",
        instead="write date_diff('day', a, b), a number",
        fails="select interval '1' day as x",
        passes="select 1 as x",
        find=nodes(
            exp.Interval,
            where=lambda n: isinstance(n.parent, exp.Select | exp.Alias),
        ),
    ),
    Rule(
        name="sequence-of-dates",
        athena="makes dates, and months of their own length",
        duckdb="makes timestamps, and carries a short month on",
        instead="write date_add('day', n, start) over unnest(sequence(0, k))",
        fails="select sequence(date '2026-01-01', date '2026-01-03', interval '1' day) as x",
        passes="select date_add('day', cast(n as integer), date '2026-01-01') as x "
        "from unnest(sequence(0, 2)) as t(n)",
        find=typed_nodes(
            exp.GenerateSeries,
            where=lambda node: is_moment(node.args.get("start")),
        ),
    ),
)
