"""Which types Trino converts without a cast, and the common type of two values.

Pure. Source: `TypeCoercion` of Trino. Text never becomes a number, a date or a condition.
"""

from collections.abc import Iterable

from athena_sql.typing.types import (
    DOUBLE,
    REAL,
    UNKNOWN,
    Type,
    decimal,
    digits_of,
    is_floating,
    is_integer,
    is_number,
    row,
)

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
MOMENTS = ("date", "timestamp", "timestamp with time zone")


def common_type(left: Type, right: Type) -> Type | None:
    """Return the type that both values become in a comparison or a choice, or None."""
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if is_number(left) and is_number(right):
        return common_number(left, right)
    if left.name == right.name == "varchar":
        sizes = (left.size, right.size)
        return Type("varchar", None if None in sizes else max(size or 0 for size in sizes))
    if left.name in MOMENTS and right.name in MOMENTS:
        return common_moment(left, right)
    if left.name == right.name and len(left.items) == len(right.items) and left.items:
        return common_nested(left, right)
    return None


def common_moment(left: Type, right: Type) -> Type:
    """Return the date or time that holds both; a time without a zone is one of UTC."""
    later = max(left, right, key=lambda kind: MOMENTS.index(kind.name))
    digits = max(left.size or 0, right.size or 0)
    if later.name != "timestamp with time zone":
        return Type(later.name, digits)
    zones = {kind.names[0] if kind.names else "UTC" for kind in (left, right)}
    return Type(later.name, digits, names=(zones.pop() if len(zones) == 1 else None,))


def common_number(left: Type, right: Type) -> Type:
    """Return the number's type that holds both."""
    if is_floating(left) or is_floating(right):
        return DOUBLE if "double" in (left.name, right.name) else REAL
    if is_integer(left) and is_integer(right):
        return max(left, right, key=lambda kind: INTEGERS.index(kind.name))
    (p1, s1), (p2, s2) = digits_of(left), digits_of(right)
    scale = max(s1, s2)
    return decimal(max(p1 - s1, p2 - s2) + scale, scale)


def common_nested(left: Type, right: Type) -> Type | None:
    """Return the array, map or row in whose parts both meet."""
    items = [common_type(one, other) for one, other in zip(left.items, right.items, strict=True)]
    found = [item for item in items if item is not None]
    if len(found) != len(items):
        return None
    if left.name != "row":
        return Type(left.name, items=tuple(found))
    names = [
        one if one == other else None for one, other in zip(left.names, right.names, strict=True)
    ]
    return row(found, names)


def common_of(kinds: Iterable[Type]) -> Type | None:
    """Return the type in which all meet, or None."""
    found: Type | None = UNKNOWN
    for kind in kinds:
        found = common_type(found, kind) if found is not None else None
    return found


def is_coercible(source: Type, target: Type) -> bool:
    """Whether Trino turns a value of one type into the other by itself."""
    return common_type(source, target) == target


def arithmetic_type(operator: str, left: Type, right: Type) -> Type | None:
    """Return the type of `+ - * / %` over numbers, or None unless both sides are numbers.

    Source: Trino's documentation, "Decimal functions and operators". A scale above 38 is an error
    that the caller tells.
    """
    common = common_type(left, right)
    if common is None or not is_number(common) or common.name != "decimal":
        return common if common is not None and is_number(common) else None
    (p1, s1), (p2, s2) = digits_of(left), digits_of(right)
    scale = max(s1, s2)
    match operator:
        case "*":
            return decimal(p1 + p2, s1 + s2)
        case "/":
            return decimal(p1 + s2 + max(s2 - s1, 0), scale)
        case "%":
            return decimal(min(p1 - s1, p2 - s2) + scale, scale)
        case _:
            return decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)
