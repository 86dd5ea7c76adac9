"""Check the keys and values of JSON Lines where DuckDB would read them otherwise than Athena.

DuckDB itself looks for them. The texts were checked before, as lines (`json_lines`).
"""

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from athena_sql.errors import UnreadableData, UnsupportedData
from athena_sql.reading.json_lines import CHUNK_BYTES, MOST_LINE_BYTES, PlainFiles


def lines_of(files: PlainFiles) -> str:
    """Return the relation of all lines, `json`: `read_ndjson_objects($paths, ...)`."""
    return f"read_ndjson_objects($paths, filename = true, {object_size(files.line_bytes)})"


def object_size(line_bytes: int) -> str:
    """Return DuckDB's limit for a line: `maximum_object_size = 2097152`.

    Each thread takes twice as much memory, even for short lines.
    """
    return f"maximum_object_size = {min(max(line_bytes, 2 * CHUNK_BYTES), MOST_LINE_BYTES)}"


def check_kinds(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, columns: Mapping[str, str]
) -> None:
    """Raise UnreadableData for true or false outside booleans, and for other values in them.

    Trino reads `true` in a column of doubles as NULL, and `1` or `"yes"` in one of booleans as
    false; DuckDB reads 1.0 and true. Columns are name -> DuckDB type.
    """
    for name, kind in columns.items():
        if kind in ("DOUBLE", "FLOAT", "BOOLEAN"):
            test = "not in ('BOOLEAN', 'NULL')" if kind == "BOOLEAN" else "= 'BOOLEAN'"
            found = connection.execute(
                f"select filename from {lines_of(files)} "
                f"where json_type(json_extract(json, $path)) {test} limit 1",
                {"paths": files.paths, "path": f'$."{name}"'},
            ).fetchone()
            if found:
                reason = f"a value of '{name}' is not a {kind.lower()}, which reads otherwise"
                raise UnsupportedData(files.sources[found[0]].address, reason)


def find_spellings(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, columns: Sequence[str]
) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Group files (by path) by how they spell the columns: ((column, key), ...) -> paths.

    Athena matches keys without regard to case, DuckDB to the letter. Raises UnreadableData for a
    line that is not an object, and for a column that one file spells in two ways.
    """
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    known = set(columns)
    for path, keys, objects_only in read_keys(connection, files):
        address = files.sources[path].address
        if not objects_only:
            raise UnreadableData(address, "it has a line that is not a JSON object")
        spelled: dict[str, str] = {}
        for key in sorted(keys):
            if spelled.setdefault(key.lower(), key) != key:
                raise UnreadableData(
                    address, f"its keys '{spelled[key.lower()]}' and '{key}' are one"
                )
        own = tuple((c, k) for c, k in spelled.items() if c in known and c != k)
        groups.setdefault(own, []).append(path)
    return groups


def read_keys(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles
) -> Iterable[tuple[str, set[str], bool]]:
    """Yield (path, keys, whether every line is an object) for every file that has a line."""
    # Lists of keys, of which a file has few, are quicker to group by as texts.
    rows = connection.execute(
        "select filename, any_value(keys) "
        f"from (select filename, json_keys(json) as keys from {lines_of(files)}) "
        "group by filename, keys::varchar",
        {"paths": files.paths},
    )
    found: dict[str, set[str]] = {}
    without_keys = []
    for path, keys in rows.fetchall():
        found.setdefault(path, set()).update(keys or ())
        if not keys:  # true of a line without an object, too, and of `{}`
            without_keys.append(path)
    others: frozenset[str] = frozenset()
    if without_keys:
        others = files_with_other_lines(connection, files, without_keys)
    return [(path, keys, path not in others) for path, keys in found.items()]


def files_with_other_lines(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, paths: list[str]
) -> frozenset[str]:
    """Return which of these paths have a line that is not an object."""
    rows = connection.execute(
        f"select distinct filename from {lines_of(files)} where json_type(json) <> 'OBJECT'",
        {"paths": paths},
    )
    return frozenset(path for (path,) in rows.fetchall())


def check_nested_keys(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, column: str
) -> None:
    """Raise UnreadableData for a key with capitals inside a column of structs.

    Glue writes nested names in lower case and Athena matches them so; DuckDB would read a NULL.
    """
    found = connection.execute(
        f"""
        select filename
        from {lines_of(files)}
        where regexp_matches(
            cast(json_structure(json_extract(json, $path)) as varchar), '"[^"]*[A-Z][^"]*":'
        )
        limit 1
        """,
        {"paths": files.paths, "path": f'$."{column}"'},
    ).fetchone()
    if found:
        address = files.sources[found[0]].address
        raise UnsupportedData(address, f"a key inside '{column}' has capitals, which reads as NULL")
