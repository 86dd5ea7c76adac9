"""Hand a bucket's event to its function within LocalStack's process.

LocalStack sends itself a signed request for each object, which takes longer than all else between
the object and the function's queue. The function's policy has to allow it all the same.
"""

import json
import logging
from typing import Any

from localstack.services.s3 import notifications
from localstack.utils.aws.arns import parse_arn, s3_bucket_arn
from localstack.utils.patch import Patch

from localstack_lake.functions.direct_calls import DirectCalls

LOG = logging.getLogger(__name__)


def notify(self: Any, ctx: Any, config: Any) -> None:
    """Queue an event for a function; called by LocalStack on a thread of its own."""
    function = config["LambdaFunctionArn"]
    place = parse_arn(function)
    calls = DirectCalls(place["account"], place["region"]).request_metadata(
        source_arn=s3_bucket_arn(ctx.bucket_name, region=ctx.region), service_principal="s3"
    )
    event = json.dumps(self._get_event_payload(ctx, config.get("Id")))
    try:
        calls.invoke(FunctionName=function, InvocationType="Event", Payload=event.encode())
    except Exception:  # nobody waits for it: it is only logged, as by LocalStack
        LOG.exception(
            "bucket %s could not tell function %s of an object", ctx.bucket_name, function
        )


def install() -> None:
    """Replace LocalStack's way, for all buckets."""
    Patch(notifications.LambdaNotifier, "notify", notify).apply()
