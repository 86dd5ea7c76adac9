"""Second crawls: what is updated, kept, deprecated, deleted, and what is not even read."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from glue_crawler.crawl import Run, crawl
from glue_crawler.errors import (
    BucketMissingError,
    CrawlStoppedError,
    NothingReadableError,
)
from glue_crawler.planning.actions import CreatePartitions, CreateTable, UpdateTable
from glue_memory import (
    MemoryCatalog,
    MemoryStore,
    columns_of,
    define,
    run_crawl,
    to_lines,
)

ONE = to_lines({"id": 1, "price": 2, "sku": "s", "lang": "en"})
WIDER = to_lines({"id": 1, "price": 2.5, "sku": "s", "lang": "en", "Note": "n"})
ONE_COLUMNS = {"id": "int", "price": "int", "sku": "string", "lang": "string"}
WIDER_COLUMNS = ONE_COLUMNS | {"price": "double", "note": "string"}
INHERIT = {"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}
MERGE = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
ONLY_LOG = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
NEW_FOLDERS: dict[str, Any] = {
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
    "SchemaChangePolicy": ONLY_LOG,
}


def test_a_changed_schema_updates_the_table_and_says_how() -> None:
    _, catalog = run_crawl({"data/a.json": ONE})
    result, _ = run_crawl({"data/a.json": WIDER}, catalog=catalog, run_id="run-2")
    [update] = result.actions
    assert isinstance(update, UpdateTable)
    assert update.changes == ("added note string", "changed price from int to double")
    assert update.table["Parameters"]["CRAWL_RUN_ID"] == "run-2"
    assert columns_of(catalog.found["data"]) == WIDER_COLUMNS


def test_a_column_that_is_gone_is_removed() -> None:
    _, catalog = run_crawl({"data/a.json": WIDER})
    result, _ = run_crawl({"data/a.json": ONE}, catalog=catalog)
    assert [a.changes for a in result.actions if isinstance(a, UpdateTable)] == [
        ("removed note", "changed price from double to int")
    ]


def test_what_a_user_set_survives_and_the_crawlers_own_is_rewritten() -> None:
    _, catalog = run_crawl({"data/a.json": ONE})
    table = catalog.found["data"]
    table["Description"] = "orders"
    table["Parameters"] |= {"team": "shop", "skip.header.line.count": "1"}
    run_crawl({"data/a.json": WIDER}, catalog=catalog)
    table = catalog.found["data"]
    assert (table["Description"], table["Parameters"]["team"]) == ("orders", "shop")
    assert "skip.header.line.count" not in table["Parameters"]
    assert table["StorageDescriptor"]["Parameters"] == table["Parameters"]


def test_a_table_made_by_hand_at_the_same_place_is_taken_over_under_its_name() -> None:
    catalog = MemoryCatalog()
    catalog.found["mine"] = {
        "Name": "mine",
        "StorageDescriptor": {"Location": "s3://shop/data", "Columns": []},
        "PartitionKeys": [{"Name": "dt", "Type": "date"}],
    }
    run_crawl({"data/dt=2026-11-22/a.json": ONE}, catalog=catalog)
    assert set(catalog.found) == {"mine"}
    assert catalog.found["mine"]["PartitionKeys"] == [{"Name": "dt", "Type": "date"}]
    assert list(catalog.parts["mine"]) == [("2026-11-22",)]


def test_log_leaves_tables_alone_but_adds_tables_and_partitions() -> None:
    definition = define(SchemaChangePolicy=ONLY_LOG)
    _, catalog = run_crawl({"data/dt=1/a.json": ONE}, definition)
    before = catalog.found["data"]
    objects = {"data/dt=1/a.json": WIDER, "data/dt=2/a.json": WIDER}
    result, _ = run_crawl(objects, definition, catalog)
    assert catalog.found["data"] is before
    assert [type(action) for action in result.actions] == [CreatePartitions]
    assert columns_of(catalog.parts["data"]["1",]) == ONE_COLUMNS


def test_merging_only_adds_columns() -> None:
    definition = define(configuration=MERGE)
    _, catalog = run_crawl({"data/a.json": WIDER}, definition)
    run_crawl({"data/a.json": to_lines({"id": "x", "new": True})}, definition, catalog)
    assert columns_of(catalog.found["data"]) == WIDER_COLUMNS | {"new": "boolean"}


def test_partitions_have_schemas_of_their_own_and_drift_is_a_warning() -> None:
    result, catalog = run_crawl({"data/dt=1/a.json": ONE, "data/dt=2/a.json": WIDER})
    assert columns_of(catalog.found["data"])["price"] == "double"
    assert columns_of(catalog.parts["data"]["1",])["price"] == "int"
    [warning] = [line for line in result.warnings if "PARTITION_SCHEMA_MISMATCH" in line]
    assert "price" in warning


def test_partitions_inherit_the_tables_schema_and_follow_its_changes() -> None:
    definition = define(configuration=INHERIT)
    result, catalog = run_crawl({"data/dt=1/a.json": ONE}, definition)
    assert result.warnings == ()
    objects = {"data/dt=1/a.json": ONE, "data/dt=2/a.json": WIDER}
    result, _ = run_crawl(objects, definition, catalog)
    for part in catalog.parts["data"].values():
        assert columns_of(part) == columns_of(catalog.found["data"])
        assert (
            part["StorageDescriptor"]["SerdeInfo"]["Parameters"]["paths"]
            == "Note,id,lang,price,sku"
        )
    assert result.warnings == ()


@pytest.mark.parametrize("behavior", ["DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE", "LOG"])
def test_what_becomes_of_tables_and_partitions_whose_objects_are_gone(behavior: str) -> None:
    definition = define(
        SchemaChangePolicy={"DeleteBehavior": behavior},
        Targets={"S3Targets": [{"Path": "s3://shop/data/"}, {"Path": "s3://shop/old/"}]},
    )
    objects = {"data/dt=1/a.json": ONE, "data/dt=2/a.json": ONE, "old/a.json": ONE}
    _, catalog = run_crawl(objects, definition)
    run_crawl({"data/dt=2/a.json": ONE}, definition, catalog)
    parts = catalog.parts["data"]
    if behavior == "DELETE_FROM_DATABASE":
        assert set(catalog.found) == {"data"}
        assert set(parts) == {("2",)}
        return
    marks = [
        place["Parameters"].get("DEPRECATED_BY_CRAWLER")
        for item in (catalog.found["old"], parts["1",])
        for place in (item, item["StorageDescriptor"])
    ]
    deprecated = behavior == "DEPRECATE_IN_DATABASE"
    assert marks == ["1790000000000" if deprecated else None] * 4
    again, _ = run_crawl({"data/dt=2/a.json": ONE}, definition, catalog)
    assert again.actions == ()


def test_objects_that_come_back_take_the_deprecation_away() -> None:
    _, catalog = run_crawl({"data/a.json": ONE})
    run_crawl({}, catalog=catalog)
    assert "DEPRECATED_BY_CRAWLER" in catalog.found["data"]["Parameters"]
    run_crawl({"data/a.json": ONE}, catalog=catalog)
    assert "DEPRECATED_BY_CRAWLER" not in catalog.found["data"]["Parameters"]


def test_tables_and_partitions_of_others_are_never_deleted() -> None:
    definition = define(SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    _, catalog = run_crawl({"data/dt=1/a.json": ONE}, definition)
    catalog.parts["data"]["9",] = {"Values": ["9"], "StorageDescriptor": {}}
    theirs = {
        "Name": "theirs",
        "StorageDescriptor": {"Location": "s3://shop/data/x/"},
        "Parameters": {"UPDATED_BY_CRAWLER": "another"},
    }
    catalog.found["theirs"] = theirs
    run_crawl({"data/dt=1/a.json": ONE}, definition, catalog)
    assert catalog.found["theirs"] is theirs
    assert ("9",) in catalog.parts["data"]


def test_folders_that_moved_take_their_old_partitions_with_them() -> None:
    _, catalog = run_crawl({"data/dt=1/a.json": ONE})
    run_crawl({"data/y=1/m=2/a.json": ONE}, catalog=catalog)
    assert [key["Name"] for key in catalog.found["data"]["PartitionKeys"]] == ["y", "m"]
    assert set(catalog.parts["data"]) == {("1", "2")}
    again, _ = run_crawl({"data/y=1/m=2/a.json": ONE}, catalog=catalog)
    assert again.actions == ()


def test_folders_that_moved_are_left_out_of_a_table_that_may_not_change() -> None:
    definition = define(SchemaChangePolicy=ONLY_LOG)
    _, catalog = run_crawl({"data/dt=1/a.json": ONE}, definition)
    result, _ = run_crawl({"data/y=1/m=2/a.json": ONE}, definition, catalog)
    assert result.actions == ()
    assert "do not fit the partition keys" in result.warnings[0]


def test_a_bare_table_made_by_hand_can_be_inherited_from() -> None:
    catalog = MemoryCatalog()
    catalog.found["mine"] = {
        "Name": "mine",
        "StorageDescriptor": {"Location": "s3://shop/data/", "Columns": []},
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
    }
    definition = define(configuration=INHERIT, SchemaChangePolicy=ONLY_LOG)
    run_crawl({"data/dt=1/a.json": ONE}, definition, catalog)
    assert columns_of(catalog.parts["mine"]["1",]) == {}


def test_of_two_tables_at_one_place_the_crawlers_own_is_updated() -> None:
    _, catalog = run_crawl({"data/a.json": ONE})
    twin = {"Name": "twin", "StorageDescriptor": {"Location": "s3://shop/data/"}}
    catalog.found["twin"] = twin
    run_crawl({"data/a.json": WIDER}, catalog=catalog)
    assert catalog.found["twin"] is twin
    assert columns_of(catalog.found["data"]) == WIDER_COLUMNS


def test_tables_outside_the_targets_are_left_alone() -> None:
    deleting = {"DeleteBehavior": "DELETE_FROM_DATABASE"}
    objects = {"data/a.json": ONE, "old/a.json": ONE}
    _, catalog = run_crawl(objects, define("s3://shop/old/", SchemaChangePolicy=deleting))
    run_crawl({"data/a.json": ONE}, define(SchemaChangePolicy=deleting), catalog)
    assert set(catalog.found) == {"data", "old"}


def test_no_objects_make_no_table_and_no_error() -> None:
    result, catalog = run_crawl({})
    assert (result.actions, catalog.found) == ((), {})
    assert "holds no objects" in result.warnings[0]


def test_new_folders_only_reads_nothing_that_was_crawled() -> None:
    definition = define(**NEW_FOLDERS)
    store = MemoryStore({f"data/dt={n}/a.json": ONE for n in range(20)})
    _, catalog = run_crawl(store, definition)
    before = catalog.found["data"]
    store.objects["data/dt=20/a.json"] = WIDER
    store.objects["data/dt=3/late.json"] = WIDER
    store.reads.clear()
    result, _ = run_crawl(store, definition, catalog)
    assert [key for key, _, _ in store.reads] == ["data/dt=20/a.json"]
    assert catalog.found["data"] is before
    assert ("20",) in catalog.parts["data"]
    assert result.objects == 1


def test_new_folders_are_listed_without_walking_through_old_ones() -> None:
    definition = define(**NEW_FOLDERS)
    many = {f"data/dt=1/{n:05}.json": ONE for n in range(5000)}
    store = MemoryStore(many)
    _, catalog = run_crawl(store, definition)
    store.objects["data/dt=2/a.json"] = ONE
    store.listed = 0
    run_crawl(store, definition, catalog)
    assert store.listed < 1100
    assert ("2",) in catalog.parts["data"]


def test_new_folders_find_the_table_that_they_belong_to() -> None:
    definition = define(**NEW_FOLDERS)
    clicks = to_lines({"url": "u", "at": "b"})
    objects = {"data/orders/dt=1/a.json": ONE, "data/clicks/dt=1/a.json": clicks}
    _, catalog = run_crawl(objects, definition)
    assert set(catalog.found) == {"orders", "clicks"}
    objects |= {"data/orders/dt=2/a.json": ONE}
    run_crawl(objects, definition, catalog)
    assert set(catalog.found) == {"orders", "clicks"}
    assert set(catalog.parts["orders"]) == {("1",), ("2",)}


def test_a_new_folder_below_a_crawled_table_without_partitions_is_found() -> None:
    definition = define(**NEW_FOLDERS)
    objects = {f"data/{n:04}.json": ONE for n in range(1500)}
    _, catalog = run_crawl(objects, definition)
    store = MemoryStore(objects | {"data/zz/a.json": WIDER})
    run_crawl(store, definition, catalog)
    assert [key for key, _, _ in store.reads] == ["data/zz/a.json"]


def test_a_sample_size_bounds_the_files_read_in_each_folder() -> None:
    store = MemoryStore({f"data/dt={n % 2}/{n}.json": ONE for n in range(20)})
    _, catalog = run_crawl(store, define(target={"SampleSize": 3}))
    assert len(store.reads) == 6
    assert catalog.found["data"]["Parameters"]["objectCount"] == "20"
    assert catalog.found["data"]["Parameters"]["sizeKey"] == str(20 * len(ONE))


def test_a_sample_that_cannot_be_read_leaves_the_rest_of_its_folder_unknown() -> None:
    objects = {"data/x/1.json": ONE, "data/x/2.json": ONE, "data/y/1.json": ONE}
    store = MemoryStore(objects, forbidden=["data/x/1.json"])
    result, catalog = run_crawl(store, define(target={"SampleSize": 1}))
    assert len(result.errors) == 1
    assert set(catalog.parts["data"]) == {("y",)}


def test_excluded_objects_are_neither_read_nor_counted() -> None:
    store = MemoryStore({"data/a.json": ONE, "data/b.csv": b"x", "data/tmp/c.json": ONE})
    _, catalog = run_crawl(store, define(target={"Exclusions": ["*.csv", "tmp/**"]}))
    assert [key for key, _, _ in store.reads] == ["data/a.json"]
    assert catalog.found["data"]["Parameters"]["exclusions"] == (
        '["s3://shop/data/*.csv","s3://shop/data/tmp/**"]'
    )


def test_an_unreadable_object_is_an_error_line_and_the_crawl_goes_on() -> None:
    store = MemoryStore({"data/a.json": ONE, "data/b.json": ONE}, forbidden=["data/a.json"])
    result, catalog = run_crawl(store)
    assert "Access Denied retrieving file at s3://shop/data/a.json" in result.errors[0]
    assert catalog.found["data"]["Parameters"]["objectCount"] == "1"


def test_nothing_readable_fails_the_crawl_and_deprecates_nothing() -> None:
    _, catalog = run_crawl({"data/a.json": ONE})
    store = MemoryStore({"data/a.json": ONE}, forbidden=["data/a.json"])
    with pytest.raises(NothingReadableError, match="Access Denied"):
        run_crawl(store, catalog=catalog)


def test_a_missing_bucket_fails_the_crawl() -> None:
    with pytest.raises(BucketMissingError, match="nowhere"):
        run_crawl({}, define("s3://nowhere/data/"))


def test_a_crawl_stops_when_it_is_asked_to() -> None:
    store = MemoryStore({f"data/{n}.json": ONE for n in range(100)})
    with pytest.raises(CrawlStoppedError):
        crawl(
            define(),
            store,
            MemoryCatalog(),
            Run("r", 0),
            should_stop=lambda: len(store.reads) >= 10,
        )
    assert len(store.reads) < 60


def test_sampling_in_threads_plans_the_same_as_one_by_one() -> None:
    objects = {f"data/dt={n % 7}/{n}.json.gz": gzip.compress(ONE * n) for n in range(1, 90)}
    run = Run("r", 0)
    alone = crawl(define(), MemoryStore(objects), MemoryCatalog(), run)
    with ThreadPoolExecutor(8) as executor:
        together = crawl(define(), MemoryStore(objects), MemoryCatalog(), run, executor=executor)
    assert together == alone


def test_hidden_costs_are_warned_of() -> None:
    objects = {"data/dt=1/a.json": b'[{"a": 1}]', "data/dt=2/a.json": b'[{"a": 2}]'}
    result, _ = run_crawl(objects)
    assert any("JSON arrays" in line for line in result.warnings)
    result, _ = run_crawl({"data/dt=1/a.json": to_lines({"dt": "1"})})
    assert any("HIVE_INVALID_METADATA" in line for line in result.warnings)
    result, _ = run_crawl({"data/a.json": to_lines({"by_day": {"2026-11-22 x": 1}})})
    assert any("whose names hold spaces" in line for line in result.warnings)
    many = {f"data/{n}.csv": b'a,b\n"x",1\n"y",2\n' for n in range(5)}
    result, _ = run_crawl(many)
    assert any("and 4 more objects" in line for line in result.warnings)


def test_ten_thousand_partitions_are_one_table_and_one_plan() -> None:
    objects = {f"data/dt={n:05}/a.json": ONE for n in range(10_000)}
    result, _ = run_crawl(objects)
    assert [type(action) for action in result.actions] == [CreateTable, CreatePartitions]
    assert result.sampled == 10_000


def test_a_location_without_a_slash_at_its_end_stays_so() -> None:
    body = to_lines({"id": 1})
    _, catalog = run_crawl({"data/a.json": body})
    catalog.found["data"]["StorageDescriptor"]["Location"] = "s3://shop/data"
    run_crawl({"data/a.json": to_lines({"id": 1, "name": "a"})}, catalog=catalog)
    table = catalog.found["data"]
    assert columns_of(table) == {"id": "int", "name": "string"}
    assert table["StorageDescriptor"]["Location"] == "s3://shop/data"
