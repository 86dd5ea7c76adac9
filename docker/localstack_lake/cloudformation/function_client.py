"""The Lambda client that LocalStack's CloudFormation provider of functions needs.

It adds the disk that the provider forgets, leaves calls out that would change nothing, and waits
in steps of a twentieth of a second instead of whole ones. Everything else goes to the client.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import WaiterError

type Model = dict[str, Any]
type Wait = Callable[[str], None]

# By default a waiter asks once per second; a deployment waits three times.
_STEP = {"Delay": 0.05, "MaxAttempts": 6000}
# What decides a function's code; all else is its configuration, or not the provider's to set.
_CODE = ("Code", "Architectures")
_NOT_CONFIGURATION = (*_CODE, "Tags", "ReservedConcurrentExecutions", "Arn", "SnapStartResponse")


class FunctionClient:
    """A Lambda client that changes one function from `previous` (empty: new) to `model`.

    `wait(arn)` returns when a new function is likely to be ready.
    """

    def __init__(self, client: Any, model: Model, previous: Model, wait: Wait) -> None:
        self._client = client
        self._model = model
        self._previous = previous
        self._wait = wait

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_function(self, **arguments: Any) -> Any:
        """Create it with its disk, and return once it is ready (or failed)."""
        created = self._client.create_function(**arguments, EphemeralStorage=disk(self._model))
        self._wait(created["FunctionArn"])
        # Of one that failed, the provider reads the reason itself.
        with suppress(WaiterError):
            self.get_waiter("function_active_v2").wait(FunctionName=arguments["FunctionName"])
        return created

    def update_function_code(self, **arguments: Any) -> Any:
        """Update the code where the template names other code."""
        if any(self._model.get(name) != self._previous.get(name) for name in _CODE):
            return self._client.update_function_code(**arguments)
        return {}

    def update_function_configuration(self, **arguments: Any) -> Any:
        """Update the configuration, disk included, where the template's differs."""
        if _configuration(self._model) != _configuration(self._previous):
            arguments |= {"EphemeralStorage": disk(self._model)}
            return self._client.update_function_configuration(**arguments)
        return {}

    def get_waiter(self, name: str) -> "_ShortSteps":
        """Return the waiter of that name, with short steps."""
        return _ShortSteps(self._client.get_waiter(name))


class FunctionClients:
    """A factory of clients whose Lambda client is a FunctionClient."""

    def __init__(self, clients: Any, model: Model, previous: Model, wait: Wait) -> None:
        self._clients = clients
        self.lambda_ = FunctionClient(clients.lambda_, model, previous, wait)

    def __getattr__(self, service: str) -> Any:
        return getattr(self._clients, service)


class _ShortSteps:
    def __init__(self, waiter: Any) -> None:
        self._waiter = waiter

    def wait(self, **arguments: Any) -> None:
        """Wait as the waiter does, in short steps."""
        self._waiter.wait(**arguments, WaiterConfig=_STEP)


def disk(model: Model) -> dict[str, int]:
    """A function's disk in MB as the API takes it; 512 is AWS's default."""
    return {"Size": int((model.get("EphemeralStorage") or {"Size": 512})["Size"])}


def _configuration(model: Model) -> Model:
    rest = {k: v for k, v in model.items() if k not in _NOT_CONFIGURATION}
    return rest | {"EphemeralStorage": disk(model)}
