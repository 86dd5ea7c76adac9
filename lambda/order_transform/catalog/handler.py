"""The second function: it gives the table the contract's types after every successful crawl.

A rule on "Glue Crawler State Change" calls it, so that a crawl by schedule or by hand has the same
result as `orderlake crawl`.
"""

import os
from typing import Any

import boto3

from order_transform.catalog.settle import settle_types
from order_transform.contract.hive_types import hive_columns
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.logs import log


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Settle the types of the table that the environment names; the event's content is not used."""
    database, table = os.environ["DATABASE"], os.environ["TABLE"]
    types = hive_columns(parse_contract(default_contract_text()))
    settled = settle_types(boto3.client("glue"), database, table, types)
    columns, partitions = dict(settled.columns), settled.partitions
    log("types settled", table=f"{database}.{table}", columns=columns, partitions=partitions)
    return {"columns": columns, "partitions": partitions}
