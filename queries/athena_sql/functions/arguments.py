"""Checks of the arguments of a call, with the errors that Trino gives for them.

Pure.
"""

from collections.abc import Callable, Sequence

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import UNKNOWN, Type, varchar
from athena_sql.values import zones
from athena_sql.values.value import Value, bad_query, not_answered


def unexpected(name: str, given: Sequence[Value], place: Place, expected: str) -> Exception:
    """Return Trino's error for arguments of other types than a function takes."""
    kinds = ", ".join(str(value.type) for value in given)
    return bad_query(
        place,
        f"Unexpected parameters ({kinds}) for function {name}. Expected: {expected}",
        "cast the arguments, or give others",
    )


def ambiguous(place: Place) -> Exception:
    """Return Trino's error for a NULL that fits several forms of a function."""
    told = "Could not choose a best candidate operator. Explicit type casts must be added."
    return bad_query(place, told, "cast the NULL")


def expect(
    name: str, given: Sequence[Value], place: Place, expected: str, *wanted: Callable[[Type], bool]
) -> None:
    """Raise BadQuery where the arguments are not of the types wanted."""
    if len(given) != len(wanted) or not all(
        value.type == UNKNOWN or test(value.type) for value, test in zip(given, wanted, strict=True)
    ):
        raise unexpected(name, given, place, expected)
    if any(value.type == UNKNOWN for value in given) and not name.startswith("regexp"):
        raise ambiguous(place)


def is_text(kind: Type) -> bool:
    """Whether a type is a varchar."""
    return kind.name == "varchar"


def is_moment(kind: Type) -> bool:
    """Whether a type is a date or a timestamp."""
    return kind.name in ("date", "timestamp", zones.NAME)


def known_text(value: Value, place: Place, what: str) -> str:
    """Return a text that is known now; raises NotPortable for one of the data."""
    if not isinstance(value.constant, str):
        raise not_answered(
            place, f"{what} that is not written out is not answered here", "write it out"
        )
    return value.constant


def result_text(value: Value) -> Type:
    """Return the type of a part of a text: a varchar of its length."""
    return varchar(value.type.size) if is_text(value.type) else varchar(0)
