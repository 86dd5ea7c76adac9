"""Tables recorded from real crawlers, against what this crawler makes of like data.

A recording holds a table, seldom its input, so an input is built from the recorded schema: records
that have those fields in that order. What is then compared is everything but the statistics that
AWS itself only estimates (recordCount, averageRecordSize), the sizes of files that are not at hand
(sizeKey, objectCount), and what names one run (CRAWL_RUN_ID, times, account).
"""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from glue_memory import define, run_crawl, to_lines

VECTORS = Path(__file__).parents[3] / "shared" / "facts" / "crawler_vectors"
NOT_COMPARED = {
    "recordCount",
    "averageRecordSize",
    "sizeKey",
    "objectCount",
    "CRAWL_RUN_ID",
    # A mark left by a later crawl; policies are tested on their own.
    "DEPRECATED_BY_CRAWLER",
}
# Parameters that older crawlers did not write yet, and today's do.
NEWER = {"areColumnsQuoted", "partition_filtering.enabled"}
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))
if not NAMES:
    pytest.skip(f"the recordings are not at {VECTORS}", allow_module_level=True)
# Why a recording cannot be rebuilt from its schema alone.
ELSEWHERE = {
    "A05_deprecated_empty_table_get_table": "an abridged recording of a deprecation",
    "A06_csv_recrawl_versions_and_merge_2026": "a recording of three steps, tested below",
}

type GlueDict = dict[str, Any]


def load(name: str) -> GlueDict:
    found: GlueDict = json.loads((VECTORS / f"{name}.json").read_text())
    return found


def test_the_recordings_are_there() -> None:
    assert len(NAMES) >= 20


class TypeReader:
    """Reads a Hive type and makes a JSON value of it, with keys spelled as `spell` says."""

    def __init__(self, text: str, spell: dict[str, str]) -> None:
        self._tokens = re.findall(r"[^<>:,]+|[<>:,]", text)
        self._spell = spell

    def value(self) -> object:
        kind = self._tokens.pop(0)
        if kind == "array":
            self._tokens.pop(0)
            item = self.value()
            self._tokens.pop(0)
            return [item]
        if kind == "struct":
            return self._struct()
        return {"int": 7, "bigint": 2**40, "double": 1.5, "boolean": True, "string": "x"}[kind]

    def _struct(self) -> dict[str, object]:
        fields: dict[str, object] = {}
        while self._tokens.pop(0) in "<,":
            name = self._tokens.pop(0)
            self._tokens.pop(0)
            fields[self._spell.get(name, name)] = self.value()
            if self._tokens[0] == ">":
                self._tokens.pop(0)
                break
        return fields


def build_body(table: GlueDict) -> bytes:
    columns = table["StorageDescriptor"]["Columns"]
    parameters = table["Parameters"]
    if parameters["classification"] == "json":
        paths = table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["paths"].split(",")
        spell = {path.lower(): path for path in paths}
        record = {
            spell[column["Name"]]: TypeReader(column["Type"], {}).value() for column in columns
        }
        body = json.dumps(record["array"]).encode() if paths == ["array"] else to_lines(record)
    else:
        body = build_csv(columns, parameters["delimiter"])
    return gzip.compress(body) if parameters["compressionType"] == "gzip" else body


def build_csv(columns: list[GlueDict], delimiter: str) -> bytes:
    cells = {"bigint": "7", "double": "1.5", "string": "text"}
    header = delimiter.join(column["Name"].upper() for column in columns)
    row = delimiter.join(cells[column["Type"]] for column in columns)
    return f"{header}\n{row}\n{row}\n".encode()


def build_folder(table: GlueDict) -> str:
    """Folders below the table's root that make its partition keys."""
    names = [key["Name"] for key in table.get("PartitionKeys", [])]
    return "".join("one/" if name.startswith("partition_") else f"{name}=1/" for name in names)


def crawl_like(name: str, table: GlueDict, level: int | None) -> GlueDict:
    """Crawl data like that of a recorded table with a crawler like its own, and return ours."""
    location = re.sub(r"^s3://[^/]+/", "", table["StorageDescriptor"]["Location"])
    is_file = not location.endswith("/") and location != ""
    key = location if is_file else f"{location}{build_folder(table)}part.dat"
    objects = {key: build_body(table)}
    if is_file:
        objects[f"{location.rpartition('/')[0]}/other.json"] = b'{"unlike": 1}\n'
    path = "" if level else location.rpartition("/")[0] if is_file else location
    last = (location.rstrip("/").rpartition("/")[2] or "shop").lower()
    recorded = table["Name"]
    prefix = recorded.removesuffix(last) if recorded.endswith(last) else ""
    fields: GlueDict = {"TablePrefix": prefix}
    if level:
        fields["configuration"] = {"Grouping": {"TableLevelConfiguration": level}}
    globs = json.loads(table["Parameters"].get("exclusions", "[]"))
    base = table["StorageDescriptor"]["Location"]
    fields["target"] = {"Exclusions": [glob.removeprefix(base) for glob in globs]}
    _, catalog = run_crawl(objects, define(f"s3://shop/{path}", **fields))
    [found] = [
        item
        for item in catalog.found.values()
        if item["StorageDescriptor"]["Location"] == f"s3://shop/{location}"
    ]
    return found


def replace_bucket(value: object, table: GlueDict) -> object:
    bucket = table["StorageDescriptor"]["Location"].split("/")[2]
    return json.loads(json.dumps(value).replace(f"s3://{bucket}/", "s3://shop/"))


def compare(ours: object, theirs: object, place: str) -> list[str]:
    """Every recorded field that is different here; fields that were not recorded do not count."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        keys = [key for key in theirs if key not in NOT_COMPARED]
        return [
            line for key in keys for line in compare(ours.get(key), theirs[key], f"{place}.{key}")
        ]
    return [] if ours == theirs else [f"{place}: {ours!r} is recorded as {theirs!r}"]


# The user changed these, or the excerpt lost them, as the recordings' own notes say.
NAME_IS_NOT_THE_CRAWLERS = {
    "A02_csv_bucket_root_partition_0_get_table",  # the bucket's own name, compared on its own
    "A04_csv_hive_partitions_get_table_aws_docs",  # renamed for the documentation
    "B07_json_gz_hive_partitions",  # made by hand before the first crawl
    "B09_json_openaq",  # renamed by its author
    "B11_csv_gz_partition_0",  # cut off in the excerpt
}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ELSEWHERE])
def test_a_table_equals_the_recorded_one_field_by_field(name: str) -> None:
    recording = load(name)
    table: GlueDict = recording["expected"]["Table"]
    if name.startswith("B08"):
        # The excerpt abridges the fields of this one column.
        table["StorageDescriptor"]["Columns"][0]["Type"] = (
            "array<struct<date:string,maxtempc:string>>"
        )
    settings = recording.get("crawler_config", {}).get("Configuration", {})
    level = settings.get("Grouping", {}).get("TableLevelConfiguration")
    ours = crawl_like(name, table, level)
    theirs: Any = replace_bucket(table, table)
    fields = ["Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType"]
    if name not in NAME_IS_NOT_THE_CRAWLERS:
        fields.append("Name")
    wanted = {field: theirs[field] for field in fields if field in theirs}
    wanted["Parameters"] = theirs["Parameters"] | {"UPDATED_BY_CRAWLER": "orders"}
    if "Parameters" in wanted["StorageDescriptor"]:
        wanted["StorageDescriptor"]["Parameters"] |= {"UPDATED_BY_CRAWLER": "orders"}
    assert compare(ours, wanted, "Table") == []
    extra = set(ours["Parameters"]) - set(theirs["Parameters"]) - NOT_COMPARED
    assert extra <= NEWER


def test_the_one_recording_with_its_input_is_met_to_the_last_number() -> None:
    recording = load("B01_json_places_WITH_INPUT")
    body = recording["input"]["body"].encode()
    _, catalog = run_crawl({"test-db/places/a": body}, define("s3://shop/test-db/places/"))
    ours = catalog.found["places"]["Parameters"]
    theirs = recording["expected"]["Table"]["Parameters"]
    for key in ("averageRecordSize", "recordCount", "sizeKey", "objectCount"):
        assert ours[key] == theirs[key]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("B02")])
def test_statistics_of_one_small_json_file_follow_the_recorded_formula(name: str) -> None:
    recording = load(name)
    theirs = recording["expected"]["Table"]["Parameters"]
    rows, size = recording["true_rows"], int(theirs["sizeKey"])
    line = b'{"id": 1}\n'
    padding = size - rows * len(line)
    body = line * (rows - 1) + line.replace(b"1", b" " * padding + b"1")
    _, catalog = run_crawl({"data/a": body})
    ours = catalog.found["data"]["Parameters"]
    for key in ("averageRecordSize", "recordCount", "sizeKey"):
        assert ours[key] == theirs[key]


def test_a_second_crawl_keeps_what_a_user_set_as_recorded() -> None:
    steps = load("A06_csv_recrawl_versions_and_merge_2026")["steps"]
    path = "data/contract.csv"
    _, catalog = run_crawl({path: b"tx_id,amount_eur\na,1.5\nb,2\n"}, run_id="run-1")
    table = catalog.found["data"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == steps[0][
        "columns"
    ]
    assert set(table["Parameters"]) == set(steps[0]["Parameters"])
    users = {"cordata:producer": "card-ledger", "cordata:release": "v4.11.0"}
    table["Parameters"] |= users
    wider = b"tx_id,amount_eur,merchant_category_code\na,1.5,5411\nb,2,5412\n"
    run_crawl({path: wider}, catalog=catalog, run_id="run-2")
    table = catalog.found["data"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == steps[2][
        "columns"
    ]
    assert set(table["Parameters"]) == set(steps[2]["Parameters"])
    assert (
        compare(table["Parameters"], steps[2]["Parameters"] | {"UPDATED_BY_CRAWLER": "orders"}, "")
        == []
    )


def test_a_deprecated_table_has_the_recorded_mark_in_both_places() -> None:
    theirs = load("A05_deprecated_empty_table_get_table")["expected"]["Table"]
    _, catalog = run_crawl({"data/a.csv": b"a,b\n1,2\n"})
    run_crawl({}, catalog=catalog)
    ours = catalog.found["data"]
    for recorded, made in (
        (theirs, ours),
        (theirs["StorageDescriptor"], ours["StorageDescriptor"]),
    ):
        mark = made["Parameters"]["DEPRECATED_BY_CRAWLER"]
        assert mark.isdigit()
        assert len(mark) == len(recorded["Parameters"]["DEPRECATED_BY_CRAWLER"])


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("A02", "A05"))])
def test_names_are_made_of_folders_as_recorded(name: str) -> None:
    from glue_crawler.planning.table_input import name_table

    recorded = load(name)["expected"]["Table"]["Name"]
    if name.startswith("A02"):
        assert name_table("", recorded.replace("_", "-"), "") == recorded
    else:
        assert name_table("", "b", "in/2020-04-17T23:00:07Z/") == recorded
