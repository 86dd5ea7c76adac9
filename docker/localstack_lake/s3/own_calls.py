"""Calls of this LocalStack's own S3 within the process.

Operations go straight to the S3 service's dispatch table, the same code that answers HTTP, because
ten thousand small reads over HTTP spend nine tenths of their time on the way. Policies are checked
as for a request.
"""

from localstack.aws.api import RequestContext
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lake.iam.own_calls import Fields, check_own_call

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
    return check_own_call((account_id, region), "s3", operation, request, identity)
