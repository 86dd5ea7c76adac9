"""The Athena service: put together here, with moto's work groups behind.

Queries run on DuckDB over this LocalStack's Glue and S3, by `athena_sql`.
"""

from localstack.aws.api import RequestContext, ServiceRequest, ServiceResponse
from localstack.aws.skeleton import DispatchTable, create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service

from localstack_lake.athena.capacity import CapacityHandlers
from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.query_handlers import QueryHandlers
from localstack_lake.athena.tags import TagHandlers
from localstack_lake.athena.work_groups import WorkGroupHandlers
from localstack_lake.gateway.checked_requests import check_requests

# Operations that tell in words of their own what is wrong with a request.
OWN_WORDS = ("GetQueryResults",)


class AthenaProvider(QueryHandlers, TagHandlers, WorkGroupHandlers, CapacityHandlers):
    """Every Athena operation that is answered here rather than by moto."""

    service = "athena"


def create_athena_service() -> Service:
    """Return the service for LocalStack to serve under `athena`."""
    return Service.for_provider(AthenaProvider(), dispatch_table_factory=_dispatch)


def _dispatch(provider: object) -> DispatchTable:
    model = load_service("athena")
    table: DispatchTable = dict.fromkeys(model.operation_names, _to_moto)
    table.update(create_dispatch_table(provider))
    return check_requests(table, model, invalid_request, OWN_WORDS)


def _to_moto(context: RequestContext, request: ServiceRequest) -> ServiceResponse | None:
    return call_moto(context)
