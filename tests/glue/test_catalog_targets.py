"""Crawlers with tables of the catalog as targets keep these up to date and make no others."""

import json
from typing import Any

import pytest
from glue_crawler.definition import CrawlerDefinition, read_definition
from glue_crawler.errors import InvalidCrawlerError, TableMissingError
from glue_memory import MemoryCatalog, columns_of, run_crawl, to_lines


def define(*tables: str, **fields: Any) -> CrawlerDefinition:
    targets = {"CatalogTargets": [{"DatabaseName": "lake", "Tables": list(tables)}]}
    return read_definition({"Name": "keeper", "Targets": targets} | fields)


def made_by_hand(location: str, *keys: str) -> MemoryCatalog:
    catalog = MemoryCatalog()
    catalog.found["sales"] = {
        "Name": "sales",
        "Description": "by hand",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "StorageDescriptor": {
            "Location": location,
            "Columns": [{"Name": "id", "Type": "decimal(9,0)"}],
        },
        "Parameters": {"owner": "me"},
    }
    return catalog


def test_a_table_made_by_hand_gets_new_columns_and_partitions_under_its_own_keys() -> None:
    catalog = made_by_hand("s3://shop/data", "day")
    objects = {
        "data/2026-11-22/a.json": to_lines({"id": 1}),
        "data/2026-11-23/a.json": to_lines({"x": 1, "y": 2}),
        "other/b.json": to_lines({"z": 1}),
    }
    merging = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
    run_crawl(objects, define("sales", **configured(merging)), catalog)
    assert list(catalog.found) == ["sales"]
    table = catalog.found["sales"]
    assert columns_of(table) == {"id": "decimal(9,0)", "x": "int", "y": "int"}
    assert [key["Name"] for key in table["PartitionKeys"]] == ["day"]
    assert sorted(catalog.parts["sales"]) == [("2026-11-22",), ("2026-11-23",)]
    assert (table["Description"], table["Parameters"]["owner"]) == ("by hand", "me")
    assert table["StorageDescriptor"]["Location"] == "s3://shop/data"


def configured(configuration: dict[str, Any]) -> dict[str, str]:
    return {"Configuration": json.dumps({"Version": 1.0} | configuration)}


def test_what_is_unlike_the_table_makes_no_table_of_its_own() -> None:
    catalog = made_by_hand("s3://shop/data/")
    objects = {"data/a.json": to_lines({"id": 1}), "data/sub/b.csv": b"a,b\n1,2\n"}
    result, _ = run_crawl(objects, define("sales"), catalog)
    assert list(catalog.found) == ["sales"]
    assert any("left out" in line for line in result.warnings)


def test_a_table_without_objects_stays_as_it_is_and_is_told() -> None:
    catalog = made_by_hand("s3://shop/data/")
    result, _ = run_crawl({}, define("sales"), catalog)
    assert result.actions == ()
    assert any("holds no objects" in line for line in result.warnings)


def test_a_table_that_is_not_there_fails_the_crawl() -> None:
    with pytest.raises(TableMissingError, match="gone"):
        run_crawl({}, define("gone"), MemoryCatalog())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"SchemaChangePolicy": {"DeleteBehavior": "DELETE_FROM_DATABASE"}},
            "only LOG DeleteBehavior",
        ),
        (
            {
                "Targets": {
                    "CatalogTargets": [{"DatabaseName": "lake", "Tables": ["a"]}],
                    "S3Targets": [{"Path": "s3://shop/"}],
                }
            },
            "cannot be mixed",
        ),
        ({"Targets": {"CatalogTargets": [{"DatabaseName": "lake", "Tables": []}]}}, "name tables"),
        (
            {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}},
            "only apply to Amazon S3 target",
        ),
    ],
)
def test_what_aws_refuses_of_such_a_crawler(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidCrawlerError, match=message):
        define("sales", **fields)
