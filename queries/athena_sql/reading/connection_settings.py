"""The settings of DuckDB connections that read the lake."""

from pathlib import Path

import duckdb

from athena_sql.reading.sql_text import text

# DuckDB takes a program without a file for a person's session, and would draw a bar between the
# lines that such a program prints.
NO_PROGRESS_BAR = "set enable_progress_bar = false"
# An object is read once or twice and then never again; DuckDB would keep its text in memory, and
# could take it for the text of the next object that has the same path.
CACHE_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_file_cache": "false"
}


def confine(connection: duckdb.DuckDBPyConnection, folder: Path, spill: Path) -> None:
    """Let SQL reach nothing but what is attached, this folder, and one for what memory cannot hold.

    It cannot be undone while the connection is open.
    """
    connection.execute(f"set allowed_directories = [{text(str(folder))}]")
    connection.execute(f"set temp_directory = {text(str(spill))}")
    connection.execute("set enable_external_access = false")
