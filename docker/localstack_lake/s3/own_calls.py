"""Calls of this LocalStack's own S3 within the process.

Operations go straight to the S3 service's dispatch table, the same code that answers HTTP, because
ten thousand small reads over HTTP spend nine tenths of their time on the way. Policies are checked
as for a request.
"""

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.spec import load_service
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lake.iam.enforcement import check_for

type Fields = dict[str, Any]

# LocalStack sorts all keys of a bucket for each page: in pages of a thousand, a listing of 100,000
# objects took half a minute. Within the process it gives larger pages.
PAGE_KEYS = 20_000


def call_s3(
    account_id: str, region: str, operation: str, request: Fields, identity: str | None
) -> Fields:
    """Call an operation of S3 in the name of an identity; raises ServiceException."""
    context = check_s3(account_id, region, operation, request, identity)
    operations = SERVICE_PLUGINS.require("s3").skeleton.dispatch_table
    answer: Fields = operations[operation](context, request)
    return answer


def check_s3(
    account_id: str, region: str, operation: str, request: Fields, identity: str | None
) -> RequestContext:
    """Return a call's context; raises ServiceException unless policies allow it."""
    context = RequestContext(None)  # type: ignore[arg-type] # a call of our own has no request
    context.account_id, context.region = account_id, region
    context.service = load_service("s3")
    context.operation = context.service.operation_model(operation)
    context.service_request = request  # type: ignore[assignment] # the TypedDict of no operation
    check_for(identity, context)
    return context
