"""A crawled table gets the contract's types: conditional, idempotent, and nothing else changed."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from memory_glue import MemoryGlue, columns
from order_transform.catalog.settle import PartitionsNotSettled, SettledTypes, settle_types

TYPES = {"price": "decimal(24,6)", "quantity": "bigint", "note": "string"}
CRAWLED = columns(price="double", quantity="int", extra="double", note="string")
SETTLED = columns(price="decimal(24,6)", quantity="bigint", extra="double", note="string")


def settle(glue: MemoryGlue) -> SettledTypes:
    return settle_types(cast(Any, glue), "d", "t", TYPES)


def partition(day: str, storage: dict[str, Any]) -> dict[str, Any]:
    return {"Values": [day], "StorageDescriptor": storage, "CreationTime": "then"}


def test_table_and_partitions_get_the_contracts_types_and_unknown_columns_stay() -> None:
    days = [partition(f"{day:02}", CRAWLED) for day in range(205)]
    glue = MemoryGlue({"StorageDescriptor": CRAWLED, "CreatedBy": "a crawler"}, days)
    settled = settle(glue)
    assert settled.columns == {"price": "decimal(24,6)", "quantity": "bigint"}
    assert settled.partitions == 205
    assert glue.table is not None
    assert glue.table["StorageDescriptor"] == SETTLED
    assert "CreatedBy" not in glue.table
    assert all(part["StorageDescriptor"] == SETTLED for part in glue.partitions)
    assert "CreationTime" not in glue.partitions[0]
    # One for the table, and batches of a hundred.
    assert glue.writes == 4


def test_what_every_question_about_money_asks_for_is_always_a_column() -> None:
    types = TYPES | {"currency": "string", "is_sale": "boolean"}
    glue = MemoryGlue({"StorageDescriptor": SETTLED}, [partition("01", SETTLED)])
    settled = settle_types(cast(Any, glue), "d", "t", types)
    assert settled.columns == {"currency": "string", "is_sale": "boolean"}
    assert glue.table is not None
    for item in (glue.table, *glue.partitions):
        names = [column["Name"] for column in item["StorageDescriptor"]["Columns"]]
        assert names[-2:] == ["currency", "is_sale"]
    assert settle_types(cast(Any, glue), "d", "t", types) == SettledTypes({}, 0)


def test_a_second_time_nothing_is_written() -> None:
    glue = MemoryGlue({"StorageDescriptor": CRAWLED}, [partition("01", CRAWLED)])
    settle(glue)
    written = glue.writes
    assert settle(glue) == SettledTypes({}, 0)
    assert glue.writes == written


def test_only_a_new_partition_is_written_where_the_table_is_right() -> None:
    days = [partition("01", SETTLED), partition("02", CRAWLED)]
    glue = MemoryGlue({"StorageDescriptor": SETTLED}, days)
    assert settle(glue) == SettledTypes({}, 1)
    assert glue.partitions[1]["StorageDescriptor"] == SETTLED


def test_everything_else_of_the_table_stays() -> None:
    storage: dict[str, Any] = {
        **CRAWLED,
        "Location": "s3://b/k/",
        "SerdeInfo": {"Parameters": {"paths": "a"}},
    }
    table: dict[str, Any] = {
        "StorageDescriptor": storage,
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
        "Parameters": {"team": "shop"},
        "Description": "mine",
    }
    glue = MemoryGlue(table)
    settle(glue)
    assert glue.table == {
        **table,
        "Name": "t",
        "VersionId": "1",
        "StorageDescriptor": {**storage, **SETTLED},
    }


def test_a_lost_race_is_read_and_written_again() -> None:
    glue = MemoryGlue({"StorageDescriptor": CRAWLED})
    glue.races = 3
    assert settle(glue).columns
    assert glue.writes == 1


def test_a_table_that_never_stops_changing_is_an_error() -> None:
    glue = MemoryGlue({"StorageDescriptor": CRAWLED})
    glue.races = 1000
    with pytest.raises(ClientError, match="ConcurrentModification"):
        settle(glue)


def test_a_table_that_does_not_exist_is_not_an_error() -> None:
    assert settle(MemoryGlue(None)) == SettledTypes({}, 0)


def test_a_refused_partition_is_named() -> None:
    glue = MemoryGlue({"StorageDescriptor": SETTLED}, [partition("01", CRAWLED)])
    detail = {"ErrorCode": "AccessDeniedException", "ErrorMessage": "no"}
    glue.refused = [{"PartitionValueList": ["01"], "ErrorDetail": detail}]
    with pytest.raises(PartitionsNotSettled, match="t, partition 01: AccessDeniedException: no"):
        settle(glue)
