"""Custom classifiers and Parquet in the local Glue, as boto3 and a crawl see them."""

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
