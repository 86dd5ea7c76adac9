"""One table or many: folders, partitions, similarity, and what the order of files may change."""

import gzip
import random
from functools import partial
from typing import Any

import pytest
from drawn_examples import examples
from glue_crawler.crawl import Run, crawl
from glue_crawler.grouping.folders import GroupingPolicy, group
from glue_crawler.grouping.survey import Survey
from glue_crawler.objects.listing import StoredObject
from glue_crawler.objects.sampling import sample_object
from glue_memory import MemoryCatalog, MemoryStore, columns_of, define, run_crawl, to_lines
from hypothesis import given, settings
from hypothesis import strategies as st

ORDER = to_lines({"id": 1, "price": 2.5, "name": "a", "day": "x"})
CLICK = to_lines({"url": "u", "agent": "b", "at": 1})
CSV = b"id,price\n1,2.5\n2,3\n"

COMBINE = {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}


def tables(objects: dict[str, bytes], **fields: Any) -> dict[str, tuple[str, list[str]]]:
    """Table name to location and partition keys."""
    _, catalog = run_crawl(objects, define(**fields))
    return {
        name: (
            table["StorageDescriptor"]["Location"],
            [key["Name"] for key in table["PartitionKeys"]],
        )
        for name, table in catalog.found.items()
    }


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["data/a.json", "data/b.json"], []),
        (["data/dt=1/a.json", "data/dt=2/a.json"], ["dt"]),
        (["data/DT=1/a.json"], ["dt"]),
        (["data/one/a.json", "data/two/a.json"], ["partition_0"]),
        (["data/y=1/m=1/a.json", "data/y=1/m=2/a.json", "data/y=2/m=1/a.json"], ["y", "m"]),
        (["data/x/m=1/a.json", "data/z/m=1/a.json"], ["partition_0", "m"]),
        (["data/y=1/x/a.json"], ["y", "partition_1"]),
    ],
)
def test_folders_of_like_files_are_partitions_of_one_table(
    keys: list[str], expected: list[str]
) -> None:
    assert tables(dict.fromkeys(keys, ORDER)) == {"data": ("s3://shop/data/", expected)}


def test_partition_values_are_the_folders_names_and_their_types_strings() -> None:
    _, catalog = run_crawl({"data/y=2026/x/a.json": ORDER, "data/y=2025/x/a.json": ORDER})
    assert list(catalog.parts["data"]) == [("2025", "x"), ("2026", "x")]
    assert {key["Type"] for key in catalog.found["data"]["PartitionKeys"]} == {"string"}
    part = catalog.parts["data"]["2026", "x"]
    assert part["StorageDescriptor"]["Location"] == "s3://shop/data/y=2026/x/"


def test_folders_with_disjoint_schemas_are_tables_of_their_own() -> None:
    found = tables({"data/year=2017/a.json": ORDER, "data/year=2018/a.json": CLICK})
    assert found == {
        "year_2017": ("s3://shop/data/year=2017/", []),
        "year_2018": ("s3://shop/data/year=2018/", []),
    }


def test_combined_schemas_make_one_table_with_all_columns() -> None:
    objects = {"data/year=2017/a.json": ORDER, "data/year=2018/a.json": CLICK}
    assert tables(objects, configuration=COMBINE) == {"data": ("s3://shop/data/", ["year"])}
    _, catalog = run_crawl(objects, define(configuration=COMBINE))
    assert list(columns_of(catalog.found["data"])) == [
        "id",
        "price",
        "name",
        "day",
        "url",
        "agent",
        "at",
    ]


def test_combining_does_not_mix_formats_or_compressions() -> None:
    objects = {"data/a/x.json": ORDER, "data/b/x.csv": CSV, "data/c/x.gz": gzip.compress(ORDER)}
    assert set(tables(objects, configuration=COMBINE)) == {"a", "b", "c"}


def test_where_most_folders_are_alike_the_odd_one_of_the_same_format_joins_them() -> None:
    objects = {f"data/dt={n}/a.json": ORDER for n in range(3)} | {"data/dt=9/a.json": CLICK}
    assert tables(objects) == {"data": ("s3://shop/data/", ["dt"])}


def test_a_folder_of_another_format_stays_apart_from_the_table_above_it() -> None:
    objects = {f"data/dt={n}/a.json": ORDER for n in range(3)} | {"data/old/a.csv": CSV}
    result, catalog = run_crawl(objects)
    assert set(catalog.found) == {"data", "old"}
    assert any("stay apart" in line for line in result.warnings)


def test_files_beside_partitions_are_warned_of_or_tables_of_their_own() -> None:
    result, catalog = run_crawl({"data/dt=1/a.json": ORDER, "data/b.json": ORDER})
    assert (set(catalog.found), set(catalog.parts["data"])) == ({"data"}, {("1",)})
    assert any("in no partition" in line for line in result.warnings)
    result, catalog = run_crawl({"data/dt=1/a.json": ORDER, "data/b.csv": CSV})
    assert set(catalog.found) == {"dt_1", "b_csv"}
    assert any("unlike those in its folders" in line for line in result.warnings)
    level = define(configuration={"Grouping": {"TableLevelConfiguration": 2}})
    _, catalog = run_crawl({"data/dt=1/a.json": ORDER, "data/b.csv": CSV}, level)
    assert set(catalog.found) == {"data", "b_csv"}


def test_unlike_files_in_one_folder_are_a_table_each_and_a_warning() -> None:
    result, catalog = run_crawl({"data/SLorders.json": ORDER, "data/clicks.json": CLICK})
    table = catalog.found["slorders_json"]
    assert table["StorageDescriptor"]["Location"] == "s3://shop/data/SLorders.json"
    assert "objectCount" not in table["Parameters"]
    assert set(catalog.found) == {"slorders_json", "clicks_json"}
    assert any("Athena" in line for line in result.warnings)


def test_table_level_counts_from_the_bucket() -> None:
    objects = {
        "data/gazettes/day=1/a.json": ORDER,
        "data/gazettes/day=2/a.json": CLICK,
        "data/laws/day=1/a.json": ORDER,
    }
    level = {"Grouping": {"TableLevelConfiguration": 3}}
    assert tables(objects, path="s3://shop/", configuration=level) == {
        "gazettes": ("s3://shop/data/gazettes/", ["day"]),
        "laws": ("s3://shop/data/laws/", ["day"]),
    }


def test_a_bucket_root_names_the_table_after_the_bucket() -> None:
    assert tables({"taxi/a.json": ORDER}, path="s3://shop") == {
        "shop": ("s3://shop/", ["partition_0"])
    }


def test_an_include_path_may_be_one_file() -> None:
    objects = {"data/a.json": ORDER, "data/a.jsonl": CLICK, "data/b.json": CLICK}
    assert tables(objects, path="s3://shop/data/a.json") == {
        "a_json": ("s3://shop/data/a.json", [])
    }


def test_an_include_path_is_not_a_mere_prefix_of_names() -> None:
    objects = {"data/a.json": ORDER, "database/a.json": CLICK}
    assert tables(objects, path="s3://shop/data") == {"data": ("s3://shop/data/", [])}


def test_a_prefix_comes_before_the_name_as_it_is() -> None:
    assert set(tables({"data/a.json": ORDER}, TablePrefix="Raw_")) == {"raw_data"}


def test_names_are_cut_at_128_characters() -> None:
    [name] = tables({f"data/{'x' * 300}/a.json": ORDER}, path=f"s3://shop/data/{'x' * 300}/")
    assert name == "x" * 128


def test_tables_with_one_name_get_a_hash_that_stays_the_same() -> None:
    objects = {"a/log/1.json": ORDER, "b/log/1.json": CLICK, "b/2.csv": CSV}
    definition = define(
        Targets={"S3Targets": [{"Path": "s3://shop/a/log/"}, {"Path": "s3://shop/b/log/"}]}
    )
    _, catalog = run_crawl(objects, definition)
    first, second = sorted(catalog.found)
    assert first == "log"
    assert second.startswith("log_")
    assert len(second) == len("log_") + 32
    again, _ = run_crawl(objects, definition, catalog)
    assert again.actions == ()


def test_a_name_taken_by_a_table_elsewhere_is_left_alone() -> None:
    catalog = MemoryCatalog()
    theirs = {"Name": "data", "StorageDescriptor": {"Location": "s3://other/data/"}}
    catalog.found["data"] = theirs
    run_crawl({"data/a.json": ORDER}, catalog=catalog)
    assert catalog.found["data"] is theirs
    assert len(catalog.found) == 2


def test_files_of_unknown_format_are_left_out_with_a_warning() -> None:
    result, catalog = run_crawl({"data/a.json": ORDER, "data/README": b"words\nwords\n"})
    assert catalog.found["data"]["Parameters"]["objectCount"] == "1"
    assert any("unknown format" in line for line in result.warnings)


def test_a_folder_of_only_unknown_files_is_a_table_without_columns() -> None:
    _, catalog = run_crawl({"data/README": b"words\nwords\n"})
    assert catalog.found["data"]["Parameters"]["classification"] == "UNKNOWN"
    assert columns_of(catalog.found["data"]) == {}


def test_very_deep_folders_do_no_harm() -> None:
    key = "data/" + "a/" * 480 + "x.json"
    _, catalog = run_crawl({key: ORDER})
    assert len(catalog.found["data"]["PartitionKeys"]) == 480


def read_part(body: bytes, start: int, length: int) -> bytes:
    return body[start : start + length]


class ShuffledStore(MemoryStore):
    """Lists in any order, as no real store does."""

    def __init__(self, objects: dict[str, bytes], seed: int) -> None:
        super().__init__(objects)
        self._seed = seed

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Any:
        keys = list(self.objects)
        random.Random(self._seed).shuffle(keys)
        return (StoredObject(key, len(self.objects[key])) for key in keys)


FOLDERS = st.sampled_from(["", "dt=1/", "dt=2/", "x/", "x/y=1/", "z/"])
BODIES = st.sampled_from(
    [ORDER, CLICK, CSV, gzip.compress(ORDER), b"[1]", b"??", to_lines({"id": 2**40, "extra": []})]
)
LAKES = st.dictionaries(
    st.tuples(FOLDERS, st.sampled_from("abc")).map(lambda pair: f"data/{pair[0]}{pair[1]}"),
    BODIES,
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(150), deadline=None)
@given(LAKES, st.integers(0, 1000), st.booleans())
def test_the_order_of_a_listing_changes_nothing(
    objects: dict[str, bytes], seed: int, combine: bool
) -> None:
    definition = define(configuration=COMBINE if combine else {})
    run = Run("r", 0)
    sorted_plan = crawl(definition, MemoryStore(objects), MemoryCatalog(), run)
    shuffled = crawl(definition, ShuffledStore(objects, seed), MemoryCatalog(), run)
    assert shuffled.actions == sorted_plan.actions


@settings(max_examples=examples(150), deadline=None)
@given(LAKES, st.booleans(), st.sampled_from([None, 1, 2, 3]))
def test_crawling_twice_changes_nothing(
    objects: dict[str, bytes], inherit: bool, level: int | None
) -> None:
    configuration: dict[str, Any] = (
        {"Grouping": {"TableLevelConfiguration": level}} if level else {}
    )
    if inherit:
        configuration["CrawlerOutput"] = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
    definition = define(configuration=configuration)
    _, catalog = run_crawl(objects, definition)
    again, _ = run_crawl(objects, definition, catalog, run_id="run-2")
    assert again.actions == ()


@settings(max_examples=examples(150), deadline=None)
@given(LAKES)
def test_no_two_tables_of_a_crawl_have_one_place(objects: dict[str, bytes]) -> None:
    survey = Survey()
    for key, body in objects.items():
        sample = sample_object(partial(read_part, body), len(body))
        if sample is not None:
            survey.add(StoredObject(key, len(body)), sample)
    for policy in (GroupingPolicy(), GroupingPolicy(True), GroupingPolicy(False, 2)):
        paths = [table.path for table in group(survey, "data/", policy).tables]
        assert len(paths) == len(set(paths))


@settings(max_examples=examples(150), deadline=None)
@given(LAKES)
def test_every_known_file_is_under_a_table_and_every_partition_in_its_table(
    objects: dict[str, bytes],
) -> None:
    _, catalog = run_crawl(objects)
    locations = [table["StorageDescriptor"]["Location"] for table in catalog.found.values()]
    assert len(locations) == len(set(locations))
    for key in (key for key, body in objects.items() if body != b"??"):
        assert any(f"s3://shop/{key}".startswith(location) for location in locations)
    for name, parts in catalog.parts.items():
        table = catalog.found[name]
        for values, part in parts.items():
            assert len(values) == len(table["PartitionKeys"])
            root, place = (item["StorageDescriptor"]["Location"] for item in (table, part))
            assert place.startswith(root)
            assert set(columns_of(part)) <= set(columns_of(table))


@settings(max_examples=examples(150), deadline=None)
@given(LAKES, LAKES, st.sampled_from(["DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE"]))
def test_whatever_changes_between_crawls_the_next_one_settles(
    before: dict[str, bytes], after: dict[str, bytes], behavior: str
) -> None:
    definition = define(SchemaChangePolicy={"DeleteBehavior": behavior})
    _, catalog = run_crawl(before, definition)
    run_crawl(after, definition, catalog)
    again, _ = run_crawl(after, definition, catalog)
    assert again.actions == ()
    for name, table in catalog.found.items():
        for values in catalog.parts.get(name, {}):
            assert len(values) == len(table["PartitionKeys"])
