"""Order lines that stand in more than one file, as overlapping exports bring them.

It reads the mirror's columnar cache, which knows the file of every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
from athena_sql.catalog import TableName
from athena_sql.errors import QueryFailed
from athena_sql.reading.columns import OBJECT_COLUMN, columns_of_table
from athena_sql.reading.data_object import members_of
from athena_sql.reading.sql_text import quote
from order_transform.contract.order_lines import LINE_IN_FILES

from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.engines.file_comparison import MOST_LINES, RepeatedLine, RepeatedLines
from orderlake.engines.usable_types import check_types
from orderlake.errors import NoTable
from orderlake.mirror.columns import data_object

if TYPE_CHECKING:
    from athena_sql.catalog import CatalogTable

    from orderlake.engines.duckdb_engine import DuckdbEngine
    from orderlake.mirror.store import MirrorStore

CURATED_FILE = "source_object"
# A line may stand twice in one order on purpose, so each file's rows are added up first. The
# largest file is taken for the one that counts; the others' amounts may be too much.
REPEATED = """
    with several as (
        select order_id from {data} where order_id is not null
        group by 1 having min({file}) <> max({file})
    ), by_file as (
        select {cells}, {file} as file,
            sum(cast(total_amount as decimal(38, 6))) as amount, bool_or({is_sale}) as is_sale
        from {data} where order_id in (from several) group by all
    )
    select {line}, sum(amount) - max(amount) as repeated, list(file order by file)
    from by_file group by {line}
    having count(*) > 1 and bool_or(is_sale)
    order by repeated desc nulls last, 1, 2, 3, 4
"""


def find_repeated_lines(
    store: MirrorStore, wanted: TableName, aliases: Mapping[str, TableName]
) -> tuple[str, RepeatedLines]:
    """Return the lines of a table that stand in more than one of its files.

    Before them stands the fingerprint of the snapshot that has them. Raises NoMirror,
    DamagedMirror, MirrorBusy, NoTable before the first crawl, UnusableTypes, UnreadableData where
    the table cannot be read, QueryFailed where its values cannot be added up, and OSError where the
    mirror cannot be written.
    """
    try:
        with open_duckdb(store, aliases) as engine:
            return engine.fingerprint(), lines_of_table(engine, store, wanted)
    except duckdb.IOException as error:
        raise OSError(str(error).partition("\n")[0]) from error
    except duckdb.Error as error:
        step = "see the values: orderlake query repeated_lines"
        raise QueryFailed("duckdb", str(error).partition("\n")[0], step) from error


def lines_of_table(engine: DuckdbEngine, store: MirrorStore, wanted: TableName) -> RepeatedLines:
    """Return the lines of a table that is to be there; raises NoTable and more."""
    tables = {TableName(table.database, table.name): table for table in engine.tables}
    table = tables.get(wanted)
    if table is None:
        raise NoTable(wanted.database, "the mirror")
    if refusal := engine.refusals.get(wanted):
        raise refusal
    names = {column.name for column in table.all_columns}
    if not {"order_id", "product_id", "total_amount"} <= names:
        return RepeatedLines(0, {}, ())
    check_types(table.all_columns, ("is_sale", "total_amount"))
    return read_lines(engine, store, table, names)


def read_lines(
    engine: DuckdbEngine, store: MirrorStore, table: CatalogTable, names: set[str]
) -> RepeatedLines:
    """Ask for the lines, and name their files by their processed keys.

    The cache knows the file of a row by a number, a curated table by its key.
    """
    if curated := engine.stand_ins.get(TableName(table.database, table.name)):
        data = f"{quote(curated.database)}.{quote(curated.name)}"
        rows = engine.connection.execute(statement(data, CURATED_FILE, names)).fetchall()
        return lines_of(rows, lambda files: tuple(sorted(files)))
    objects = [data_object(store, entry) for entry in store.read().objects]
    keys = {member.number: member.data_object.key for member in members_of(table, objects)}
    data = f"cache.main.{columns_of_table(table).data_name}"
    rows = engine.connection.execute(statement(data, quote(OBJECT_COLUMN), names)).fetchall()
    return lines_of(rows, lambda files: tuple(sorted(keys[number] for number in files)))


def lines_of(
    rows: Sequence[tuple[Any, ...]], files_of: Callable[[list[Any]], tuple[str, ...]]
) -> RepeatedLines:
    """Return the rows of `statement` as lines; `files_of` names the files of one."""
    amounts: dict[str | None, Decimal] = {}
    for _, _, _, currency, amount, _ in rows:
        amounts[currency] = amounts.get(currency, Decimal(0)) + (amount or 0)
    lines = tuple(
        RepeatedLine(order, product, moment, currency, amount or Decimal(0), files_of(files))
        for order, product, moment, currency, amount, files in rows[:MOST_LINES]
    )
    return RepeatedLines(len(rows), amounts, lines)


def statement(data: str, file: str, names: set[str]) -> str:
    """Return the DuckDB statement over a table with a column of files; NULL for a missing column.

    It selects what `LINE_IN_FILES` names, the amount that is repeated, and the files:
    `select ... from cache.main."shop_orders.shop_processed_orders#0f3a..." ...`.
    """
    cells = (
        f"cast({name if name in names else 'null'} as varchar) as {name}" for name in LINE_IN_FILES
    )
    return REPEATED.format(
        data=data,
        file=file,
        cells=", ".join(cells),
        line=", ".join(LINE_IN_FILES),
        is_sale="coalesce(is_sale, true)" if "is_sale" in names else "true",
    )
