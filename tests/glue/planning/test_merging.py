"""MergeNewColumns in particular: what is kept, what is added, and what gives a table up."""

import gzip

from glue_crawler.planning.actions import DeprecateTable
from glue_memory import columns_of, define, run_crawl, to_lines

MERGE = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
BOTH = {
    "CrawlerOutput": {
        "Tables": {"AddOrUpdateBehavior": "MergeNewColumns"},
        "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"},
    }
}
LINE = to_lines({"id": 1, "price": 2.5})


def test_formats_and_serde_of_a_table_are_kept_and_its_paths_are_brought_up_to_date() -> None:
    definition = define(configuration=MERGE)
    _, catalog = run_crawl({"data/a.json": LINE}, definition)
    storage = catalog.found["data"]["StorageDescriptor"]
    storage |= {"InputFormat": "mine.InputFormat", "OutputFormat": "mine.OutputFormat"}
    storage["SerdeInfo"] |= {"Name": "mine", "SerializationLibrary": "mine.SerDe"}
    run_crawl({"data/a.json": to_lines({"id": 1, "price": 2.5, "New": 1})}, definition, catalog)
    storage = catalog.found["data"]["StorageDescriptor"]
    assert (storage["InputFormat"], storage["OutputFormat"]) == (
        "mine.InputFormat",
        "mine.OutputFormat",
    )
    assert storage["SerdeInfo"] == {
        "Name": "mine",
        "SerializationLibrary": "mine.SerDe",
        "Parameters": {"paths": "New,id,price"},
    }


def test_new_fields_of_a_struct_are_added_and_its_types_kept() -> None:
    definition = define(configuration=MERGE)
    _, catalog = run_crawl({"data/a.json": to_lines({"a": {"x": 1}, "b": [{"y": 2}]})}, definition)
    columns = catalog.found["data"]["StorageDescriptor"]["Columns"]
    columns[0]["Type"] = "struct<x:decimal(9,2)>"
    wider = to_lines({"a": {"x": 1, "m": {"n": True}}, "b": [{"y": 2, "z": "t"}]})
    run_crawl({"data/a.json": wider}, definition, catalog)
    assert columns_of(catalog.found["data"]) == {
        "a": "struct<x:decimal(9,2),m:struct<n:boolean>>",
        "b": "array<struct<y:int,z:string>>",
    }


def test_a_changed_compression_deprecates_the_table_and_leaves_it_as_it_was() -> None:
    definition = define(configuration=BOTH)
    _, catalog = run_crawl({"data/dt=1/a.json": LINE}, definition)
    before = catalog.found["data"]
    packed = {
        "data/dt=2/a.json.gz": gzip.compress(LINE),
        "data/dt=3/a.json.gz": gzip.compress(LINE),
    }
    result, _ = run_crawl(packed, definition, catalog)
    [action] = result.actions
    assert isinstance(action, DeprecateTable)
    table = catalog.found["data"]
    assert table["Parameters"].pop("DEPRECATED_BY_CRAWLER") == "1790000000000"
    assert table["Parameters"] == before["Parameters"]
    assert list(catalog.parts["data"]) == [("1",)]
    [warning] = [line for line in result.warnings if "deprecated" in line]
    assert "compressionType was none and is gzip" in warning


def test_a_table_that_is_given_up_is_marked_once_and_comes_back_with_its_old_files() -> None:
    definition = define(configuration=BOTH)
    _, catalog = run_crawl({"data/a.json": LINE}, definition)
    run_crawl({"data/a.json": b"id;price\n1;2.5\n"}, definition, catalog)
    again, _ = run_crawl({"data/a.json": b"id;price\n1;2.5\n"}, definition, catalog)
    assert again.actions == ()
    assert any("deprecated" in line for line in again.warnings)
    run_crawl({"data/a.json": LINE}, definition, catalog)
    assert "DEPRECATED_BY_CRAWLER" not in catalog.found["data"]["Parameters"]


def test_without_merging_a_changed_compression_is_written_in_place() -> None:
    _, catalog = run_crawl({"data/a.json": LINE})
    run_crawl({"data/a.json": gzip.compress(LINE)}, catalog=catalog)
    assert catalog.found["data"]["Parameters"]["compressionType"] == "gzip"


def test_a_table_once_deprecated_is_not_deleted_by_a_later_policy() -> None:
    _, catalog = run_crawl({"data/a.json": LINE})
    run_crawl({}, catalog=catalog)
    assert "DEPRECATED_BY_CRAWLER" in catalog.found["data"]["Parameters"]
    run_crawl({}, define(SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"}), catalog)
    assert set(catalog.found) == {"data"}
