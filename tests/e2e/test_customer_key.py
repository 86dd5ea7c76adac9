"""A key of one's own: what is encrypted with it, and files whose encryption is not supported."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import Lake

pytestmark = [pytest.mark.e2e, pytest.mark.long]
RAW, PROCESSED = (f"keyed-{kind}-000000000000-us-east-1" for kind in ("raw", "processed"))
ORDERS = b"sku,price,quantity\nA,1.10,2\n"
PARAMETERS = "[local.parameters]\n"


@dataclass(frozen=True, slots=True)
class Keyed(Lake):
    """A project whose data is encrypted with a key of its own."""

    def own_variables(self) -> dict[str, str]:
        return {"ORDERLAKE_PREFIX": "keyed"}


@pytest.fixture(scope="module")
def key(local_aws: Lake) -> str:
    return str(local_aws.aws("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def keyed(local_aws: Lake, key: str) -> Iterator[Keyed]:
    keyed, file = Keyed(local_aws.root, local_aws.port), local_aws.root / "orderlake.toml"
    text = file.read_text("utf-8")
    file.unlink()  # it may be a link to the checkout's own
    file.write_text(text.replace(PARAMETERS, f'{PARAMETERS}KmsKeyArn = "{key}"\n'), "utf-8")
    try:
        keyed.ok("deploy")
        yield keyed
        keyed.ok("destroy", "--yes")
    finally:
        file.write_text(text, "utf-8")


def test_files_outputs_and_failures_are_encrypted_with_the_key(keyed: Keyed, key: str) -> None:
    (keyed.root / "keyed.csv").write_bytes(ORDERS)
    (report,) = keyed.json("upload", "keyed.csv", "--json")
    assert report["outcome"] == "done"
    s3 = keyed.aws("s3")
    heads = [s3.head_object(Bucket=RAW, Key="raw/keyed.csv")]
    for output in report["outputs"]:
        heads.append(s3.head_object(Bucket=PROCESSED, Key=output["key"]))
    assert len(heads) >= 2
    assert {(h["ServerSideEncryption"], h["SSEKMSKeyId"]) for h in heads} == {("aws:kms", key)}
    sqs = keyed.aws("sqs")
    url = sqs.get_queue_url(QueueName="keyed-order-failures")["QueueUrl"]
    names = ["KmsMasterKeyId"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] == {
        "KmsMasterKeyId": key
    }


@pytest.mark.parametrize(
    ("name", "encryption", "why"),
    [
        ("two", {"ServerSideEncryption": "aws:kms:dsse"}, "in two layers (DSSE-KMS)"),
        ("own", {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}, "(SSE-C)"),
    ],
)
def test_a_file_whose_encryption_is_not_supported_says_so(
    name: str, encryption: dict[str, Any], why: str, keyed: Keyed
) -> None:
    raw = f"raw/{name}.csv"
    keyed.aws("s3").put_object(Bucket=RAW, Key=raw, Body=ORDERS, **encryption)
    deadline = time.monotonic() + 90
    while True:
        states = {f["key"]: f for f in keyed.json("status", "--all", "--json")["file_states"]}
        if states[raw]["state"] == "failed":
            break
        assert time.monotonic() < deadline, states
        time.sleep(1)
    assert why in states[raw]["reason"]
