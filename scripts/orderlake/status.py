"""What the deployment holds: files, their outcomes, rows, failures. It only reads."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from order_transform import layout

from orderlake.aws import Aws, error_code
from orderlake.errors import NotDeployed


@dataclass(frozen=True, slots=True)
class Status:
    """A deployment in figures; `waiting` are raw keys without a report of their newest version."""

    files: int
    size_bytes: int
    done: int
    refused: Mapping[str, str]
    waiting: tuple[str, ...]
    accepted: int
    rejected: int
    failures: int


def read_status(aws: Aws) -> Status:
    """Return the figures; raises NotDeployed where the buckets do not exist."""
    names = aws.names
    raw = {
        key: stored
        for key, stored in objects(aws, names.raw_bucket, "raw/").items()
        if layout.is_order_file(key)
    }
    reported = objects(aws, names.processed_bucket, "reports/")
    keys = {key: layout.outputs_for(key).report for key in raw}
    reports = read_reports(aws, [r for r in keys.values() if r in reported])
    told = {r["source"]["key"] for r in reports if r["outcome"] != "started"}
    waiting = [k for k, r in keys.items() if k not in told or reported[r][0] < raw[k][0]]
    return Status(
        files=len(raw),
        size_bytes=sum(size for _, size in raw.values()),
        done=sum(r["outcome"] == "done" for r in reports),
        refused={r["source"]["key"]: reason(r) for r in reports if r["outcome"] == "refused"},
        waiting=tuple(sorted(waiting)),
        accepted=sum(r["counts"]["accepted"] for r in reports if r["outcome"] == "done"),
        rejected=sum(r["counts"]["rejected"] for r in reports if r["outcome"] == "done"),
        failures=failures(aws),
    )


def objects(aws: Aws, bucket: str, prefix: str) -> dict[str, tuple[datetime, int]]:
    """Return when each object under a prefix was written, and its size in bytes."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        return {
            o["Key"]: (o["LastModified"], o["Size"]) for p in pages for o in p.get("Contents", [])
        }
    except ClientError as error:
        if error_code(error) == "NoSuchBucket":
            raise NotDeployed(f"the bucket {bucket}", aws.settings.env) from error
        raise


def read_reports(aws: Aws, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Fetch reports, several at a time; one that disappeared meanwhile is left out."""
    client, bucket = aws.s3, aws.names.processed_bucket

    def read(key: str) -> dict[str, Any] | None:
        try:
            report: dict[str, Any] = json.load(client.get_object(Bucket=bucket, Key=key)["Body"])
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return None
            raise
        return report

    with ThreadPoolExecutor(8) as pool:
        return [report for report in pool.map(read, keys) if report]


def reason(report: Mapping[str, Any]) -> str:
    """Return why a file was refused."""
    refusal = report.get("refusal") or {}
    return f"{refusal.get('code')}: {refusal.get('message')}"


def failures(aws: Aws) -> int:
    """Return how many events wait in the failure queue, about."""
    url = aws.sqs.get_queue_url(QueueName=aws.names.failure_queue)["QueueUrl"]
    answer = aws.sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
