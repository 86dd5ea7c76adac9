"""What every node of a statement's tree is. Pure."""

from typing import Any, ClassVar, Self, dataclass_transform

from athena_sql.syntax.tokens import Place


def field[T](*, default: T, kw_only: bool) -> T:
    """Return a field's default; type checkers read the rest."""
    return default


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class _Annotated:
    """Tells type checkers that a class has as fields what it annotates."""


class Node(_Annotated):
    """Anything in the tree: a value with the fields that its class annotates, in their order.

    It is what a frozen dataclass would be, without its place for equality. Python compiles the
    methods of each dataclass by itself, which for all kinds of nodes took 20 ms of every command.
    """

    place: Place = field(default=Place(), kw_only=True)
    field_names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Note the names of a kind's fields."""
        cls.field_names = (*cls.field_names, *cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.field_names
        given = dict(zip(names, values, strict=False)) | named
        is_whole = all(name in given or hasattr(self, name) for name in names)
        is_known = given.keys() <= {*names, "place"} and len(given) == len(values) + len(named)
        if not (is_whole and is_known):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(names)}")
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a node cannot change")

    def __replace__(self, **changes: Any) -> Self:
        """Return a copy with other values, for `copy.replace`."""
        return type(self)(**{**vars(self), **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in self.field_names)
        return f"{type(self).__name__}({', '.join(told)})"

    def _key(self) -> tuple[Any, ...]:
        return type(self), *self.values()

    def values(self) -> list[Any]:
        """Return the values of its fields, without its place."""
        return [getattr(self, name) for name in self.field_names]
