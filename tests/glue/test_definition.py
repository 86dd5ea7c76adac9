"""What a crawler's definition may say, and what is refused when it is made; exclusion patterns."""

from typing import Any

import pytest
from glue_crawler.definition import read_definition
from glue_crawler.errors import InvalidCrawlerError, TooManyTablesError
from glue_crawler.objects.exclusions import is_excluded
from glue_memory import define as define_crawl
from glue_memory import run_crawl

S3 = {"S3Targets": [{"Path": "s3://shop/data/"}]}


def define(**fields: Any) -> Any:
    return read_definition({"Name": "c", "DatabaseName": "d", "Targets": S3} | fields)


def test_defaults_are_those_of_aws() -> None:
    found = define()
    assert (found.update_behavior, found.delete_behavior) == (
        "UPDATE_IN_DATABASE",
        "DEPRECATE_IN_DATABASE",
    )
    switches = (found.new_folders_only, found.inherit_from_table, found.merge_new_columns)
    assert switches == (False, False, False)


def test_new_folders_only_means_log() -> None:
    found = define(RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"})
    assert (found.update_behavior, found.delete_behavior) == ("LOG", "LOG")


@pytest.mark.parametrize(
    ("path", "bucket", "key"),
    [
        ("s3://shop/data/", "shop", "data/"),
        ("s3://shop", "shop", ""),
        ("shop/data", "shop", "data"),
        ("s3a://shop/a/b", "shop", "a/b"),
    ],
)
def test_include_paths_are_split(path: str, bucket: str, key: str) -> None:
    [target] = define(Targets={"S3Targets": [{"Path": path}]}).targets
    assert (target.bucket, target.path) == (bucket, key)


def target(**fields: Any) -> dict[str, Any]:
    return {"Targets": {"S3Targets": [{"Path": "s3://shop/"} | fields]}}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Targets": {}}, "at least one target"),
        ({"Targets": {"S3Targets": []}}, "at least one target"),
        (target(Path=""), "no bucket"),
        (target(Path="https://shop/data"), "not an S3 URL"),
        (target(SampleSize=0), "1 to 249"),
        (target(SampleSize=250), "1 to 249"),
        (target(Exclusions=["a{b"]), "open {"),
        (target(Exclusions=["a[b"]), r"open \["),
        (target(Exclusions=["a\\"]), "backslash"),
        ({"TablePrefix": "x" * 129}, "longer than 128"),
        ({"SchemaChangePolicy": {"UpdateBehavior": "MAYBE"}}, "UpdateBehavior must be"),
        ({"SchemaChangePolicy": {"DeleteBehavior": "MAYBE"}}, "DeleteBehavior must be"),
        ({"RecrawlPolicy": {"RecrawlBehavior": "MAYBE"}}, "RecrawlBehavior must be"),
        (
            {
                "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
                "SchemaChangePolicy": {"UpdateBehavior": "LOG"},
            },
            "only LOG",
        ),
        (
            {
                "Configuration": '{"Version": 1.0, "CrawlerOutput": {"Partitions": '
                '{"UpdateBehavior": "LOG"}}}'
            },
            "CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior.",
        ),
        ({"Configuration": '{"Version": 1.0, "Groupings": {}}'}, "unsupported keys: Groupings"),
        (
            {
                "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
                "Targets": {"DeltaTargets": [{"DeltaTables": ["s3://shop/d/"]}]},
            },
            "can only apply to Amazon S3 target",
        ),
        ({"Configuration": "{"}, "not JSON"),
        ({"Configuration": "[]"}, "Version"),
        ({"Configuration": '{"Version": 2.0}'}, "Version"),
        ({"Configuration": '{"Version": 1.0, "Grouping": 1}'}, "objects"),
        (
            {"Configuration": '{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 0}}'},
            "from 1",
        ),
        (
            {"Configuration": '{"Version": 1.0, "Grouping": {"TableGroupingPolicy": "x"}}'},
            "CombineCompatibleSchemas",
        ),
        (
            {
                "Configuration": '{"Version": 1.0, "CrawlerOutput": '
                '{"Tables": {"AddOrUpdateBehavior": "InheritFromTable"}}}'
            },
            "MergeNewColumns",
        ),
    ],
)
def test_a_wrong_definition_is_refused_with_its_reason(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidCrawlerError, match=message):
        define(**fields)


@pytest.mark.parametrize(
    ("glob", "key", "excluded"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "x/a.csv", False),
        ("*.csv", ".csv", True),
        ("**.csv", "x/y/a.csv", True),
        ("tmp/**", "tmp/a/b", True),
        ("tmp/**", "tmps/a", False),
        ("*/*.json", "a/b.json", True),
        ("*/*.json", "b.json", False),
        ("day-?", "day-1", True),
        ("day-?", "day-10", False),
        ("a?b", "a/b", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[!a-c]x", "/x", False),
        ("[^]x", "^x", True),
        ("*.{csv,avro}", "a.avro", True),
        ("*.{csv,avro}", "a.json", False),
        ("a,b", "a,b", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("a.b", "axb", False),
        ("departments/**", "departments/hr/a", True),
    ],
)
def test_exclusion_patterns_match_as_aws_says(glob: str, key: str, excluded: bool) -> None:
    assert is_excluded(key, (glob,)) is excluded


def test_more_tables_than_the_threshold_fail_the_crawl_and_write_nothing() -> None:
    threshold = {"CrawlerOutput": {"Tables": {"TableThreshold": 1}}}
    objects = {"data/a/a.json": b'{"a": 1}\n', "data/b/b.json": b'{"c": 1}\n'}
    with pytest.raises(TooManyTablesError, match="detected by crawler: orders is: 2"):
        run_crawl(objects, define_crawl(configuration=threshold))
    _, catalog = run_crawl({"data/a/a.json": b'{"a": 1}\n'}, define_crawl(configuration=threshold))
    assert len(catalog.found) == 1


@pytest.mark.parametrize("number", [0, -1, True, "2", 1.5])
def test_a_threshold_is_a_whole_number_from_one(number: object) -> None:
    with pytest.raises(InvalidCrawlerError, match="TableThreshold"):
        define_crawl(configuration={"CrawlerOutput": {"Tables": {"TableThreshold": number}}})
