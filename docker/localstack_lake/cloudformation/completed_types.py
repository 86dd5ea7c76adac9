"""Complete LocalStack's CloudFormation types with the properties and updates that it leaves out.

Its own providers skip a bucket's lifecycle, a log group's retention, a function's disk and most
updates, and report success. Each is wrapped here in a provider that does the rest through the
public API, so that a deployed stack is what its template says. Types that LocalStack lacks
altogether are in the modules *_types.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
)
from localstack.utils.patch import Patch

from localstack_lake.cloudformation import property_gaps
from localstack_lake.cloudformation.function_client import FunctionClients
from localstack_lake.cloudformation.resource_model import Event, Model, Request


@dataclass(frozen=True, slots=True)
class Completion:
    """How a type is completed.

    `apply(clients, model, previous)` sets the properties that LocalStack leaves out; `previous`
    is empty at creation. `update` says what LocalStack's provider contributes to an update: its
    own update, its create (which puts, so it may run again), or nothing. A change of `identity`
    makes another resource. `clients(factory, model, previous)` are the clients that LocalStack's
    provider works with. `keeps(factory, model)` says of a resource that it outlives its stack.
    """

    update: Literal["update", "create", "nothing"]
    apply: Callable[[Any, Model, Model], None] = lambda clients, model, previous: None
    identity: tuple[str, ...] = ()
    clients: Callable[[Any, Model, Model], Any] = lambda factory, model, previous: factory
    keeps: Callable[[Any, Model], bool] = lambda factory, model: False


def function_clients(factory: Any, model: Model, previous: Model) -> FunctionClients:
    """Return clients whose Lambda client completes the provider of functions."""
    from localstack_lake.functions.preparation import wait_until_prepared

    return FunctionClients(factory, model, previous, wait_until_prepared)


COMPLETIONS = {
    "AWS::CloudWatch::Alarm": Completion("create"),
    "AWS::IAM::Role": Completion("nothing", property_gaps.complete_role),
    "AWS::Lambda::EventInvokeConfig": Completion("create", identity=("FunctionName", "Qualifier")),
    "AWS::Lambda::Function": Completion(
        "update", property_gaps.complete_function, clients=function_clients
    ),
    "AWS::Logs::LogGroup": Completion("nothing", property_gaps.complete_log_group),
    "AWS::S3::Bucket": Completion(
        "nothing", property_gaps.complete_bucket, keeps=property_gaps.holds_objects
    ),
    "AWS::S3::BucketPolicy": Completion("create", identity=("Bucket",)),
}


class CompletedType(ResourceProvider[Model]):
    """LocalStack's provider of a type, with its completion."""

    def __init__(self, inner: ResourceProvider[Model], completion: Completion) -> None:
        self._inner = inner
        self._completion = completion
        self.SCHEMA = dict(inner.SCHEMA)
        if completion.identity:
            # LocalStack replaces such a resource whenever something that it refers to is updated,
            # and then deletes the "old" one, which is the same. Here an update compares values.
            self.SCHEMA["createOnlyProperties"] = []

    def create(self, request: Request) -> Event:
        """LocalStack's creation, completed once it has succeeded."""
        return self._completed(request, self._inner.create(self._with_clients(request)), {})

    def read(self, request: Request) -> Event:
        """As LocalStack does it."""
        return self._inner.read(request)

    def delete(self, request: Request) -> Event:
        """As LocalStack does it, unless the type keeps what AWS would not delete."""
        if self._completion.keeps(request.aws_client_factory, request.desired_state):
            return ProgressEvent(OperationStatus.SUCCESS, resource_model={})
        return self._inner.delete(request)

    def list(self, request: Request) -> Event:
        """As LocalStack does it."""
        return self._inner.list(request)

    def update(self, request: Request) -> Event:
        """Bring every property to the template's value, in place if the type allows it."""
        previous = request.previous_state or {}
        for name in self._names("createOnlyProperties", "primaryIdentifier"):
            if name in previous and name not in self._names("readOnlyProperties"):
                request.desired_state.setdefault(name, previous[name])
        event = self._updated(request, previous)
        if event.status == OperationStatus.SUCCESS:
            read_only = {n: previous[n] for n in self._names("readOnlyProperties") if n in previous}
            event.resource_model = {**request.desired_state, **read_only}
        return self._completed(request, event, previous)

    def _updated(self, request: Request, previous: Model) -> Event:
        match self._completion.update:
            case "update":
                return self._inner.update(self._with_clients(request))
            case "create":
                identity = self._completion.identity
                if any(request.desired_state.get(n) != previous.get(n) for n in identity):
                    self._inner.delete(replace(request, desired_state=previous))
                return self._inner.create(request)
            case "nothing":
                return ProgressEvent(OperationStatus.SUCCESS, resource_model=request.desired_state)

    def _with_clients(self, request: Request) -> Request:
        """The request, with the clients that this type wants its provider to use."""
        factory, previous = request.aws_client_factory, request.previous_state or {}
        clients = self._completion.clients(factory, request.desired_state, previous)
        return replace(request, aws_client_factory=clients)

    def _completed(self, request: Request, event: Event, previous: Model) -> Event:
        if event.status == OperationStatus.SUCCESS:
            model = event.resource_model or {}
            self._completion.apply(request.aws_client_factory, model, previous)
        return event

    def _names(self, *kinds: str) -> Iterator[str]:
        for kind in kinds:
            for path in self._inner.SCHEMA.get(kind, []):
                yield path.removeprefix("/properties/")


def complete_resource_types() -> None:
    """Make LocalStack use the completed types wherever it looks up a type's provider."""
    look_up = ResourceProviderExecutor.try_load_resource_provider

    def look_up_completed(resource_type: str) -> ResourceProvider[Model] | None:
        provider = look_up(resource_type)
        completion = COMPLETIONS.get(resource_type)
        return CompletedType(provider, completion) if provider and completion else provider

    # LocalStack has no registry to replace a type in: the look-up is the one place for all
    completed = staticmethod(look_up_completed)
    Patch(ResourceProviderExecutor, "try_load_resource_provider", completed).apply()
