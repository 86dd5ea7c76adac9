"""The Glue service: moto's catalog, and before it the operations that moto lacks or gets wrong.

This module only puts it together: crawlers are in `crawlers`, tables and partitions in `tables`.
"""

from localstack.aws.api import RequestContext, ServiceRequest, ServiceResponse
from localstack.aws.api.core import ServiceRequestHandler
from localstack.aws.skeleton import DispatchTable, create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service

from localstack_lake.gateway.checked_requests import check_requests
from localstack_lake.glue.column_statistics import ColumnStatisticsHandlers
from localstack_lake.glue.connections import ConnectionHandlers
from localstack_lake.glue.crawlers import CrawlerHandlers
from localstack_lake.glue.databases import DatabaseHandlers
from localstack_lake.glue.jobs.handlers import JobHandlers
from localstack_lake.glue.paging import invalid_input, not_found
from localstack_lake.glue.partition_indexes import PartitionIndexHandlers
from localstack_lake.glue.refused_operations import RefusedHandlers
from localstack_lake.glue.table_search import TableSearchHandlers
from localstack_lake.glue.tables import CatalogHandlers
from localstack_lake.glue.tags import ResourceTagHandlers
from localstack_lake.glue.user_functions import UserFunctionHandlers


class GlueProvider(
    CrawlerHandlers,
    CatalogHandlers,
    ColumnStatisticsHandlers,
    ConnectionHandlers,
    DatabaseHandlers,
    JobHandlers,
    PartitionIndexHandlers,
    RefusedHandlers,
    TableSearchHandlers,
    ResourceTagHandlers,
    UserFunctionHandlers,
):
    """Every Glue operation that is answered here rather than by moto."""

    service = "glue"


def create_glue_service() -> Service:
    """Return the service for LocalStack to serve under `glue`."""
    return Service.for_provider(GlueProvider(), dispatch_table_factory=_dispatch)


def _dispatch(provider: object) -> DispatchTable:
    """Send every operation of the service to moto, but those that the provider declares."""
    model = load_service("glue")
    table: DispatchTable = dict.fromkeys(model.operation_names, _to_moto)
    table.update(create_dispatch_table(provider))
    own = {name: _of_own_catalog(answer) for name, answer in table.items()}
    return check_requests(own, model, invalid_input)


def _of_own_catalog(answer: ServiceRequestHandler) -> ServiceRequestHandler:
    """Return a handler that refuses the catalog of another account, instead of taking its own."""

    def answered(context: RequestContext, request: ServiceRequest) -> ServiceResponse | None:
        asked = dict(request).get("CatalogId")
        if asked not in (None, context.account_id):
            raise not_found(f"Catalog {asked} not found: this account's is {context.account_id}")
        return answer(context, request)

    return answered


def _to_moto(context: RequestContext, request: ServiceRequest) -> ServiceResponse | None:
    return call_moto(context)
