"""Signatures of functions: the types of a call's arguments and of its result.

Pure. A signature is written like Trino's, `varchar(x), bigint -> varchar(x)`: a capital
letter is any type, the same wherever it stands; `...` repeats the last argument.
"""

import ast
import functools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from athena_sql.typing.coercion import common_type, is_coercible
from athena_sql.typing.types import UNKNOWN, Type, array, decimal, row, varchar

OPERATORS: dict[type[ast.operator], Callable[..., int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
FUNCTIONS: dict[str, Callable[..., int]] = {"min": min, "max": max}


@dataclass(frozen=True, slots=True)
class TypePattern:
    """One argument's type: a name, `items` for an array, a map or a row.

    A `name` of one capital is a variable.
    """

    name: str
    size: str = ""
    items: tuple["TypePattern", ...] = ()

    @property
    def is_variable(self) -> bool:
        """Whether it stands for any type."""
        return len(self.name) == 1 and self.name.isupper()


@dataclass
class Binding:
    """What the variables of a signature stand for in one call."""

    types: dict[str, Type] = field(default_factory=dict)
    sizes: dict[str, int | None] = field(default_factory=dict)


def read_pattern(text: str) -> TypePattern:
    """Return the pattern of `array(T)`, `varchar(x)`, `decimal(p,s)` or `bigint`."""
    found = re.fullmatch(r"([A-Za-z ]+?)(?:\((.*)\))?", text.strip())
    if not found:
        raise ValueError(f"not a type: {text}")
    name, inside = found[1], found[2] or ""
    if name in ("array", "map", "row"):
        return TypePattern(name, items=tuple(map(read_pattern, split_types(inside))))
    return TypePattern(name, inside)


def split_types(text: str) -> list[str]:
    """Return the types between commas that are in no parentheses."""
    return [part.strip() for part in re.findall(r"(?:[^,(]|\((?:[^()]|\([^()]*\))*\))+", text)]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a form of a function takes and gives."""

    parameters: tuple[TypePattern, ...]
    result: TypePattern
    is_variadic: bool
    text: str

    def bind(self, given: Sequence[Type], is_exact: bool) -> Binding | None:
        """Return what the variables are for these arguments, or None where they do not fit."""
        patterns = list(self.parameters)
        if self.is_variadic and patterns:
            patterns += [patterns[-1]] * (len(given) - len(patterns))
        if len(patterns) != len(given):
            return None
        binding = Binding()
        for pattern, kind in zip(patterns, given, strict=True):
            if not bind_one(pattern, kind, binding, is_exact):
                return None
        return binding

    def parameter_types(self, binding: Binding, count: int) -> list[Type]:
        """Return the types that the arguments have to become."""
        patterns = list(self.parameters)
        patterns += patterns[-1:] * (count - len(patterns))
        return [concrete(pattern, binding) for pattern in patterns]


def read_signature(text: str) -> Signature:
    """Return the signature of `varchar(x), bigint -> varchar(x)`."""
    before, _, after = text.partition("->")
    is_variadic = before.strip().endswith("...")
    parts = split_types(before.replace("...", ""))
    return Signature(
        tuple(map(read_pattern, parts)), read_pattern(after), is_variadic, before.strip()
    )


def bind_one(pattern: TypePattern, kind: Type, binding: Binding, is_exact: bool) -> bool:
    """Whether an argument fits; what it tells of the variables is noted."""
    if pattern.is_variable:
        known = binding.types.get(pattern.name, UNKNOWN)
        common = common_type(known, kind)
        if common is None or (is_exact and UNKNOWN not in (known, kind) and known != kind):
            return False
        binding.types[pattern.name] = common
        return True
    if kind == UNKNOWN:
        binding.sizes.setdefault(pattern.size, 0)
        return True
    if pattern.items:
        return (
            kind.name == pattern.name
            and len(kind.items) == len(pattern.items)
            and all(
                bind_one(one, other, binding, is_exact)
                for one, other in zip(pattern.items, kind.items, strict=True)
            )
        )
    if pattern.name == "varchar" and kind.name == "varchar":
        if pattern.size.isdigit():
            return kind.size is not None and kind.size <= int(pattern.size)
        binding.sizes[pattern.size] = kind.size
        return True
    if pattern.name == "decimal":
        return bind_decimal(kind, binding, is_exact)
    if pattern.name == kind.name:
        binding.sizes[pattern.size] = kind.size
        return True
    if pattern.name == "timestamp" and kind.name == "date" and not is_exact:
        binding.sizes[pattern.size] = 0
        return True
    return not is_exact and is_coercible(kind, Type(pattern.name))


def bind_decimal(kind: Type, binding: Binding, is_exact: bool) -> bool:
    """Whether an argument is a decimal, or may become one."""
    sizes = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
    if kind.name == "decimal":
        binding.sizes |= {"p": kind.size, "s": kind.scale}
        return True
    if not is_exact and kind.name in sizes:
        binding.sizes |= {"p": sizes[kind.name], "s": 0}
        return True
    return False


def concrete(pattern: TypePattern, binding: Binding) -> Type:
    """Return the type that a pattern stands for, its sizes worked out."""
    if pattern.is_variable:
        return binding.types.get(pattern.name, UNKNOWN)
    match pattern.name:
        case "array":
            return array(concrete(pattern.items[0], binding))
        case "row":
            return row([concrete(item, binding) for item in pattern.items])
        case "map":
            return Type("map", items=tuple(concrete(item, binding) for item in pattern.items))
        case "varchar":
            return varchar(evaluate(pattern.size, binding.sizes))
        case "decimal":
            precision, scale = (
                evaluate(part, binding.sizes) for part in pattern.size.rsplit(",", 1)
            )
            return decimal(precision or 0, scale or 0)
        case "timestamp":
            return Type("timestamp", evaluate(pattern.size, binding.sizes))
        case _:
            return Type(pattern.name)


def evaluate(text: str, sizes: Mapping[str, int | None]) -> int | None:
    """Return a size such as `x + z * (x + 1)`; None if a text in it has no length."""
    return size_of(read_formula(text), sizes) if text else None


@functools.cache
def read_formula(text: str) -> ast.expr:
    """Return the tree of a size's formula, which Python's own parser reads."""
    return ast.parse(text.strip(), mode="eval").body


def size_of(formula: ast.expr, sizes: Mapping[str, int | None]) -> int | None:
    """Return what a formula of numbers, sizes, `+ - *`, `min` and `max` comes to."""
    match formula:
        case ast.Constant(value=int(number)):
            return number
        case ast.Name(id=name):
            return sizes.get(name)
        case ast.BinOp(left=left, op=sign, right=right):
            function, parts = OPERATORS[type(sign)], [left, right]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            function, parts = FUNCTIONS[name], arguments
        case _:
            raise ValueError(f"not a formula of sizes: {ast.unparse(formula)}")
    known = [size for part in parts if (size := size_of(part, sizes)) is not None]
    return function(*known) if len(known) == len(parts) else None
