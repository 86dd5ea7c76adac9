"""The rules by which LocalStack finds who answers an address."""

from typing import Any

from localstack.utils.patch import Patch
from werkzeug.routing import Rule


def write_addresses_on_demand() -> None:
    """Let a rule prepare the writing of its address when the address is to be written.

    A router copies all its rules for each new one, and LocalStack writes no addresses with them. To
    prepare for it took nine tenths of the copying.
    """
    prepare: Any = Rule._compile_builder

    def prepare_on_demand(rule: Rule, append_unknown: bool = True) -> Any:
        def write(self: Rule, *args: Any, **kwargs: Any) -> Any:
            return prepare(self, append_unknown)(self, *args, **kwargs)

        return write

    Patch(Rule, "_compile_builder", prepare_on_demand).apply()
