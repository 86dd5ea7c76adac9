"""The policies' word on a call that a service makes within this process, as on a request."""

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.spec import load_service

from localstack_lake.iam.enforcement import check_for

type Fields = dict[str, Any]


def check_own_call(
    place: tuple[str, str], service: str, operation: str, request: Fields, identity: str | None
) -> RequestContext:
    """Return a call's context; raises ServiceException unless policies allow it.

    `place` is the account and the region.
    """
    context = RequestContext(None)  # type: ignore[arg-type] # a call of our own has no request
    context.account_id, context.region = place
    context.service = load_service(service)
    context.operation = context.service.operation_model(operation)
    context.service_request = request  # type: ignore[assignment] # the TypedDict of no operation
    check_for(identity, context)
    return context
