"""Load JSON Lines into the columnar cache, as the OpenX and Hive JSON SerDes read them."""

from collections.abc import Mapping

import duckdb

from athena_sql.catalog import CatalogTable
from athena_sql.errors import UnsupportedData
from athena_sql.reading.columns import TableColumns
from athena_sql.reading.exact_decimals import (
    bounded_decimal,
    inexact_objects,
    numbers_as_texts,
)
from athena_sql.reading.json_lines import (
    Source,
    check_kinds,
    check_nested_keys,
    check_sources,
    find_spellings,
)
from athena_sql.reading.sql_text import quote, text

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
# SerDe parameters that change what a line means, with the value that changes nothing.
NEUTRAL = {"ignore.malformed.json": "false", "case.insensitive": "true", "dots.in.keys": "false"}


def load_json(
    connection: duckdb.DuckDBPyConnection,
    table: CatalogTable,
    columns: TableColumns,
    sources: Mapping[str, Source],
) -> None:
    """Insert the rows of files (by path) that the temporary table `loading` lists."""
    check_parameters(table)
    has_condition = check_sources(list(sources.values()))
    for column in table.columns:
        if "struct<" in column.type:
            check_nested_keys(connection, sources, column.name)
    kinds = {column.name: columns.types[column.name] for column in table.columns}
    if has_condition or "BOOLEAN" in kinds.values():
        check_kinds(connection, sources, kinds)
    spellings = find_spellings(connection, sources, list(kinds))
    for spelling, paths in spellings.items():
        statement = insert_statement(table, columns, dict(spelling))
        connection.execute(statement, {"paths": paths})
    if objects := inexact_objects(connection, columns):
        with numbers_as_texts(connection, columns, objects) as copies:
            for spelling, paths in spellings.items():
                if read_again := [copies[path] for path in paths if path in copies]:
                    statement = insert_statement(table, columns, dict(spelling), is_text=True)
                    connection.execute(statement, {"paths": read_again})


def check_parameters(table: CatalogTable) -> None:
    """Raise UnsupportedData for a SerDe parameter that this reader does not follow."""
    for name, value in table.serde_parameters.items():
        is_neutral = NEUTRAL.get(name, value).lower() == value.lower()
        if name.startswith("mapping.") or not is_neutral:
            raise UnsupportedData(table.name, f"its SerDe parameter '{name}' is not supported here")


def insert_statement(
    table: CatalogTable, columns: TableColumns, spelling: dict[str, str], *, is_text: bool = False
) -> str:
    """Return the statement that reads files, `$paths`, with the catalog's types and no guessing.

    Integers and decimals are read as text first, because DuckDB would round a 1.7 in its own way.
    With `is_text` the files' numbers are texts, and so have all their digits:
    `insert into "db.t#1f" ("n", "$object") select cast(r."n" as DECIMAL(9, 2)), l.number
    from read_json($paths, ..., columns = {'n': 'VARCHAR'}) r join loading l on ...`
    """
    fields, values = [], []
    for column in table.columns:
        key, kind = spelling.get(column.name, column.name), columns.types[column.name]
        is_text_first = kind in INTEGERS or kind.startswith("DECIMAL")
        fields.append(f"{text(key)}: {text('VARCHAR' if is_text_first else kind)}")
        values.append(value_of(key, kind, is_text=is_text))
    return (
        f"insert into {columns.data_name} ({columns.names}) "
        f"select {', '.join([*values, *columns.partition_values])}, l.number "
        f"from read_json($paths, format = 'newline_delimited', filename = '$file', "
        f"maximum_object_size = 67108864, columns = {{{', '.join(fields)}}}) r "
        f'join loading l on l.path = r."$file"'
    )


def value_of(key: str, kind: str, *, is_text: bool) -> str:
    """Return the expression that takes a column's value from what was read."""
    if kind in INTEGERS:
        return whole_number(key, kind)
    return decimal(key, kind, is_text) if kind.startswith("DECIMAL") else f"r.{quote(key)}"


def decimal(key: str, kind: str, is_text: bool) -> str:
    """Return the expression that takes a decimal from its text, or fails naming file and value.

    A cast of text rounds half up, as Trino does; the reader itself cuts.
    """
    value = f"r.{quote(key)}"
    taken = (
        f"case when {value} is null then null when try_cast({value} as {kind}) is null "
        f"then {complaint(key, kind)} else cast({value} as {kind}) end"
    )
    return taken if is_text else bounded_decimal(value, kind, taken)


def whole_number(key: str, kind: str) -> str:
    """Return the expression that takes an integer from its text, or fails naming file and value."""
    value = f"r.{quote(key)}"
    return (
        f"case when {value} is null then null "
        f"when contains({value}, '.') or try_cast({value} as {kind}) is null "
        f"then {complaint(key, kind)} else cast({value} as {kind}) end"
    )


def complaint(key: str, kind: str) -> str:
    """Return the expression that fails with the file and the value: `"f.json": n is x, not INT`."""
    file = "'file \"' || r.\"$file\" || '\": ' || "
    return f"error({file}{text(f'{key} is ')} || r.{quote(key)} || {text(f', not {kind}')})"
