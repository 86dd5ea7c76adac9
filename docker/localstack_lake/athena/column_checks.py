"""Whether a query's columns fit a table: their names, their types, and which types widen."""

from athena_sql.answer import Column
from athena_sql.errors import BadQuery


def check_columns(columns: tuple[Column, ...]) -> None:
    """Raise BadQuery for columns that no table can have: two with one name, one without a type."""
    repeated = {c.name for c in columns if [d.name for d in columns].count(c.name) > 1}
    if repeated:
        raise BadQuery(f"DUPLICATE_COLUMN_NAME: Column name '{repeated.pop()}' specified twice", "")
    if unknown := [column.name for column in columns if column.type == "unknown"]:
        raise BadQuery(f"COLUMN_TYPE_UNKNOWN: Column type is unknown: {unknown[0]}", "")


def check_insert(columns: tuple[Column, ...], wanted: list[str]) -> None:
    """Raise BadQuery if the query's types are not the table's and cannot be widened to them."""
    types = [column.type for column in columns]
    fits = len(types) == len(wanted) and all(map(is_assignable, types, wanted))
    if not fits:
        raise BadQuery(
            "TYPE_MISMATCH: Insert query has mismatched column types: "
            f"Table: [{', '.join(wanted)}], Query: [{', '.join(types)}]",
            "",
        )


def is_assignable(kind: str, wanted: str) -> bool:
    """Whether Trino puts values of a type into a column of another without a cast."""
    integers = ("tinyint", "smallint", "integer", "bigint")
    order = (*integers, "real", "double")
    one, other = kind.partition("(")[0], wanted.partition("(")[0]
    if kind == "unknown":
        return True  # a NULL
    if kind in order and wanted in order:
        return order.index(kind) <= order.index(wanted)
    if other == "decimal" and (kind in integers or one == "decimal"):
        return True  # a value that does not fit fails in its cast
    return one == other or (one == "decimal" and wanted in ("real", "double"))
