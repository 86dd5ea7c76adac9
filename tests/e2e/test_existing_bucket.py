"""A bucket that existed before the stack: its files come in, and the rest of it stays as it was."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import Lake

pytestmark = [pytest.mark.e2e, pytest.mark.long]
BUCKET, FOLDER = "exports-of-a-shop", "exports/orders/"
ORDERS = b"sku,price,quantity\nA,1.10,2\n"


@dataclass(frozen=True, slots=True)
class Shop(Lake):
    """A project whose raw bucket exists already."""

    def own_variables(self) -> dict[str, str]:
        return {
            "ORDERLAKE_PREFIX": "exports",
            "ORDERLAKE_RAW_BUCKET": BUCKET,
            "ORDERLAKE_RAW_PREFIX": FOLDER,
        }

    def states(self) -> dict[str, str]:
        found = self.json("status", "--all", "--json")["file_states"]
        return {file["key"]: file["state"] for file in found}

    def outputs(self) -> list[str]:
        bucket = "exports-processed-000000000000-us-east-1"
        found = self.aws("s3").list_objects_v2(Bucket=bucket)
        return [entry["Key"] for entry in found.get("Contents", [])]


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.5)


@pytest.fixture(scope="module")
def bucket(local_aws: Lake) -> dict[str, Any]:
    """A bucket without versions, with a file and with a notification that is not ours."""
    s3, sqs = local_aws.aws("s3"), local_aws.aws("sqs")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=f"{FOLDER}before.csv", Body=ORDERS)
    url = sqs.create_queue(QueueName="of-somebody-else")["QueueUrl"]
    names = ["QueueArn"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]["QueueArn"]
    may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": may_send})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    theirs = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [theirs]}
    )
    return theirs


@pytest.fixture(scope="module")
def shop(local_aws: Lake, bucket: dict[str, Any]) -> Iterator[Shop]:
    shop = Shop(local_aws.root, local_aws.port)
    planned = shop.run("deploy", "--plan").stderr
    assert "EventBridge notifications: off -> on; its other notifications stay" in planned
    assert "keeps no versions" in planned
    assert "RawBucket " not in planned
    assert notifications(shop) == {"QueueConfigurations": [bucket]}, "a plan changes nothing"
    shop.ok("deploy")
    yield shop
    if shop.aws("cloudformation").describe_stacks():
        shop.run("destroy", "--yes")


def notifications(lake: Lake) -> dict[str, Any]:
    found = lake.aws("s3").get_bucket_notification_configuration(Bucket=BUCKET)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def test_files_of_an_existing_bucket_come_in_and_go_and_the_bucket_stays(
    shop: Shop, bucket: dict[str, Any]
) -> None:
    s3 = shop.aws("s3")
    expected = {"QueueConfigurations": [bucket], "EventBridgeConfiguration": {}}
    assert notifications(shop) == expected
    assert shop.states() == {f"{FOLDER}before.csv": "waiting"}
    new = f"{FOLDER}dt=2026-11-22/two words+1.csv"
    s3.put_object(Bucket=BUCKET, Key=new, Body=ORDERS)
    s3.put_object(Bucket=BUCKET, Key="other/orders.csv", Body=ORDERS)
    wait_until(lambda: shop.states().get(new) == "done")
    shop.ok("status", "--repair", "--yes")
    (shop.root / "sent.csv").write_bytes(ORDERS)
    (report,) = shop.json("upload", "sent.csv", "--json")
    sent = f"{FOLDER}sent.csv"
    assert report["source"]["key"] == sent
    assert report["source"]["version_id"] is None
    every = [f"{FOLDER}before.csv", new, sent]
    assert shop.states() == dict.fromkeys(every, "done")
    shop.ok("replay", "sent.csv")
    assert len([key for key in shop.outputs() if key.startswith("processed/")]) == 3
    assert not [key for key in shop.outputs() if "other" in key]
    # A replaced file, then a deleted one, in a bucket that keeps neither.
    s3.put_object(Bucket=BUCKET, Key=new, Body=ORDERS + b"B,1,1\n")
    # The report has no counts while the function is at work on the file.
    wait_until(lambda: report_of(shop, new).get("counts", {}).get("accepted") == 2)
    s3.delete_object(Bucket=BUCKET, Key=new)
    wait_until(lambda: not [key for key in shop.outputs() if "two_words" in key])
    assert "nothing to change" in shop.ok("deploy")
    found = shop.run("doctor", "--env", "local", "--json").stdout
    assert json.loads(found)
    left = shop.ok("destroy", "--yes")
    assert f"left as it is: the bucket {BUCKET}" in left
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == [f"{FOLDER}before.csv", sent, "other/orders.csv"]
    assert notifications(shop) == expected


def report_of(shop: Shop, key: str) -> dict[str, Any]:
    stem = key.rpartition("/")[2].removesuffix(".csv").replace(" ", "_").replace("+", "_")
    (report,) = [name for name in shop.outputs() if name.startswith(f"reports/{stem}")]
    bucket = "exports-processed-000000000000-us-east-1"
    body = shop.aws("s3").get_object(Bucket=bucket, Key=report)["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found


def test_a_bucket_that_is_not_there_is_told_before_anything_is_made(local_aws: Lake) -> None:
    done = Elsewhere(local_aws.root, local_aws.port).run("deploy")
    assert done.returncode == 1
    assert "there is no bucket not-there" in done.stderr
    assert "raw_bucket in orderlake.toml" in done.stderr


class Elsewhere(Shop):
    """A project that names a bucket which does not exist."""

    def own_variables(self) -> dict[str, str]:
        return {
            **Shop.own_variables(self),
            "ORDERLAKE_PREFIX": "nowhere",
            "ORDERLAKE_RAW_BUCKET": "not-there",
        }
