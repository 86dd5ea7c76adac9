"""The events that Glue sends to EventBridge: a crawler's, and those of a job's runs.

If there was never a rule, EventBridge is not loaded and no event is sent.
"""

import json
import logging

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lake.glue.crawler_records import CrawlRecord, describe_event
from localstack_lake.glue.jobs.records import JobRunRecord, describe_job_run
from localstack_lake.glue.shapes import GlueDict

LOG = logging.getLogger(__name__)


def announce(account_id: str, region: str, run: CrawlRecord) -> None:
    """Send the event of a run's present state; a run that was stopped has none on AWS either."""
    if detail := describe_event(account_id, run):
        _send(account_id, region, "Glue Crawler State Change", detail)


def announce_job_run(account_id: str, region: str, run: JobRunRecord) -> None:
    """Send the event of a job's run that has ended."""
    _send(account_id, region, "Glue Job State Change", describe_job_run(run))


def _send(account_id: str, region: str, detail_type: str, detail: GlueDict) -> None:
    if not SERVICE_PLUGINS.is_running("events"):
        return
    events = connect_to(aws_access_key_id=account_id, region_name=region).events
    entry = {"Source": "aws.glue", "DetailType": detail_type, "Detail": json.dumps(detail)}
    try:
        events.put_events(Entries=[entry])
    except ClientError:
        LOG.warning("The event %s could not be sent: %s", detail_type, detail, exc_info=True)
