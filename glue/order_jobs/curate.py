"""The job that brings the curated table up to date. Plain Python: it needs no Spark.

Glue gives its own arguments beside these; they are not used. It prints what it did as one line of
JSON.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

import boto3
from order_transform.contract.parse import default_contract_text, parse_contract
from pyiceberg.catalog.glue import GlueCatalog

from order_jobs.curated import maintenance
from order_jobs.curated.current import UnreadableReport
from order_jobs.curated.held import DeletedRows
from order_jobs.curated.runs import Contended, CurateRun
from order_jobs.curated.table import TablePlace

PREFIX = "curated/orders/"


def main(argv: Sequence[str] | None = None) -> None:
    """Run with a job's arguments."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    arguments, _ = parser().parse_known_args(argv)
    place = TablePlace(arguments.database, arguments.table, arguments.processed_bucket, PREFIX)
    session = boto3.Session()
    run = CurateRun(
        open_catalog(session, arguments.endpoint_url),
        session.client("s3", endpoint_url=arguments.endpoint_url),
        place,
        parse_contract(default_contract_text()),
    )
    try:
        outcome = run.run()
        maintained = maintain(run) if arguments.maintain else {}
    except (Contended, DeletedRows, UnreadableReport) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(
        json.dumps(
            {
                "commits": outcome.commits,
                "rows": outcome.rows,
                "objects_added": outcome.added,
                "objects_removed": outcome.removed,
                "unfinished": sorted(outcome.unfinished),
                "columns_left_out": sorted(outcome.left_out),
                "maintained": maintained,
            }
        )
    )


def maintain(run: CurateRun) -> dict[str, int]:
    """Keep the table small; returns how many files, snapshots and objects went."""
    ages, moment = maintenance.Ages(), maintenance.now()
    name = (run.place.database, run.place.name)
    compacted = maintenance.compact(run.catalog.load_table(name), run.s3, run.place)
    expired = maintenance.expire_snapshots(run.catalog.load_table(name), moment, ages)
    table = run.catalog.load_table(name)
    removed = maintenance.remove_orphans(table, run.s3, run.place, moment, ages)
    return {"files": compacted, "snapshots": expired, "orphans": removed}


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(prog="curate", description=__doc__)
    made.add_argument("--processed-bucket", required=True)
    made.add_argument("--database", required=True)
    made.add_argument("--table", required=True)
    made.add_argument("--maintain", action="store_true", help="compact, expire, remove orphans")
    made.add_argument("--endpoint-url", help="of another AWS than the real one")
    return made


def open_catalog(session: boto3.Session, endpoint_url: str | None) -> GlueCatalog:
    """Return Glue's catalog with the session's identity, which S3 takes, too."""
    credentials = session.get_credentials()
    frozen = credentials.get_frozen_credentials() if credentials else None
    properties: dict[str, Any] = {"client.region": session.region_name}
    if frozen:
        properties |= {
            "client.access-key-id": frozen.access_key,
            "client.secret-access-key": frozen.secret_key,
        }
        if frozen.token:
            properties["client.session-token"] = frozen.token
    if endpoint_url:
        properties |= {"glue.endpoint": endpoint_url, "s3.endpoint": endpoint_url}
        properties["s3.force-virtual-addressing"] = "false"
    return GlueCatalog("glue", **properties)


if __name__ == "__main__":
    main()
