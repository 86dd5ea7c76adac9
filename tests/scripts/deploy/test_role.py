"""The function's role and what the function calls: each allows and needs exactly the other.

The real protocol runs on the real S3 client; moto answers in this process, and every request is
taken down and turned into the permission that AWS asks for it.
"""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.delivery.protocol import Delivery
from order_transform.delivery.runner import LocalTransformRunner
from order_transform.delivery.s3_storage import S3Storage
from order_transform.delivery.storage import ConditionFailed
from order_transform.sql.engine import Engine
from rendered_template import render

ROOT = Path(__file__).resolve().parents[3]
RAW, PROCESSED = "raw-bucket", "processed-bucket"
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html: "permissions" of each.
NEEDS = {
    "HeadObject": "s3:GetObject",
    "GetObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObject of a version": "s3:DeleteObjectVersion",
    "ListObjectVersions": "s3:ListBucketVersions",
}
# Asked for by S3 when an object is not there, to answer 404 instead of 403.
MISSING = "s3:ListBucket"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, set[tuple[str, str]]]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    taken: set[tuple[str, str]] = set()

    def take(params: dict[str, Any], model: Any, **_: Any) -> None:
        url, name = params["url_path"], model.name
        has_version = "versionId" in params["query_string"]
        bucket = PROCESSED if PROCESSED in params["context"]["input_params"]["Bucket"] else RAW
        assert url is not None
        taken.add((bucket, f"{name} of a version" if has_version else name))

    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in (RAW, PROCESSED):
            client.create_bucket(Bucket=bucket)
            client.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        own = boto3.client("s3", region_name="us-east-1")
        own.meta.events.register("before-call.s3", take)
        yield (client, own), taken


def deliver_all_there_is(other: Any, own: Any, folder: Path) -> None:
    """A new file with a bad row, a better version, the same again, its removal; a large one."""
    contract = parse_contract(default_contract_text())
    runner = LocalTransformRunner(contract, "gzip", Engine(threads=1, memory_mib=256))
    delivery = Delivery(S3Storage(own), runner, contract, PROCESSED, "gzip")
    key = "raw/orders-2026-11-22.csv"
    for rows in ("A,1.10,2\nB,x,1\n", "A,1.10,3\n", None):
        if rows is None:
            other.delete_object(Bucket=RAW, Key=key)
        else:
            other.put_object(Bucket=RAW, Key=key, Body=f"sku,price,quantity\n{rows}".encode())
        for _ in range(2):
            delivery.deliver(RAW, key)
    delivery.deliver(RAW, "raw/never-there.csv")
    large = folder / "large"
    large.write_bytes(b"x" * (17 << 20))
    S3Storage(own).write(PROCESSED, "processed/orders/large", large, None)
    with suppress(ConditionFailed):
        S3Storage(own).write(PROCESSED, "processed/orders/large", large, None)
    S3Storage(own).delete(PROCESSED, "processed/orders/large", None)


def allowed() -> dict[str, set[str]]:
    """Return what the role allows on each bucket's objects and on the bucket, by name."""
    role = render()["TransformRole"]["Properties"]
    found: dict[str, set[str]] = {RAW: set(), PROCESSED: set()}
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
        actions, resources = statement["Action"], str(statement["Resource"])
        for bucket, name in ((RAW, "-raw-"), (PROCESSED, "-processed-")):
            if name in resources:
                found[bucket] |= {actions} if isinstance(actions, str) else set(actions)
    return found


def test_the_role_allows_what_the_function_calls_and_nothing_else(
    calls: tuple[Any, set[tuple[str, str]]], tmp_path: Path
) -> None:
    (other, own), taken = calls
    deliver_all_there_is(other, own, tmp_path)
    needed = {bucket: {MISSING} for bucket in (RAW, PROCESSED)}
    for bucket, call in taken:
        needed[bucket].add(NEEDS[call])
    # A deletion without a version is the protocol's answer to a bucket without versions; the
    # stack's has them, and a marker over an output would be the wrong thing to write there.
    assert allowed() == needed


def test_every_call_that_the_storage_can_make_was_made(
    calls: tuple[Any, set[tuple[str, str]]], tmp_path: Path
) -> None:
    (other, own), taken = calls
    deliver_all_there_is(other, own, tmp_path)
    text = (ROOT / "lambda" / "order_transform" / "delivery" / "s3_storage.py").read_text("utf-8")
    written = {
        node.func.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "self._s3"
    }
    pages = set(re.findall(r'get_paginator\("(\w+)"\)', text))
    made = {re.sub(r"(?<=.)([A-Z])", r"_\1", call.split()[0]).lower() for _, call in taken}
    assert (written - {"get_paginator"}) | pages == made
