"""Calls of functions: which form of the table fits the arguments, and the SQL it gives.

Pure.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from athena_sql.functions.arguments import ambiguous, unexpected
from athena_sql.functions.catalogue import FUNCTIONS, REFUSED
from athena_sql.functions.moments import OF_LOCAL_TIME
from athena_sql.functions.signature import Binding, concrete
from athena_sql.functions.table import Form, Function
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import UNKNOWN, Type, holds_floating
from athena_sql.values import zones
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, expand, not_answered

# What takes a real as it is; Trino has forms of their own for reals, which are not answered here.
# Where Trino has a form for bytes or arrays, too, a NULL without a type fits both.
AMBIGUOUS = frozenset(
    (("reverse", 0), ("substr", 0), ("concat_ws", 1), ("truncate", 0), ("sum", 0), ("avg", 0))
)
# Forms that Trino has and the table has not, by the number of arguments.
OTHER_FORMS = frozenset(
    (
        *((name, 3) for name in ("max_by", "min_by", "strpos")),
        *((name, 2) for name in ("truncate", "array_sort", "array_max", "sequence")),
        *((name, 3) for name in ("array_position", "regexp_replace", "sequence")),
        *(("map", 0), ("width_bucket", 2), ("log", 1)),
    )
)
TAKES_REAL = ("count", "coalesce", "array_agg", "arbitrary", "any_value", "min", "max")


def call(
    function: Function,
    given: Sequence[Value],
    place: Place,
    distinct: str = "",
    order: str = "",
    tail: str = "",
    nulls: str = "",
) -> Value:
    """Return a call's value; `tail` is what DuckDB wants after an aggregate: FILTER and OVER."""
    if function.name in OF_LOCAL_TIME:
        given = [zones.shown_time(value, place) for value in given]
    if function.name == "to_unixtime":
        given = [zones.moment_in_utc(value) for value in given]
    form, binding = choose_form(function, given, place)
    result = concrete(form.signature.result, binding)
    if result.name == "decimal" and result.scale > (result.size or 0):
        raise bad_query(
            place, f"DECIMAL scale must be in range [0, precision (38)]: {result.scale}"
        )
    if UNKNOWN in (result, *result.items):
        raise not_answered(
            place, f"the type of this NULL is not known to {function.name}", "cast it"
        )
    kinds = form.signature.parameter_types(binding, len(given))
    values = [coerce(value, kind) for value, kind in zip(given, kinds, strict=True)]
    values = [
        ordered(value, place) if position in positions(form, len(values)) else value
        for position, value in enumerate(values)
    ]
    if function.name in ("greatest", "least", "min", "max") and values[0].type.name == "array":
        raise not_answered(place, "arrays are not put in order here", "use their elements")
    if function.name.startswith(("stddev", "var")) and any(value.may_be_nan for value in values):
        raise not_answered(
            place, f"{function.name}() of what may be NaN", "filter with is_finite(x)"
        )
    may_be_nan = holds_floating(result) and (
        form.makes_nan or any(value.may_be_nan for value in values)
    )
    template = form.template(values, result, place) if callable(form.template) else form.template
    arguments = [value.sql for value in values]
    if function.kind != "scalar":
        sql = template.format(*arguments, distinct=distinct, order=order, tail=tail, nulls=nulls)
    else:
        sql = template if callable(form.template) else expand(template, *arguments)
    return Value(result, sql, may_be_nan=may_be_nan)


def positions(form: Form, count: int) -> Sequence[int]:
    """Return which arguments are put in order; the last one stands for all that repeat it."""
    return range(count) if form.signature.is_variadic and form.orders else form.orders


def ordered(value: Value, place: Place) -> Value:
    """Return a value that can be put in order; raises NotPortable for rows and the like."""
    kind = value.type
    if kind.name in ("row", "map", "json") or (kind.name == "array" and kind.element.items):
        raise not_answered(
            place, f"values of type {kind} are not put in order here", "use their parts"
        )
    return value


def choose_form(function: Function, given: Sequence[Value], place: Place) -> tuple[Form, Binding]:
    """Return the form that fits best; raises BadQuery in Trino's words where none does."""
    kinds = [value.type for value in given]
    if any(kind.name == "real" for kind in kinds) and function.name not in TAKES_REAL:
        raise not_answered(
            place, f"{function.name}() of a real is not answered here", "cast it to double"
        )
    if any(
        (function.name, position) in AMBIGUOUS
        for position, kind in enumerate(kinds)
        if kind == UNKNOWN
    ):
        raise ambiguous(place)
    for is_exact in (True, False):
        fitting = [
            (form, binding)
            for form in function.forms
            if (binding := form.signature.bind(kinds, is_exact)) is not None
        ]
        if fitting and UNKNOWN in kinds:
            refuse_ambiguous(function, fitting, kinds, place)
        if fitting:
            return fitting[0]
    if (function.name, len(given)) in OTHER_FORMS:
        told = f"{function.name}() of {len(given)} arguments is not answered here"
        raise not_answered(place, told, "write it in another way")
    forms = ", ".join(f"{function.name}({form.signature.text})" for form in function.forms)
    raise unexpected(function.name, given, place, forms)


def refuse_ambiguous(
    function: Function,
    fitting: Sequence[tuple[Form, Binding]],
    kinds: Sequence[Type],
    place: Place,
) -> None:
    """Raise BadQuery where a NULL without a type leaves several forms to choose from."""
    results = {concrete(form.signature.result, binding) for form, binding in fitting}
    if len({kind.name for kind in results}) > 1:
        raise ambiguous(place)


def find_function(name: str, place: Place) -> Function:
    """Return a function's entry; raises NotPortable or BadQuery for one without."""
    if function := FUNCTIONS.get(name):
        return function
    raise unknown_function(name, place)


def unknown_function(name: str, place: Place) -> Exception:
    """Return the error for a function that is not answered here, or that Athena lacks."""
    if refusal := REFUSED.get(name):
        return not_answered(
            place, f"{name}() is not answered here: {refusal.reason}", refusal.instead
        )
    similar = get_close_matches(name, [*FUNCTIONS], n=1)
    hint = (
        f"did you mean {similar[0]}()?"
        if similar
        else "for those that are: orderlake lint --functions"
    )
    return not_answered(place, f"{name}() is not among the functions that were compared", hint)
