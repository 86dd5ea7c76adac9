"""Import modules without some of what they import, which is loaded when it is first used.

LocalStack imports libraries at its start, or with a service, that few of its users ever call: the
translation of SAM templates takes as long as the rest of CloudFormation.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

Names = Mapping[str, Sequence[str]]  # those that importers take from each module


class DeferredName:
    """Stands for a function, a class or an object of a module that is not loaded yet."""

    def __init__(self, modules: "_Modules", module: str, name: str) -> None:
        self._modules = modules
        self._place = module, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Load the module and call what the name stands for."""
        return self._modules.load(*self._place)(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Load the module and read an attribute of what the name stands for."""
        return getattr(self._modules.load(*self._place), name)

    def __repr__(self) -> str:
        return f"<{'.'.join(self._place)}, not loaded>"


class _Module(ModuleType):
    """Stands for a module. Another name than the deferred ones loads it."""

    def __init__(self, name: str, modules: "_Modules", deferred: Iterable[str]) -> None:
        super().__init__(name)
        self._modules = modules
        self._deferred = {of: DeferredName(modules, name, of) for of in deferred}

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # each import asks for it; only the loaded package has one
            raise AttributeError(name)
        return self._deferred.get(name) or self._modules.load(self.__name__, name)


class _Modules:
    """Modules that are loaded together, and the modules that import from them."""

    def __init__(self, importers: Iterable[str], names: Names) -> None:
        self._importers = tuple(importers)
        self._names = {name: of for name, of in names.items() if name not in sys.modules}
        self._placed = {name: _Module(name, self, of) for name, of in self._names.items()}

    def place(self) -> None:
        sys.modules.update(self._placed)

    def remove(self) -> None:
        for name, placed in self._placed.items():
            if sys.modules.get(name) is placed:
                del sys.modules[name]

    def load(self, module: str, name: str) -> Any:
        """Load all of them, give the importers what they would have, return a name of one."""
        self.remove()
        loaded = {module: import_module(module) for module in self._names}
        for place, placed in self._placed.items():  # who imports from it now finds all names
            vars(placed).update(vars(loaded[place]))
        for importer in self._importers:
            known = vars(sys.modules[importer]) if importer in sys.modules else {}
            for variable, value in list(known.items()):
                if isinstance(value, DeferredName) and value._modules is self:
                    source, attribute = value._place
                    known[variable] = getattr(loaded[source], attribute)
        return getattr(loaded[module], name)


@contextmanager
def deferred_imports(importers: Iterable[str], names: Names) -> Iterator[None]:
    """Within this context, let the importers take these names without loading their modules.

    A module that is loaded already stays as it is.
    """
    modules = _Modules(importers, names)
    modules.place()
    try:
        yield
    finally:
        modules.remove()
