"""What the job does with its arguments: one run, then the maintenance, and what came of it."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.client import BaseClient
from order_transform.contract.parse import default_contract_text, parse_contract
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NoSuchTableError

from order_jobs.backfilling.deliver import open_s3
from order_jobs.curated import maintenance
from order_jobs.curated.current import Current, UnreadableReport
from order_jobs.curated.newest import remove_stale_ids
from order_jobs.curated.object_io import IO_IMPLEMENTATION, use_client
from order_jobs.curated.runs import Contended, CurateRun
from order_jobs.curated.table import TablePlace
from order_jobs.curated.table_pieces import ChangedByOthers

PREFIX = "curated/orders/"


class CannotCurate(Exception):
    """The table was not brought up to date; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class CurateOrder:
    """Which table, and what to do with it beside bringing it up to date."""

    processed_bucket: str
    database: str
    table: str
    is_maintained: bool = False
    is_rebuilt: bool = False


def run_job(order: CurateOrder) -> dict[str, Any]:
    """Do it, and return the figures; raises CannotCurate."""
    place = TablePlace(order.database, order.table, order.processed_bucket, PREFIX)
    s3 = open_s3()
    run = CurateRun(open_catalog(s3), s3, place, parse_contract(default_contract_text()))
    try:
        if order.is_rebuilt:
            forget_table(run)
        outcome = run.run()
        maintained = maintain(run, outcome.current) if order.is_maintained else {}
    except (Contended, ChangedByOthers, UnreadableReport) as error:
        raise CannotCurate(str(error)) from error
    return {
        "commits": outcome.commits,
        "rows": outcome.rows,
        "objects_added": outcome.added,
        "objects_removed": outcome.removed,
        "unfinished": sorted(outcome.current.unfinished),
        "columns_left_out": sorted(outcome.left_out),
        "maintained": maintained,
    }


def forget_table(run: CurateRun) -> None:
    """Take the table out of the catalog; its objects are stray then, and maintenance removes them.

    The run makes the table anew, and queries find it incomplete until then.
    """
    try:
        run.catalog.drop_table((run.place.database, run.place.name))
    except NoSuchTableError:
        return


def maintain(run: CurateRun, current: Current) -> dict[str, int]:
    """Keep the table small; returns how many files, snapshots and objects went."""
    ages, moment = maintenance.Ages(), maintenance.now()
    name = (run.place.database, run.place.name)
    pieces = {*current.pieces, *run.held.read(run.catalog.load_table(name)).pieces}
    stale = remove_stale_ids(run.s3, run.place.bucket, pieces, moment - ages.orphans)
    compacted = maintenance.compact(run.catalog.load_table(name), run.s3, run.place)
    expired = maintenance.expire_snapshots(run.catalog.load_table(name), moment, ages)
    table = run.catalog.load_table(name)
    removed = maintenance.remove_orphans(table, run.s3, run.place, moment, ages)
    return {"files": compacted, "snapshots": expired, "orphans": removed + stale}


def open_catalog(s3: BaseClient) -> GlueCatalog:
    """Return Glue's catalog over boto3, whose credentials are renewed as long as a run takes."""
    use_client(s3)
    properties = {"py-io-impl": IO_IMPLEMENTATION}
    return GlueCatalog("glue", client=boto3.client("glue"), **properties)
