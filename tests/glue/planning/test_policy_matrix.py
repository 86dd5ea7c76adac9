"""Every combination of the three policies on what exists: what a second crawl leaves standing.

The policies are UpdateBehavior, MergeNewColumns and InheritFromTable. Before the second crawl a
user corrects a type and a SerDe in the table and in a partition; the data brings a new column and
a new partition.
"""

import itertools

import pytest
from glue_memory import GlueDict, MemoryCatalog, columns_of, define, run_crawl, to_lines

EXACT, CRAWLED = "decimal(24,6)", "double"
HAND_SET = "ignore.malformed.json"
BEFORE = to_lines({"id": 1, "sku": "s", "day": "d", "price": 2.5})
AFTER = to_lines({"id": 1, "sku": "s", "day": "d", "price": 2.5, "note": "n"})

# update, merge, inherit: the type of `price` in the table, in the old and in the new partition;
# which of the three have `note`; which keep (or take) the SerDe's parameter set by hand.
# Letters: t the table, o the old partition, n the new one.
MATRIX: dict[tuple[str, bool, bool], tuple[str, str, str]] = {
    ("UPDATE_IN_DATABASE", False, False): ("", "ton", ""),
    # The table is reset, and its partitions follow it.
    ("UPDATE_IN_DATABASE", False, True): ("", "ton", ""),
    ("UPDATE_IN_DATABASE", True, False): ("ton", "ton", "to"),
    ("UPDATE_IN_DATABASE", True, True): ("ton", "ton", "ton"),
    # Nothing that exists changes; a new partition is what was found in it.
    ("LOG", False, False): ("to", "n", "to"),
    # AWS's recipe for a SerDe set by hand: partitions take everything from the table.
    ("LOG", False, True): ("ton", "", "ton"),
    # MergeNewColumns overrides LOG.
    ("LOG", True, False): ("ton", "ton", "to"),
    ("LOG", True, True): ("ton", "ton", "ton"),
}


def correct_by_hand(item: GlueDict) -> None:
    storage = item["StorageDescriptor"]
    storage["Columns"] = [
        column | ({"Type": EXACT} if column["Name"] == "price" else {})
        for column in storage["Columns"]
    ]
    storage["SerdeInfo"]["Parameters"] = storage["SerdeInfo"]["Parameters"] | {HAND_SET: "true"}


def crawl_twice(update: str, merge: bool, inherit: bool) -> MemoryCatalog:
    output = {
        **({"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}} if merge else {}),
        **({"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}} if inherit else {}),
    }
    definition = define(
        SchemaChangePolicy={"UpdateBehavior": update}, configuration={"CrawlerOutput": output}
    )
    _, catalog = run_crawl({"data/dt=1/a.json": BEFORE}, definition)
    correct_by_hand(catalog.found["data"])
    correct_by_hand(catalog.parts["data"]["1",])
    objects = {"data/dt=1/a.json": AFTER, "data/dt=2/a.json": AFTER}
    run_crawl(objects, definition, catalog, "run-2")
    again, _ = run_crawl(objects, definition, catalog, "run-3")
    assert again.actions == ()
    return catalog


def test_every_combination_stands_in_the_matrix() -> None:
    every = itertools.product(("UPDATE_IN_DATABASE", "LOG"), (False, True), (False, True))
    assert set(MATRIX) == set(every)


@pytest.mark.parametrize(("policies", "outcome"), MATRIX.items())
def test_what_a_second_crawl_leaves_standing(
    policies: tuple[str, bool, bool], outcome: tuple[str, str, str]
) -> None:
    catalog = crawl_twice(*policies)
    things = {
        "t": catalog.found["data"],
        "o": catalog.parts["data"]["1",],
        "n": catalog.parts["data"]["2",],
    }
    exact, noted, hand_set = outcome
    for letter, thing in things.items():
        columns = columns_of(thing)
        assert columns["price"] == (EXACT if letter in exact else CRAWLED), letter
        assert ("note" in columns) == (letter in noted), letter
        serde = thing["StorageDescriptor"]["SerdeInfo"]["Parameters"]
        assert (HAND_SET in serde) == (letter in hand_set), letter
