from pathlib import Path

import pytest
from athena_sql.answer import Column
from athena_sql.errors import UnreadableData
from orderlake.engines import QueryRequest
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.engines.parity import compare
from orderlake.mirror.store import MirrorStore
from sql_lake import ALIASES, MemoryLake, glue_table
from trino_lines import COLUMNS, TYPES, cases, encode, to_rows

# DuckDB forgets how a number was written: 1.50 in a column of texts reads as 1.5. The function
# writes texts as texts, and a crawler gives a column of numbers a number's type.
KNOWN = {"float_in_text"}


def store_of(folder: Path, data: bytes) -> MirrorStore:
    lake = MemoryLake(table=glue_table(COLUMNS))
    lake.objects["processed/orders/part.json"] = data
    store, snapshot = MirrorStore(folder), lake.look()
    with store.lock(exclusive=True):
        for entry in snapshot.objects:
            lake.download(entry, store.path_of(entry))
        store.write(snapshot)
    return store


# Each case fills a columnar cache of its own; the everyday tests read every third.
NAMES = [
    pytest.param(name, marks=pytest.mark.long if number % 3 else ())
    for number, name in enumerate(sorted(cases().keys() - KNOWN))
]


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_read_as_a_real_trino_reads_them_or_refused(tmp_path: Path, name: str) -> None:
    case = cases()[name]
    columns = [Column(name, kind) for (name, _), kind in zip(COLUMNS, TYPES, strict=True)]
    try:
        with open_duckdb(store_of(tmp_path, encode(case["lines"])), ALIASES) as engine:
            rows = list(engine.answer(QueryRequest("-e", "select * from processed_orders")).rows)
    except UnreadableData:
        # Refusing costs nobody a wrong answer; what is well made must not be refused.
        assert name not in WELL_MADE
        return
    assert "rows" in case, "Trino refuses it"
    difference = compare(name, (columns, rows), (columns, to_rows(case["rows"])), ())
    assert difference.status == "equal", difference.differences


WELL_MADE_TEXT = """
    plain missing_keys nulls crlf no_newline int_in_double exp_in_double long_double nan_text
    bool_in_text object_in_text array_in_text dec_scale escapes unicode leading_space extra_key
    empty comma_in_text true_text neg0 dec_big
"""
WELL_MADE = frozenset(WELL_MADE_TEXT.split())


def test_the_well_made_cases_are_among_the_recorded() -> None:
    assert cases().keys() >= WELL_MADE
