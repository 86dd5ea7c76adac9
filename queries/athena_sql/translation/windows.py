"""Functions over windows.

Pure.
"""

import re
from collections.abc import Sequence

from athena_sql.functions.catalogue import AGGREGATE_NAMES, WINDOW_NAMES
from athena_sql.syntax import nodes
from athena_sql.translation.aggregation import (
    aggregate_call,
    ordered_key,
    sort_sql,
)
from athena_sql.translation.calls import call, find_function, unknown_function
from athena_sql.translation.clause import Clause
from athena_sql.typing.types import is_integer
from athena_sql.values.value import Value, bad_query, not_answered

RANKS = ("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead")


def window_call(source: Clause, node: nodes.Call) -> Value:
    """Return `f(x) over (...)`."""
    if source.clause is not None:
        raise bad_query(
            node.place,
            f"{source.clause} cannot contain aggregations, window functions or grouping "
            f"operations: [{node.name}]",
            "compute it in a step before",
        )
    if node.window is None:
        raise bad_query(node.place, "a window is missing")
    check_arguments(node)
    window = full_window(source, node.window)
    over = f" over ({window_sql(source, window)})"
    if node.name in AGGREGATE_NAMES:
        check_aggregate(node)
        return aggregate_call(source, node, over)
    check_window_function(node, window)
    given = [source.value(argument) for argument in node.arguments]
    nulls = " ignore nulls" if node.nulls == "IGNORE" else ""
    return call(find_function(node.name, node.place), given, node.place, tail=over, nulls=nulls)


def check_arguments(node: nodes.Call) -> None:
    """Raise what Athena says about DISTINCT, FILTER and ORDER BY in a call over a window."""
    if node.is_distinct:
        raise bad_query(
            node.place, f"DISTINCT in window function parameters not yet supported: {node.name}"
        )
    if node.condition:
        told = "FILTER is not yet supported for window functions"
        raise bad_query(node.place, told, "write sum(if(condition, x)) over (...)")
    if node.order:
        raise bad_query(
            node.place, "Window function with ORDER BY is not supported", "leave it out"
        )


def check_aggregate(node: nodes.Call) -> None:
    """Raise what Athena says about an aggregate that cannot be computed over a window so."""
    if node.nulls == "IGNORE":
        raise bad_query(
            node.place, f"Cannot specify null treatment clause for {node.name} function"
        )
    if node.name == "listagg":
        raise bad_query(node.place, "Window function with ORDER BY is not supported")


def check_window_function(node: nodes.Call, window: nodes.Window) -> None:
    """Raise BadQuery for a call that Athena refuses, NotAnswered for one without a sure answer."""
    if node.name not in WINDOW_NAMES:
        if node.name in ("approx_distinct", "approx_percentile"):
            raise unknown_function(node.name, node.place)
        raise bad_query(node.place, f"Not a window function: {node.name}", "leave out over (...)")
    if window.frame and node.name in RANKS:
        raise bad_query(
            node.place, f"Cannot specify window frame for {node.name} function", "leave it out"
        )
    if node.nulls == "IGNORE" and node.name in RANKS and node.name not in ("lag", "lead"):
        raise bad_query(
            node.place, f"Cannot specify null treatment clause for {node.name} function"
        )
    if not window.order and node.name in ("lag", "lead", "ntile"):
        raise not_answered(
            node.place, f"{node.name}() without an order", "add order by to the window"
        )


def full_window(source: Clause, window: nodes.Window) -> nodes.Window:
    """Return a window with what the named one that it builds on says."""
    if window.base is None:
        return window
    base = source.windows.get(window.base)
    if base is None:
        raise bad_query(window.place, f"Cannot resolve WINDOW name {window.base}")
    base = full_window(source, base)
    return nodes.Window(
        None,
        window.partition or base.partition,
        window.order or base.order,
        window.frame or base.frame,
        place=window.place,
    )


def window_sql(source: Clause, window: nodes.Window) -> str:
    """Return `partition by a order by b asc nulls last rows between ...`."""
    pieces = []
    if window.partition:
        keys = ", ".join(source.value(key).sql for key in window.partition)
        pieces.append(f"partition by {keys}")
    if window.order:
        keys = ", ".join(
            sort_sql(ordered_key(source.value(item.key), item), item) for item in window.order
        )
        pieces.append(f"order by {keys}")
    if window.frame:
        pieces.append(frame_sql(source, window.frame, window.order))
    return " ".join(pieces)


def frame_sql(source: Clause, frame: nodes.Frame, order: Sequence[nodes.SortItem]) -> str:
    """Return `rows between 1 preceding and current row`."""
    start, end = frame.start, frame.end or nodes.Bound("CURRENT", "ROW", place=frame.place)
    if start.kind == "UNBOUNDED" and start.direction == "FOLLOWING":
        raise bad_query(frame.place, "Window frame start cannot be UNBOUNDED FOLLOWING")
    if end.kind == "UNBOUNDED" and end.direction == "PRECEDING":
        raise bad_query(frame.place, "Window frame end cannot be UNBOUNDED PRECEDING")
    if start.kind == "CURRENT" and end.kind == "VALUE" and end.direction == "PRECEDING":
        raise bad_query(
            frame.place, "Window frame starting from CURRENT ROW cannot end with PRECEDING"
        )
    if start.direction == "FOLLOWING" and (end.kind == "CURRENT" or end.direction == "PRECEDING"):
        raise bad_query(frame.place, "Window frame starting from FOLLOWING cannot end before it")
    bounds = " and ".join(bound_sql(source, bound, frame, order) for bound in (start, end))
    return f"{frame.unit.lower()} between {bounds}"


def bound_sql(
    source: Clause, bound: nodes.Bound, frame: nodes.Frame, order: Sequence[nodes.SortItem]
) -> str:
    """Return one bound."""
    if bound.kind == "CURRENT":
        return "current row"
    if bound.value is None:
        return f"unbounded {bound.direction.lower()}"
    value = source.value(bound.value)
    if frame.unit == "RANGE":
        return range_bound(source, bound, value, order)
    if not is_integer(value.type):
        raise bad_query(bound.place, f"Window frame offset must be an integer, not {value.type}")
    if isinstance(value.constant, int) and value.constant < 0:
        raise bad_query(bound.place, "Window frame offset value must not be negative or null")
    return f"{value.sql} {bound.direction.lower()}"


def is_whole_interval(value: Value) -> bool:
    """Whether a value is an interval that is written out as `to_days(3)`, not below zero."""
    return re.fullmatch(r"to_(days|months|years)\(\d+\)", value.sql) is not None


def range_bound(
    source: Clause, bound: nodes.Bound, value: Value, order: Sequence[nodes.SortItem]
) -> str:
    """Return a bound by a value: a number written out, beside one number as the sort key."""
    if len(order) != 1:
        raise bad_query(
            bound.place, "Window frame of type RANGE PRECEDING or FOLLOWING requires one sort item"
        )
    kind = source.value(order[0].key).type
    if is_whole_interval(value) and (kind.name, value.unit) in (
        ("date", "DAY"),
        ("date", "MONTH"),
        ("date", "YEAR"),
    ):
        return f"{value.sql} {bound.direction.lower()}"
    is_plain = isinstance(value.constant, int) and value.constant >= 0
    if not is_plain or not (is_integer(kind) or kind.name == "double"):
        raise not_answered(
            bound.place, "this range is not answered here", "write rows, or a whole number"
        )
    return f"{value.constant} {bound.direction.lower()}"
