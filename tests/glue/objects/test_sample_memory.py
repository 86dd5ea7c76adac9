"""A second crawl reads what changed, and finds what a crawl without a memory finds."""

import json
from typing import Any

import pytest
from glue_crawler.classifiers.definition import read_classifier
from glue_crawler.crawl import Run, crawl
from glue_crawler.definition import read_definition
from glue_crawler.errors import CrawlStoppedError
from glue_crawler.objects.sample_memory import SampleMemory
from glue_memory import MemoryCatalog, MemoryStore, define, run_crawl, to_lines
from hypothesis import given
from hypothesis import strategies as st

OBJECTS = {
    "data/dt=1/a.json": to_lines({"id": 1}),
    "data/dt=1/b.json": to_lines({"id": 2, "name": "x"}),
    "data/dt=2/c.json": to_lines({"id": 3}),
}


def read_keys(store: MemoryStore) -> list[str]:
    return sorted({key for key, _, _ in store.reads})


def test_a_second_crawl_of_nothing_new_reads_no_object() -> None:
    memory, catalog = SampleMemory(), MemoryCatalog()
    first, _ = run_crawl(OBJECTS, catalog=catalog, memory=memory)
    store = MemoryStore(OBJECTS)
    second, _ = run_crawl(store, catalog=catalog, memory=memory)
    assert (first.sampled, first.recalled) == (3, 0)
    assert (second.sampled, second.recalled) == (3, 3)
    assert store.reads == []
    assert second.actions == ()


def test_only_new_and_changed_objects_are_read() -> None:
    memory = SampleMemory()
    run_crawl(OBJECTS, memory=memory)
    # The changed object is as long as before.
    changed = {
        "data/dt=1/a.json": OBJECTS["data/dt=1/a.json"].replace(b"1", b"7"),
        "data/dt=3/d.json": b'{"id": 4}\n',
    }
    store = MemoryStore(OBJECTS | changed)
    run_crawl(store, memory=memory)
    assert read_keys(store) == sorted(changed)


def test_what_is_gone_is_forgotten() -> None:
    memory = SampleMemory()
    run_crawl(OBJECTS, memory=memory)
    run_crawl({"data/dt=1/a.json": OBJECTS["data/dt=1/a.json"]}, memory=memory)
    assert len(memory) == 1


def test_a_changed_classifier_reads_everything_again() -> None:
    memory = SampleMemory()
    settings: dict[str, Any] = {
        "Name": "orders",
        "DatabaseName": "lake",
        "Targets": {"S3Targets": [{"Path": "s3://shop/data/"}]},
    }
    path = read_classifier({"JsonClassifier": {"Name": "j", "JsonPath": "$.id"}})
    run_crawl(OBJECTS, read_definition(settings), memory=memory)
    store = MemoryStore(OBJECTS)
    _, catalog = run_crawl(store, read_definition(settings, [path]), memory=memory)
    assert read_keys(store) == sorted(OBJECTS)
    assert "record" in json.dumps(catalog.found)


def test_a_crawl_that_was_stopped_has_not_read_in_vain() -> None:
    objects = {f"data/{n:03}.json": to_lines({"id": n}) for n in range(50)}
    memory, store = SampleMemory(), MemoryStore(objects)
    stops = iter([False] * 49 + [True])
    with pytest.raises(CrawlStoppedError):
        crawl(
            define(),
            store,
            MemoryCatalog(),
            Run("run-1", 0),
            should_stop=lambda: next(stops),
            memory=memory,
        )
    before = set(read_keys(store))
    store.reads.clear()
    run_crawl(store, memory=memory)
    assert before
    assert set(read_keys(store)) == set(objects) - before


def test_an_object_that_could_not_be_read_is_tried_again() -> None:
    memory = SampleMemory()
    refused = "data/dt=2/c.json"
    result, _ = run_crawl(MemoryStore(OBJECTS, forbidden=[refused]), memory=memory)
    assert len(result.errors) == 1
    store = MemoryStore(OBJECTS)
    run_crawl(store, memory=memory)
    assert read_keys(store) == [refused]


BODIES = st.sampled_from(
    [
        b"",
        b'{"id": 1}\n',
        b'{"id": 1, "b": "x"}\n{"id": 2}\n',
        b"id,name\n1,a\n2,b\n",
        b"# comment\nid,name\n1,a\n2,b\n",
        b"<xml/>",
    ]
)
LAKES = st.dictionaries(
    st.sampled_from([f"data/dt={day}/{file}" for day in "12" for file in "ab"]), BODIES
)


@given(st.lists(LAKES, min_size=1, max_size=4))
def test_a_memory_changes_nothing_but_what_is_read(lakes: list[dict[str, bytes]]) -> None:
    memory, with_memory, without = SampleMemory(), MemoryCatalog(), MemoryCatalog()
    for lake in lakes:
        remembered, _ = run_crawl(lake, catalog=with_memory, memory=memory)
        fresh, _ = run_crawl(lake, catalog=without)
        assert remembered.actions == fresh.actions
        assert remembered.warnings == fresh.warnings
    assert with_memory.found == without.found
    assert with_memory.parts == without.parts
