"""The function: takes an event about S3, brings each named file up to date, and logs JSON lines.

It reads, calls the protocol with explicit arguments, logs and returns. It decides nothing.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from botocore.config import Config

from order_transform.contract.definition import Contract
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.delivery.clients import make_client, send_small_bodies_at_once
from order_transform.delivery.events import changes
from order_transform.delivery.layout import RAW_PREFIX, is_order_file
from order_transform.delivery.protocol import Delivered, Delivery
from order_transform.delivery.runner import LocalTransformRunner
from order_transform.delivery.s3_storage import S3Storage
from order_transform.logs import log, log_delivered
from order_transform.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Bring every file that the event names up to date; raise if that failed for any of them.

    Returns the outcome of each file. One file's failure does not keep the others waiting; what
    was finished is not done again when Lambda retries the event.
    """
    settings = Settings.from_environment()
    return deliver_event(event, _delivery(settings), settings.raw_prefix)


def deliver_event(
    event: Mapping[str, Any], delivery: Delivery, raw_prefix: str = RAW_PREFIX
) -> dict[str, Any]:
    """Do what `handle` does, on a given delivery."""
    delivered: list[Delivered] = []
    failures: list[Exception] = []
    for change in changes(event):
        if not is_order_file(change.key, raw_prefix):
            log("ignored", bucket=change.bucket, key=change.key)
            continue
        try:
            one = delivery.deliver(
                change.bucket,
                change.key,
                force=change.force,
                created_as=change.must_be_known(datetime.now(UTC)),
            )
        except Exception as error:  # logged, and raised again below: Lambda retries the event
            log("failed", bucket=change.bucket, key=change.key, error=repr(error))
            failures.append(error)
        else:
            delivered.append(one)
            log_delivered(one)
    if failures:
        raise failures[0]
    return {"files": [{"key": one.key, "outcome": one.outcome} for one in delivered]}


def _delivery(settings: Settings) -> Delivery:
    return Delivery(
        storage=S3Storage(_client()),
        runner=LocalTransformRunner(_contract(), settings.compression, settings.engine),
        contract=_contract(),
        processed_bucket=settings.processed_bucket,
        compression=settings.compression,
    )


@cache
def _contract() -> Contract:
    return parse_contract(default_contract_text())


@cache
def _client() -> "S3Client":
    # A bucket's name is part of the host name, unless an endpoint is given by address.
    style: Literal["path", "auto"] = "path" if os.environ.get("AWS_ENDPOINT_URL") else "auto"
    config = Config(retries={"mode": "standard", "max_attempts": 5}, s3={"addressing_style": style})
    client: S3Client = make_client("s3", config)
    send_small_bodies_at_once(client)
    return client
