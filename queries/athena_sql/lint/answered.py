"""The lint's rules for what the translation finds: refused, not answered here, or advice.

Pure.
"""

from collections.abc import Callable, Iterable

from athena_sql.lint.rule import Rule, Script


def find_note(name: str) -> Callable[[Script], Iterable[tuple[str, int]]]:
    """Return a finder of the translation's notes of one kind."""

    def find(script: Script) -> Iterable[tuple[str, int]]:
        notes = script.translation.notes if script.translation else ()
        return [(note.found, note.line) for note in notes if note.name == name]

    return find


def find_nothing(script: Script) -> Iterable[tuple[str, int]]:
    """Find nothing: the translation's refusal is the finding."""
    return ()


REFUSED = Rule(
    name="refused",
    athena="refuses it",
    duckdb="is not asked",
    instead="correct the statement",
    fails="select price + country as x from processed_orders",
    passes="select price + quantity as x from processed_orders",
    find=find_nothing,
)
NOT_ANSWERED = Rule(
    name="not-answered",
    athena="answers it",
    duckdb="answers otherwise, or was not compared",
    instead="write it in another way; functions: orderlake lint --functions",
    fails="select approx_distinct(country) as x from processed_orders",
    passes="select count(distinct country) as x from processed_orders",
    find=find_nothing,
)
RULES = (
    REFUSED,
    NOT_ANSWERED,
    Rule(
        name="number-to-text",
        athena="writes a double as 1.0E7, and every digit of a decimal's scale",
        duckdb="writes them so, too, once it is translated",
        instead="cast to decimal(p, s) first, or use round",
        fails="select cast(1.5e0 as varchar) as x",
        passes="select cast(cast(price as decimal(18, 2)) as varchar) as x from processed_orders",
        find=find_note("number-to-text"),
        is_advice=True,
    ),
    Rule(
        name="text-to-boolean",
        athena="takes t, true, 1, f, false, 0 and fails for any other text",
        duckdb="fails, too, once it is translated",
        instead="write lower(x) = 'true'",
        fails="select cast(status as boolean) as x from processed_orders",
        passes="select lower(status) = 'true' as x from processed_orders",
        find=find_note("text-to-boolean"),
        is_advice=True,
    ),
)
