"""`"orders$partitions"`: the values of a table's partitions, as a query that stands for the table.

https://docs.aws.amazon.com/athena/latest/ug/show-partitions.html
"""

from athena_sql.catalog import CatalogTable
from athena_sql.reading.cache import partition_value
from athena_sql.reading.sql_text import quote, text
from athena_sql.typing.types import hive_to_trino

ENDING = "$partitions"


def query_text(table: CatalogTable) -> str:
    """Return `select cast("dt" as date) as "dt" from (values ('2026-01-01')) as listed("dt")`."""
    keys = {key.name: hive_to_trino(key.type) for key in table.partition_keys}
    rows = [[partition_value(value) for value in part.values] for part in table.partitions]
    lines = ", ".join(
        f"({', '.join('null' if value is None else text(value) for value in row)})"
        for row in rows or [[None] * len(keys)]
    )
    casts = ", ".join(
        f"cast({quote(name)} as {kind}) as {quote(name)}" for name, kind in keys.items()
    )
    names = ", ".join(map(quote, keys))
    query = f"select {casts} from (values {lines}) as listed({names})"
    return query if rows else f"{query} where false"
