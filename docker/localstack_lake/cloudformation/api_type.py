"""What CloudFormation types have in common whose service can create, show, change and delete."""

from typing import Any, ClassVar, Literal

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import ResourceProvider

from localstack_lake.cloudformation.resource_model import (
    Event,
    Model,
    Request,
    given_properties,
    succeeded,
)


class ApiType(ResourceProvider[Model]):
    """A type over one service. A subclass identifies its resources and calls the service's API.

    An update changes a resource in place. If a property of `IDENTITY` changes, it creates another
    resource and then deletes the old one.
    """

    SERVICE: ClassVar[Literal["athena", "glue"]]
    IDENTITY: ClassVar[tuple[str, ...]] = ("Id",)

    def identify(self, model: Model, usual: str) -> None:
        """Set the identifier: the template's name or, without one, the usual one."""

    def new_name(self, request: Request) -> str:
        """Return the usual name of a new resource."""
        return generated_name(request)

    def add(self, api: Any, model: Model) -> None:
        """Create the resource."""
        raise NotImplementedError

    def find(self, api: Any, model: Model) -> Model:
        """Return the properties of the resource as the service has them."""
        raise NotImplementedError

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Change the resource in place."""
        raise NotImplementedError

    def remove(self, api: Any, model: Model) -> None:
        """Delete the resource; one that is gone counts as deleted."""
        raise NotImplementedError

    def create(self, request: Request) -> Event:
        """Create the resource; its name is generated where the template gives none."""
        model = request.desired_state
        self.identify(model, self.new_name(request))
        self.add(self._api(request), model)
        return succeeded(model)

    def read(self, request: Request) -> Event:
        """The resource as the service has it."""
        model = request.desired_state
        return succeeded({**model, **self.find(self._api(request), model)})

    def update(self, request: Request) -> Event:
        """Change the resource in place; another identity makes another resource."""
        model, previous = request.desired_state, request.previous_state or {}
        self.identify(model, previous.get("Id", ""))
        if given_properties(model, *self.IDENTITY) == given_properties(previous, *self.IDENTITY):
            self.change(self._api(request), model, previous)
            return succeeded(model)
        created = self.create(request)
        self.remove(self._api(request), previous)
        return created

    def delete(self, request: Request) -> Event:
        """Delete the resource; there is no identity when its creation failed."""
        if request.desired_state.keys() >= set(self.IDENTITY):
            self.remove(self._api(request), request.desired_state)
        return succeeded({})

    def _api(self, request: Request) -> Any:
        return getattr(request.aws_client_factory, self.SERVICE)


def generated_name(request: Request) -> str:
    """Return a name made of the stack's and the resource's."""
    return str(generate_default_name(request.stack_name, request.logical_resource_id))
