"""Refuse the requests to a service that its model does not allow, before they are answered."""

from collections.abc import Callable

from botocore.model import OperationModel, ServiceModel
from localstack.aws.api import RequestContext, ServiceRequest, ServiceResponse
from localstack.aws.api.core import ServiceRequestHandler
from localstack.aws.skeleton import DispatchTable

from localstack_lake.gateway.constraints import message, violations

type Refuse = Callable[[str], Exception]


def check_requests(
    table: DispatchTable, model: ServiceModel, refuse: Refuse, own_words: tuple[str, ...] = ()
) -> DispatchTable:
    """Return handlers that check each request first.

    `refuse` makes the service's error of a message. The operations of `own_words` tell by
    themselves what is wrong with a request.
    """
    return {
        name: answer if name in own_words else _checked(answer, model.operation_model(name), refuse)
        for name, answer in table.items()
    }


def _checked(
    answer: ServiceRequestHandler, operation: OperationModel, refuse: Refuse
) -> ServiceRequestHandler:
    def checked(context: RequestContext, request: ServiceRequest) -> ServiceResponse | None:
        shape = operation.input_shape
        if shape is not None and (found := [*violations(shape, request)]):
            raise refuse(message(found))
        return answer(context, request)

    return checked
