"""The second function: it gives the table the contract's types after every successful crawl.

Where the environment names a job for the curated table, it starts that, too.

A rule on "Glue Crawler State Change" calls it, so that a crawl by schedule or by hand has the same
result as `orderlake crawl`.
"""

import os
from typing import Any

from botocore.exceptions import ClientError

from order_transform.catalog.settle import settle_types
from order_transform.contract.hive_types import shipped_hive_columns
from order_transform.delivery.clients import make_client
from order_transform.logs import log


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Settle the types of the table that the environment names; the event's content is not used."""
    database, table = os.environ["DATABASE"], os.environ["TABLE"]
    glue = make_client("glue")
    settled = settle_types(glue, database, table, shipped_hive_columns())
    columns, partitions = dict(settled.columns), settled.partitions
    log("types settled", table=f"{database}.{table}", columns=columns, partitions=partitions)
    if job := os.environ.get("CURATE_JOB"):
        start_job(glue, job)
    return {"columns": columns, "partitions": partitions}


def start_job(glue: Any, job: str) -> None:
    """Start the job unless it runs: what that run does not see yet, the next one does."""
    try:
        run = glue.start_job_run(JobName=job)["JobRunId"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ConcurrentRunsExceededException":
            raise
        log("job runs already", job=job)
    else:
        log("job started", job=job, run=run)
