"""A function's entry: its forms, each with its types and the DuckDB SQL that computes it.

Pure. The entries themselves are in the modules beside this one; `catalogue` has them all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from athena_sql.functions.signature import Signature, read_signature
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type
from athena_sql.values.value import Value

# SQL with {0}, {1} for the arguments, or what makes SQL of them, of the result's type and of the
# call's place. For an aggregate or a window function, both have {0}, {1}, and {distinct}, {order}
# and {tail} (FILTER, OVER) where DuckDB wants them.
type Template = str | Callable[[Sequence[Value], Type, Place], str]
# What makes the value of a call by itself, of the name, the arguments and the place.
type Special = Callable[[str, Sequence[Value], Place], Value]


@dataclass(frozen=True, slots=True)
class Form:
    """One signature of a function and its DuckDB SQL.

    `orders` are the positions of the arguments that are put in order, which NaN does not have;
    `makes_nan` forms may return NaN for plain numbers.
    """

    signature: Signature
    template: Template
    makes_nan: bool = False
    orders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is answered as Trino does."""

    name: str
    kind: str
    forms: tuple[Form, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A function of Trino that is not answered here, and what to write instead."""

    name: str
    reason: str
    instead: str


@dataclass
class Family:
    """Collects the functions of one module."""

    kind: str
    forms: dict[str, list[Form]] = field(default_factory=dict)

    def add(
        self,
        names: str,
        signature: str,
        template: Template,
        *,
        makes_nan: bool = False,
        orders: tuple[int, ...] = (),
    ) -> None:
        """Add a form to each of the functions named."""
        for name in names.split():
            form = Form(read_signature(signature), template, makes_nan, orders)
            self.forms.setdefault(name, []).append(form)

    def functions(self) -> Iterable[Function]:
        """Yield the functions."""
        for name, forms in self.forms.items():
            yield Function(name, self.kind, tuple(forms))
