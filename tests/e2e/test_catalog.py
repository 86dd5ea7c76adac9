"""The local AWS's catalog fills in what a client leaves out, as AWS does."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Lake

pytestmark = pytest.mark.e2e

DATABASE = "filled_in"
COLUMNS = [{"Name": "product_id", "Type": "string"}]
# What Trino and others read as numbers and flags, and trip over where it is missing.
FILLED_IN = {"NumberOfBuckets": 0, "Compressed": False, "StoredAsSubDirectories": False}
OWN = {"NumberOfBuckets": 4, "Compressed": True, "StoredAsSubDirectories": True}


@pytest.fixture(scope="module")
def glue(lake: Lake) -> Iterator[Any]:
    client = lake.aws("glue")
    client.create_database(DatabaseInput={"Name": DATABASE})
    yield client
    client.delete_database(Name=DATABASE)


def flags(described: dict[str, Any]) -> dict[str, Any]:
    return {name: described["StorageDescriptor"].get(name) for name in FILLED_IN}


@pytest.mark.parametrize(("given", "kept"), [({}, FILLED_IN), (OWN, OWN)], ids=["none", "own"])
def test_a_storage_descriptor_has_its_numbers_and_flags(
    glue: Any, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    name = f"table_{len(given)}"
    storage = {"Location": f"s3://bucket/{name}/", "Columns": COLUMNS, **given}
    table = {"Name": name, "StorageDescriptor": storage, "PartitionKeys": COLUMNS}
    part = {"Values": ["A"], "StorageDescriptor": storage}
    glue.create_table(DatabaseName=DATABASE, TableInput=table)
    glue.create_partition(DatabaseName=DATABASE, TableName=name, PartitionInput=part)
    where = {"DatabaseName": DATABASE, "TableName": name}
    assert flags(glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]) == kept
    assert flags(glue.get_partition(**where, PartitionValues=["A"])["Partition"]) == kept
    assert [flags(p) for p in glue.get_partitions(**where)["Partitions"]] == [kept]
    glue.update_table(DatabaseName=DATABASE, TableInput=table)
    assert [flags(v["Table"]) for v in glue.get_table_versions(**where)["TableVersions"]] == [
        kept,
        kept,
    ]


def test_a_table_without_a_storage_descriptor_gets_none(glue: Any) -> None:
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "view"})
    found = glue.get_table(DatabaseName=DATABASE, Name="view")["Table"]
    assert not found.get("StorageDescriptor")


def test_the_crawler_says_minus_one_as_glue_s_does(lake: Lake, glue: Any) -> None:
    s3 = lake.aws("s3")
    s3.create_bucket(Bucket="filled-in")
    s3.put_object(Bucket="filled-in", Key="rows/a.json", Body=b'{"a": 1}\n')
    glue.create_crawler(
        Name="filled-in",
        Role="arn:aws:iam::000000000000:role/x",
        DatabaseName=DATABASE,
        Targets={"S3Targets": [{"Path": "s3://filled-in/rows/"}]},
    )
    try:
        assert crawl(glue) == "SUCCEEDED"
        table = glue.get_table(DatabaseName=DATABASE, Name="rows")["Table"]
        assert flags(table) == FILLED_IN | {"NumberOfBuckets": -1}
    finally:
        glue.delete_crawler(Name="filled-in")
        s3.delete_object(Bucket="filled-in", Key="rows/a.json")
        s3.delete_bucket(Bucket="filled-in")


def crawl(glue: Any) -> str:
    """Run the crawler to its end and return how it ended."""
    glue.start_crawler(Name="filled-in")
    deadline = time.monotonic() + 60
    while (crawler := glue.get_crawler(Name="filled-in")["Crawler"])["State"] != "READY":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return str(crawler["LastCrawl"]["Status"])
