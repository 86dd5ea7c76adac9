"""All functions by name: the supported ones, and the refused ones with the reason.

Pure. Adding a function is adding its entry to a family; the page of functions in docs/ is made
from here.
"""

from athena_sql.functions.aggregates import AGGREGATES, WINDOWS
from athena_sql.functions.arrays import ARRAYS
from athena_sql.functions.bytes import BYTES
from athena_sql.functions.maps import MAP_AGGREGATES, MAPS
from athena_sql.functions.moments import MOMENTS
from athena_sql.functions.numbers import NUMBERS
from athena_sql.functions.refusals import REFUSALS
from athena_sql.functions.special import SPECIAL
from athena_sql.functions.table import Function, Refusal
from athena_sql.functions.texts import TEXTS

FAMILIES = (TEXTS, BYTES, NUMBERS, MOMENTS, ARRAYS, MAPS, AGGREGATES, MAP_AGGREGATES, WINDOWS)


def merge_families() -> dict[str, Function]:
    """Return the functions by name; one of two families has the forms of both."""
    found: dict[str, Function] = {}
    for family in FAMILIES:
        for function in family.functions():
            known = found.get(function.name)
            forms = (*(known.forms if known else ()), *function.forms)
            found[function.name] = Function(function.name, function.kind, forms)
    return found


FUNCTIONS = merge_families()
# What the translation of expressions knows itself.
FORMS = frozenset(
    (
        "coalesce",
        "nullif",
        "if",
        "try",
        "grouping",
        "mod",
        "typeof",
        "reduce",
        "transform",
        "filter",
        "any_match",
        "all_match",
        "none_match",
        "now",
        "current_timestamp",
        "localtimestamp",
        "from_unixtime",
        "from_iso8601_timestamp",
        "at_timezone",
        "with_timezone",
        "to_iso8601",
        "map_filter",
        "zip_with",
        "transform_keys",
        "transform_values",
    )
)
ANSWERED = (
    frozenset(FUNCTIONS) | frozenset(SPECIAL) | FORMS | {"cast", "try_cast", "extract", "unnest"}
)
REFUSED: dict[str, Refusal] = {refusal.name: refusal for refusal in REFUSALS}
AGGREGATE_NAMES = frozenset(name for name, one in FUNCTIONS.items() if one.kind == "aggregate")
WINDOW_NAMES = frozenset(name for name, one in FUNCTIONS.items() if one.kind == "window")
