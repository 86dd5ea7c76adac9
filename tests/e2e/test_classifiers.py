"""Classifiers, Parquet, catalog targets and second crawls in the local Glue, as boto3 sees them."""

import json
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

BUCKET = "classified"
GROK = {
    "Name": "levels",
    "Classification": "levels",
    "GrokPattern": "%{LOGLEVEL:level} %{GREEDYDATA:message}",
}


@pytest.fixture(scope="module")
def glue(lake: Lake) -> Any:
    lake.aws("s3").create_bucket(Bucket=BUCKET)
    client = lake.aws("glue")
    client.create_database(DatabaseInput={"Name": "classified"})
    return client


def crawl(glue: Any, name: str, **settings: Any) -> dict[str, Any]:
    """Crawl s3://classified/NAME/ and return its table."""
    glue.create_crawler(
        Name=name,
        Role="arn:aws:iam::000000000000:role/any",
        DatabaseName="classified",
        Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/{name}/"}]},
        **settings,
    )
    glue.start_crawler(Name=name)
    deadline = time.monotonic() + 30
    while "LastCrawl" not in (found := glue.get_crawler(Name=name)["Crawler"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert found["LastCrawl"]["Status"] == "SUCCEEDED", found["LastCrawl"]
    table: dict[str, Any] = glue.get_table(DatabaseName="classified", Name=name)["Table"]
    return table


def columns_of(table: dict[str, Any]) -> dict[str, str]:
    return {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]}


def test_a_classifier_is_made_changed_shown_and_removed(glue: Any) -> None:
    glue.create_classifier(CsvClassifier={"Name": "own", "Delimiter": "^"})
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_classifier(CsvClassifier={"Name": "own", "Delimiter": "^"})
    glue.update_classifier(CsvClassifier={"Name": "own", "ContainsHeader": "ABSENT"})
    shown = glue.get_classifier(Name="own")["Classifier"]["CsvClassifier"]
    assert (shown["Delimiter"], shown["ContainsHeader"], shown["Version"]) == ("^", "ABSENT", 2)
    assert [c["CsvClassifier"]["Name"] for c in glue.get_classifiers()["Classifiers"]] == ["own"]
    glue.delete_classifier(Name="own")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_classifier(Name="own")


def test_a_wrong_classifier_and_an_unknown_one_are_refused(glue: Any) -> None:
    with pytest.raises(ClientError, match="NOPE is not defined"):
        glue.create_classifier(GrokClassifier=GROK | {"GrokPattern": "%{NOPE:x}"})
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.create_crawler(
            Name="without",
            Role="any",
            DatabaseName="classified",
            Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/x/"}]},
            Classifiers=["never-made"],
        )


def test_a_crawl_uses_its_classifiers(lake: Lake, glue: Any) -> None:
    body = b"INFO all is well\nERROR it is not\n"
    lake.aws("s3").put_object(Bucket=BUCKET, Key="logs/a.log", Body=body)
    glue.create_classifier(GrokClassifier=GROK)
    table = crawl(glue, "logs", Classifiers=["levels"])
    assert table["Parameters"]["classification"] == "levels"
    assert columns_of(table) == {"level": "string", "message": "string"}


def test_a_crawl_reads_parquet(lake: Lake, glue: Any, tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    relation = duckdb.sql("select 1.5::decimal(18,4) as price, 2 as quantity")
    assert relation is not None
    relation.write_parquet(str(path))
    lake.aws("s3").put_object(Bucket=BUCKET, Key="columns/dt=1/a.parquet", Body=path.read_bytes())
    table = crawl(glue, "columns")
    assert table["Parameters"]["classification"] == "parquet"
    assert columns_of(table) == {"price": "decimal(18,4)", "quantity": "int"}


def wait_for(glue: Any, name: str, crawls: int) -> None:
    """Wait until a crawler has ended so many runs."""
    deadline = time.monotonic() + 30
    while len(glue.list_crawls(CrawlerName=name)["Crawls"]) < crawls or (
        glue.get_crawler(Name=name)["Crawler"]["State"] != "READY"
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_table_made_by_hand_is_kept_up_to_date_and_a_second_crawl_reads_nothing(
    lake: Lake, glue: Any
) -> None:
    s3, logs = lake.aws("s3"), lake.aws("logs")
    s3.put_object(Bucket=BUCKET, Key="hand/2026-11-22/a.json", Body=b'{"id": 1, "x": 2}\n')
    storage = {
        "Location": f"s3://{BUCKET}/hand",
        "Columns": [{"Name": "id", "Type": "decimal(9,0)"}],
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
    }
    keys = [{"Name": "day", "Type": "string"}]
    table = {"Name": "hand", "PartitionKeys": keys, "StorageDescriptor": storage}
    glue.create_table(DatabaseName="classified", TableInput=table)
    merging = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
    glue.create_crawler(
        Name="keeper",
        Role="arn:aws:iam::000000000000:role/any",
        Targets={"CatalogTargets": [{"DatabaseName": "classified", "Tables": ["hand"]}]},
        SchemaChangePolicy={"DeleteBehavior": "LOG"},
        Configuration=json.dumps({"Version": 1.0} | merging),
    )
    for crawls in (1, 2):
        glue.start_crawler(Name="keeper")
        wait_for(glue, "keeper", crawls)
    found = glue.get_table(DatabaseName="classified", Name="hand")["Table"]
    assert columns_of(found) == {"id": "decimal(9,0)", "x": "int"}
    assert found["PartitionKeys"] == keys
    [part] = glue.get_partitions(DatabaseName="classified", TableName="hand")["Partitions"]
    assert part["Values"] == ["2026-11-22"]
    second, first = glue.list_crawls(CrawlerName="keeper")["Crawls"]
    assert "Summary" in first
    assert "Summary" not in second
    events = logs.get_log_events(logGroupName="/aws-glue/crawlers", logStreamName="keeper")
    read = [e["message"] for e in events["events"] if "objects sampled" in e["message"]]
    assert [line.rpartition(", ")[2] for line in read] == [
        f"{count} of them unchanged since the last crawl" for count in (0, 1)
    ]


def test_a_schedule_that_aws_would_not_take_is_refused(glue: Any) -> None:
    with pytest.raises(ClientError, match=r"must be \?"):
        glue.create_crawler(
            Name="odd",
            Role="arn:aws:iam::000000000000:role/any",
            DatabaseName="classified",
            Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/odd/"}]},
            Schedule="cron(0 0 * * * *)",
        )
