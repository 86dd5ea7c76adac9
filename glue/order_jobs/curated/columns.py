"""The columns of the curated table and their Iceberg types. Pure.

Beside the columns of the processed table it has where each row comes from, and the day that the
table is partitioned by. `order_date` stays the text that it is there, so that one statement works
on both tables.
"""

from collections.abc import Iterable

from order_transform.contract.definition import PARTITION_KEY, PRICE_IS_DERIVED, Contract
from order_transform.contract.hive_types import hive_columns

ORDER_DATE, ORDER_DAY = "order_date", "order_day"
SOURCE_KEY, SOURCE_OBJECT, SOURCE_ETAG = "source_key", "source_object", "source_etag"
SOURCE_ROW = "source_row"
ORIGIN = {
    SOURCE_KEY: "string",
    SOURCE_OBJECT: "string",
    SOURCE_ETAG: "string",
    SOURCE_ROW: "bigint",
}
OWN = {ORDER_DAY: "date", PARTITION_KEY: "string", **ORIGIN}
# How DuckDB spells them.
DUCKDB_NAMES = {"string": "varchar"}


def line_columns(contract: Contract) -> dict[str, str]:
    """Return the columns of a processed line that the contract knows, with their Hive types."""
    return hive_columns(contract) | {PRICE_IS_DERIVED: "boolean"}


def first_columns(contract: Contract) -> dict[str, str]:
    """Return all columns of a new table with their Hive types."""
    return line_columns(contract) | OWN


def further_columns(keys: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the columns of lines that no table has yet; they hold text, as the crawler says."""
    taken = {name.lower() for name in known}
    return [key for key in dict.fromkeys(keys) if key.lower() not in taken]
