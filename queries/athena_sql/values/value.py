"""A translated expression: its Trino type and the DuckDB SQL that computes it, and errors.

Pure. Every value has a known type.
"""

from dataclasses import dataclass

from athena_sql.errors import BadQuery, NotAnswered
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import UNKNOWN, Type, duckdb_type

# What is longer is bound to a name before a macro repeats it.
LONG_SQL = 200


@dataclass(frozen=True, slots=True)
class Value:
    """One expression. `sql` has exactly the DuckDB type that stands for `type`.

    `constant` is the value of a text or an integer that is known now; `may_be_nan` tells whether a
    double can be NaN or infinite; `unit` is an interval's smallest unit; `local_sql` is what the
    clock shows at a time whose zone stands in the data.
    """

    type: Type
    sql: str
    constant: str | int | None = None
    may_be_nan: bool = False
    unit: str = ""
    local_sql: str = ""


NULL = Value(UNKNOWN, "null")


def null_of(kind: Type) -> str:
    """Return a NULL of a type: `cast(null as BIGINT)`."""
    return f"cast(null as {duckdb_type(kind)})"


def text_literal(text: str) -> str:
    """Return a DuckDB literal; a zero byte cannot be in one."""
    return "'" + text.replace("'", "''") + "'"


def fail(message: str, kind: Type) -> str:
    """Return a template of a type that fails with a message, itself SQL; `try` catches it.

    `cast(cast(trino_fail('no such thing') as varchar) as DATE)`
    """
    return f"cast(cast(trino_fail({message}) as varchar) as {escape(duckdb_type(kind))})"


def expand(template: str, *arguments: str) -> str:
    """Return a template with the arguments in place of {0}, {1}, ...

    A long argument that the template repeats is computed once, by a lambda over a list of one:
    `list_transform([long], lambda a0: f(a0, a0))[1]`.
    """
    given = list(arguments)
    bindings: list[tuple[str, str]] = []
    for position, argument in enumerate(arguments):
        if len(argument) > LONG_SQL and template.count(f"{{{position}}}") > 1:
            name = f"b{abs(hash((argument, position))) % 10**8}"
            bindings.append((name, argument))
            given[position] = name
    sql = template.format(*given)
    for name, argument in bindings:
        sql = f"list_transform([{argument}], lambda {name}: {sql})[1]"
    return sql


def escape(sql: str) -> str:
    """Return SQL that is to be a part of a template as it is: `{` becomes `{{`."""
    return sql.replace("{", "{{").replace("}", "}}")


def bad_query(place: Place, message: str, step: str = "correct the statement") -> BadQuery:
    """Return the error that Trino would answer, too."""
    return BadQuery(f"{place}: {message}", step)


def not_answered(place: Place, reason: str, instead: str) -> NotAnswered:
    """Return the error for what cannot be answered exactly here."""
    return NotAnswered("the statement", [f"{place}: {reason}"], instead)


def untyped_null(place: Place) -> NotAnswered:
    """Return the error for a NULL whose type decides about the answer, and is not known."""
    return not_answered(place, "the type of this NULL is not known", "cast it")
