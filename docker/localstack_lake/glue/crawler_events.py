"""The event that Glue sends to EventBridge when a crawler starts, succeeds or fails.

If there was never a rule, EventBridge is not loaded and no event is sent.
"""

import json
import logging

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lake.glue.crawler_records import CrawlRecord, describe_event

LOG = logging.getLogger(__name__)
DETAIL_TYPE = "Glue Crawler State Change"


def announce(account_id: str, region: str, run: CrawlRecord) -> None:
    """Send the event of a run's present state; a run that was stopped has none on AWS either."""
    detail = describe_event(account_id, run)
    if detail is None or not SERVICE_PLUGINS.is_running("events"):
        return
    events = connect_to(aws_access_key_id=account_id, region_name=region).events
    entry = {
        "Source": "aws.glue",
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail),
    }
    try:
        events.put_events(Entries=[entry])
    except ClientError:
        LOG.warning("The event of crawl %s could not be sent", run.id, exc_info=True)
