"""Where a query's result goes: the work group's location or the client's, in an existing bucket."""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api import RequestContext, ServiceException

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.execution import Fields
from localstack_lake.gateway.acting import requester

NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)


def result_configuration(work_group: Mapping[str, Any], given: Fields) -> Fields:
    """Return where results go: the work group's location if it is enforced, else the client's.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    """
    own = dict(work_group.get("ResultConfiguration") or {})
    if work_group.get("EnforceWorkGroupConfiguration", True) and own.get("OutputLocation"):
        return own
    merged = {**own, **given}
    if not merged.get("OutputLocation"):
        raise invalid_request(NO_OUTPUT)
    return merged


def check_bucket(context: RequestContext, location: str, owner: str | None) -> None:
    """Raise InvalidRequestException for an output location without a bucket of that owner."""
    from localstack_lake.s3.own_calls import call_s3

    bucket = location.removeprefix("s3://").partition("/")[0]
    if not location.startswith("s3://") or not bucket:
        raise invalid_request(f"outputLocation is not a valid S3 path: {location}")
    if owner and owner != context.account_id:
        raise invalid_request(f"Unable to verify/create output bucket {bucket}")
    try:
        place = context.account_id, context.region
        call_s3(*place, "GetBucketLocation", {"Bucket": bucket}, requester())
    except ServiceException as error:
        raise invalid_request(f"Unable to verify/create output bucket {bucket}") from error
