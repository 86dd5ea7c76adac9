"""Small inputs rebuilt from recordings of AWS's crawler and from its documents: what they become.

Each case says which tables a folder makes, with their partition keys, columns and the parameters
that the evidence speaks of. The inputs lie outside the repository; without them nothing runs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from glue_crawler.local import describe_folder

INPUTS = Path(__file__).parents[3] / "shared" / "facts" / "crawler_evidence"
if not INPUTS.is_dir():
    pytest.skip(f"the inputs are not at {INPUTS}", allow_module_level=True)

HEADER = {"skip.header.line.count": "1"}
BILLING = {"id": "bigint", "amount": "double", "customer": "string", "city": "string"}
PLAYS = {"espn_id": "bigint", "unique_id": "string", "score": "bigint", "play_text": "string"}


def numbered(*types: str) -> dict[str, str]:
    """Columns without a header: `col0`, `col1`, ..."""
    return {f"col{place}": kind for place, kind in enumerate(types)}


# Case, table, partition keys, columns (all, or those that the evidence speaks of), parameters;
# None for a parameter that must not be there.
EVIDENCE: list[tuple[str, str, list[str], Mapping[str, str], Mapping[str, str | None]]] = [
    ("c01_quoted", "sample", [], {"num": "double"}, HEADER | {"averageRecordSize": "66"}),
    ("c02_ventas", "ventas_web_antigua", [], {"mp_amount_pre_tax": "string"}, {"delimiter": ";"}),
    ("c03_faq15", "year_2016", [], BILLING, HEADER),
    ("c03_faq15", "year_2017", [], BILLING, HEADER),
    ("c03_faq15", "unrelated_csv", [], {"code": "bigint", "label": "string"}, HEADER),
    ("c04_spotify", "transformed", [], {"explicit": "boolean"}, HEADER),
    (
        "c05_allstring",
        "cr22population",
        [],
        numbered(*["string"] * 4),
        {"skip.header.line.count": None},
    ),
    ("c06_decimal", "dec", [], {"decimal_col": "double", "decimal_38_20_col": "double"}, HEADER),
    ("c07_medicare", "medicare", [], {"total discharges": "bigint"}, HEADER),
    ("c08_accents", "ciudad", [], {"fecha de notificación": "string"}, HEADER),
    ("c09_superstore", "orders", ["snapshot_day"], {"sub-category": "string"}, {"delimiter": "\t"}),
    ("c10_gransol", "gran_sol", [], {"stock.fin.total": "bigint", "cd/lp": "string"}, HEADER),
    (
        "c11_mitma",
        "ficheros_diarios",
        ["partition_0"],
        {"periodo": "bigint"},
        {"compressionType": "gzip", "delimiter": "|"},
    ),
    ("c12_firehose", "sensor_input_data", [f"partition_{n}" for n in range(4)], {}, {}),
    ("c13_pull", "pull_request", ["owner", "repo", "date"], {"col0": "bigint"}, {"delimiter": ";"}),
    ("c14_legis", "areas_json", [], {"type": "string"}, {"objectCount": None}),
    ("c15_grouping", "year_2017", [], {"a": "int", "b": "int"}, {}),
    ("c16_folder1", "folder1", ["partition_0", "partition_1"], {"price": "double"}, HEADER),
    ("c17_twitter", "users", [], {"email": "string"}, {"compressionType": "gzip"}),
    (
        "c20_cloudfront",
        "bioc_cloudfront_logs",
        [],
        {"col3": "bigint"},
        {"commentCharacter": "#", "delimiter": "\t"},
    ),
    ("c23_hivedefault", "region___hive_default_partition__", [], {"a": "bigint"}, HEADER),
    ("c26_zip", "tts", [], {"id": "bigint", "name": "string"}, {"compressionType": "zip"}),
    ("c27_bz2", "leagues", [], {"priority": "int"}, {"compressionType": "bzip2"}),
    (
        "c29_ragged",
        "play_by_play",
        ["nfl_season"],
        PLAYS | {"col4": "string", "col5": "string"},
        HEADER,
    ),
    ("c30_ragged_short", "t", [], PLAYS, HEADER),
    ("c31_faq_many", "unrelated_json", [], {"code": "int"}, {}),
    ("c31_faq_many", "year_2016", [], BILLING, HEADER),
    (
        "c32_comment",
        "t",
        [],
        {"id": "bigint", "name": "string"},
        HEADER | {"commentCharacter": "#"},
    ),
    ("c33_cf_plain", "logs", [], {"col3": "bigint"}, {"commentCharacter": "#"}),
    ("c34_sample1000", "t", [], {"ccn": "bigint", "name": "string"}, HEADER),
    ("c35_zip2", "t", [], {}, {"classification": "UNKNOWN", "compressionType": "zip"}),
    ("c40_pandas_index", "t", [], numbered("bigint", "string", "string"), {}),
]
# How many tables a folder makes, where that is what the evidence says.
TABLES = {"c03_faq15": 3, "c14_legis": 6, "c15_grouping": 2, "c16_folder1": 1, "c31_faq_many": 3}


def crawl_case(case: str) -> dict[str, dict[str, Any]]:
    [folder] = (INPUTS / case).iterdir()
    return {found["Table"]["Name"]: found["Table"] for found in describe_folder(folder).tables}


@pytest.mark.parametrize(
    ("case", "name", "keys", "columns", "parameters"),
    [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in EVIDENCE],
)
def test_a_folder_becomes_the_table_that_aws_makes_of_it(
    case: str,
    name: str,
    keys: list[str],
    columns: dict[str, str],
    parameters: dict[str, str | None],
) -> None:
    table = crawl_case(case)[name]
    found = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert [key["Name"] for key in table["PartitionKeys"]] == keys
    assert {column: found.get(column) for column in columns} == columns
    assert {key: table["Parameters"].get(key) for key in parameters} == parameters


@pytest.mark.parametrize(("case", "count"), TABLES.items())
def test_a_folder_makes_as_many_tables_as_on_aws(case: str, count: int) -> None:
    assert len(crawl_case(case)) == count


def test_a_parent_with_an_unlike_file_is_not_a_table() -> None:
    assert "billing" not in crawl_case("c03_faq15")
