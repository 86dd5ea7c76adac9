"""The shared parts of this package's CloudFormation types: their schema and their models.

A model is the dictionary of a resource's properties, as the template has them after resolution.
Nothing here knows a particular type.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)

type Model = dict[str, Any]
type Request = ResourceRequest[Model]
type Event = ProgressEvent[Model]


def schema(
    type_name: str,
    properties: str,
    *,
    identifier: str,
    required: str,
    create_only: str = "",
    read_only: str = "",
) -> Model:
    """A type's schema as CloudFormation's registry has it; names are separated by spaces."""
    return {
        "typeName": type_name,
        "properties": {name: {} for name in properties.split()},
        "required": required.split(),
        "primaryIdentifier": _paths(identifier),
        "createOnlyProperties": _paths(create_only),
        "readOnlyProperties": _paths(read_only),
    }


def given_properties(model: Model, *names: str) -> Model:
    """Return those of the properties that the model has."""
    return {name: model[name] for name in names if model.get(name) is not None}


def succeeded(model: Model) -> Event:
    """The operation succeeded and left this model."""
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)


def delete_if_there(delete: Callable[..., object], absent_code: str, **arguments: object) -> None:
    """Call a delete operation; the error that says the resource is gone counts as success."""
    try:
        delete(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != absent_code:
            raise


def _paths(names: str) -> list[str]:
    return [f"/properties/{name}" for name in names.split()]
