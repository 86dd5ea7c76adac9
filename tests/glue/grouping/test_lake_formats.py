"""Folders of Iceberg, Delta and Hudi tables: recognised, left alone and told."""

import pytest
from glue_memory import columns_of, run_crawl, to_lines

PLAIN = {"data/plain/a.json": to_lines({"id": 1})}
BODY = to_lines({"x": 1})


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Delta", ["_delta_log/00000000000000000000.json", "dt=1/part-0.json", "Z=1/a.json"]),
        ("Iceberg", ["data/dt=1/a.json", "metadata/v1.metadata.json", "metadata/snap.json"]),
        ("Iceberg", ["data/a.json", "metadata/00000-5f3c.metadata.json"]),
        ("Hudi", [".hoodie/.temp/a.json", ".hoodie/hoodie.properties.json", "dt=1/a.json"]),
    ],
)
def test_a_table_of_a_lake_format_is_left_alone_and_told(name: str, keys: list[str]) -> None:
    objects = PLAIN | {f"data/lake/{key}": BODY for key in keys}
    result, catalog = run_crawl(objects)
    assert [columns_of(table) for table in catalog.found.values()] == [{"id": "int"}]
    [warning] = [line for line in result.warnings if "left alone" in line]
    assert warning.startswith(f"data/lake/ is a table of {name},")


def test_a_target_that_is_such_a_table_makes_none() -> None:
    result, catalog = run_crawl({"data/_delta_log/0.json": BODY, "data/a.json": BODY})
    assert catalog.found == {}
    assert len(result.warnings) == 1


def test_a_folder_that_is_only_called_metadata_is_a_folder() -> None:
    _, catalog = run_crawl({"data/metadata/a.json": BODY, "data/metadata/b.json": BODY})
    assert len(catalog.found) == 1
