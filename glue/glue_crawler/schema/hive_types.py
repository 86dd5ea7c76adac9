"""Hive types as the crawler infers them, and the lattice that joins them.

Types form a join-semilattice up to the order of struct fields: `UNKNOWN` (only nulls seen) is
the bottom, `STRING` is the top. It must not know where values come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

INT_MAX = 2**31 - 1
INT_MIN = -(2**31)
BIGINT_MAX = 2**63 - 1
BIGINT_MIN = -(2**63)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts, named as Hive names it."""

    name: str


@dataclass(frozen=True, slots=True)
class Array:
    """`array<element>`; an array that was always empty has an unknown element."""

    element: "HiveType"


@dataclass(frozen=True, slots=True)
class Struct:
    """`struct<name:type,...>`, fields lower-cased, in the order first seen."""

    fields: tuple[tuple[str, "HiveType"], ...]


type HiveType = Scalar | Array | Struct

UNKNOWN = Scalar("unknown")
BOOLEAN = Scalar("boolean")
INT = Scalar("int")
BIGINT = Scalar("bigint")
DOUBLE = Scalar("double")
STRING = Scalar("string")

# A number's rank: a join of two numbers is the wider one.
_NUMBERS = (INT, BIGINT, DOUBLE)


def join(left: HiveType, right: HiveType) -> HiveType:
    """Return the narrowest type that holds every value of both.

    Fields of structs are united in the order first seen. Types with nothing in common meet in
    `STRING`; AWS does not document what it does there, so this is a choice of our own.
    """
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if left in _NUMBERS and right in _NUMBERS:
        return max(left, right, key=_NUMBERS.index)
    if isinstance(left, Array) and isinstance(right, Array):
        return Array(join(left.element, right.element))
    if isinstance(left, Struct) and isinstance(right, Struct):
        return _join_structs(left, right)
    return STRING


def _join_structs(left: Struct, right: Struct) -> Struct:
    fields = dict(left.fields)
    for name, kind in right.fields:
        fields[name] = join(fields[name], kind) if name in fields else kind
    return Struct(tuple(fields.items()))


def infer(value: object) -> HiveType:
    """Return the type of one parsed JSON value.

    A whole number is `int` when it fits 32 bits and `bigint` when it fits 64, as recorded from
    AWS (B02, B03); beyond that it is a `double`, which is a choice of our own.
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return _infer_int(value)
    if isinstance(value, float):
        return DOUBLE
    if isinstance(value, list):
        element: HiveType = UNKNOWN
        for item in value:
            if not fits(item, element):
                element = join(element, infer(item))
        return Array(element)
    if isinstance(value, Mapping):
        return _infer_struct(value)
    return STRING


def _infer_int(value: int) -> Scalar:
    if INT_MIN <= value <= INT_MAX:
        return INT
    return BIGINT if BIGINT_MIN <= value <= BIGINT_MAX else DOUBLE


def _infer_struct(value: Mapping[str, object]) -> Struct:
    fields: dict[str, HiveType] = {}
    for key, item in value.items():
        name = key.lower()
        fields[name] = join(fields.get(name, UNKNOWN), infer(item))
    return Struct(tuple(fields.items()))


def fits(value: object, kind: HiveType) -> bool:
    """Tell whether a parsed JSON value can be stored in a column of this type without loss.

    This is both the fast path of inference (a value that fits teaches nothing) and the property
    that inference must have: every sampled value fits the type inferred from it.
    """
    if value is None or kind == STRING:
        return True
    if isinstance(kind, Array):
        return isinstance(value, list) and all(fits(item, kind.element) for item in value)
    if isinstance(kind, Struct):
        return isinstance(value, Mapping) and _fits_struct(value, kind)
    if isinstance(value, bool):
        return kind == BOOLEAN
    if isinstance(value, int):
        return kind in _NUMBERS and _NUMBERS.index(kind) >= _NUMBERS.index(_infer_int(value))
    return isinstance(value, float) and kind == DOUBLE


def _fits_struct(value: Mapping[str, object], kind: Struct) -> bool:
    fields = dict(kind.fields)
    return all(
        (name := key.lower()) in fields and fits(item, fields[name]) for key, item in value.items()
    )


def render(kind: HiveType) -> str:
    """Return the type as Glue stores it, such as `array<struct<name:string>>`.

    A type that was never seen, and a struct without fields (which Hive cannot spell), become
    `string`; both are choices of our own.
    """
    if isinstance(kind, Array):
        return f"array<{render(kind.element)}>"
    if isinstance(kind, Struct) and kind.fields:
        return f"struct<{','.join(f'{name}:{render(part)}' for name, part in kind.fields)}>"
    return kind.name if isinstance(kind, Scalar) and kind != UNKNOWN else "string"
