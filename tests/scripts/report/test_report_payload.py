import base64
import gzip
import json
from typing import Any

from orderlake.answers.question import Chart, Query
from orderlake.report.payload import pack, pack_all
from orderlake.report.section import Field, Grid, Section

QUERY = Query("many", "select 1")
FIELDS = (Field("label", "text"), Field("amount", "number"))


def section_of(count: int, chart: Chart | None = None) -> Section:
    """An answer whose rows differ, as real ones do."""
    rows = tuple(
        (f"SKU-{n * 7919 % 1_000_003}", f"{n * 104_729 % 999_983:,}.50") for n in range(count)
    )
    return Section(QUERY, Grid(FIELDS, rows, count), chart)


def unpacked(data: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(data)))


def test_packed_data_are_the_answer_by_column() -> None:
    packed = pack(section_of(3, Chart("bar", "label", "amount")), 10_000)
    document = unpacked(packed.data)
    assert [field["title"] for field in document["fields"]] == ["label", "amount"]
    assert document["fields"][0]["values"] == ["SKU-0", "SKU-7919", "SKU-15838"]
    assert document["chart"] == {"kind": "bar", "label": 0, "value": 1}
    assert (packed.rows, document["total"]) == (3, 3)


def test_the_same_answer_packs_to_the_same_bytes() -> None:
    assert pack(section_of(50), 10_000) == pack(section_of(50), 10_000)


def test_a_hundred_thousand_rows_fit_on_a_page() -> None:
    packed = pack_all([section_of(100_000)])[0]
    assert packed.rows == 100_000
    assert len(packed.data) < 2_000_000


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    packed = pack(section_of(20_000), 50_000)
    assert len(packed.data) <= 50_000
    assert 0 < packed.rows < 20_000
    values = unpacked(packed.data)["fields"][0]["values"]
    grid = section_of(packed.rows).grid
    assert grid
    assert values == [row[0] for row in grid.rows]
    assert unpacked(packed.data)["total"] == 20_000


def test_all_answers_together_stay_within_the_budget() -> None:
    packed = pack_all([section_of(20_000), section_of(20_000), section_of(5)], 250_000)
    assert sum(len(one.data) for one in packed if one.rows) <= 250_000
    assert packed[0].rows > packed[1].rows


def test_a_query_without_an_answer_packs_to_nothing() -> None:
    assert pack(Section(QUERY, problem="gone"), 1000).data == ""
